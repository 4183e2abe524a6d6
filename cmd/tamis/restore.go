package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"tamis/pipeline/audit"
	"tamis/pipeline/format"
)

// restore is the action of "tamis restore".
func (t *tool) restore(c *cli.Context) error {
	if c.Args().Len() > 1 {
		return misuse("give one clean file, one folder of them, or nothing for the standard input")
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
	r := &restoration{t: t, clean: c.Args().First(), output: c.String("output"), opened: map[string]io.Reader{}}
	err = errors.Join(audit.Restore(log, r.open, r.create), r.leftOver())
	return errors.Join(err, r.close(err == nil))
}

// A restoration knows where clean texts are and where the restored ones go.
type restoration struct {
	t      *tool
	clean  string // a file, a folder, or empty for the standard input
	output string // a file, a folder, or empty for the standard output
	opened map[string]io.Reader
	files  []*os.File
	out    *output
}

// open returns the clean text of an input. Inputs that were written to one
// output are read from it one after the other.
func (r *restoration) open(in audit.Input) (io.Reader, error) {
	name := r.clean
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		name = filepath.Join(name, filepath.Base(in.Output))
		if local, err := filepath.Rel(r.clean, in.Output); err == nil && filepath.IsLocal(local) {
			name = filepath.Join(r.clean, local)
		}
	}
	if opened := r.opened[name]; opened != nil {
		return opened, nil
	}
	raw := r.t.stdin
	if name != "" && name != stdinName {
		file, err := os.Open(name)
		if err != nil {
			return nil, &exitError{exitIO, err}
		}
		r.files = append(r.files, file)
		raw = file
	}
	clean, err := format.Decompress(raw)
	if err != nil {
		return nil, &exitError{exitIO, fmt.Errorf("read %s: %w", name, err)}
	}
	r.opened[name] = clean
	return clean, nil
}

// create returns what the input is restored to.
func (r *restoration) create(in audit.Input) (io.Writer, error) {
	info, err := os.Stat(r.output)
	folder := err == nil && info.IsDir()
	if r.out != nil && !folder {
		return r.out, nil
	}
	if err := r.close(true); err != nil {
		return nil, err
	}
	switch {
	case r.output == "":
		r.out = r.t.outputs.standard(r.t.stdout)
		return r.out, nil
	case !folder:
		r.out, err = r.t.outputs.create(r.output, "")
		return r.out, err
	}
	// A name in an audit is somebody's word: it must not lead outside.
	name := filepath.Clean(in.Name)
	if !filepath.IsLocal(name) || name == stdinName {
		name = filepath.Base(name)
	}
	r.out, err = r.t.outputs.create(filepath.Join(r.output, name), "")
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
	err := r.out.close(whole)
	r.out = nil
	return err
}
