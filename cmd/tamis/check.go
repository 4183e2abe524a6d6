package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"tamis/pipeline"
)

// A checkSink says which documents cleaning would change.
type checkSink struct {
	out     io.Writer
	diff    bool
	colours colours
	layout  pipeline.Layout

	before, after strings.Builder // of the document so far
	changed       bool            // something was found to change
}

// check is the action of "tamis check", and of "tamis clean --diff".
func (t *tool) check(c *cli.Context) error {
	job, err := t.newJob(c, nil)
	if err != nil {
		return err
	}
	out := t.outputs.standard(t.stdout)
	s := &checkSink{out: out, diff: c.Bool("diff"), colours: t.colours(c)}
	err = t.eachDocument(c, job, out, func(doc *pipeline.Document, o *origin) error {
		s.add(doc, o)
		return nil
	})
	if err == nil && s.changed {
		err = &exitError{exitChanges, nil}
	}
	return err
}

// add looks at a document, or a section of one, and tells of it with its last.
func (s *checkSink) add(doc *pipeline.Document, o *origin) {
	if doc.Section == 0 {
		s.before.Reset()
		s.after.Reset()
		s.layout = o.layout(doc)
	}
	for piece := range s.layout.Pieces(doc) {
		s.before.WriteString(piece.Source)
		s.after.WriteString(piece.Text)
	}
	if !doc.Last || s.before.String() == s.after.String() {
		return
	}
	s.changed = true
	if !s.diff {
		fmt.Fprintf(s.out, "%s\n", printable(doc.ID))
		return
	}
	s.colours.diff(s.out, doc.ID, doc.ID+" (clean)", s.before.String(), s.after.String())
}
