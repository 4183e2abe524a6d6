package index

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
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

	buffer []byte // the last records, not yet written
	spill  int    // how long buffer may be
	create func() (*textFile, error)
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
	// firstTexts is how many bytes of text a short run has room for.
	firstTexts = 256 << 10
	// likelyRecord is how many bytes are read where a record begins. Most
	// records end there.
	likelyRecord = 1 << 10
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
	at := len(t.buffer)
	t.reserve(2*recordHead + len(text))
	t.buffer = append(t.buffer, 0, 0, 0, 0, 0, 0, 0, 0)
	t.buffer = binary.AppendUvarint(t.buffer, uint64(n+len(text)))
	t.buffer = append(t.buffer, head[:n]...)
	t.buffer = append(t.buffer, text...)
	return position, t.appended(at)
}

// appendRecord adds a record of other texts.
func (t *texts) appendRecord(r record) error {
	t.reserve(len(r.raw))
	at := len(t.buffer)
	t.buffer = append(t.buffer, r.raw...)
	return t.appended(at)
}

// reserve makes room for n more bytes: little at first, and then for all that is
// held in memory, so that texts are copied once at most.
func (t *texts) reserve(n int) {
	at := len(t.buffer)
	if at+n <= cap(t.buffer) {
		return
	}
	size := firstTexts
	if at > 0 {
		size = t.spill + t.spill/8
	}
	t.buffer = append(make([]byte, 0, max(size, at+n)), t.buffer...)
}

// appended completes the record that begins at a place of the buffer.
func (t *texts) appended(at int) error {
	b := t.buffer[at:]
	binary.LittleEndian.PutUint64(b, xxh3.Hash(b[8:]))
	t.end += uint64(len(b))
	if len(t.buffer) >= t.spill {
		return t.flush()
	}
	return nil
}

// flush writes what is in memory.
func (t *texts) flush() error {
	if len(t.buffer) == 0 {
		return nil
	}
	if n := len(t.files); n == 0 || t.files[n-1].full || t.files[n-1].Size >= textFileBytes {
		f, err := t.create()
		if err != nil {
			return err
		}
		f.Start = t.end - uint64(len(t.buffer))
		t.files = append(t.files, f)
	}
	f := t.files[len(t.files)-1]
	if _, err := f.file.WriteAt(t.buffer, f.Size); err != nil {
		return err
	}
	f.Size += int64(len(t.buffer))
	f.synced = false
	t.buffer = t.buffer[:0]
	return nil
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
// in memory.
func (t *texts) find(position uint64) (*textFile, int64) {
	i := sort.Search(len(t.files), func(i int) bool { return t.files[i].Start > position }) - 1
	if i < 0 || position-t.files[i].Start >= uint64(t.files[i].Size) {
		return nil, int64(position - t.end + uint64(len(t.buffer)))
	}
	return t.files[i], int64(position - t.files[i].Start)
}

// A record is a record of texts.
type record struct {
	back   uint64
	offset int64
	text   []byte
	raw    []byte // all of it
}

// read returns the record at a position. It lasts as long as buf, which is made
// longer where that is needed.
func (t *texts) read(position uint64, buf *[]byte) (record, error) {
	f, at := t.find(position)
	if f == nil {
		if at < 0 || at >= int64(len(t.buffer)) {
			return record{}, fmt.Errorf("no paragraph at position %d", position)
		}
		r, _, _ := splitRecord(t.buffer[at:])
		return r, nil
	}
	return f.read(at, buf)
}

// read returns the record at a place of f.
func (f *textFile) read(at int64, buf *[]byte) (record, error) {
	want := int64(likelyRecord)
	for {
		want = min(want, f.Size-at)
		if int64(cap(*buf)) < want {
			*buf = make([]byte, max(want, likelyRecord))
		}
		data := (*buf)[:want]
		if err := readFull(f.file, data, at); err != nil {
			return record{}, err
		}
		r, need, what := parseRecord(data)
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
