package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tamis/pipeline"
	"tamis/pipeline/audit"
	"tamis/pipeline/format/record"
)

// A cleanSink writes clean documents, one input after the other, and all that
// is to be known of them.
type cleanSink struct {
	t       *tool
	opts    *cleanOptions
	layout  pipeline.Layout
	summary audit.Summary

	ledger   *ledger // of the job; may be nil
	begun    bool    // the first input was, by another process
	in       *input  // that is being written
	out      *output // of in
	table    *table  // of in, if it is one
	pieces   []pipeline.Piece
	kept     []record.Stretch // of the texts of the record that is being gathered
	shared   *output          // where the texts of all inputs go, unless each has a file
	audit    *audit.Writer
	sidecar  []*output // the audit, and what was set aside
	rejects  *output
	dropped  *output // the paragraphs that were dropped, for whoever wants to look
	record   recordParts
	rewriter record.Rewriter
	left     *pipeline.Rule // why the text is left out, if it is
	failed   error          // the last input that could not be read to its end
}

// A recordParts gathers what the parts of one record come to.
type recordParts struct {
	parts []recordPart
	left  content
	marks *marks
	err   error
}

// A recordPart is a part of a record, of whose text doc is the last section.
type recordPart struct {
	*record.Record
	doc     *pipeline.Document
	edits   []audit.Edit
	changed bool

	// What is left of the text: stretches of it, or else what was written.
	kept []record.Stretch
	text strings.Builder

	paragraphs int // of all sections
}

// batch writes documents.
func (s *cleanSink) batch(docs []*pipeline.Document) error {
	for _, doc := range docs {
		o := doc.Origin.(*origin)
		if doc.Barrier {
			if err := s.checkpoint(doc, o.at); err != nil {
				return err
			}
			continue
		}
		if err := s.begin(o); err != nil {
			return err
		}
		if doc.Section == 0 {
			s.layout = o.layout(doc)
		}
		var err error
		switch {
		case o.end:
			err = s.end(o.in, o.err)
		case o.record != nil:
			err = s.addRecord(doc, o.record)
		default:
			err = s.addText(doc)
			doc.Done()
		}
		if err != nil {
			return err
		}
	}
	paragraphs := s.summary.Paragraphs()
	s.t.progress.files.Store(s.summary.Inputs)
	s.t.progress.kept.Store(paragraphs.Read - paragraphs.Dropped)
	s.t.progress.dropped.Store(paragraphs.Dropped)
	if s.out != nil && !s.opts.dryRun {
		return s.out.flush()
	}
	return nil
}

// begin makes the output of the input that o belongs to, if it is a new one.
func (s *cleanSink) begin(o *origin) error {
	// An input that could not even be opened has no output.
	if s.in == o.in || o.failed() {
		return nil
	}
	s.in = o.in
	s.t.note("%s", o.in.name)
	if s.opts.annotate && o.in.format() != "jsonl" {
		s.t.warn("%s: --annotate has no place for its remarks: the format is %s, not jsonl", o.in.name, o.in.format())
	}
	out, err := s.output(o.in)
	if err != nil {
		return err
	}
	s.out = out
	if o.in.table() != nil && !s.opts.dryRun {
		if err := s.beginTable(); err != nil {
			return err
		}
	}
	begun := s.begun
	if s.begun = false; s.audit == nil || begun {
		return nil
	}
	place, fields := "", []string(nil)
	if o.in.table() != nil {
		fields = o.in.fields.Text
	}
	if s.opts.toFolder {
		place = o.in.place()
	}
	return s.audit.Input(audit.Input{
		Name: audit.Bytes(o.in.name), Output: audit.Bytes(out.name), Place: audit.Bytes(place), Format: o.in.format(), Encoding: o.in.encoding,
		Fields: fields,
	})
}

// A table is the table that is being written.
type table struct {
	io.WriteCloser
	source io.Closer
}

// beginTable makes ready to write the table of in.
func (s *cleanSink) beginTable() error {
	if s.out == s.shared && s.summary.Inputs > 0 {
		return misuse("%s: a %s file can't follow another input in one output; write to a folder", s.in.name, s.in.format())
	}
	opened, err := openNamed(s.in.name, s.in.stdin)
	if err != nil {
		return err
	}
	source, size, err := wholeFile(opened)
	if err != nil {
		return err
	}
	w, err := s.in.table().writer(s.out, source, size, s.in.fields)
	if err != nil {
		return errors.Join(fmt.Errorf("read %s: %w", s.in.name, err), source.Close())
	}
	s.table = &table{w, source}
	return nil
}

