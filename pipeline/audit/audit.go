// Package audit writes down what was done to documents, reads it again, and
// rebuilds the input from the output with it.
//
// An audit is a file of JSON lines, each an object of one member that says what
// the line is:
//
//	{"audit": …}     the first line: version of the form
//	{"input": …}     a file, or the standard input, begins
//	{"document": …}  a document of it, or a section of one that is too large
//	{"edit": …}      a stretch of that document and what became of it
//	{"end": …}       the last line: nothing is missing
//
// The edits of a document are in order and do not overlap; what lies between
// them was written as it was read. Offsets are bytes, of UTF-8.
package audit

import (
	"encoding/base64"
	"math"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tamis/pipeline"
	"tamis/pipeline/format/csv"
	"tamis/pipeline/format/jsonl"
	"tamis/pipeline/format/record"
	"tamis/pipeline/format/utf"
)

// Version is that of the form of audits.
const Version = 1

// A Line is one line of an audit. One of its members is set.
type Line struct {
	Audit    *Start    `json:"audit,omitzero"`
	Input    *Input    `json:"input,omitzero"`
	Document *Document `json:"document,omitzero"`
	Edit     *Edit     `json:"edit,omitzero"`
	End      *End      `json:"end,omitzero"`
}

// Start is the first line.
type Start struct {
	Version int    `json:"version"`
	Program string `json:"program"`
}

// End is the last line. An audit without it was cut short.
type End struct {
	Documents int64 `json:"documents"` // lines of documents before it
}

// An Input is a file that was read, and where its clean text went.
type Input struct {
	Name     Bytes        `json:"name"`
	Output   Bytes        `json:"output"`
	Place    Bytes        `json:"place,omitempty"` // of the output in the output folder, if there is one
	Format   string       `json:"format"`
	Encoding utf.Encoding `json:"encoding,omitempty"` // if not UTF-8
	Fields   []string     `json:"fields,omitempty"`   // of a table, the columns of the texts
}

// A Document is a document or a section of one.
type Document struct {
	ID         string  `json:"id"`
	Section    int     `json:"section,omitzero"`
	Site       string  `json:"site,omitempty"`
	Lang       string  `json:"lang,omitempty"`
	Confidence float64 `json:"confidence,omitzero"`
	Paragraphs int     `json:"paragraphs,omitzero"` // that were read
	In         Extent  `json:"in"`
	Out        Extent  `json:"out"`
	Error      string  `json:"error,omitempty"` // why it was set aside
	Record     *Record `json:"record,omitzero"` // if it was a record's field
}

// An Extent is a stretch of a file, once compression is undone.
type Extent struct {
	At    int64  `json:"at"`
	Bytes int64  `json:"bytes"`
	XXH3  string `json:"xxh3"` // of the bytes, in hexadecimal
}

// A Record says how the record that a document is a field of was written.
type Record struct {
	Number  int     `json:"number"`            // from 1, in the input
	Text    *[2]int `json:"text,omitempty"`    // start and end of the changed text's literal in the output record
	Quoting string  `json:"quoting,omitempty"` // how that was written when it was read, and is now
	Literal Bytes   `json:"literal,omitempty"` // as it was read, where no quoting gives it back
	Patches []Patch `json:"patches,omitempty"`
	Line    Bytes   `json:"line,omitempty"` // all of a record that was left out
}

// A Patch is a change of a record outside its text.
type Patch struct {
	At    int   `json:"at"` // in the output record
	Bytes int   `json:"bytes"`
	Old   Bytes `json:"old"`
}

// quotings are the ways to write a text in a record, by their names.
var quotings = byName(append(csv.Quotings, record.Plain{}, jsonl.Minimal, jsonl.ASCII, jsonl.HTML)...)

func byName(all ...record.Quoting) map[string]record.Quoting {
	named := make(map[string]record.Quoting)
	for _, q := range all {
		named[q.Name()] = q
	}
	return named
}

// An Edit is what became of a stretch of a document. In and Out are its start
// and end in the document's text as it was read, and as it was written; in a
// document cut in sections they count from the first.
//
// Drop says that a paragraph is gone. For whoever judges that, Before and After
// are then the end of the one before it and the beginning of the one after it, as
// they were written; empty if that is gone too, and so an edit of its own.
type Edit struct {
	In     [2]int64 `json:"in"`
	Out    [2]int64 `json:"out"`
	Old    Bytes    `json:"old"`
	New    Bytes    `json:"new"`
	Drop   bool     `json:"drop,omitzero"`
	Before Bytes    `json:"before,omitempty"`
	After  Bytes    `json:"after,omitempty"`
	Steps  []Step   `json:"steps"`
}

