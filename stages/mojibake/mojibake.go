// Package mojibake mends UTF-8 that somebody read as a single-byte code page,
// once or several times over: "cafÃ©" is café again, "вЂ™" an apostrophe, and
// "РџСЂРёРІРµС‚" a greeting.
//
// Every repair weighs how odd the text is, character beside character, before
// and after: damage puts symbols inside words, capitals behind small letters
// and scripts side by side, and mended text does not. A line all of whose
// characters decode needs little more evidence, a stretch in a line more, and
// what is known of a line or a document, that it was read in some code page,
// counts for its weaker places. Text that reads well as it is, such as NESTLÉ®,
// stays, whatever it might be decoded to; so does damage that could be decoded
// in one way as well as another.
//
// It does not guess at letters that are gone, and leaves bytes that are not
// UTF-8 to package decode.
package mojibake

import (
	"context"
	"strings"
	"sync"
	"unicode/utf8"

	"tamis/pipeline"
)

// A Stage mends mojibake. It is safe for concurrent use.
type Stage struct{}

// New returns the stage.
func New() *Stage { return new(Stage) }

// Name returns "mojibake".
func (*Stage) Name() string { return "mojibake" }

// ruleC1 is for characters of cp1252 that became control characters.
var ruleC1 = &pipeline.Rule{
	ID:  "mojibake.c1",
	Why: "a character of cp1252 that was read as Latin-1, where its byte is a control character",
}

// Rules returns a rule for every code page, and mojibake.c1.
func (*Stage) Rules() []*pipeline.Rule {
	rules := []*pipeline.Rule{ruleC1}
	for i := range pages {
		rules = append(rules, pages[i].rule)
	}
	return rules
}

// Clean mends every paragraph of doc by its own evidence, and then again by
// what that has shown of the document.
func (*Stage) Clean(_ context.Context, doc *pipeline.Document) error {
	var m *mender
	for i := range doc.Paragraphs {
		p := &doc.Paragraphs[i]
		if p.Dropped() || !suspicious(p.Text()) {
			continue
		}
		if m == nil {
			m = menders.Get().(*mender)
			m.known, m.doubtful = evidence{}, m.doubtful[:0]
		}
		m.mend(doc, p)
		if suspicious(p.Text()) {
			m.doubtful = append(m.doubtful, i)
		}
	}
	if m == nil {
		return nil
	}
	defer menders.Put(m)
	if m.known = m.shown(); m.known.pages != 0 {
		for _, i := range m.doubtful {
			m.mend(doc, &doc.Paragraphs[i])
		}
	}
	return nil
}

// evidence is what a document has shown of itself.
type evidence struct {
	pages pageSet // it was read in these, somewhere
}

// A mender mends paragraphs one after the other, reusing its memory.
type mender struct {
	*tables
	cells    []cell
	units    []unit
	chains   []chain
	best     plan
	edits    []pipeline.Edit
	seen     []uint64
	text     []byte
	doubtful []int

	gains [64]int // by page: what mending has gained so far
	known evidence

	inner *mender // for what a repair would leave
	depth int
}

var menders = sync.Pool{New: func() any { return &mender{tables: load()} }}

// shown returns what the mending so far says of the document, and forgets it.
func (m *mender) shown() evidence {
	var e evidence
	for i, gain := range m.gains {
		if gain >= 2*enough {
			e.pages |= 1 << i
		}
		m.gains[i] = 0
	}
	return e
}

// maxLayers bounds how often a paragraph is mended. Each layer of damage about
// doubles its length, so real text never comes near.
const maxLayers = 16

// mend undoes one layer of damage after the other, until nothing changes.
func (m *mender) mend(doc *pipeline.Document, p *pipeline.Paragraph) {
	for range maxLayers {
		text := p.Text()
		if !suspicious(text) {
			return
		}
		m.view(text)
		page := m.plan(text)
		if page < 0 {
			if !p.Apply(m.mendC1(doc)...) {
				return
			}
			continue
		}
		m.write(doc, text, &pages[page])
		if !p.Apply(m.edits...) {
			return
		}
		m.gains[page] += m.best.gain
	}
}

// write makes the edits of the best plan. The space that took the place of the
// no-break space of a damaged à stands for the space after it as well, if a
// letter follows: in scraped text the two have often become one. Where two are
// seen elsewhere in the text, they have not.
func (m *mender) write(doc *pipeline.Document, text string, p *page) {
	m.edits = m.edits[:0]
	var oneSpace *bool
	for _, c := range m.best.chains {
		m.text = m.text[:0]
		for _, u := range m.best.units[c.first:c.last] {
			m.text = utf8.AppendRune(m.text, u.r)
			if u.r == 'à' && u.lossy {
				if oneSpace == nil {
					oneSpace = new(bool)
					*oneSpace = !strings.Contains(text, string(m.cells[u.from].r)+"  ")
				}
				if *oneSpace && m.letterAfter(text, u) {
					m.text = append(m.text, ' ')
				}
			}
		}
		m.edits = append(m.edits, pipeline.Edit{
			Rule:  p.rule,
			Start: int(m.cells[c.from].start), End: int(m.cells[c.to-1].end),
			New:   doc.Keep(m.text),
			Score: sureness(c.gain),
		})
	}
}

// sureness is the score of an edit that gains so much: 0.5 for nothing, 0.67 for
// what is enough on its own.
func sureness(gain int) float64 {
	gain = max(gain, 0)
	return float64(gain+enough) / float64(gain+2*enough)
}

// letterAfter reports whether u stands before a letter.
func (m *mender) letterAfter(text string, u unit) bool {
	r, _ := utf8.DecodeRuneInString(text[m.cells[u.to-1].end:])
	return m.class(r).letter()
}
