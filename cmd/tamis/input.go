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
	"sync/atomic"

	"github.com/bmatcuk/doublestar/v4"

	"tamis/pipeline/format"
	"tamis/pipeline/format/record"
	"tamis/pipeline/format/utf"
)

// An input is a file, or the standard input, that is read once.
type input struct {
	name     string // as the user may call it; "-" is the standard input
	relative string // the place of its output in an output folder
	size     int64  // in bytes; 0 if not known
	folder   bool   // found in a folder that was named
	pattern  bool   // found by a pattern
	stdin    io.Reader

	// Known once it is open.
	records  *recordFormat // nil for text
	fields   record.Fields
	encoding utf.Encoding
}

// place returns where the output of the input goes in a folder. What can't be
// compressed again is written plain.
func (in *input) place() string {
	if _, compression := format.Extension(in.relative); !format.Writes(compression) {
		return strings.TrimSuffix(in.relative, filepath.Ext(in.relative))
	}
	return in.relative
}

// stdinName is what the standard input is called.
const stdinName = "-"

// findInputs returns the inputs that the arguments name: files, folders with
// all that is in them, patterns with *, ? and **, and "-" or nothing for the
// standard input.
//
// From names a file that lists further names, one a line or each ended by a NUL;
// "-" is the standard input.
func (t *tool) findInputs(args []string, from string) ([]*input, error) {
	listed, err := t.listed(from)
	if err != nil {
		return nil, err
	}
	if len(args) == 0 && from == "" {
		if isTerminal(t.stdin) {
			return nil, misuse("no input: name a file, or pipe a text in (tamis --help)")
		}
		args = []string{stdinName}
	}
	var inputs []*input
	for _, arg := range args {
		if arg == stdinName {
			inputs = append(inputs, &input{name: stdinName, stdin: t.stdin})
			continue
		}
		found, err := t.findFiles(arg)
		if err != nil {
			return nil, &exitError{exitIO, err}
		}
		inputs = append(inputs, found...)
	}
	for _, name := range listed {
		found, err := t.findFiles(name)
		if err != nil {
			return nil, &exitError{exitIO, err}
		}
		// A list is of files from here and there, of which many may be of the
		// same name: they keep their folders.
		if local := filepath.Clean(name); len(found) == 1 && filepath.IsLocal(local) && found[0].name == name {
			found[0].relative = local
		}
		inputs = append(inputs, found...)
	}
	return inputs, nil
}

// listed returns the names that the file from lists.
func (t *tool) listed(from string) ([]string, error) {
	if from == "" {
		return nil, nil
	}
	file, err := openNamed(from, t.stdin)
	if err != nil {
		return nil, &exitError{exitIO, err}
	}
	defer file.Close()
	data, err := io.ReadAll(file)
	if err != nil {
		return nil, &exitError{exitIO, fmt.Errorf("read %s: %w", from, err)}
	}
	separator := "\n"
	if strings.Contains(string(data), "\x00") {
		separator = "\x00"
	}
	var names []string
	for name := range strings.SplitSeq(string(data), separator) {
		if separator == "\n" {
			name = strings.TrimSuffix(name, "\r")
		}
		switch {
		case name == "":
		case name == stdinName && from == stdinName:
			return nil, misuse("--files-from -: the list can't name the standard input, which it comes from")
		default:
			names = append(names, name)
		}
	}
	return names, nil
}

