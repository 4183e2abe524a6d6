// Package index remembers paragraphs by their keys, on disk, within a set amount
// of memory, and finds them again.
//
// What is kept: for each paragraph its keys, its text, and where it stood. The
// index knows nothing of how keys are made or what makes two paragraphs alike.
// It answers one question: which were the first [PerKey] paragraphs with a key?
// The answer is the same whether they are in memory, in a file or in another,
// so nothing else depends on the amount of memory.
//
// # Files
//
// The latest paragraphs are in memory (type [Recent]), outside of what the garbage
// collector sees, some 120 bytes for one of 12 keys. At a checkpoint the keys that
// are new since the last one are written to a segment, a sorted file that never
// changes, and stay in memory too. When there is no more room for them, all are
// written to one segment, which takes the place of those. It keeps a filter in
// memory, 21 bytes a paragraph, so that most questions are answered without
// reading. When the latest segments have grown as long as the one before them,
// they are merged with it; there are never more segments than log2 of how many
// times the memory was full. Texts are appended to files of their own, which no
// merge copies. Every block and every record has its checksum; damage is found when it is
// read, and is an error that names the file and the place. A manifest says which
// files belong to the index.
//
// # What is kept when
//
// One process adds to an index at a time; any number may read. What a run adds
// is seen by others when the run is completed, by [Index.Commit], and not
// before: a run that is killed and started again must not meet its own first
// half and take it for earlier input. The manifest therefore holds two states:
// the committed one, and that of the run in progress at its last
// [Index.Checkpoint]. The next run to open the index for writing removes what an
// unfinished one left, unless it has its name and goes on from a checkpoint
// ([Options.Run]): what was added later is gone, and is added again. So
//
//   - a command killed at any moment and run again gives what it would have
//     given the first time;
//   - a run that keeps account of its own output, and goes on from the last
//     checkpoint at which that was safe, gives what an unbroken one gives.
//
// At a checkpoint all files are synced before a manifest that names them takes
// the place of the old one. The output of a run is behind what it has read, so
// the states of earlier checkpoints are kept until the run says that it will not
// go on from them ([Index.Saved]).
package index

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync/atomic"

	"github.com/gofrs/flock"
)

// An Access is what an index is opened for.
type Access int

// The kinds of access.
const (
	// Write: what is added lasts, once it is committed. One at a time.
	Write Access = iota
	// Read: nothing is added. The index is safe for concurrent use.
	Read
	// Trial: what is added is forgotten when the index is closed. An index
	// that is opened so may have no folder.
	Trial
)

// Options say how an index is opened.
type Options struct {
	Access Access
	Keys   string // names how keys are made of texts; an index with other keys can't be opened
	Memory int    // how many bytes may be used, if not 0

	// Run names the run that adds, and Checkpoint how many checkpoints it has
	// passed already, if it is resumed. If the index does not hold what it
	// held then, the run begins anew; see [Index.Checkpoints]. A run without
	// a name never goes on, and its checkpoints do nothing.
	Run        string
	Checkpoint int
}

// DefaultMemory is the memory of an index if nothing is said of it.
const DefaultMemory = 1 << 30

// An Index remembers paragraphs. See the package's comment.
type Index struct {
	dir      string
	opts     Options
	lock     *flock.Flock
	manifest *manifest
	run      string

	segments    []*segment
	base        int // how many of them are not to be merged, since they are another's
	texts       texts
	recent      Recent
	positions   []byte // of the paragraphs in recent, of 6 bytes each
	reserved    memory // for them
	saved       int    // how many of the paragraphs are in segments too,
	savedKeys   int    // with so many keys,
	covered     int    // and how many segments, the latest, hold nothing else
	sealed      int    // how many bytes of memory the segments take
	paragraphs  int64
	checkpoints int
	safe        atomic.Int64 // checkpoint that the run may go on from
	temporary   []string     // files to be removed

	document uint64 // position of its record
	name     string
	entered  bool // the document has a record
}

