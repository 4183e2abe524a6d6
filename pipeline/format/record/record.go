// Package record says what the formats of records have in common: a record is a
// run of bytes with a text in it, and the text can be replaced while every other
// byte stays as it was.
package record

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"tamis/pipeline"
)

// Fields names the fields of a record that are read. What a name means is the
// format's affair: a path of members, a column, a header. Of Text one at least
// must be there.
type Fields struct {
	Text []string // the texts to clean
	ID   string   // names the record
	Lang string   // tells a language that is already known, as a BCP 47 tag
	URL  string   // of the page, whose host is the document's site
}

// PartID returns the ID of one text of the record id: if records have several,
// with the name of its field.
func (f Fields) PartID(id, name string) string {
	if len(f.Text) < 2 {
		return id
	}
	return id + "#" + name
}

// Sniff reports whether an input that begins with head has the format that magic
// opens every file of, and whether that can be known yet.
func Sniff(head []byte, magic string) (is, known bool) {
	n := min(len(head), len(magic))
	same := string(head[:n]) == magic[:n]
	return same && n == len(magic), !same || n == len(magic)
}

// Facts are what the fields of a record tell of its texts, and whether these are
// known to be UTF-8.
type Facts struct {
	ID, Lang, URL string
	UTF8          bool
}

// A Record is where a document comes from: a record of an input or, if that
// holds several texts, the part of it that ends with one of them. The parts of
// a record, and the records of an input, are together the whole input.
type Record struct {
	Unit   string // what records are in this format: "line"
	Number int    // from 1
	Raw    []byte // as it was read, with what ends it
	Ending string // what it must end with, if it is the last of its input too

	// Start and End are those of the text's literal in Raw, End 0 where there
	// is none; Text is what the literal says, and Quotings returns the ways to
	// write it, the likeliest first; it is nil where there is but [Plain].
	Start, End int
	Text       string
	Quotings   func(literal []byte) []Quoting

	// Dependent returns what else must change if the text is written as
	// literal. It may be nil.
	Dependent func(literal []byte) []Change

	// Note is where this record takes a remark about it, if it takes any.
	Note *Change

	// Part says how many parts of the record came before, More that another
	// follows. TooLong says that it is over the limit, or too long for what can't
	// be read, and so was cut anywhere.
	Part    int
	More    bool
	TooLong bool

	piece *piece // that Raw is kept in; nil if it has memory of its own
}

// Unended returns the change that gives the record its ending, if it lacks it.
func (r *Record) Unended() []Change {
	if r.Ending == "" || r.More || bytes.HasSuffix(r.Raw, []byte(r.Ending)) {
		return nil
	}
	return []Change{{len(r.Raw), len(r.Raw), []byte(r.Ending)}}
}

// Place says where the record stands in its input.
func (r *Record) Place() string { return fmt.Sprintf("%s %d", r.Unit, r.Number) }

// tagOf returns the BCP 47 tag of a language as a field may tell it: fr, fra,
// fr_FR; empty where it tells none.
func tagOf(field string) string {
	if field == "" {
		return ""
	}
	tag, err := language.Parse(field)
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}

// Documents yields the document of the record's text, or its sections if it is
// too large for one.
func (r *Record) Documents(facts Facts, yield func(*pipeline.Document, error) bool) bool {
	tag, site := tagOf(facts.Lang), pipeline.SiteOf(facts.URL)
	for doc := range pipeline.Sections(facts.ID, r.Text) {
		doc.Origin, doc.Lang.Tag, doc.Site, doc.UTF8 = r, tag, site, facts.UTF8
		if !yield(doc, nil) {
			return false
		}
	}
	return true
}

// A Literal is where a text stands in a record.
type Literal struct {
	Name       string // of its field
	Start, End int
	Text       string
}