// endTable ends the table that is being written, if one is.
func (s *cleanSink) endTable() error {
	if s.table == nil {
		return nil
	}
	err := errors.Join(s.table.Close(), s.table.source.Close())
	s.table = nil
	return err
}

// output returns where the clean text of in goes.
func (s *cleanSink) output(in *input) (*output, error) {
	switch {
	case s.shared != nil:
		return s.shared, nil
	case s.opts.inPlace:
		out, err := s.t.outputs.create(in.name, s.opts.backup)
		if err == nil {
			out.inPlace = true
		}
		return out, err
	}
	// The place comes from a walk or a pattern, and yet: never outside.
	if !filepath.IsLocal(in.place()) {
		return nil, misuse("%s would be written outside %s", in.name, s.opts.output)
	}
	return s.t.outputs.create(s.opts.target(in), false)
}

// checkpoint makes safe what was written before a barrier.
func (s *cleanSink) checkpoint(barrier *pipeline.Document, at position) error {
	if barrier.Err != nil {
		return &exitError{exitIO, barrier.Err}
	}
	if s.ledger == nil {
		return nil
	}
	at.Begun = s.in != nil
	var log audit.State
	if s.audit != nil {
		log = s.audit.State()
	}
	failed := ""
	if s.failed != nil {
		failed = s.failed.Error()
	}
	return s.ledger.checkpoint(at, &s.t.outputs, log, s.summary.Report(), failed)
}

// resume makes s go on where the job has come to.
func (s *cleanSink) resume(l *ledger) {
	s.ledger, s.begun = l, l.state.At.Begun
	s.summary.Resume(l.state.Summary)
	if l.state.Failed != "" {
		s.failed = errors.New(l.state.Failed)
	}
}

// end ends an input, which could be read to its end unless err is set.
func (s *cleanSink) end(in *input, err error) error {
	s.summary.Inputs++
	if errors.Is(err, fs.ErrNotExist) && s.in == nil {
		return s.vanished(in, err)
	}
	if err != nil {
		s.failed = err
		s.t.warn("%v", err)
	}
	out := s.out
	if tableErr := s.endTable(); err == nil && tableErr != nil {
		return &exitError{exitIO, fmt.Errorf("write %s: %w", s.in.name, tableErr)}
	}
	s.in, s.out = nil, nil
	switch {
	case out == nil || out == s.shared:
		return nil
	case s.left != nil && err == nil:
		s.left = nil
		return out.discard()
	}
	return out.close(err == nil)
}

// vanished notes that an input was not there any more when its turn came, which
// leaves what is made of the others whole.
func (s *cleanSink) vanished(in *input, err error) error {
	err = fmt.Errorf("%s was there when the run began, and is not any more: %w", in.name, err)
	if s.opts.onError == onErrorFail {
		return &exitError{exitIO, err}
	}
	s.summary.SetAside++
	s.t.complain(err)
	return s.reject(reject{ID: in.name, Input: in.name, Error: err.Error()})
}

// addText writes a document of text, or a section of one. One that could not be
// cleaned is written as it was read: to leave it out would lose text.
func (s *cleanSink) addText(doc *pipeline.Document) error {
	doc.Split()
	if doc.Section == 0 && doc.Binary {
		s.t.warn("%s: not text; left as it is, but for bytes that are not UTF-8", doc.ID)
	}
	if doc.Section == 0 && looksLikeHTML(doc) {
		s.t.warn("%s: this looks like HTML; tamis cleans text that was extracted from it", doc.ID)
	}
	s.pieces = slices.AppendSeq(s.pieces[:0], s.layout.Pieces(doc))
	if doc.Section == 0 {
		s.left = nil
		if !doc.Binary && doc.Err == nil {
			var c content
			c.add(doc)
			s.left = s.opts.filter.refuses(c, doc.Last)
		}
	}
	if s.left != nil && len(s.pieces) > 0 {
		source := joined(s.pieces)
		s.pieces = append(s.pieces[:0], pipeline.Piece{Offset: s.pieces[0].Offset, Source: source, Rule: s.left})
		if err := s.leaveOut(doc, "", source, s.left); err != nil {
			return err
		}
	}
	if !s.opts.dryRun {
		for _, piece := range s.pieces {
			s.out.WriteString(piece.Text) // a failure shows when it is flushed
		}
	}
	s.summary.Add(doc, s.pieces)
	s.emitDropped(doc)
	if doc.Err != nil {
		if err := s.setAside(doc, "", joined(s.pieces)); err != nil {
			return err
		}
	}
	if s.audit == nil {
		return nil
	}
	return s.audit.Text(doc, s.pieces)
}

