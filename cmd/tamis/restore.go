package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"tamis/pipeline/audit"
	"tamis/pipeline/format"
	"tamis/pipeline/format/record"
)

// restore is the action of "tamis restore".
func (t *tool) restore(c *cli.Context) error {
	if c.Args().Len() > 1 {
		return misuse("give one clean file, one folder of them, or nothing for the standard input")
	}
	if c.String("audit") == "" {
		return misuse("give --audit FILE, the audit of the run to undo")
	}
	file, err := os.Open(c.String("audit"))
	if err != nil {
		return &exitError{exitIO, err}
	}
	defer file.Close()
	log, err := format.Decompress(file)
	if err != nil {
		return &exitError{exitIO, fmt.Errorf("read %s: %w", file.Name(), err)}
	}
	r := &restoration{t: t, clean: c.Args().First(), output: c.String("output"), opened: map[string]io.Reader{}, made: map[string]bool{}}
	r.folder = isDir(r.output) || strings.HasSuffix(r.output, string(filepath.Separator)) || r.output != "" && isDir(r.clean)
	err = audit.Restore(log, r.open, r.create)
	if err == nil {
		err = r.leftOver()
	}
	return errors.Join(err, r.close(err == nil))
}

func isDir(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// A restoration knows where clean texts are and where the restored ones go.
type restoration struct {
	t      *tool
	clean  string // a file, a folder, or empty for the standard input
	output string // a file, a folder, or empty for the standard output
	folder bool   // output is one
	opened map[string]io.Reader
	made   map[string]bool // files in the output folder
	out    *output

	// The table that is being restored, if it is one, and how the next is made.
	table     *table
	makeTable func(io.Writer) (*table, error)
}

// cleanName returns where the clean text of an input is.
func (r *restoration) cleanName(in audit.Input) (string, error) {
	if !isDir(r.clean) {
		return r.clean, nil
	}
	place := string(in.Place)
	if place == "" {
		place = filepath.Base(string(in.Output))
	}
	if !filepath.IsLocal(place) {
		return "", fmt.Errorf("restore %s: the audit names a place outside the folder", in.Name)
	}
	return filepath.Join(r.clean, place), nil
}

// open returns the clean text of an input. Inputs that were written to one
// output are read from it one after the other.
func (r *restoration) open(in audit.Input) (io.Reader, error) {
	name, err := r.cleanName(in)
	if err != nil {
		return nil, err
	}
	if f := formatOf(in.Format); f != nil && f.table != nil {
		return r.openTable(f.table, name, record.Fields{Text: in.Fields})
	}
	if opened := r.opened[name]; opened != nil {
		return opened, nil
	}
	raw, err := openNamed(cmp.Or(name, stdinName), r.t.stdin)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		// Nothing was written of a document that was left out. If there should be
		// something, this is said when it is read.
		return missing{err}, nil
	case err != nil:
		return nil, &exitError{exitIO, err}
	}
	clean, err := format.Decompress(raw)
	if err != nil {
		return nil, &exitError{exitIO, fmt.Errorf("read %s: %w", name, err)}
	}
	r.opened[name] = clean
	return clean, nil
}

// missing is a file that is not there.
type missing struct{ err error }

func (m missing) Read([]byte) (int, error) { return 0, &exitError{exitIO, m.err} }

// openTable returns the clean texts of a table, and makes ready to restore it.
func (r *restoration) openTable(f *tableFormat, name string, fields record.Fields) (io.Reader, error) {
	opened, err := openNamed(name, r.t.stdin)
	if err != nil {
		return nil, &exitError{exitIO, err}
	}
	file, size, err := wholeFile(opened)
	if err != nil {
		return nil, &exitError{exitIO, fmt.Errorf("read %s: %w", name, err)}
	}
	r.makeTable = func(w io.Writer) (*table, error) {
		made, err := f.writer(w, file, size, fields)
		return &table{made, file}, err
	}
	return f.texts(name, file, size, fields), nil
}

// create returns what the input is restored to.
func (r *restoration) create(in audit.Input) (io.Writer, error) {
	if err := r.endTable(); err != nil {
		return nil, err
	}
	out, err := r.createOutput(in)
	if err != nil || r.makeTable == nil {
		return out, err
	}
	r.table, err = r.makeTable(out)
	r.makeTable = nil
	return r.table, err
}

func (r *restoration) endTable() error {
	if r.table == nil {
		return nil
	}
	err := errors.Join(r.table.Close(), r.table.source.Close())
	r.table = nil
	return err
}

// createOutput returns the file that the input is restored to.
func (r *restoration) createOutput(in audit.Input) (*output, error) {
	if r.out != nil && !r.folder {
		return r.out, nil
	}
	if err := r.close(true); err != nil {
		return nil, err
	}
	var err error
	switch {
	case r.output == "" || r.output == stdinName:
		r.out = r.t.outputs.standard(r.t.stdout)
		return r.out, nil
	case !r.folder:
		r.out, err = r.t.outputs.create(r.output, false)
		return r.out, err
	}
	// A name in an audit is somebody's word: it must not lead outside.
	place := string(in.Place)
	if place == "" {
		place = filepath.Base(string(in.Name))
	}
	if !filepath.IsLocal(place) || r.made[place] {
		return nil, misuse("%s can't be restored below %s: the place %q is taken, or outside", in.Name, r.output, place)
	}
	r.made[place] = true
	r.out, err = r.t.outputs.create(filepath.Join(r.output, place), false)
	return r.out, err
}

// leftOver returns an error if clean text is left that the audit tells nothing of.
func (r *restoration) leftOver() error {
	for name, opened := range r.opened {
		if n, _ := io.ReadFull(opened, make([]byte, 1)); n > 0 {
			return fmt.Errorf("restore %s: %w: it goes on", name, audit.ErrMismatch)
		}
	}
	return nil
}

func (r *restoration) close(whole bool) error {
	if r.out == nil {
		return nil
	}
	err := r.endTable()
	err = errors.Join(err, r.out.close(whole && err == nil))
	r.out = nil
	return err
}
