package pipeline

import (
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"
)

// A Document is one scraped text on its way through the stages, or one section
// of a text too large to be held whole.
type Document struct {
	ID   string   // a path, a URL or a record id; names the document in audits
	Lang Language // of most of its text; set before the stages run, it is taken as known
	Site string   // what it shares a template with: the host of a URL, or a folder; may be empty

	// Head is the white space before the first paragraph.
	Head       string
	Paragraphs []Paragraph

	// Offset is the place of this section's first byte in the document's
	// source, Section its number from 0, and Last says that none follows. A
	// document of ordinary size is its own first and last section.
	Offset  int64
	Section int
	Last    bool

	// Binary says that this is not text. Only a [Decoder] is shown it. UTF8 says
	// that all of it is known to be UTF-8. A Decoder is not shown it.
	Binary, UTF8 bool

	// Barrier says that this is no text but a mark, an empty document that a
	// source puts at fixed places of its input. Stages are not shown it; those
	// with a memory that outlives the run make it safe there, see
	// [Checkpointer].
	Barrier bool

	// Err says why this document could not be read or cleaned. Stages are not
	// shown a document with an error; what becomes of it is the sink's affair.
	Err error

	// Origin is what the source needs in order to write the document back
	// where it came from. Stages leave it alone.
	Origin any

	unsplit  string
	cutStart bool
	mem      *memory
}

// A Language is what is known of the language of a text.
type Language struct {
	Tag        string  // BCP 47; "und" where there is nothing to go by, empty where nobody has looked
	Script     string  // ISO 15924
	Confidence float64 // the probability that Tag is right, in [0, 1]
}

// SiteOf returns the site of the page at a URL: its host in lower case, without
// the port and "www.". It is empty if url names no host.
func SiteOf(url string) string {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok || strings.ContainsAny(scheme, "/?# ") {
		return ""
	}
	if end := strings.IndexAny(rest, "/?#\\"); end >= 0 {
		rest = rest[:end]
	}
	host := strings.ToLower(rest[strings.LastIndexByte(rest, '@')+1:])
	if port := strings.LastIndexByte(host, ':'); port > strings.LastIndexByte(host, ']') {
		host = host[:port]
	}
	return strings.TrimPrefix(strings.Trim(host, ". \t"), "www.")
}

// A Paragraph is the unit the stages judge and mend: one line of the source
// that is not blank.
//
// Its text can change in two ways only, [Paragraph.Apply] and [Paragraph.Drop],
// and both name a [Rule]. What happened to a paragraph is therefore always
// known, and can be replayed on its source.
type Paragraph struct {
	Offset  int64    // of the paragraph's first byte in the document's source
	Break   string   // the white space that followed it there: line breaks and blank lines
	Lang    Language // set by language identification
	Foreign bool     // in another language than the document

	// CutStart and CutEnd mark the pieces of a line that was longer than a
	// section. They are mended but never dropped.
	CutStart, CutEnd bool
	// Protected paragraphs are likewise: the user wants them.
	Protected bool

	source  string
	text    string
	edits   []Edit
	remarks []Remark
	passes  int
	dropped bool
	mem     *memory
}

// A Remark is what a stage saw in a paragraph and left alone.
type Remark struct {
	Rule   *Rule
	Detail string // where: an excerpt of the text
}

// New returns a document of the whole of source. It is split into paragraphs
// when it first reaches a stage, or by [Document.Split].
func New(id, source string) *Document {
	return &Document{ID: id, Last: true, unsplit: source}
}

// Parse returns a document of the whole of source, split into paragraphs.
func Parse(id, source string) *Document {
	doc := New(id, source)
	doc.Split()
	return doc
}

