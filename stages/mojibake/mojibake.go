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
// Other accidents of the same kind are undone on stronger evidence: UTF-8 read in
// an East Asian encoding, one legacy encoding read as another ("Ïðèâåò"),
// quoted-printable (=C3=A9), and the escapes of programs (\u00e9, %C3%A9) in the
// words of running text, but not in code or links. Which letters and function
// words a language has is read from its pack.
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
	"tamis/stages/packs"
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

// Rules returns a rule for every code page, and those of the other repairs.
func (*Stage) Rules() []*pipeline.Rule {
	rules := []*pipeline.Rule{ruleC1, ruleUnicodeEscape, ruleByteEscape, rulePercent, ruleQuoted}
	for i := range pages {
		rules = append(rules, pages[i].rule)
	}
	for i := range eastern {
		rules = append(rules, eastern[i].rule)
	}
	return append(rules, legacyRules...)
}

// rounds bounds how often a document is looked through. A text needs one, unless
// what was mended in it brings something else to light.
const rounds = 8

// Clean undoes the escapes of doc and mends every paragraph of it, until nothing
// changes.
func (*Stage) Clean(_ context.Context, doc *pipeline.Document) error {
	var m *mender
	for i := range doc.Paragraphs {
		p := &doc.Paragraphs[i]
		if p.Dropped() {
			continue
		}
		if found := look(p.Text()); found != 0 {
			if m == nil {
				m = menders.Get().(*mender)
				defer menders.Put(m)
				m.doubtful = m.doubtful[:0]
			}
			m.doubtful = append(m.doubtful, doubtful{number: i, doubt: found})
		}
	}
	if m == nil {
		return nil
	}
	for range rounds {
		if !m.round(doc) {
			break
		}
	}
	return nil
}

// A doubtful paragraph is one that is looked at closely.
type doubtful struct {
	number  int
	doubt   doubt
	settled bool // nothing was found to do, by its own evidence
}

// round undoes the escapes of doc, and mends every doubtful paragraph by its own
// evidence and then again by what that has shown of the document. It reports
// whether anything has changed.
func (m *mender) round(doc *pipeline.Document) (changed bool) {
	m.known, m.usual = evidence{}, -1
	clear(m.readSo)
	changed = m.unquote(doc)
	for k := range m.doubtful {
		d := &m.doubtful[k]
		p := &doc.Paragraphs[d.number]
		if d.settled {
			continue
		}
		d.settled = true
		if d.doubt&escaped != 0 && m.unescape(p) {
			d.doubt, d.settled = look(p.Text()), false
		}
		if d.doubt&(decodable|outlandish) != 0 && m.mend(doc, p, &d.doubt) {
			d.settled = false
		}
		changed = changed || !d.settled
	}
	if m.known = m.shown(); m.known.pages != 0 {
		for k := range m.doubtful {
			d := &m.doubtful[k]
			if p := &doc.Paragraphs[d.number]; d.doubt&decodable != 0 && m.mend(doc, p, &d.doubt) {
				changed = true
				d.settled = false
			}
		}
	}
	return m.legacyLines(doc) || changed
}

// evidence is what a document has shown of itself.
type evidence struct {
	pages pageSet // it was read in these, somewhere
}

// A mender mends paragraphs one after the other, reusing its memory.
type mender struct {
	*tables
	source   string // the text in view
	cells    []cell
	units    []unit
	chains   []chain
	best     plan
	edits    []pipeline.Edit
	seen     []uint64
	letters  []int // by language, see readsAs
	counts   []letter
	word     []byte // in lower case
	spoken   []int  // by language, see readsAs
	text     []byte
	bytes    []byte // see misread
	doubtful []doubtful

	onlyStray bool // all chains at hand are stray

	gains [64]int // by page: what mending has gained so far
	known evidence

	usual  int             // the page in which lines of the document were read so far, -1 for none
	readSo map[reading]int // lines that were in a legacy encoding

	inner *mender // for what a repair would leave
	depth int
}

var menders = sync.Pool{New: func() any { return &mender{tables: load(), readSo: make(map[reading]int)} }}

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

// mend undoes one layer of damage after the other, until nothing changes. It
// reports whether anything has, and leaves in found what there is to doubt then.
func (m *mender) mend(doc *pipeline.Document, p *pipeline.Paragraph, found *doubt) (changed bool) {
	outer := -1 // the page of the first layer
	defer func() {
		if outer >= 0 && m.gains[outer] >= 2*enough {
			m.usual = outer
		}
	}()
	for layer := range maxLayers {
		text := p.Text()
		page := -1
		m.best.gain = 0
		if *found&decodable != 0 {
			m.view(text)
			page = m.plan(text, layer == 0)
		}
		switch {
		case *found&outlandish != 0 && (page < 0 || !m.best.whole) && (m.easternText(p) || m.legacyText(p, m.best.gain)):
		case page >= 0:
			m.write(doc, text, &pages[page])
			if !p.Apply(m.edits...) {
				return changed
			}
			m.gains[page] += m.best.gain
			if layer == 0 && m.best.whole {
				outer = page
			}
		case *found&decodable == 0 || !p.Apply(m.mendC1(doc)...):
			return changed
		}
		changed = true
		*found = look(p.Text())
	}
	return changed
}

// write makes the edits of the best plan. The space that took the place of the
// no-break space of a damaged à stands for the space after it as well, if a
// word follows: in scraped text the two have often become one. Where two are
// seen elsewhere in the text, they have not.
func (m *mender) write(doc *pipeline.Document, text string, p *page) {
	m.edits = m.edits[:0]
	var in *packs.Spelling // asked for once
	for _, c := range m.best.chains {
		m.text = m.text[:0]
		for _, u := range m.best.units[c.first:c.last] {
			m.text = utf8.AppendRune(m.text, u.r)
			if u.r != 'à' || !u.lossy || !m.wordAfter(text, u) || strings.Contains(text, string(m.cells[u.from].r)+"  ") {
				continue
			}
			if before, _ := lastRune(text[:m.cells[u.from].start]); m.class(before).letter() {
				if in == nil {
					line := text[:sample(text)]
					in = m.readsAs(string(m.decoded(nil, line, m.best.chains, m.best.units))).in
				}
				if !strings.ContainsRune(in.Finals, u.r) {
					continue
				}
			}
			m.text = append(m.text, ' ')
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

// wordAfter reports whether u, an à, stands before a word and not in one, as the
// Portuguese às and àquele.
func (m *mender) wordAfter(text string, u unit) bool {
	rest := text[m.cells[u.to-1].end:]
	r, _ := utf8.DecodeRuneInString(rest)
	if k := m.class(r); !k.letter() && k != digit && k != quote {
		return false
	}
	for _, ending := range []string{"s ", "quele", "quela", "quilo"} {
		if strings.HasPrefix(rest, ending) {
			return false
		}
	}
	return true
}
