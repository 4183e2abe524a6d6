package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tamis/pipeline/audit"
	"tamis/pipeline/durable"
	"tamis/pipeline/format"
)

// outputs are the files being written. Each is written beside its place under a
// temporary name and renamed when it is whole and on the disk, so that what has
// its name is whole even after a power cut.
type outputs struct {
	ledger *ledger // of the job that they are of; may be nil
	gather bool    // many files are to come: those that are whole wait for others

	mu      sync.Mutex
	open    map[*output]bool
	waiting []placement // whole files that do not have their names yet
	weight  int64       // in bytes, of those
}

// An output is a file being written, or the standard output.
type output struct {
	name string
	set  *outputs
	file *os.File    // nil for the standard output
	temp string      // empty if the file is written in place, as a device is
	old  fs.FileInfo // of the file that is replaced; nil if there is none
	keep string      // where the file that is replaced goes, if anywhere

	inPlace bool // the file is the same one, cleaned: it keeps its time too

	compressed io.WriteCloser
	buffer     *bufio.Writer
	members    int   // ended so far
	dirty      bool  // something was written since
	err        error // of ending a member
}

// backupSuffix follows the name of a file that was replaced and kept.
const backupSuffix = ".bak"

// partialSuffix follows the name of a file that is not whole.
const partialSuffix = ".partial"

// standard returns an output that writes to w and does not close it.
func (s *outputs) standard(w io.Writer) *output {
	o := &output{name: stdinName, set: s, compressed: nopCloser{w}}
	o.buffer = bufio.NewWriterSize(o.compressed, 64<<10)
	return o
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// create returns an output that will be the file name, compressed as its
// extension says. What stands there is replaced, and with backup kept beside it
// as NAME.bak.
func (s *outputs) create(name string, backup bool) (*output, error) {
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real
	}
	o := &output{name: name, set: s}
	var err error
	if backup {
		o.keep = name + backupSuffix
		if _, err := os.Lstat(o.keep); err == nil {
			return nil, misuse("%s is there already; move it away before another backup is made", o.keep)
		}
	}
	switch info, statErr := os.Stat(name); {
	case statErr == nil && !info.Mode().IsRegular():
		o.file, err = os.OpenFile(name, os.O_WRONLY, 0)
	case statErr != nil && !errors.Is(statErr, fs.ErrNotExist):
		err = statErr
	case statErr == nil:
		o.old = info
		fallthrough
	default:
		if err = os.MkdirAll(filepath.Dir(name), 0o777); err == nil {
			o.file, err = s.createTemp(name)
		}
		if err == nil {
			o.temp = o.file.Name()
		}
	}
	if err != nil {
		return nil, &exitError{exitIO, fmt.Errorf("create %s: %w", name, err)}
	}
	_, compression := format.Extension(name)
	if o.compressed, err = format.Compress(o.file, compression); err != nil {
		o.file.Close()
		os.Remove(o.temp)
		return nil, misuse("%s: %v", name, err)
	}
	if at, err := o.file.Seek(0, io.SeekCurrent); err == nil && at > 0 {
		o.members = 1 // of the part of the job that was done before
	}
	o.buffer = writers.Get().(*bufio.Writer)
	o.buffer.Reset(o.compressed)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		s.open = make(map[*output]bool)
	}
	s.open[o] = true
	return o, nil
}

// writers are buffers that are used again: many outputs are small.
var writers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 64<<10) }}

