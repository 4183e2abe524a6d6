// Package norm puts text into the plain form of Unicode that it would have had
// if nothing had gone wrong on its way: NFC, with no markup escapes, control
// characters, invisible junk, letters borrowed from another script, or type
// faces faked with mathematical symbols.
//
// It refuses to judge by the character alone. A joiner is junk between Latin
// letters and spelling between Persian ones; full-width letters belong in
// Japanese; &lt;b&gt; may be what the author writes about. Where the
// surroundings do not decide, the text stays. It never applies NFKC, which
// would turn 10³ into 103, and it leaves no-break spaces to typography and
// broken encodings to mojibake.
package norm

import (
	"context"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"tamis/pipeline"
)

var (
	entity     = &pipeline.Rule{ID: "norm.entity", Why: "an HTML entity stands for the character it names"}
	control    = &pipeline.Rule{ID: "norm.control", Why: "a control character or terminal escape is no part of a text"}
	bom        = &pipeline.Rule{ID: "norm.bom", Why: "a byte order mark marks the start of a file, not of a word"}
	zeroWidth  = &pipeline.Rule{ID: "norm.zero-width", Why: "an invisible character has no effect in this script"}
	softHyphen = &pipeline.Rule{ID: "norm.soft-hyphen", Why: "a soft hyphen is a hint for a line break that is gone"}
	bidi       = &pipeline.Rule{ID: "norm.bidi", Why: "a direction mark has nothing to direct"}
	space      = &pipeline.Rule{ID: "norm.space", Why: "a space of special width is layout"}
	lineBreak  = &pipeline.Rule{ID: "norm.line-break", Why: "a line break inside a paragraph is layout"}
	ligature   = &pipeline.Rule{ID: "norm.ligature", Why: "a typographic ligature is the letters it joins"}
	homoglyph  = &pipeline.Rule{ID: "norm.homoglyph", Why: "a look-alike from another script stands in a word"}
	font       = &pipeline.Rule{ID: "norm.font", Why: "symbols used as a type face are the letters they imitate"}
	fullwidth  = &pipeline.Rule{ID: "norm.fullwidth", Why: "full-width forms belong in East Asian text"}
	nfc        = &pipeline.Rule{ID: "norm.nfc", Why: "letters and their marks are written in Normalization Form C"}
	trailing   = &pipeline.Rule{ID: "norm.trailing-space", Why: "white space at the end of a paragraph says nothing"}
)

// A Stage normalises documents. It is safe for concurrent use.
type Stage struct {
	scripts scripts
	passes  []pass // over a paragraph, in this order, again and again
}

// A pass makes one kind of repair on a paragraph whose text raises one of its
// concerns, and reports whether the text has changed.
type pass struct {
	on  concern
	run func(*work, *pipeline.Paragraph) bool
}

// New returns a stage that knows scripts as und/norm.yaml in packs describes
// them.
func New(packs fs.FS) (*Stage, error) {
	known, err := load(packs)
	if err != nil {
		return nil, err
	}
	oddities := odd
	if known.isPlain('ب') {
		oddities |= joins // else a joiner is at home there
	}
	return &Stage{scripts: known, passes: []pass{
		{entities, (*work).entities},
		{oddities, (*work).oddities},
		{fonts, (*work).fonts},
		{width, (*work).widths},
		{order, (*work).compose},
	}}, nil
}

// Name returns "norm".
func (*Stage) Name() string { return "norm" }

// Rules lists the stage's reasons to change text.
func (*Stage) Rules() []*pipeline.Rule {
	return []*pipeline.Rule{
		entity, control, bom, zeroWidth, softHyphen, bidi, space, lineBreak,
		ligature, homoglyph, font, fullwidth, nfc, trailing,
	}
}

// Clean normalises every paragraph of doc.
func (s *Stage) Clean(_ context.Context, doc *pipeline.Document) error {
	w := work{Stage: s, doc: doc}
	for i := range doc.Paragraphs {
		if p := &doc.Paragraphs[i]; !p.Dropped() && w.mend(p)&mixed != 0 {
			w.mixed = append(w.mixed, i)
		}
	}
	w.homoglyphs()
	return nil
}

// A work is one document's cleaning.
type work struct {
	*Stage
	doc   *pipeline.Document
	found concern // what the paragraph at hand may need, and what it holds
	edits []pipeline.Edit
	buf   []byte
	mixed []int // paragraphs with letters of two scripts side by side

	eastAsian answer // whether the document is
	unescaper unescaper
}

// An answer to a question that is asked of a document once, and only if needed.
type answer uint8

const (
	unasked answer = iota
	no
	yes
)

// mend makes all repairs that take no more than the paragraph, until there is
// nothing left to repair: one may bring another to light. It returns the
// concerns that remain.
func (w *work) mend(p *pipeline.Paragraph) concern {
	// A text needs a few rounds, unless it was made to need thousands.
	for budget := 64*len(p.Text()) + 64<<10; budget > 0; budget -= len(p.Text()) + 64 {
		w.found = scan(p.Text())
		changed := false
		if w.found&repairs != 0 {
			for _, pass := range w.passes {
				if w.found&pass.on != 0 && pass.run(w, p) {
					changed = true
					break
				}
			}
		}
		if !changed && !w.trim(p) {
			break
		}
	}
	return w.found
}

// trim removes white space at the end of a paragraph. Indentation stays.
func (w *work) trim(p *pipeline.Paragraph) bool {
	text := p.Text()
	if p.CutEnd || text == "" {
		return false
	}
	if last := text[len(text)-1]; last > ' ' && last < utf8.RuneSelf {
		return false
	}
	kept := len(strings.TrimRightFunc(text, unicode.IsSpace))
	return kept < len(text) && p.Apply(pipeline.Edit{Rule: trailing, Start: kept, End: len(text)})
}

// compose brings a paragraph into Normalization Form C, with an edit for each
// stretch that is not: a letter and its marks.
func (w *work) compose(p *pipeline.Paragraph) bool {
	text := p.Text()
	edits := w.edits[:0]
	for at := 0; at < len(text); {
		at += norm.NFC.QuickSpanString(text[at:])
		if at >= len(text) {
			break
		}
		end := at + boundary(text[at:])
		if composed := norm.NFC.String(text[at:end]); composed != text[at:end] {
			edits = append(edits, pipeline.Edit{Rule: nfc, Start: at, End: end, New: composed})
		}
		at = end
	}
	return w.apply(p, edits)
}

// boundary returns the length of s up to the next character that neither
// combines with what stands before it nor is reordered with it.
func boundary(s string) int {
	_, at := utf8.DecodeRuneInString(s)
	for at < len(s) {
		r, n := utf8.DecodeRuneInString(s[at:])
		if r < 0x300 || norm.NFC.PropertiesString(s[at:]).BoundaryBefore() {
			break
		}
		at += n
	}
	return at
}

// apply makes edits and keeps their memory for the next pass.
func (w *work) apply(p *pipeline.Paragraph, edits []pipeline.Edit) bool {
	w.edits = edits
	return len(edits) > 0 && p.Apply(edits...)
}
