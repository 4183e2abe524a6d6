package audit

import (
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/zeebo/xxh3"

	"tamis/pipeline"
	"tamis/pipeline/format/record"
	"tamis/pipeline/format/utf"
)

// A Writer writes an audit, document after document, in the order in which
// they are written.
type Writer struct {
	w        io.Writer
	encoding utf.Encoding // of the input
	in, out  int64        // bytes of the input and the output so far
	text     int64        // bytes written of a document cut in sections
	count    int64        // documents
}

// A State is how far a Writer has come.
type State struct {
	Encoding utf.Encoding `json:"encoding,omitempty"`
	In       int64        `json:"in"`
	Out      int64        `json:"out"`
	Text     int64        `json:"text"`
	Count    int64        `json:"count"`
}

// State returns how far w has come.
func (w *Writer) State() State { return State{w.encoding, w.in, w.out, w.text, w.count} }

// ResumeWriter returns a writer that goes on where another had come to s.
func ResumeWriter(w io.Writer, s State) *Writer {
	return &Writer{w: w, encoding: s.Encoding, in: s.In, out: s.Out, text: s.Text, count: s.Count}
}

// NewWriter returns a writer that says that program writes.
func NewWriter(w io.Writer, program string) (*Writer, error) {
	a := &Writer{w: w}
	return a, a.write(Line{Audit: &Start{Version, program}})
}

func (w *Writer) write(line Line) error {
	// Ids and errors may quote bytes that are no text.
	data, err := json.Marshal(&line, jsontext.AllowInvalidUTF8(true))
	if err == nil {
		_, err = w.w.Write(append(data, '\n'))
	}
	if err != nil {
		return fmt.Errorf("write the audit: %w", err)
	}
	return nil
}

// End says that the audit is whole.
func (w *Writer) End() error { return w.write(Line{End: &End{w.count}}) }

// Input says that an input begins.
func (w *Writer) Input(in Input) error {
	w.encoding, w.in, w.out = in.Encoding, 0, 0
	return w.write(Line{Input: &in})
}

// Text says that pieces of doc were written to a file of text.
func (w *Writer) Text(doc *pipeline.Document, pieces []pipeline.Piece) error {
	if doc.Section == 0 {
		w.text = 0
	}
	var source, text []byte
	for _, p := range pieces {
		source = append(source, p.Source...)
		text = append(text, p.Text...)
	}
	edits := Edits(pieces, w.text)
	w.text += int64(len(text))
	return w.document(doc, w.encoding.Encode(string(source)), text, nil, len(doc.Paragraphs), edits)
}

// Record says that a record was written, its text, which has so many paragraphs,
// changed by edits. Nothing was written of one that was left out. Of a text cut
// in sections doc is the last.
func (w *Writer) Record(doc *pipeline.Document, rec *record.Record, out record.Written, paragraphs int, edits []Edit) error {
	r := &Record{Number: rec.Number, Text: out.Text}
	for _, p := range out.Patches {
		r.Patches = append(r.Patches, Patch{p.At, p.Bytes, Bytes(p.Old)})
	}
	switch {
	case len(out.Bytes) == 0:
		r.Line = Bytes(rec.Raw)
	case out.Text != nil:
		q, exact := rec.Quoting()
		if r.Quoting = q.Name(); !exact {
			r.Literal = Bytes(rec.Raw[rec.Start:rec.End])
		}
	}
	return w.document(doc, w.encoding.Encode(string(rec.Raw)), out.Bytes, r, paragraphs, edits)
}

func (w *Writer) document(doc *pipeline.Document, source, text []byte, rec *Record, paragraphs int, edits []Edit) error {
	d := &Document{
		ID: doc.ID, Section: doc.Section, Site: doc.Site, Lang: doc.Lang.Tag, Confidence: Rounded(doc.Lang.Confidence),
		Paragraphs: paragraphs, Record: rec,
		In:  Extent{w.in, int64(len(source)), hash(source)},
		Out: Extent{w.out, int64(len(text)), hash(text)},
	}
	if doc.Err != nil {
		d.Error = doc.Err.Error()
	}
	w.count++
	w.in += d.In.Bytes
	w.out += d.Out.Bytes
	if err := w.write(Line{Document: d}); err != nil {
		return err
	}
	for i := range edits {
		if err := w.write(Line{Edit: &edits[i]}); err != nil {
			return err
		}
	}
	return nil
}

func hash(b []byte) string { return fmt.Sprintf("%016x", xxh3.Hash(b)) }
