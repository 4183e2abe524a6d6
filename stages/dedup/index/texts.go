package index

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"slices"
	"sort"

	"github.com/zeebo/xxh3"
)

// Texts are the paragraphs themselves, for comparing and for telling where they
// stood. They are appended to files, and a paragraph is known by its position:
// the place of its record if all files were one. A record is
//
//	checksum   8 bytes, of all that follows
//	length     uvarint, of what follows
//	back       uvarint, the distance to the record of the document; 0 if this
//	           is one
//	offset     uvarint, of the paragraph in the source of its document; not in
//	           the record of a document
//	text       of the paragraph, or the name of the document
//
// What was appended last is in memory; a short run never writes a file.
type texts struct {
	files []*textFile
	end   uint64 // position of the next record

	chunks []chunk // the last records, not yet written
	held   int     // how many bytes that is
	spill  int     // how many it may be
	spare  memory  // of a chunk that was written
	create func() (*textFile, error)
}

// A chunk is a piece of texts in memory, of whole records.
type chunk struct {
	start  uint64 // position of the first
	data   []byte
	memory memory // of data
}

type textFile struct {
	textInfo
	file   *os.File
	synced bool
	full   bool // nothing may be appended
}

const (
	recordHead = 8 + binary.MaxVarintLen64 // at most

	// textFileBytes is about how long a file of texts gets.
	textFileBytes = 1 << 30
	// chunkBytes is how long a chunk gets, if no record is longer; where much is
	// held, it gets as long as a huge page.
	chunkBytes = 256 << 10
	// likelyRecord is how many bytes are read where a record begins, and
	// likelyBack how many before it. Most records end there, and most
	// documents begin there.
	likelyRecord = 1 << 10
	likelyBack   = 3 << 10
)

// append adds a record and returns its position.
func (t *texts) append(back, offset uint64, text string) (uint64, error) {
	position := t.end
	if position+uint64(len(text))+2*recordHead > maxPosition {
		return 0, fmt.Errorf("the index is full: %d bytes of text", t.end)
	}
	var head [2 * binary.MaxVarintLen64]byte
	n := binary.PutUvarint(head[:], back)
	if back != 0 {
		n += binary.PutUvarint(head[n:], offset)
	}
	c := t.room(2*recordHead + len(text))
	at := len(c.data)
	c.data = append(c.data, 0, 0, 0, 0, 0, 0, 0, 0)
	c.data = binary.AppendUvarint(c.data, uint64(n+len(text)))
	c.data = append(c.data, head[:n]...)
	c.data = append(c.data, text...)
	return position, t.appended(len(c.data) - at)
}

// appendRecord adds a record of other texts.
func (t *texts) appendRecord(r record) error {
	c := t.room(len(r.raw))
	c.data = append(c.data, r.raw...)
	return t.appended(len(r.raw))
}

// memory returns the number of bytes that chunks take at most, as long as no
// record is longer than one.
func (t *texts) memory() int { return t.spill + 2*t.nextChunk(t.spill) }

// nextChunk returns how long the next chunk gets when so many bytes are held.
func (t *texts) nextChunk(held int) int {
	if held >= hugePage/2 && t.spill >= 8*hugePage {
		return hugePage
	}
	return min(chunkBytes, t.spill)
}

// room returns a chunk that has room for n more bytes.
func (t *texts) room(n int) *chunk {
	last := len(t.chunks) - 1
	if last >= 0 && len(t.chunks[last].data)+n <= cap(t.chunks[last].data) {
		return &t.chunks[last]
	}
	m := t.spare
	if t.spare = (memory{}); len(m.bytes) < n {
		m.free()
		m = newMemory(max(n, t.nextChunk(t.held)))
	}
	t.chunks = append(t.chunks, chunk{t.end, m.bytes[:0], m})
	return &t.chunks[last+1]
}

// appended counts the last record, of n bytes.
func (t *texts) appended(n int) error {
	t.end += uint64(n)
	t.held += n
	return t.flush(t.spill)
}

// flush writes of what is in memory the earliest, until no more than most bytes
// are left.
func (t *texts) flush(most int) error {
	for t.held > most {
		c := t.chunks[0]
		if n := len(t.files); n == 0 || t.files[n-1].full || t.files[n-1].Size >= textFileBytes {
			f, err := t.create()
			if err != nil {
				return err
			}
			f.Start = c.start
			t.files = append(t.files, f)
		}
		f := t.files[len(t.files)-1]
		c.seal()
		if _, err := f.file.WriteAt(c.data, f.Size); err != nil {
			return err
		}
		f.Size += int64(len(c.data))
		f.synced = false
		t.held -= len(c.data)
		t.spare.free()
		t.spare = c.memory
		t.chunks = slices.Delete(t.chunks, 0, 1)
	}
	return nil
}

// free forgets what is in memory.
func (t *texts) free() {
	for i := range t.chunks {
		t.chunks[i].memory.free()
	}
	t.spare.free()
	t.chunks = nil
}

