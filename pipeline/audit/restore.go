package audit

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Lines returns the lines of an audit.
func Lines(r io.Reader) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		d := jsontext.NewDecoder(r)
		for n := 1; ; n++ {
			var line Line
			err := json.UnmarshalDecode(d, &line, json.RejectUnknownMembers(true))
			if err == io.EOF && n > 1 {
				return
			}
			if err == nil && n == 1 && (line.Audit == nil || line.Audit.Version != Version) {
				err = fmt.Errorf("not an audit of version %d", Version)
			}
			if err != nil {
				yield(Line{}, fmt.Errorf("read the audit: line %d: %w", n, err))
				return
			}
			if !yield(line, nil) {
				return
			}
		}
	}
}

// ErrMismatch says that an audit is not that of the output it is given.
var ErrMismatch = errors.New("the output is not the one this audit tells of")

// ErrCutShort says that an audit ends too early, as that of a run that was
// interrupted does. What it tells of has been restored.
var ErrCutShort = errors.New("the audit is cut short")

// Restore rebuilds what was read, byte for byte, from an audit and the output.
// Open gives the output of an input, create takes what is restored. A document
// whose hash is not the one in the audit gives [ErrMismatch], an audit without
// an end [ErrCutShort].
func Restore(audit io.Reader, open func(Input) (io.Reader, error), create func(Input) (io.Writer, error)) error {
	var r restorer
	ended := false
	for line, err := range Lines(audit) {
		switch {
		case err != nil:
			return err
		case line.Edit != nil:
			r.edits = append(r.edits, *line.Edit)
			continue
		}
		if err := r.finish(); err != nil {
			return err
		}
		switch {
		case line.Document != nil && r.output == nil:
			return errors.New("read the audit: a document before any input")
		case line.Document != nil:
			r.document = line.Document
			r.count++
		case line.End != nil:
			ended = line.End.Documents == r.count
		case line.Input != nil:
			r.input = *line.Input
			if r.output, err = open(r.input); err != nil {
				return err
			}
			if r.restored, err = create(r.input); err != nil {
				return err
			}
		}
	}
	if err := r.finish(); err != nil {
		return err
	}
	if !ended {
		return ErrCutShort
	}
	return nil
}

// A restorer gathers a document and its edits.
type restorer struct {
	input    Input
	output   io.Reader
	restored io.Writer
	document *Document
	edits    []Edit
	text     int64 // bytes written of a document cut in sections
	count    int64 // documents met
}

// finish restores the document gathered so far.
func (r *restorer) finish() error {
	d, edits := r.document, r.edits
	if d == nil {
		if len(edits) > 0 {
			return errors.New("read the audit: an edit before any document")
		}
		return nil
	}
	r.document, r.edits = nil, r.edits[:0]
	out, err := io.ReadAll(io.LimitReader(r.output, d.Out.Bytes))
	if err != nil {
		return fmt.Errorf("restore %s: %w", d.ID, err)
	}
	if hash(out) != d.Out.XXH3 {
		return fmt.Errorf("restore %s: bytes %d–%d: %w", d.ID, d.Out.At, d.Out.At+d.Out.Bytes, ErrMismatch)
	}
	if d.Section == 0 {
		r.text = 0
	}
	source, err := r.source(d, out, edits)
	if err != nil {
		return fmt.Errorf("restore %s: %w", d.ID, err)
	}
	raw := r.input.Encoding.Encode(string(source))
	if hash(raw) != d.In.XXH3 {
		return fmt.Errorf("restore %s: %w", d.ID, ErrMismatch)
	}
	if _, err := r.restored.Write(raw); err != nil {
		return fmt.Errorf("write %s: %w", r.input.Name, err)
	}
	return nil
}

// source returns what was read for d, which was written as out.
func (r *restorer) source(d *Document, out []byte, edits []Edit) ([]byte, error) {
	rec := d.Record
	if rec == nil {
		base := r.text
		r.text += int64(len(out))
		return undo(out, edits, base)
	}
	if rec.Line != "" {
		return []byte(rec.Line), nil
	}
	patches := rec.Patches
	if rec.Text != nil {
		p, err := rec.textPatch(out, edits)
		if err != nil {
			return nil, err
		}
		patches = append(patches, p)
		slices.SortStableFunc(patches, func(a, b Patch) int { return a.At - b.At })
	}
	var source []byte
	at := 0
	for _, p := range patches {
		if p.At < at || p.Bytes < 0 || p.Bytes > len(out)-p.At {
			return nil, ErrMismatch
		}
		source = append(source, out[at:p.At]...)
		source = append(source, p.Old...)
		at = p.At + p.Bytes
	}
	return append(source, out[at:]...), nil
}

// textPatch returns the patch that puts the literal of the text as it was read
// in the place of the one that was written.
func (rec *Record) textPatch(out []byte, edits []Edit) (Patch, error) {
	start, end := rec.Text[0], rec.Text[1]
	if start < 0 || end < start || end > len(out) {
		return Patch{}, ErrMismatch
	}
	old := rec.Literal
	if old == "" {
		q := quotings[rec.Quoting]
		if q == nil {
			return Patch{}, fmt.Errorf("a way of quoting that is not known: %q", rec.Quoting)
		}
		text, err := undo(q.Unquote(nil, out[start:end]), edits, 0)
		if err != nil {
			return Patch{}, err
		}
		old = Bytes(q.Append(nil, string(text)))
	}
	return Patch{At: start, Bytes: end - start, Old: old}, nil
}

// undo returns what text, which begins at byte base of its document, was before
// edits.
func undo(text []byte, edits []Edit, base int64) ([]byte, error) {
	var source []byte
	at := 0
	for _, e := range edits {
		start, end := e.Out[0]-base, e.Out[1]-base
		if start < int64(at) || end < start || end > int64(len(text)) || string(text[start:end]) != string(e.New) {
			return nil, ErrMismatch
		}
		source = append(source, text[at:start]...)
		source = append(source, e.Old...)
		at = int(end)
	}
	return append(source, text[at:]...), nil
}