func joined(pieces []pipeline.Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(p.Source)
	}
	return b.String()
}

// addRecord adds a document to its record, which is written with its last section.
func (s *cleanSink) addRecord(doc *pipeline.Document, rec *record.Record) error {
	r := &s.record
	if doc.Section == 0 {
		if rec.Part == 0 || rec.TooLong {
			s.forgetRecord()
		}
		if s.opts.annotate && r.marks == nil {
			r.marks = &marks{}
		}
		r.parts = append(r.parts, recordPart{Record: rec})
	}
	if s.out == s.shared && s.opts.several && !rec.TooLong {
		rec.Ending = cmp.Or(rec.Ending, s.opts.separator) // or what follows would be part of it
	}
	part := &r.parts[len(r.parts)-1]
	part.doc = doc
	part.paragraphs += len(doc.Paragraphs)
	r.err = errors.Join(r.err, doc.Err)
	s.pieces = s.pieces[:0]
	before := int64(part.text.Len())
	for piece := range s.layout.Pieces(doc) {
		s.pieces = append(s.pieces, piece)
		part.changed = part.changed || piece.Text != piece.Source
	}
	// A text that is whole and as it was, but for what was dropped, need not be
	// joined.
	whole := doc.Last && doc.Section == 0
	if !whole || part.changed && !s.keep(part) {
		part.write(s.pieces)
	}
	if s.audit != nil {
		part.edits = append(part.edits, audit.Edits(s.pieces, before)...)
	}
	r.marks.add(doc)
	if s.opts.filter.active() {
		r.left.add(doc)
	}
	s.summary.Add(doc, s.pieces)
	s.emitDropped(doc)
	if !doc.Last || rec.More && !rec.TooLong {
		return nil
	}
	err := s.writeRecord()
	if rec.Part == 0 && doc.Section == 0 { // it is all of the record
		doc.Done()
		rec.Done()
	}
	s.forgetRecord()
	return err
}

// forgetRecord makes ready for another record.
func (s *cleanSink) forgetRecord() {
	clear(s.record.parts) // their texts may be large
	s.record = recordParts{parts: s.record.parts[:0]}
	s.kept = s.kept[:0]
}

// keep notes which stretches are left of the text of p, which are now pieces, and
// reports false if something else is to be written.
func (s *cleanSink) keep(p *recordPart) bool {
	from := len(s.kept)
	for _, piece := range s.pieces {
		start := int(piece.Offset)
		end := start + len(piece.Source)
		switch last := len(s.kept) - 1; {
		case piece.Text == "":
		case piece.Text != piece.Source:
			s.kept = s.kept[:from]
			return false
		case last >= from && s.kept[last].End == start:
			s.kept[last].End = end
		default:
			s.kept = append(s.kept, record.Stretch{Start: start, End: end})
		}
	}
	p.kept = s.kept[from:len(s.kept):len(s.kept)]
	return true
}

// write adds what is left of a section of the text.
func (p *recordPart) write(pieces []pipeline.Piece) {
	size := 0
	for _, piece := range pieces {
		size += len(piece.Text)
	}
	if p.text.Len() == 0 && !p.doc.Last {
		size = max(size, len(p.Text)) // for all sections
	}
	p.text.Grow(size)
	for _, piece := range pieces {
		p.text.WriteString(piece.Text)
	}
}

// raw returns the record as it was read.
func (r *recordParts) raw() string {
	var b strings.Builder
	for _, part := range r.parts {
		b.Write(part.Raw)
	}
	return b.String()
}