// createTemp creates a file beside name.
func (s *outputs) createTemp(name string) (*os.File, error) {
	if s.ledger != nil {
		return s.ledger.create(name)
	}
	dir, base := filepath.Split(name)
	for i := 0; ; i++ {
		// Names have at most 255 bytes on most systems.
		temp := filepath.Join(dir, fmt.Sprintf(".%s.tamis-%d-%d", base[:min(len(base), 200)], os.Getpid(), i))
		f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

func (o *output) Write(p []byte) (int, error) {
	o.dirty = o.dirty || len(p) > 0
	return o.buffer.Write(p)
}

// WriteString writes s without copying it first.
func (o *output) WriteString(s string) (int, error) {
	o.dirty = o.dirty || s != ""
	return o.buffer.WriteString(s)
}

// endMember ends a member of a gzip file, or a frame of a Zstandard file, so that
// what follows can be read without it. A failure shows when o is flushed.
func (o *output) endMember() {
	r, ok := o.compressed.(interface{ Reset(io.Writer) })
	if !ok || !o.dirty {
		return
	}
	if o.err = errors.Join(o.err, o.buffer.Flush(), o.compressed.Close()); o.err == nil {
		r.Reset(o.file)
		o.buffer.Reset(o.compressed)
		o.members, o.dirty = o.members+1, false
	}
}

// flush hands on what was written so far. It returns the first error of any write.
func (o *output) flush() error { return o.failed(cmp.Or(o.err, o.buffer.Flush())) }

// close ends the output. If whole, it takes its place; if not, what there is of
// it is kept as NAME.partial.
func (o *output) close(whole bool) error {
	err := cmp.Or(o.err, o.buffer.Flush())
	if o.dirty || o.members == 0 {
		err = cmp.Or(err, o.compressed.Close())
	}
	if o.file == nil {
		return o.failed(err)
	}
	writers.Put(o.buffer)
	defer o.set.forget(o)
	if o.temp == "" {
		return o.failed(errors.Join(err, o.file.Close()))
	}
	if o.old != nil {
		err = errors.Join(err, o.likeOld())
	}
	size, _ := o.file.Seek(0, io.SeekCurrent) // an estimate will do
	err = errors.Join(err, o.file.Close())
	if o.inPlace && o.old != nil && err == nil {
		err = os.Chtimes(o.temp, time.Time{}, o.old.ModTime())
	}
	if ledger := o.set.ledger; ledger != nil && ledger.stopping && !whole {
		return o.failed(err)
	}
	if err == nil {
		err = o.place(whole, size)
	}
	if err != nil && o.set.ledger == nil { // a job goes on with it
		os.Remove(o.temp)
	}
	return o.failed(err)
}

// sync makes what was written so far last, and returns how long each file is
// then. What comes after can be read without it.
func (s *outputs) sync() ([]savedOutput, error) {
	var saved []savedOutput
	for o := range s.open {
		if o.temp == "" {
			continue
		}
		o.endMember()
		if err := o.flush(); err != nil {
			return nil, err
		}
		size, err := o.file.Seek(0, io.SeekCurrent)
		if err = errors.Join(err, o.file.Sync()); err != nil {
			return nil, o.failed(err)
		}
		saved = append(saved, savedOutput{audit.Bytes(o.name), size})
	}
	slices.SortFunc(saved, func(a, b savedOutput) int { return strings.Compare(string(a.Name), string(b.Name)) })
	return saved, nil
}

// discard ends the output and leaves no file. What stands in its place, which was
// to be replaced, stays.
func (o *output) discard() error {
	if o.temp == "" {
		return o.close(true)
	}
	defer o.set.forget(o)
	return o.failed(errors.Join(o.file.Close(), os.Remove(o.temp)))
}

// discardAll ends every file and leaves none, but for those that a job may go on
// with.
func (s *outputs) discardAll() {
	for o := range s.open {
		if s.ledger != nil {
			_ = o.file.Close() // there is an error already
		} else {
			_ = o.discard()
		}
	}
}

// place gives the file that was written, which has that size, its name, or will
// do so soon.
func (o *output) place(whole bool, size int64) error {
	if !whole {
		return os.Rename(o.temp, o.name+partialSuffix)
	}
	s := o.set
	s.waiting = append(s.waiting, placement{audit.Bytes(o.temp), audit.Bytes(o.name), audit.Bytes(o.keep)})
	s.weight += size + blockBytes
	if s.ledger != nil || s.gather && s.weight < gatherBytes {
		return nil
	}
	return s.settle()
}

// gatherBytes is how much waits to be put on the disk together. To wait for the
// disk after each of many small files takes ten times as long as to clean them.
const gatherBytes = 16 << 20

// blockBytes is what the smallest file takes on a disk.
const blockBytes = 4 << 10

// settle gives the whole files that wait their names.
func (s *outputs) settle() error {
	files := s.waiting
	s.waiting, s.weight = nil, 0
	errs := syncAll(files)
	for i, p := range files {
		if errs[i] == nil {
			errs[i] = p.place()
		}
		if errs[i] != nil {
			os.Remove(string(p.Temp))
			errs[i] = &exitError{exitIO, fmt.Errorf("write %s: %w", p.Name, withoutPath(errs[i]))}
		}
	}
	return errors.Join(append(errs, syncFolders(files))...)
}

// A placement gives a file that is whole its name.
type placement struct {
	Temp audit.Bytes `json:"temp"`
	Name audit.Bytes `json:"name"`
	Keep audit.Bytes `json:"keep,omitempty"` // where what stands there goes
}

func (p placement) place() error {
	kept := false
	if len(p.Keep) > 0 {
		// If it is there, this was done before the job was killed.
		err := os.Link(string(p.Name), string(p.Keep))
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("keep the old file: %w", err)
		}
		kept = err == nil
	}
	err := os.Rename(string(p.Temp), string(p.Name))
	if err != nil && kept {
		os.Remove(string(p.Keep)) // or another run would take it for the backup of an earlier one
	}
	return err
}

// syncAll makes files last that don't have their names yet, several at a time,
// since the disk does many at once about as fast as one. It returns an error for
// each.
func syncAll(files []placement) []error {
	errs := make([]error, len(files))
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(len(files), 16) {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(files); i = int(next.Add(1)) - 1 {
				errs[i] = durable.SyncFile(string(files[i].Temp))
			}
		})
	}
	group.Wait()
	return errs
}

// syncFolders makes the names of files last.
func syncFolders(files []placement) error {
	var errs []error
	synced := make(map[string]bool)
	for _, p := range files {
		if dir := filepath.Dir(string(p.Name)); !synced[dir] {
			synced[dir] = true
			errs = append(errs, durable.SyncFolder(dir))
		}
	}
	return errors.Join(errs...)
}

// withoutPath returns the cause of an error without the name of a temporary file,
// which helps nobody.
func withoutPath(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

func (o *output) failed(err error) error {
	var exit *exitError
	if err == nil || errors.As(err, &exit) {
		return err
	}
	name := o.name
	if o.file == nil {
		name = "the standard output"
	}
	return &exitError{exitIO, fmt.Errorf("write %s: %w", name, withoutPath(err))}
}

func (s *outputs) forget(o *output) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, o)
}

// abandon ends every file at once, whole or not. The goroutine that writes them
// waits for input, or it would have ended them itself.
func (s *outputs) abandon() {
	s.mu.Lock()
	var open []*output
	for o := range s.open {
		open = append(open, o)
	}
	if s.ledger != nil {
		s.ledger.stopping = true
	}
	s.mu.Unlock()
	for _, o := range open {
		_ = o.close(false) // the exit status says it all
	}
	if s.ledger == nil {
		_ = s.settle()
	}
}
