package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"tamis/pipeline/format"
)

// What to do with a record that can't be read or cleaned.
const (
	onErrorSkip = "skip"
	onErrorKeep = "keep"
	onErrorFail = "fail"
)

// cleanOptions say what becomes of clean documents.
type cleanOptions struct {
	output               string
	inPlace, backup      bool
	dryRun, annotate     bool
	onError              string
	audit, stats         string
	rejectsTo, droppedTo string
	toFolder             bool
	several              bool   // inputs
	separator            string // of documents of text
	filter               filter
}

// newCleanOptions returns what the flags of c say of the output.
func newCleanOptions(c *cli.Context, inputs []*input) (*cleanOptions, error) {
	o := &cleanOptions{
		output: c.String("output"), inPlace: c.Bool("in-place"), backup: c.Bool("backup"),
		dryRun: c.Bool("dry-run"), annotate: c.Bool("annotate"), onError: c.String("on-error"),
		audit: c.String("audit"), stats: c.String("stats"), rejectsTo: c.String("rejects"),
		droppedTo: c.String("emit-dropped"),
	}
	o.several = len(inputs) > 1
	var err error
	if o.separator, err = parseSeparator(c.String("separator")); err != nil {
		return nil, misuse("--separator %v", err)
	}
	if o.filter, err = newFilter(c); err != nil {
		return nil, err
	}
	switch {
	case !slices.Contains([]string{onErrorSkip, onErrorKeep, onErrorFail}, o.onError):
		return nil, misuse("--on-error %s: give skip, keep or fail", o.onError)
	case o.inPlace && o.output != "":
		return nil, misuse("give one of --in-place and --output")
	case o.inPlace && o.filter.active():
		return nil, misuse("--keep-lang, --min-chars and --min-paragraphs leave documents out, and a file can't be left out of its own place")
	case o.backup && !o.inPlace:
		return nil, misuse("--backup goes with --in-place")
	}
	if o.output == stdinName || o.output == "/dev/stdout" {
		o.output = ""
	}
	o.toFolder = o.output != "" && isFolder(o.output, inputs)
	return o, o.claim(inputs)
}

// target returns the file that in is written to, empty for the standard output.
func (o *cleanOptions) target(in *input) string {
	switch {
	case o.inPlace:
		return in.name
	case o.toFolder:
		return filepath.Join(o.output, in.place())
	}
	return o.output
}

// claim makes sure that no two files to be written are the same, and that none
// of them is an input, unless that is what was asked for.
func (o *cleanOptions) claim(inputs []*input) error {
	claimed := make(map[string]string) // what a file is used for
	paths := newPaths()
	for _, in := range inputs {
		switch {
		case in.name != stdinName:
			claimed[paths.real(in.name)] = "an input"
		case o.inPlace || o.toFolder:
			return misuse("the standard input has no place in a folder; write it with -o FILE")
		}
	}
	claim := func(name, use string) error {
		if name == "" || paths.isDevice(name) {
			return nil
		}
		real := paths.real(name)
		if other := claimed[real]; other != "" {
			return misuse("%s is %s and %s; tamis writes over an input only with --in-place, and over nothing twice", name, other, use)
		}
		claimed[real] = use
		return nil
	}
	var errs []error
	for i, in := range inputs {
		if o.inPlace {
			if _, compression := format.Extension(in.name); !format.Writes(compression) {
				errs = append(errs, misuse("%s can't be written in place: tamis reads %s, and does not write it", in.name, compression))
			}
		} else if i == 0 || o.toFolder {
			errs = append(errs, claim(o.target(in), "the output of "+in.name))
		}
	}
	errs = append(errs, claim(o.audit, "the audit"), claim(o.stats, "the statistics"), claim(o.rejectsTo, "the rejects"), claim(o.droppedTo, "what is dropped"))
	for _, err := range errs {
		if err != nil {
			return err // one is enough
		}
	}
	return nil
}

// isFolder reports whether name, which is to hold what the inputs come to, is
// meant as a folder: it is one, or ends as one does, or a folder was named, or
// there are several inputs and it has no extension.
func isFolder(name string, inputs []*input) bool {
	if info, err := os.Stat(name); err == nil {
		return info.IsDir()
	}
	several := len(inputs) > 1 || slices.ContainsFunc(inputs, func(in *input) bool { return in.pattern })
	return strings.HasSuffix(name, string(filepath.Separator)) || several && filepath.Ext(name) == "" ||
		slices.ContainsFunc(inputs, func(in *input) bool { return in.folder })
}

// paths knows files by their real names. It asks for each folder once.
type paths struct{ dirs map[string]string }

func newPaths() *paths { return &paths{make(map[string]string)} }

// real returns an absolute name without links; of a file that is not there, the
// name that it would have.
func (p *paths) real(name string) string {
	if info, err := os.Lstat(name); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		if to, err := filepath.EvalSymlinks(name); err == nil {
			name = to
		}
	}
	dir, base := filepath.Split(name)
	known, ok := p.dirs[dir]
	if !ok {
		known = dir
		if abs, err := filepath.Abs(dir); err == nil {
			known = abs
		}
		if to, err := filepath.EvalSymlinks(known); err == nil {
			known = to
		}
		p.dirs[dir] = known
	}
	return filepath.Join(known, base)
}

// isDevice reports whether name is there and is neither a file nor a folder.
func (*paths) isDevice(name string) bool {
	info, err := os.Stat(name)
	return err == nil && !info.Mode().IsRegular() && !info.IsDir()
}
