package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"tamis/pipeline/format"
)

// outputs are the files being written. Each is written beside its place under a
// temporary name and renamed when it is whole.
type outputs struct {
	ledger *ledger // of the job that they are of; may be nil

	mu   sync.Mutex
	open map[*output]bool
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
	members    int  // ended so far
	dirty      bool // something was written since
}

// backupSuffix follows the name of a file that was replaced and kept.
const backupSuffix = ".bak"

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
	o.buffer = bufio.NewWriterSize(o.compressed, 64<<10)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		s.open = make(map[*output]bool)
	}
	s.open[o] = true
	return o, nil
}

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
	if err := errors.Join(o.buffer.Flush(), o.compressed.Close()); err == nil {
		r.Reset(o.file)
		o.buffer.Reset(o.compressed)
		o.members, o.dirty = o.members+1, false
	}
}

// flush hands on what was written so far. It returns the first error of any write.
func (o *output) flush() error { return o.failed(o.buffer.Flush()) }

// close ends the output. If whole, it takes its place; if not, what there is of
// it is kept as NAME.partial.
func (o *output) close(whole bool) error {
	err := o.buffer.Flush()
	if o.dirty || o.members == 0 {
		err = errors.Join(err, o.compressed.Close())
	}
	if o.file == nil {
		return o.failed(err)
	}
	defer o.set.forget(o)
	if o.temp == "" {
		return o.failed(errors.Join(err, o.file.Close()))
	}
	if o.old != nil {
		// What is replaced must not be lost if the machine stops now. A new
		// file can be made again.
		err = errors.Join(err, o.likeOld(), o.file.Sync())
	}
	err = errors.Join(err, o.file.Close())
	if o.inPlace && err == nil {
		err = os.Chtimes(o.temp, time.Time{}, o.old.ModTime())
	}
	if ledger := o.set.ledger; ledger != nil && ledger.stopping && !whole {
		return o.failed(err)
	}
	if err == nil {
		err = o.place(whole)
	}
	if err != nil {
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
		saved = append(saved, savedOutput{o.name, size})
	}
	slices.SortFunc(saved, func(a, b savedOutput) int { return strings.Compare(a.Name, b.Name) })
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

// place gives the file that was written its name.
func (o *output) place(whole bool) error {
	if !whole {
		return os.Rename(o.temp, o.name+".partial")
	}
	if ledger := o.set.ledger; ledger != nil {
		ledger.whole = append(ledger.whole, placement{o.temp, o.name, o.keep})
		return nil
	}
	if o.keep != "" {
		if err := os.Link(o.name, o.keep); err != nil {
			return fmt.Errorf("keep the old file: %w", err)
		}
	}
	return os.Rename(o.temp, o.name)
}

func (o *output) failed(err error) error {
	if err == nil {
		return nil
	}
	name := o.name
	if o.file == nil {
		name = "the standard output"
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err // the name of a temporary file helps nobody
	}
	return &exitError{exitIO, fmt.Errorf("write %s: %w", name, err)}
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
}