// A DamageError says that a file of an index is not what was written.
type DamageError struct {
	File   string
	Offset int64
	What   string
}

func (e *DamageError) Error() string {
	return fmt.Sprintf("%s is damaged at byte %d: %s", e.File, e.Offset, e.What)
}

var errLocked = errors.New("another process is adding to it")

// Open opens the index in dir, which is made if it is opened for writing and
// not there.
func Open(dir string, o Options) (*Index, error) {
	if o.Memory == 0 {
		o.Memory = DefaultMemory
	}
	x := &Index{dir: dir, opts: o, run: o.Run}
	x.Saved(o.Checkpoint)
	x.texts.create = x.createTexts
	x.forget()
	if err := x.open(); err != nil {
		x.Close()
		return nil, fmt.Errorf("index %s: %w", dir, err)
	}
	return x, nil
}

func (x *Index) open() error {
	x.texts.spill = 1 << 20
	if x.opts.Access == Trial {
		x.texts.spill = max(x.opts.Memory/8, 1<<12)
		if x.dir == "" {
			return nil
		}
	}
	if x.opts.Access != Write {
		return x.openCommitted()
	}
	if x.run == "" {
		x.run = rand.Text()
	}
	if err := os.MkdirAll(x.dir, 0o777); err != nil {
		return err
	}
	x.lock = flock.New(filepath.Join(x.dir, "lock"))
	if locked, err := x.lock.TryLock(); err != nil {
		return err
	} else if !locked {
		return errLocked
	}
	return x.openToWrite()
}

// openCommitted opens what was committed. A writer may remove files in the
// meantime; then there is another manifest.
func (x *Index) openCommitted() error {
	for try := 0; ; try++ {
		m, err := x.readManifest()
		if errors.Is(err, fs.ErrNotExist) {
			return errors.New("there is no index in this folder")
		}
		if err != nil {
			return err
		}
		x.manifest = m
		err = x.openView(&m.Committed)
		if !errors.Is(err, fs.ErrNotExist) || try == 8 {
			return err
		}
		x.closeFiles()
	}
}

// openToWrite opens what was committed, or what the run added before it was
// broken off.
func (x *Index) openToWrite() error {
	m, err := x.readManifest()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		m = &manifest{Format: manifestFormat, Keys: x.opts.Keys}
		err = x.foreign()
	case err == nil:
		at := slices.IndexFunc(m.Pending, func(p pending) bool {
			return p.Run == x.run && p.Checkpoints == x.opts.Checkpoint
		})
		m.Pending = m.Pending[:at+1]
	}
	if err != nil {
		return err
	}
	x.manifest = m
	if err := m.write(x.dir); err != nil {
		return err
	}
	m.removeLeftovers(x.dir)
	if n := len(m.Pending); n > 0 {
		x.checkpoints = m.Pending[n-1].Checkpoints
		if err := x.openView(&m.Pending[n-1].view); err != nil {
			return err
		}
		return x.settle()
	}
	return x.openView(&m.Committed)
}

// settle merges the segments that were kept beside what was in memory.
func (x *Index) settle() error {
	if len(x.segments) == 0 {
		return nil
	}
	if err := x.mergeLatest(x.base); err != nil {
		return err
	}
	return x.fit()
}

// foreign returns an error if the folder, which has no manifest, holds what is
// no index.
func (x *Index) foreign() error {
	entries, err := os.ReadDir(x.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == "lock" || e.Name() == manifestName+".new" {
			continue
		}
		return fmt.Errorf("the folder has no %s, and is not empty", manifestName)
	}
	return nil
}

func (x *Index) readManifest() (*manifest, error) {
	m, err := readManifest(x.dir)
	if err == nil && m.Keys != x.opts.Keys {
		err = fmt.Errorf("its keys are made otherwise (%s) than those of this program (%s); build it again", m.Keys, x.opts.Keys)
	}
	return m, err
}