// Split cuts the source into one paragraph per line that is not blank. Lines
// end in LF, CRLF or CR, and in nothing else: U+0085, for one, may be half of
// a damaged letter. Writing Head and then every paragraph followed by its Break
// restores the source. A second call does nothing.
func (d *Document) Split() {
	source := d.unsplit
	d.unsplit = ""
	if source == "" {
		return
	}
	if d.mem == nil {
		d.mem = new(memory)
	}
	head := 0
	if !d.cutStart {
		head = blankLines(source)
	}
	d.Head = source[:head]
	made := d.mem.room(strings.Count(source[head:], "\n") + 1)
	for at := head; at < len(source); {
		line := lineLength(source[at:])
		gap := blankLines(source[at+line:])
		if len(made) < cap(made) {
			made = made[:len(made)+1]
		} else {
			made = append(made, Paragraph{})
		}
		p := &made[len(made)-1] // filled in where it is, not copied there
		p.Offset = d.Offset + int64(at)
		p.Break = source[at+line : at+line+gap]
		p.source = source[at : at+line]
		p.text = p.source
		p.mem = d.mem
		at += line + gap
	}
	d.Paragraphs = d.mem.take(made)
	if n := len(d.Paragraphs); n > 0 {
		d.Paragraphs[0].CutStart = d.cutStart
		d.Paragraphs[n-1].CutEnd = !d.Last && d.Paragraphs[n-1].Break == ""
	}
}

// Size returns the length in bytes of the source of d.
func (d *Document) Size() int {
	n := len(d.unsplit) + len(d.Head)
	for i := range d.Paragraphs {
		n += len(d.Paragraphs[i].source) + len(d.Paragraphs[i].Break)
	}
	return n
}

// join makes d use the memory of a batch, under the given rules.
func (d *Document) join(mem *memory, rules *Rules) {
	if d.mem == nil {
		d.mem = mem
		mem.users.Add(1)
	}
	d.mem.rules = rules
}

// Done says that nobody will look at the paragraphs of d again, nor at their
// edits: those of documents to come may be kept in their memory. A sink that has
// written a document may call it, and need not.
func (d *Document) Done() {
	if d.mem != nil {
		d.Paragraphs = nil
		d.mem.release()
		d.mem = nil
	}
}

// weight estimates what d costs to clean, in bytes of text.
func (d *Document) weight() int {
	n := len(d.unsplit) + paragraphCost*(strings.Count(d.unsplit, "\n")+1)
	for i := range d.Paragraphs {
		n += len(d.Paragraphs[i].source) + paragraphCost
	}
	return n
}

// lineLength returns the length of s up to its first line break.
func lineLength(s string) int {
	// Two searches for one byte each run many times faster than one for two.
	n := strings.IndexByte(s, '\n')
	if n < 0 {
		n = len(s)
	}
	if cr := strings.IndexByte(s[:n], '\r'); cr >= 0 {
		return cr
	}
	return n
}

// blankLines returns the length of the line break that s begins with, if any,
// and of all blank lines after it. A line of white space at the end counts.
func blankLines(s string) int {
	if len(s) > 1 && s[0] == '\n' && ' ' < s[1] && s[1] < utf8.RuneSelf {
		return 1 // as most are
	}
	end := 0
	for i, r := range s {
		switch {
		case r == '\n' || r == '\r':
			end = i + 1
		case !unicode.IsSpace(r):
			return end
		}
	}
	return len(s)
}

// isBlank reports whether s is all white space.
func isBlank(s string) bool { return strings.TrimSpace(s) == "" }

// Keep returns b as a string that lives as long as the document, at less cost
// than an allocation. Stages use it for replacement text they have computed.
func (d *Document) Keep(b []byte) string {
	if d.mem == nil {
		d.mem = new(memory)
	}
	d.mem.reserve(len(b))
	at := d.mem.text.Len()
	d.mem.text.Write(b)
	return d.mem.text.String()[at:]
}

// Text returns the paragraph as the stages so far have left it.
func (p *Paragraph) Text() string { return p.text }

// Source returns the paragraph as it was read.
func (p *Paragraph) Source() string { return p.source }

// Edits returns the changes made so far, oldest first.
func (p *Paragraph) Edits() []Edit { return p.edits }

// Remarks returns what was seen and left alone.
func (p *Paragraph) Remarks() []Remark { return p.remarks }