// writeRecord writes the record that was gathered, or sets it aside.
func (s *cleanSink) writeRecord() error {
	r := &s.record
	if r.err == nil {
		rule := s.opts.filter.refuses(r.left, true)
		if rule == nil || !slices.ContainsFunc(r.parts, func(p recordPart) bool { return p.End > 0 }) {
			return s.writeParts()
		}
		if err := s.leaveOut(r.parts[0].doc, r.parts[0].Place(), r.raw(), rule); err != nil {
			return err
		}
		return s.omitParts(errors.New(rule.ID + ": " + rule.Why))
	}
	for i := range r.parts {
		part := &r.parts[i]
		part.doc.Err, part.changed, part.edits = r.err, false, nil
	}
	r.marks = nil
	if err := s.setAside(r.parts[0].doc, r.parts[0].Place(), r.raw()); err != nil {
		return err
	}
	// A row has other values, which the rejects do not hold.
	if s.opts.onError != onErrorSkip || s.in.table() != nil {
		return s.writeParts()
	}
	return s.omitParts(r.err)
}

// omitParts notes that a record was not written.
func (s *cleanSink) omitParts(why error) error {
	if s.audit == nil {
		return nil
	}
	for _, part := range s.record.parts {
		part.doc.Err = why
		if err := s.audit.Record(part.doc, part.Record, record.Written{}, part.paragraphs, nil); err != nil {
			return err
		}
	}
	return nil
}

// leaveOut notes that a document, or a section of one, is left out for what it
// is, and that there is nothing wrong with it.
func (s *cleanSink) leaveOut(doc *pipeline.Document, place, text string, rule *pipeline.Rule) error {
	if doc.Section == 0 {
		s.summary.LeaveOut(rule)
	}
	return s.reject(reject{doc.ID, s.in.name, place, rule.ID + ": " + rule.Why, audit.Bytes(text)})
}

// emitDropped writes the paragraphs of doc that were dropped, and why.
func (s *cleanSink) emitDropped(doc *pipeline.Document) {
	if s.dropped == nil {
		return
	}
	named := doc.Section > 0
	for i := range doc.Paragraphs {
		p := &doc.Paragraphs[i]
		if p.Kept() {
			continue
		}
		if !named {
			fmt.Fprintf(s.dropped, "# %s\n", doc.ID) // a failure shows when it is closed
			named = true
		}
		edits := p.Edits()
		fmt.Fprintf(s.dropped, "%s\t%s\n", edits[len(edits)-1].Rule.ID, p.Source())
	}
}

// writeParts writes the parts of a record.
func (s *cleanSink) writeParts() error {
	note, err := s.record.marks.note()
	if err != nil {
		return err
	}
	for i := range s.record.parts {
		part := &s.record.parts[i]
		changes := part.Unended()
		if note != nil && part.Note != nil {
			at := *part.Note
			at.New = slices.Concat(at.New, note)
			changes = append(changes, at)
		}
		written := part.rewrite(&s.rewriter, changes)
		if err := s.write(written.Bytes); err != nil {
			return err
		}
		if s.in.members() && !part.More && !s.opts.dryRun {
			s.out.endMember()
		}
		if s.audit != nil {
			if err := s.audit.Record(part.doc, part.Record, written, part.paragraphs, part.edits); err != nil {
				return err
			}
		}
	}
	return nil
}

// rewrite returns the part as it is to be written.
func (p *recordPart) rewrite(r *record.Rewriter, changes []record.Change) record.Written {
	switch {
	case !p.changed:
		return r.Rewrite(p.Record, nil, changes...)
	case p.kept != nil:
		return r.Keep(p.Record, p.kept, changes...)
	}
	text := p.text.String()
	return r.Rewrite(p.Record, &text, changes...)
}

// write writes what a record has come to.
func (s *cleanSink) write(record []byte) error {
	switch {
	case s.opts.dryRun:
	case s.table != nil:
		if _, err := s.table.Write(record); err != nil {
			return &exitError{exitIO, fmt.Errorf("write %s: %w", s.in.name, err)}
		}
	default:
		s.out.Write(record) // a failure shows when it is flushed
	}
	return nil
}