// seal writes the checksums of the records, which nobody needs before.
func (c *chunk) seal() {
	for rest := c.data; len(rest) > 0; {
		length, n := binary.Uvarint(rest[8:])
		raw := rest[:8+n+int(length)]
		binary.LittleEndian.PutUint64(raw, xxh3.Hash(raw[8:]))
		rest = rest[len(raw):]
	}
}

// sync makes what was written to the file last.
func (f *textFile) sync() (err error) {
	if !f.synced {
		err = f.file.Sync()
		f.synced = err == nil
	}
	return err
}

// find returns the file that holds a position, and how far into it; nil if it is
// in memory, or nowhere.
func (t *texts) find(position uint64) (*textFile, int64) {
	i := sort.Search(len(t.files), func(i int) bool { return t.files[i].Start > position }) - 1
	if i < 0 || position-t.files[i].Start >= uint64(t.files[i].Size) {
		return nil, 0
	}
	return t.files[i], int64(position - t.files[i].Start)
}

// recall returns the record at a position, if it is in memory.
func (t *texts) recall(position uint64) (r record, found bool) {
	i := sort.Search(len(t.chunks), func(i int) bool { return t.chunks[i].start > position }) - 1
	if i < 0 || position >= t.end {
		return r, false
	}
	r, _, _ = splitRecord(t.chunks[i].data[position-t.chunks[i].start:])
	return r, true
}

// A record is a record of texts.
type record struct {
	back   uint64
	offset int64
	text   []byte
	raw    []byte // all of it
}

// A window is the piece of a file that was read last.
type window struct {
	file  *textFile
	start int64
	data  []byte
}

// record returns the record at a place of f, if the window holds it.
func (w *window) record(f *textFile, at int64) (r record, found bool) {
	if f != w.file || at < w.start || at >= w.start+int64(len(w.data)) {
		return r, false
	}
	r, _, what := parseRecord(w.data[at-w.start:])
	return r, what == ""
}

// read returns the record at a position. It lasts until the window is another
// one, or something is added.
func (t *texts) read(position uint64, w *window) (record, error) {
	if r, found := t.recall(position); found {
		return r, nil
	}
	f, at := t.find(position)
	if f == nil {
		return record{}, fmt.Errorf("no paragraph at position %d", position)
	}
	if r, found := w.record(f, at); found {
		return r, nil
	}
	return f.read(at, w)
}

// read returns the record at a place of f, and reads what stands before it too:
// that is where the record of its document is.
func (f *textFile) read(at int64, w *window) (record, error) {
	w.file, w.start = f, max(0, at-likelyBack)
	for want := int64(likelyRecord); ; {
		want = min(want, f.Size-at)
		n := at - w.start + want
		if int64(cap(w.data)) < n {
			w.data = make([]byte, max(n, likelyBack+likelyRecord))
		}
		w.data = w.data[:n]
		if err := readFull(f.file, w.data, w.start); err != nil {
			w.file = nil
			return record{}, err
		}
		r, need, what := parseRecord(w.data[at-w.start:])
		if what == "" {
			return r, nil
		}
		if need <= want || at+need > f.Size {
			return record{}, &DamageError{f.file.Name(), at, what}
		}
		want = need
	}
}

// parseRecord returns the record that data begins with. If it can't, what says
// why; need is then the length of the record, as far as that is known.
func parseRecord(data []byte) (r record, need int64, what string) {
	if r, need, what = splitRecord(data); what == "" && binary.LittleEndian.Uint64(data) != xxh3.Hash(r.raw[8:]) {
		what = wrongRecord
	}
	return r, need, what
}

const wrongRecord = "the checksum of the record is wrong"

// splitRecord is parseRecord for what needs no check.
func splitRecord(data []byte) (r record, need int64, what string) {
	if len(data) <= 8 {
		return r, 0, wrongRecord
	}
	length, n := binary.Uvarint(data[8:])
	if n <= 0 || length > maxPosition {
		return r, 0, wrongRecord
	}
	need = int64(8+n) + int64(length)
	if need > int64(len(data)) {
		return r, need, wrongRecord
	}
	r.raw = data[:need]
	rest := data[8+n : need]
	if r.back, n = binary.Uvarint(rest); n <= 0 {
		return r, need, wrongRecord
	}
	rest = rest[n:]
	if r.back != 0 {
		offset, n := binary.Uvarint(rest)
		if n <= 0 {
			return r, need, wrongRecord
		}
		r.offset, rest = int64(offset), rest[n:]
	}
	r.text = rest
	return r, need, ""
}

// readFull reads all of data from a place of file.
func readFull(file *os.File, data []byte, at int64) error {
	n, err := file.ReadAt(data, at)
	if err == io.EOF && n < len(data) {
		return &DamageError{file.Name(), at + int64(n), "the file ends here, too early"}
	}
	if n == len(data) {
		return nil
	}
	return err
}