// contextBytes bounds the text that is told from a paragraph beside a loss.
const contextBytes = 80

// A Step is a rule that took part in an edit.
type Step struct {
	Rule   string  `json:"rule"` // its stage is what stands before the first dot
	Why    string  `json:"why"`
	Score  float64 `json:"score,omitzero"`
	Detail string  `json:"detail,omitempty"`
}

// Bytes is text, or what is meant to be. In JSON it is a string, or an object
// with the member base64 where it is not UTF-8.
type Bytes string

type encoded struct {
	Base64 string `json:"base64"`
}

// MarshalJSONTo writes b.
func (b Bytes) MarshalJSONTo(e *jsontext.Encoder) error {
	if utf8.ValidString(string(b)) {
		return e.WriteToken(jsontext.String(string(b)))
	}
	return json.MarshalEncode(e, encoded{base64.StdEncoding.EncodeToString([]byte(b))})
}

// UnmarshalJSONFrom reads b.
func (b *Bytes) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == '"' {
		tok, err := d.ReadToken()
		*b = Bytes(tok.String())
		return err
	}
	var enc encoded
	if err := json.UnmarshalDecode(d, &enc, json.RejectUnknownMembers(true)); err != nil {
		return err
	}
	raw, err := base64.StdEncoding.DecodeString(enc.Base64)
	*b = Bytes(raw)
	return err
}

// Edits returns what pieces, which follow one another, say of a document whose
// output has come to the byte out. The separator that falls with a dropped
// paragraph is part of its edit.
func Edits(pieces []pipeline.Piece, out int64) []Edit {
	var edits []Edit
	var above string // text of the paragraph before, if it was written
	lost := -1       // edit that drops the paragraph before, if it was dropped
	for _, piece := range pieces {
		switch p := piece.Paragraph; {
		case p == nil && piece.Rule != nil:
			edits = append(edits, edit(piece.Offset, out, piece.Source, piece.Text, Step{Rule: piece.Rule.ID, Why: piece.Rule.Why}))
		case p == nil:
		case piece.Text == "" && piece.Source != "":
			e := edit(piece.Offset, out, piece.Source, "", Steps(p.Edits())...)
			if last := len(edits) - 1; last >= 0 && edits[last].In[1] == e.In[0] && isGap(&edits[last]) {
				e.In[0], e.Old = edits[last].In[0], edits[last].Old+e.Old
				edits = edits[:last]
			}
			e.Drop, e.Before = true, lastBytes(above)
			above, lost = "", len(edits)
			edits = append(edits, e)
		default:
			if lost >= 0 {
				edits[lost].After = firstBytes(piece.Text)
			}
			above, lost = piece.Text, -1
			shift := out
			for _, h := range p.Hunks() {
				e := edit(piece.Offset+int64(h.Start), shift+int64(h.Start), h.Old, h.New, Steps(h.Steps)...)
				shift += int64(len(h.New) - len(h.Old))
				edits = append(edits, e)
			}
		}
		out += int64(len(piece.Text))
	}
	return edits
}

// firstBytes returns some of the beginning of s, and lastBytes of its end.
func firstBytes(s string) Bytes {
	end := min(contextBytes, len(s))
	for end < len(s) && end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return Bytes(s[:end])
}

func lastBytes(s string) Bytes {
	start := max(0, len(s)-contextBytes)
	for start > 0 && start < len(s) && !utf8.RuneStart(s[start]) {
		start++
	}
	return Bytes(s[start:])
}

// isGap reports whether e removes a separator and nothing else.
func isGap(e *Edit) bool {
	return e.New == "" && len(e.Steps) == 1 && e.Steps[0].Rule == pipeline.SeparatorRule.ID
}

func edit(in, out int64, old, text string, steps ...Step) Edit {
	return Edit{
		In: [2]int64{in, in + int64(len(old))}, Out: [2]int64{out, out + int64(len(text))},
		Old: Bytes(old), New: Bytes(text), Steps: steps,
	}
}

// Steps returns edits as an audit tells them: a rule that made several of them
// in a row takes part once.
func Steps(edits []pipeline.Edit) []Step {
	steps := make([]Step, 0, len(edits))
	for _, e := range edits {
		step := Step{Rule: e.Rule.ID, Why: e.Rule.Why, Score: Rounded(e.Score), Detail: e.Detail}
		if n := len(steps); n == 0 || steps[n-1] != step {
			steps = append(steps, step)
		}
	}
	return steps
}

// Rounded returns a score or a confidence to four places, which is more than it
// is worth.
func Rounded(x float64) float64 { return math.Round(x*1e4) / 1e4 }