// On reports whether rule is switched on for p.
func (p *Paragraph) On(rule *Rule) bool { return p.mem.rules.On(rule) }

// Remark notes what a rule saw and left alone, unless the rule is switched off.
func (p *Paragraph) Remark(rule *Rule, detail string) {
	if p.mem.rules.On(rule) {
		p.remarks = append(p.remarks, Remark{rule, detail})
	}
}

// Dropped reports whether a stage has removed the paragraph.
func (p *Paragraph) Dropped() bool { return p.dropped }

// Kept reports whether anything of the paragraph will be written.
func (p *Paragraph) Kept() bool {
	return !p.dropped && (p.CutStart || p.CutEnd || !isBlank(p.text))
}

// Cut reports whether the paragraph is a piece of a line longer than a section.
func (p *Paragraph) Cut() bool { return p.CutStart || p.CutEnd }

// memory is where the documents of one batch keep their paragraphs, changed text
// and edits. It grows by chunks that the garbage collector takes back with the
// batch, so an edit costs no allocation of its own. One goroutine uses it at a time.
// When all documents are done, the last chunks of paragraphs and edits, unless they
// are one document's, serve another batch.
type memory struct {
	text           strings.Builder
	chunk          int // bytes, of the text
	edits          []Edit
	lastEdits      []Edit
	chunkEdits     int
	paragraphs     []Paragraph
	lastParagraphs []Paragraph
	chunkSplit     int // paragraphs
	rules          *Rules
	users          atomic.Int32 // documents that are not done, and the batch while it is gathered
}

var memories = sync.Pool{New: func() any { return new(memory) }}

// newMemory returns the memory of a batch, which is released when it is whole.
func newMemory() *memory {
	m := memories.Get().(*memory)
	m.users.Store(1)
	return m
}

// release says that one user needs m no more.
func (m *memory) release() {
	if m.users.Add(-1) != 0 {
		return
	}
	clear(m.lastParagraphs[:cap(m.lastParagraphs)])
	clear(m.lastEdits)
	m.paragraphs, m.edits, m.rules = m.lastParagraphs, m.lastEdits, nil
	m.text.Reset()
	memories.Put(m)
}

const (
	mostEdits      = 128 // in a chunk
	mostParagraphs = 512
	firstChunk     = 1 << 10 // a document cleaned alone should not cost a batch's memory
	largeChunk     = 128 << 10
)

// reserve makes room for n more bytes of text in one piece.
func (m *memory) reserve(n int) {
	if m.text.Cap()-m.text.Len() >= n {
		return
	}
	m.chunk = min(max(2*m.chunk, firstChunk), largeChunk)
	m.text.Reset()
	m.text.Grow(max(n, m.chunk))
}

// room returns an empty slice with room for n paragraphs. Those that it comes to
// hold are to be taken before there is room for others.
func (m *memory) room(n int) []Paragraph {
	if cap(m.paragraphs) < n {
		m.chunkSplit = min(max(2*m.chunkSplit, n), mostParagraphs)
		m.paragraphs = make([]Paragraph, 0, max(n, m.chunkSplit))
		if n <= mostParagraphs {
			m.lastParagraphs = m.paragraphs
		}
	}
	return m.paragraphs
}

// take returns the paragraphs of a slice that room gave, for good.
func (m *memory) take(made []Paragraph) []Paragraph {
	m.paragraphs = made[len(made):]
	return made[:len(made):len(made)]
}

// grow returns old with room for n more edits.
func (m *memory) grow(old []Edit, n int) []Edit {
	if cap(old)-len(old) >= n {
		return old
	}
	want := max(2*cap(old), len(old)+n)
	if len(m.edits) < want {
		m.chunkEdits = min(max(2*m.chunkEdits, 4), mostEdits)
		m.edits = make([]Edit, max(want, m.chunkEdits))
		if want <= mostEdits {
			m.lastEdits = m.edits
		}
	}
	grown := m.edits[:len(old):want]
	copy(grown, old)
	m.edits = m.edits[want:]
	return grown
}