// note returns m as JSON, nil if there is nothing to note.
func (m *marks) note() ([]byte, error) {
	if m == nil {
		return nil, nil
	}
	data, err := json.Marshal(m, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return nil, fmt.Errorf("annotate: %w", err)
	}
	return data, nil
}

// A reject is a record, or a text, that was set aside.
type reject struct {
	ID    string      `json:"id"`
	Input string      `json:"input"`
	Place string      `json:"place,omitempty"`
	Error string      `json:"error"`
	Text  audit.Bytes `json:"text"`
}

// setAside notes that doc could not be read or cleaned.
func (s *cleanSink) setAside(doc *pipeline.Document, place, text string) error {
	if s.opts.onError == onErrorFail {
		return &exitError{exitSetAside, doc.Err}
	}
	if o, ok := doc.Origin.(*origin); !ok || o.record == nil || !o.record.TooLong || o.record.Part == 0 {
		s.summary.SetAside++
		s.t.complain(doc.Err)
	}
	return s.reject(reject{doc.ID, s.in.name, place, doc.Err.Error(), audit.Bytes(text)})
}

func (s *cleanSink) reject(r reject) error {
	if s.rejects == nil {
		return nil
	}
	data, err := json.Marshal(r, jsontext.AllowInvalidUTF8(true))
	if err == nil {
		_, err = s.rejects.Write(append(data, '\n'))
	}
	return err
}

// openAll creates the files that the whole run writes.
func (s *cleanSink) openAll() error {
	o, err := s.opts, error(nil)
	s.t.outputs.gather = o.inPlace || o.toFolder
	switch {
	case o.dryRun, o.output == "" && !o.inPlace:
		s.shared = s.t.outputs.standard(s.t.stdout)
	case !o.inPlace && !o.toFolder:
		if s.shared, err = s.t.outputs.create(o.output, false); err != nil {
			return err
		}
	}
	if o.dryRun {
		return nil
	}
	if o.audit != "" {
		out, err := s.t.outputs.create(o.audit, false)
		if err != nil {
			return err
		}
		s.sidecar = append(s.sidecar, out)
		if s.ledger != nil && s.ledger.state.Checkpoints > 0 {
			s.audit = audit.ResumeWriter(out, s.ledger.state.Audit)
		} else if s.audit, err = audit.NewWriter(out, "tamis "+programVersion()); err != nil {
			return err
		}
	}
	for name, out := range map[string]**output{o.rejectsTo: &s.rejects, o.droppedTo: &s.dropped} {
		if name == "" {
			continue
		}
		if *out, err = s.t.outputs.create(name, false); err != nil {
			return err
		}
		s.sidecar = append(s.sidecar, *out)
	}
	return nil
}

// closeAll ends the files that openAll created, and those of an input that was
// being written when the run ended with err. What is whole takes its place; what
// tells of an output that is not whole is not whole either.
func (s *cleanSink) closeAll(err error) error {
	whole, run := err == nil && s.failed == nil, err
	var errs []error
	if err != nil && s.ledger != nil {
		s.ledger.stopping = true
	}
	if err != nil {
		_ = s.endTable() // there is an error already
	}
	if err != nil && s.out != nil && s.out != s.shared {
		errs = append(errs, s.out.close(false))
	}
	if s.shared != nil {
		errs = append(errs, s.shared.close(whole))
	}
	err = errors.Join(append(errs, err)...)
	if err == nil && s.audit != nil {
		err = s.audit.End()
		errs = append(errs, err)
	}
	for _, out := range s.sidecar {
		errs = append(errs, out.close(err == nil && whole))
	}
	if err == nil && s.opts.stats != "" && !s.opts.dryRun {
		errs = append(errs, s.writeStats())
	}
	switch err = errors.Join(errs...); {
	case s.ledger == nil:
		err = errors.Join(err, s.t.outputs.settle())
	case err == nil && run == nil: // or the job goes on from its last checkpoint
		err = s.ledger.finish(&s.t.outputs, s.summary.Report())
	}
	return err
}

func (s *cleanSink) writeStats() error {
	if s.opts.stats == stdinName {
		return s.t.tellStats(s.summary.Report())
	}
	out, err := s.t.outputs.create(s.opts.stats, false)
	if err != nil {
		return err
	}
	err = writeReport(out, s.summary.Report())
	return errors.Join(err, out.close(err == nil))
}