// GiveParts yields the documents of the texts of r, a whole record. If fields
// name several texts, the name of each is part of its document's.
func (r *Record) GiveParts(facts Facts, fields Fields, texts []Literal, yield func(*pipeline.Document, error) bool) bool {
	if len(texts) == 0 {
		return r.Documents(facts, yield)
	}
	if l := texts[0]; len(texts) == 1 { // as most records have
		r.Start, r.End, r.Text = l.Start, l.End, l.Text
		facts.ID = fields.PartID(facts.ID, l.Name)
		return r.Documents(facts, yield)
	}
	id := facts.ID
	slices.SortFunc(texts, func(a, b Literal) int { return a.Start - b.Start })
	at := 0
	for i, l := range texts {
		part, end := *r, l.End
		part.Part, part.More = i, i < len(texts)-1
		if !part.More {
			end = len(r.Raw)
		}
		part.Raw = r.Raw[at:end:end]
		part.Start, part.End, part.Text = l.Start-at, l.End-at, l.Text
		if part.Note = nil; r.Note != nil && r.Note.Start >= at && r.Note.Start < end {
			part.Note = &Change{r.Note.Start - at, r.Note.End - at, r.Note.New}
		}
		facts.ID = fields.PartID(id, l.Name)
		if !part.Documents(facts, yield) {
			return false
		}
		at = end
	}
	return true
}

// GiveRejected yields documents that say why the record could not be read: one,
// or as many as it takes for none to hold more than PartBytes of it. Of these the
// last is what r is then.
func (r *Record) GiveRejected(name, id string, err error, yield func(*pipeline.Document, error) bool) bool {
	rest, more := r.Raw, r.More
	for ; len(rest) > PartBytes; r.Part++ {
		r.Raw, r.More, r.TooLong, rest = rest[:PartBytes:PartBytes], true, true, rest[PartBytes:]
		part := *r
		if !yield(part.Rejected(name, id, err), nil) {
			return false
		}
	}
	r.Raw, r.More = rest, more
	return yield(r.Rejected(name, id, err), nil)
}

// PartBytes is how much of a record that is not read travels together.
const PartBytes = 1 << 20

// Rejected returns a document that says why the record could not be read. Its
// text is never looked at: by it the pipeline knows what the document weighs.
func (r *Record) Rejected(name, id string, err error) *pipeline.Document {
	doc := pipeline.New(id, string(r.Raw))
	doc.Origin, doc.Err = r, &Error{name, r.Number, err}
	return doc
}

// An Error says what is wrong with one record.
type Error struct {
	Name   string // of the input
	Number int
	Err    error
}

func (e *Error) Error() string { return fmt.Sprintf("%s:%d: %v", e.Name, e.Number, e.Err) }
func (e *Error) Unwrap() error { return e.Err }

// TooLongError is why a record over the limit is set aside.
func TooLongError(limit int) error { return fmt.Errorf("the record is longer than %d bytes", limit) }

// A Quoting is a way to write a text so that it can stand in a record.
type Quoting interface {
	// Name names it in audits.
	Name() string
	// Append appends the literal of text to dst.
	Append(dst []byte, text string) []byte
	// Unquote appends what a literal says to dst.
	Unquote(dst, literal []byte) []byte
}

// Quoting returns the way in which the text is written: of those that write it
// as it stands, the first; or, with exact false, the likeliest.
func (r *Record) Quoting() (q Quoting, exact bool) {
	literal := r.Raw[r.Start:r.End]
	all := []Quoting{Plain{}}
	if r.Quotings != nil {
		all = r.Quotings(literal)
	}
	for _, q := range all {
		if string(q.Append(nil, r.Text)) == string(literal) {
			return q, true
		}
	}
	return all[0], false
}

// likelyQuoting is Quoting where it does not matter whether that is exact. It is
// sure if there is no other way in which the literal can have been written.
func (r *Record) likelyQuoting() (q Quoting, sure bool) {
	if r.Quotings != nil {
		if all := r.Quotings(r.Raw[r.Start:r.End]); len(all) == 1 {
			return all[0], true
		}
	}
	q, _ = r.Quoting()
	return q, false
}

// A Stretch is a part of a text, from Start to End.
type Stretch struct{ Start, End int }

// A Cutter is a Quoting that writes each character by itself, and always the same.
type Cutter interface {
	Quoting
	// Cut appends the literal of what is kept of the text of a literal that
	// this Quoting wrote.
	Cut(dst, literal []byte, kept []Stretch) []byte
}