// findFiles returns the files that one argument names.
func (t *tool) findFiles(arg string) ([]*input, error) {
	info, err := os.Stat(arg)
	switch {
	case err == nil && info.IsDir():
		return t.walk(arg)
	case err == nil:
		return []*input{{name: arg, relative: filepath.Base(arg), size: regularSize(info)}}, nil
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	base, _ := doublestar.SplitPattern(filepath.ToSlash(arg))
	names, globErr := doublestar.FilepathGlob(arg, doublestar.WithFilesOnly(), doublestar.WithNoHidden(), doublestar.WithNoFollow())
	if globErr != nil || len(names) == 0 {
		return nil, fmt.Errorf("%s: no such file or folder, and no command of that name", arg)
	}
	slices.Sort(names)
	var inputs []*input
	for _, name := range names {
		relative, err := filepath.Rel(filepath.FromSlash(base), name)
		if err != nil {
			return nil, err
		}
		info, err := os.Stat(name)
		if err != nil {
			t.warn("%v", err) // a link to nothing
			continue
		}
		inputs = append(inputs, &input{name: name, relative: relative, size: regularSize(info), pattern: true})
	}
	return inputs, nil
}

// walk returns the regular files under root, in lexical order. Files and folders
// whose names begin with a dot are passed over, and so are the backups of files
// that are there, and links to folders, which may lead in a circle.
func (t *tool) walk(root string) ([]*input, error) {
	var inputs []*input
	// With a separator after it, a link to a folder is that folder.
	err := filepath.WalkDir(root+string(filepath.Separator), func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		if relative != "." && entry.Name()[0] == '.' {
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if entry.IsDir() {
			return nil
		}
		info, err := os.Stat(name) // of what a link points to
		switch {
		case err != nil && (entry.Type()&fs.ModeSymlink != 0 || errors.Is(err, fs.ErrNotExist)):
			t.warn("%v", err) // a link to nothing
			return nil
		case err != nil:
			return err
		}
		switch {
		case info.IsDir():
			t.warn("%s: a link to a folder is not followed", name)
		case isBackup(name):
		case info.Mode().IsRegular():
			inputs = append(inputs, &input{name: filepath.Clean(name), relative: relative, size: info.Size(), folder: true})
		}
		return nil
	})
	return inputs, err
}

// isBackup reports whether name is what --backup made of another file, or what a
// run that failed has left of one.
func isBackup(name string) bool {
	original, ok := strings.CutSuffix(name, backupSuffix)
	if !ok {
		original, ok = strings.CutSuffix(name, partialSuffix)
	}
	if !ok {
		return false
	}
	_, err := os.Lstat(original)
	return err == nil
}

func regularSize(info fs.FileInfo) int64 {
	if info.Mode().IsRegular() {
		return info.Size()
	}
	return 0
}

// open opens the input and finds out its format and encoding. Read counts the
// bytes as they are read, before they are decompressed.
func (in *input) open(wanted string, fields record.Fields, read *atomic.Int64) (*bufio.Reader, io.Closer, error) {
	raw, err := openNamed(in.name, in.stdin)
	if err != nil {
		return nil, nil, err
	}
	r, encoding, err := format.NewReader(&countingReader{raw, read})
	if err != nil {
		raw.Close()
		return nil, nil, fmt.Errorf("read %s: %w", in.name, err)
	}
	in.encoding, in.fields, in.records = encoding, fields, formatOf(wanted)
	if wanted == formatAuto {
		in.records = sniff(in.name, r, fields)
	}
	return r, raw, nil
}

// openNamed opens the file of a name, or stands for the standard input, which
// stays open for whoever names it again.
func openNamed(name string, stdin io.Reader) (io.ReadCloser, error) {
	if name != stdinName {
		return os.Open(name)
	}
	if file, ok := stdin.(*os.File); ok {
		return leftOpen{file}, nil
	}
	return io.NopCloser(stdin), nil
}

// leftOpen is a file that others go on reading.
type leftOpen struct{ *os.File }

func (leftOpen) Close() error { return nil }

// A seekableFile can be read at any place, as a table must be.
type seekableFile interface {
	io.ReaderAt
	io.Closer
	Stat() (fs.FileInfo, error)
}

// wholeFile returns the file that f is, and its size.
func wholeFile(f io.Closer) (seekableFile, int64, error) {
	if file, ok := f.(seekableFile); ok {
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			return file, info.Size(), nil
		}
	}
	return nil, 0, errors.New("a file of this format can't be read from a pipe; name the file")
}

// format returns the name of the input's format.
func (in *input) format() string {
	if in.records == nil {
		return formatText
	}
	return in.records.names[0]
}

// members reports whether each record is to be a member of a compressed file.
func (in *input) members() bool { return in.records != nil && in.records.members }

// table returns the format of a table, nil if the input is none.
func (in *input) table() *tableFormat {
	if in.records == nil {
		return nil
	}
	return in.records.table
}

type countingReader struct {
	r io.Reader
	n *atomic.Int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

type countingReaderAt struct {
	r io.ReaderAt
	n *atomic.Int64
}

func (c *countingReaderAt) ReadAt(p []byte, at int64) (int, error) {
	n, err := c.r.ReadAt(p, at)
	c.n.Add(int64(n))
	return n, err
}