// openView opens the files of v.
func (x *Index) openView(v *view) error {
	x.paragraphs = v.Paragraphs
	for _, info := range v.Segments {
		s, err := openSegment(x.dir, info)
		if err != nil {
			return err
		}
		x.segments = append(x.segments, s)
	}
	for _, info := range v.Texts {
		f, err := x.openTexts(info)
		if err != nil {
			return err
		}
		x.texts.files = append(x.texts.files, f)
		x.texts.end = info.Start + uint64(info.Size)
	}
	if x.opts.Access == Trial {
		x.base = len(x.segments)
	}
	return x.fit()
}

func (x *Index) openTexts(info textInfo) (*textFile, error) {
	flags := os.O_RDONLY
	if x.opts.Access == Write {
		flags = os.O_RDWR
	}
	file, err := os.OpenFile(filepath.Join(x.dir, info.File), flags, 0)
	if err != nil {
		return nil, err
	}
	stat, err := file.Stat()
	if err == nil && stat.Size() < info.Size {
		err = &DamageError{file.Name(), stat.Size(), "the file ends here, too early"}
	}
	if err == nil && x.opts.Access == Write && stat.Size() > info.Size {
		err = file.Truncate(info.Size) // what an unfinished run added
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return &textFile{info, file, true, x.opts.Access != Write}, nil
}

// ReadOnly reports whether nothing can be added.
func (x *Index) ReadOnly() bool { return x.opts.Access == Read }

// Paragraphs returns how many there are.
func (x *Index) Paragraphs() int64 { return x.paragraphs }

// Checkpoints returns how many the run has passed, those before it was resumed
// included.
func (x *Index) Checkpoints() int { return x.checkpoints }

// Completed reports whether the run that added last, and was committed, is that
// of the name in the options.
func (x *Index) Completed() bool {
	return x.manifest != nil && x.opts.Run != "" && x.manifest.Committed.Run == x.opts.Run
}

// Enter says that the paragraphs added from now on stand in the document name.
func (x *Index) Enter(name string) { x.name, x.entered = name, false }

// Add remembers a paragraph of the document entered last. Offset is its place in
// the document.
func (x *Index) Add(keys []uint64, offset int64, text string) error {
	if x.crowded() {
		if err := x.seal(); err != nil {
			return fmt.Errorf("index %s: %w", x.dir, err)
		}
	}
	if !x.entered {
		position, err := x.texts.append(0, 0, x.name)
		if err != nil {
			return fmt.Errorf("index %s: %w", x.dir, err)
		}
		x.document, x.entered = position, true
	}
	position, err := x.texts.append(x.texts.end-x.document, uint64(offset), text)
	if err != nil {
		return fmt.Errorf("index %s: %w", x.dir, err)
	}
	x.recent.Add(keys)
	x.positions = appendPosition(x.positions, position)
	x.paragraphs++
	return nil
}

// leastRecent is how many paragraphs stay in memory at least before they are
// written, whatever the limit.
const leastRecent = 16

// crowded reports whether there may be no memory to make some of the tables
// longer for another paragraph, or to write a segment of those that no segment
// holds.
func (x *Index) crowded() bool {
	n := x.recent.count
	if n < leastRecent {
		return false
	}
	used := x.recent.memory() + 4*x.recent.step + len(x.positions)
	if x.opts.Access == Write {
		used += (x.recent.used - x.savedKeys) * filterBits / 8
	}
	return n >= maxCount || used+x.sealed+x.texts.memory() > x.opts.Memory
}

func (x *Index) sealedMemory() int {
	n := 0
	for _, s := range x.segments {
		all, _ := s.memory()
		n += all
	}
	return n
}

// filterMemory is how much memory filters may take. The rest is left to the
// latest paragraphs.
func (x *Index) filterMemory() int { return x.opts.Memory / 4 * 3 }

// fit loads the filters for which there is memory, the shortest first. The
// others stay on disk: to ask them takes longer.
func (x *Index) fit() error {
	segments := slices.Clone(x.segments)
	slices.SortStableFunc(segments, func(a, b *segment) int { return int(a.head.filterBlocks - b.head.filterBlocks) })
	left := x.filterMemory()
	for _, s := range segments {
		_, filter := s.memory()
		if left -= filter + 8*len(s.fences); left < 0 {
			s.unload()
			continue
		}
		if err := s.load(); err != nil {
			return err
		}
	}
	x.sealed = x.sealedMemory()
	return nil
}

// keep writes the keys in memory that no segment holds to one. They stay in
// memory too, where they are found sooner.
func (x *Index) keep() error {
	if x.saved == x.recent.count {
		return nil
	}
	all := x.recent.used
	write := func(w *segmentWriter) error { return x.writeRecent(w, x.saved, false) }
	if err := x.addSegment(int64(all-x.savedKeys), write); err != nil {
		return err
	}
	x.segments[len(x.segments)-1].unload()
	x.saved, x.savedKeys = x.recent.count, all
	x.covered++
	return nil
}

// seal makes the keys in memory a segment, merges it with others, and has the
// memory for other keys.
func (x *Index) seal() error {
	if x.recent.count == 0 {
		return nil
	}
	if x.covered != 1 || x.saved != x.recent.count {
		// To write them again takes less than to merge what was written.
		x.uncover()
		write := func(w *segmentWriter) error { return x.writeRecent(w, 0, true) }
		if err := x.addSegment(int64(x.recent.used), write); err != nil {
			return err
		}
	}
	x.forget()
	if err := x.mergeLatest(x.base); err != nil {
		return err
	}
	return x.fit()
}

// uncover lets go of the segments that hold nothing but what is in memory.
func (x *Index) uncover() {
	n := len(x.segments) - x.covered
	for _, s := range x.segments[n:] {
		s.close()
	}
	x.segments, x.covered = x.segments[:n], 0
}

// forget has nothing in memory of what was added last.
func (x *Index) forget() {
	x.recent.divide(parts)
	x.reserved.free()
	if x.opts.Access != Read {
		x.recent.reserve(x.opts.Memory)
		x.reserved = reserve(positionBytes * min(x.opts.Memory, maxCount))
	}
	x.positions = x.reserved.bytes[:0]
	x.saved, x.savedKeys, x.covered = 0, 0, 0
}

// addSegment adds a segment of what write writes, most postings at most.
func (x *Index) addSegment(most int64, write func(*segmentWriter) error) error {
	file, name, err := x.createFile(segmentExt)
	if err != nil {
		return err
	}
	w, err := newSegmentWriter(file, most)
	if err == nil {
		err = write(w)
	}
	var s *segment
	if err == nil {
		s, err = w.finish()
	}
	if err != nil {
		if w != nil {
			w.filter.free()
		}
		file.Close()
		return err
	}
	s.info = segmentInfo{name, s.head.postings, s.head.size(), sum(s.head.hash)}
	x.segments = append(x.segments, s)
	return nil
}

// writeRecent writes the keys in memory of the paragraphs from number from on. If
// last is set, they leave the memory as they are written.
func (x *Index) writeRecent(w *segmentWriter, from int, last bool) error {
	var positions []uint64
	for slots := range x.recent.inOrder(from, last) {
		// Each is a wait for memory, and many pass side by side here.
		positions = positions[:0]
		for _, slot := range slots {
			positions = append(positions, x.position(slot&maskCount-1))
		}
		for i, slot := range slots {
			if err := w.add(posting{slot >> countBits, positions[i]}); err != nil {
				return err
			}
		}
	}
	return nil
}

// position returns that of a paragraph in memory.
func (x *Index) position(number uint64) uint64 { return positionAt(x.positions[number*positionBytes:]) }

// mergeLatest merges the latest segments, from number base on, with those before
// them that are no longer than all after them together. Each segment is then
// longer than all after it, as far as there is memory for the filters.
func (x *Index) mergeLatest(base int) error {
	from := len(x.segments) - 1
	all, total := int64(0), x.segments[from].head.postings
	for i := from; i >= base; i-- {
		n := x.segments[i].head.postings
		if int(filterBlocks(all+n))*blockBytes > x.filterMemory() {
			break
		}
		if n <= all {
			from, total = i, all+n
		}
		all += n
	}
	if from == len(x.segments)-1 {
		return nil
	}
	old := slices.Clone(x.segments[from:])
	x.segments = slices.Delete(x.segments, from, len(x.segments))
	err := x.mergeSegments(old, nil, total)
	for _, s := range old {
		s.close()
	}
	return err
}

// mergeSegments adds a segment of all that is in old. Shift, if it is not nil,
// is what is to be added to the positions of each.
func (x *Index) mergeSegments(old []*segment, shift []uint64, most int64) error {
	var cursors []*cursor
	for i, s := range old {
		s.unload() // to make room
		c := newCursor(s, 0, i)
		if shift != nil {
			c.shift = shift[i]
		}
		cursors = append(cursors, c)
	}
	m, err := newMerger(cursors)
	if err != nil {
		return err
	}
	return x.addSegment(most, m.writeTo)
}

// createFile creates a file of the index, or, of one that is not to last, a
// temporary file.
func (x *Index) createFile(ext string) (*os.File, string, error) {
	if x.opts.Access != Trial {
		x.manifest.NextFile++
		name := fmt.Sprintf("%08d%s", x.manifest.NextFile, ext)
		file, err := os.OpenFile(filepath.Join(x.dir, name), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		return file, name, err
	}
	file, err := os.CreateTemp("", "tamis-*"+ext)
	if err != nil {
		return nil, "", err
	}
	// Where that is possible, it is gone whatever becomes of this process.
	if runtime.GOOS == "windows" || os.Remove(file.Name()) != nil {
		x.temporary = append(x.temporary, file.Name())
	}
	return file, "", nil
}

func (x *Index) createTexts() (*textFile, error) {
	file, name, err := x.createFile(textExt)
	return &textFile{textInfo: textInfo{File: name}, file: file}, err
}

// mostCovered is how many segments may hold nothing but what is in memory, before
// some are merged.
const mostCovered = 16

// Checkpoint makes what was added so far last, for a run of the same name to go
// on from.
func (x *Index) Checkpoint() error {
	if x.opts.Access != Write || x.opts.Run == "" {
		return nil
	}
	x.checkpoints++
	if err := x.checkpoint(); err != nil {
		return fmt.Errorf("index %s: %w", x.dir, err)
	}
	return nil
}

func (x *Index) checkpoint() error {
	if err := x.keep(); err != nil {
		return err
	}
	if x.covered > mostCovered {
		base := len(x.segments) - x.covered
		if err := x.mergeLatest(base); err != nil {
			return err
		}
		x.segments[len(x.segments)-1].unload()
		x.covered = len(x.segments) - base
	}
	x.sealed = x.sealedMemory()
	v, err := x.save()
	if err != nil {
		return err
	}
	x.manifest.Pending = slices.DeleteFunc(x.manifest.Pending, func(p pending) bool {
		return int64(p.Checkpoints) < x.safe.Load()
	})
	x.manifest.Pending = append(x.manifest.Pending, pending{x.checkpoints, v})
	return x.publish()
}

// Saved says that what the run wrote is safe up to checkpoint n, so that it will
// not go on from an earlier one. It is safe for concurrent use.
func (x *Index) Saved(n int) { x.safe.Store(int64(n)) }

// Commit completes the run: what was added is part of the index.
func (x *Index) Commit() error {
	if x.opts.Access != Write {
		return nil
	}
	err := x.seal()
	var v view
	if err == nil {
		v, err = x.save()
	}
	if err == nil {
		x.manifest.Committed, x.manifest.Pending = v, nil
		err = x.publish()
	}
	if err != nil {
		return fmt.Errorf("index %s: %w", x.dir, err)
	}
	return nil
}

// publish makes the manifest last, and removes what it has no use for.
func (x *Index) publish() error {
	if err := x.manifest.write(x.dir); err != nil {
		return err
	}
	x.manifest.removeLeftovers(x.dir)
	return nil
}

// save makes the segments and all texts last, and returns what the index holds.
func (x *Index) save() (view, error) {
	v := view{Run: x.run, Paragraphs: x.paragraphs}
	if err := x.texts.flush(0); err != nil {
		return v, err
	}
	for _, s := range x.segments {
		if err := s.sync(); err != nil {
			return v, err
		}
		v.Segments = append(v.Segments, s.info)
	}
	for _, f := range x.texts.files {
		if err := f.sync(); err != nil {
			return v, err
		}
		v.Texts = append(v.Texts, f.textInfo)
	}
	return v, nil
}

// Close lets go of the files. What was added and neither committed nor part of a
// checkpoint is lost.
func (x *Index) Close() {
	x.closeFiles()
	x.texts.free()
	x.recent.free()
	x.reserved.free()
	if x.lock != nil {
		_ = x.lock.Close() // the process will end, or does not need it
	}
	for _, name := range x.temporary {
		os.Remove(name)
	}
	x.temporary = nil
}

func (x *Index) closeFiles() {
	for _, s := range x.segments {
		s.close()
	}
	for _, f := range x.texts.files {
		f.file.Close()
	}
	x.segments, x.texts.files = nil, nil
}

// A Reader finds paragraphs of an index. One goroutine uses it at a time.
type Reader struct {
	index *Index
	block []byte
	found []uint8
	text  window

	document uint64 // that was asked for last, if one was, and its name
	name     string
	named    bool

	waited uint64 // of no use but to the compiler, which must not do without
}

// Reader returns a reader of the index. While paragraphs are added, it is to be
// used by the goroutine that adds them.
func (x *Index) Reader() *Reader {
	return &Reader{index: x, block: make([]byte, blockBytes)}
}

// Touch makes ready to find keys soon, perhaps many at once.
func (r *Reader) Touch(keys []uint64) {
	x := r.index
	waited := x.recent.touch(keys)
	for _, s := range x.asked() {
		waited |= s.touch(keys)
	}
	r.waited = waited
}

// asked returns the segments that hold what is not in memory.
func (x *Index) asked() []*segment { return x.segments[:len(x.segments)-x.covered] }

// Find appends to ids the first [PerKey] paragraphs that have each of the keys,
// in no order. The id of a later paragraph is greater.
func (r *Reader) Find(ids, keys []uint64) ([]uint64, error) {
	x := r.index
	r.found = r.found[:0]
	if segments := x.asked(); len(segments) > 0 {
		r.found = append(r.found, make([]uint8, len(keys))...)
		for _, s := range segments {
			var err error
			if ids, err = s.findAll(ids, keys, r.found, r.block); err != nil {
				return ids, fmt.Errorf("index %s: %w", x.dir, err)
			}
		}
	}
	before := len(ids)
	ids = x.recent.find(ids, keys, r.found)
	for i := before; i < len(ids); i++ {
		ids[i] = x.position(ids[i])
	}
	return ids, nil
}

// A Paragraph is what an index knows of one.
type Paragraph struct {
	Text     []byte // to be read only, and before anything else is asked for or added
	Document uint64 // the id of the document it stands in
	Offset   int64  // in the source of that
}

// Paragraph returns the paragraph of an id that Find gave.
func (r *Reader) Paragraph(id uint64) (Paragraph, error) {
	rec, err := r.index.texts.read(id, &r.text)
	if err != nil {
		return Paragraph{}, fmt.Errorf("index %s: %w", r.index.dir, err)
	}
	return Paragraph{rec.text, id - rec.back, rec.offset}, nil
}

// Document returns the name of a document, and whether it is the one that was
// entered last.
func (r *Reader) Document(id uint64) (name string, last bool, err error) {
	x := r.index
	last = x.entered && id == x.document
	if !r.named || id != r.document {
		rec, err := x.texts.read(id, &r.text)
		if err != nil {
			return "", false, fmt.Errorf("index %s: %w", x.dir, err)
		}
		r.document, r.name, r.named = id, string(rec.text), true
	}
	return r.name, last, nil
}
