package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/aymanbagabas/go-udiff"
	"github.com/urfave/cli/v2"

	"tamis/pipeline"
)

// A checkSink says which documents cleaning would change.
type checkSink struct {
	t       *tool
	out     io.Writer
	diff    bool
	colours colours
	layout  pipeline.Layout

	before, after strings.Builder // of the document so far
	changed       bool            // something was found to change
	err           error           // a document or an input that failed
	status        int             // for err
}

// check is the action of "tamis check", and of "tamis clean --diff".
func (t *tool) check(c *cli.Context) error {
	job, err := t.newJob(c, nil)
	if err != nil {
		return err
	}
	out := t.outputs.standard(t.stdout)
	s := &checkSink{t: t, out: out, diff: c.Bool("diff"), colours: t.colours(c)}
	err = t.runJob(c, job, func(docs []*pipeline.Document) error {
		for _, doc := range docs {
			s.add(doc)
		}
		return out.flush()
	})
	switch {
	case err != nil:
		return err
	case s.err != nil:
		return &exitError{s.status, nil}
	case s.changed:
		return &exitError{exitChanges, nil}
	}
	return nil
}

// add looks at a document, or a section of one, and tells of it with its last.
func (s *checkSink) add(doc *pipeline.Document) {
	o := doc.Origin.(*origin)
	if err := errors.Join(doc.Err, o.err); err != nil {
		s.t.complain(err)
		s.err, s.status = err, max(s.status, exitSetAside)
		if o.err != nil {
			s.status = exitIO
		}
	}
	if doc.Err != nil || o.end {
		return
	}
	if doc.Section == 0 {
		s.before.Reset()
		s.after.Reset()
		s.layout = pipeline.Layout{File: o.record == nil}
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
	text := udiff.Unified(doc.ID, doc.ID+" (clean)", s.before.String(), s.after.String())
	for line := range strings.Lines(text) {
		line, newline := strings.CutSuffix(line, "\n")
		line = printable(line)
		switch {
		case strings.HasPrefix(line, "+"):
			line = s.colours.added(line)
		case strings.HasPrefix(line, "-"):
			line = s.colours.removed(line)
		case strings.HasPrefix(line, "@"):
			line = s.colours.faint(line)
		}
		if newline {
			line += "\n"
		}
		io.WriteString(s.out, line)
	}
}