// A Change puts New in the place of a stretch of a record's bytes.
type Change struct {
	Start, End int
	New        []byte
}

// A Patch is a change seen from the output: where it stands there, how long it
// is, and what stood there before.
type Patch struct {
	At, Bytes int
	Old       []byte
}

// Written is a record as it is to be written.
type Written struct {
	Bytes   []byte
	Text    *[2]int // start and end of the new text's literal in Bytes, if it changed
	Patches []Patch // the other changes
}

// A Rewriter rewrites one record after the other in the same memory.
type Rewriter struct {
	literal, record []byte
	changes         []Change
}

// KeptBytes is how long a record may be whose memory is kept for the next one.
const KeptBytes = 1 << 20

// Rewrite returns the record with text in the place of its own, unless it is
// nil, and the other changes made. Its bytes last until the next one is rewritten.
func (b *Rewriter) Rewrite(r *Record, text *string, others ...Change) Written {
	b = b.fitting(r)
	if text == nil {
		return b.rewrite(r, nil, others)
	}
	q, _ := r.likelyQuoting()
	return b.rewrite(r, b.quote(q, *text), others)
}

// Keep is Rewrite with what is left of the record's own text: the given stretches.
// Where it can, it takes them from the literal as they stand there.
func (b *Rewriter) Keep(r *Record, kept []Stretch, others ...Change) Written {
	b = b.fitting(r)
	q, sure := r.likelyQuoting()
	if c, ok := q.(Cutter); ok && sure {
		b.literal = c.Cut(slices.Grow(b.literal[:0], r.End-r.Start), r.Raw[r.Start:r.End], kept)
		return b.rewrite(r, b.literal, others)
	}
	var text strings.Builder
	for _, k := range kept {
		text.WriteString(r.Text[k.Start:k.End])
	}
	return b.rewrite(r, b.quote(q, text.String()), others)
}

// fitting returns b, or another if its memory is not to grow as large as r.
func (b *Rewriter) fitting(r *Record) *Rewriter {
	if len(r.Raw) > KeptBytes {
		return new(Rewriter)
	}
	return b
}

func (b *Rewriter) quote(q Quoting, text string) []byte {
	b.literal = q.Append(slices.Grow(b.literal[:0], len(text)+len(text)/32+16), text)
	return b.literal
}

// rewrite returns r with literal in the place of its own, unless it is nil, and
// the other changes.
func (b *Rewriter) rewrite(r *Record, literal []byte, others []Change) Written {
	b.changes = append(b.changes[:0], others...)
	if literal != nil {
		b.changes = append(b.changes, Change{r.Start, r.End, literal})
		if r.Dependent != nil {
			b.changes = append(b.changes, r.Dependent(literal)...)
		}
	}
	changes := b.changes
	if len(changes) == 0 {
		return Written{Bytes: r.Raw}
	}
	slices.SortStableFunc(changes, func(a, b Change) int { return a.Start - b.Start })
	size := len(r.Raw)
	for _, c := range changes {
		size += len(c.New) - (c.End - c.Start)
	}
	w := Written{Bytes: slices.Grow(b.record[:0], size)}
	at := 0
	for _, c := range changes {
		w.Bytes = append(w.Bytes, r.Raw[at:c.Start]...)
		start := len(w.Bytes)
		w.Bytes = append(w.Bytes, c.New...)
		if literal != nil && c.Start == r.Start && c.End == r.End {
			w.Text = &[2]int{start, len(w.Bytes)}
		} else {
			w.Patches = append(w.Patches, Patch{start, len(c.New), bytes.Clone(r.Raw[c.Start:c.End])})
		}
		at = c.End
	}
	w.Bytes = append(w.Bytes, r.Raw[at:]...)
	b.record = w.Bytes
	return w
}

// Plain is the Quoting of a text that stands in its record as it is.
type Plain struct{}

// Name returns "plain".
func (Plain) Name() string { return "plain" }

// Append appends text to dst.
func (Plain) Append(dst []byte, text string) []byte { return append(dst, text...) }

// Unquote appends literal to dst.
func (Plain) Unquote(dst, literal []byte) []byte { return append(dst, literal...) }
