package pipeline

import (
	"fmt"
	"slices"
	"strings"
)

// A Rule is a named reason to change text.
type Rule struct {
	ID       string // stage, language where there is one, and rule, as in "junk.fr.read-also"
	Why      string // one sentence for the reader of an audit
	Optional bool   // off unless the user enables it
}

// An Edit replaces the bytes [Start, End) of a paragraph's text by New.
//
// The edits of one pass, which is one call of [Paragraph.Apply], all refer to
// the text that the pass before it left behind.
type Edit struct {
	Rule       *Rule
	Start, End int
	New        string
	Score      float64 // how sure the stage is, in [0, 1]; 0 where it does not weigh
	Detail     string  // evidence, such as the paragraph that a copy repeats
	pass       int
	drop       bool
}

// Drops reports whether the edit removes the whole paragraph.
func (e *Edit) Drops() bool { return e.drop }

// Apply makes edits whose offsets all refer to the current text. They must be
// in order and must not overlap. Edits of rules that are switched off are left
// out. Apply reports whether the text has changed; a stage that mends until
// nothing changes must stop when it has not.
//
// A line break in New becomes a space: a paragraph stays one line.
func (p *Paragraph) Apply(edits ...Edit) bool {
	size, at, made := len(p.text), 0, 0
	for i := range edits {
		e := &edits[i]
		if e.Start < at || e.End < e.Start || e.End > len(p.text) {
			panic(fmt.Sprintf("pipeline: %s: edit [%d, %d) is out of order in %d bytes", e.Rule.ID, e.Start, e.End, len(p.text)))
		}
		at = e.End
		if strings.ContainsAny(e.New, "\r\n") {
			e.New = oneLine.Replace(e.New)
		}
		if p.makes(e) {
			size += len(e.New) - (e.End - e.Start)
			made++
		}
	}
	if made == 0 {
		return false
	}
	p.edits = p.mem.grow(p.edits, made)
	p.mem.reserve(size)
	b := &p.mem.text
	start, at := b.Len(), 0
	for i := range edits {
		e := edits[i]
		if !p.makes(&e) {
			continue
		}
		b.WriteString(p.text[at:e.Start])
		b.WriteString(e.New)
		at = e.End
		e.pass, e.drop = p.passes, false
		p.edits = append(p.edits, e)
	}
	b.WriteString(p.text[at:])
	p.text = b.String()[start:]
	p.passes++
	return true
}

var oneLine = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ")

// makes reports whether e changes anything and its rule is on.
func (p *Paragraph) makes(e *Edit) bool {
	return p.text[e.Start:e.End] != e.New && p.mem.rules.On(e.Rule)
}

// Drop removes the whole paragraph, for a rule that was so sure (in [0, 1]) on
// the evidence of detail. It reports whether the paragraph is gone: a rule that
// is switched off removes nothing, and the pieces of a cut line always stay, as
// does what is protected.
func (p *Paragraph) Drop(rule *Rule, score float64, detail string) bool {
	if p.dropped || p.Cut() || p.Protected || !p.mem.rules.On(rule) {
		return p.dropped
	}
	p.edits = append(p.mem.grow(p.edits, 1), Edit{
		Rule: rule, End: len(p.text), Score: score, Detail: detail, pass: p.passes, drop: true,
	})
	p.passes++
	p.text, p.dropped = "", true
	return true
}

// Replay makes edits on source, one pass after the other. It returns an error
// where an edit does not fit the text.
func Replay(source string, edits []Edit) (string, error) {
	for len(edits) > 0 {
		n := passLength(edits)
		var b strings.Builder
		at := 0
		for _, e := range edits[:n] {
			if e.Start < at || e.End < e.Start || e.End > len(source) {
				return "", fmt.Errorf("replay %s: no bytes [%d, %d) in a text of %d", e.Rule.ID, e.Start, e.End, len(source))
			}
			b.WriteString(source[at:e.Start])
			b.WriteString(e.New)
			at = e.End
		}
		b.WriteString(source[at:])
		source, edits = b.String(), edits[n:]
	}
	return source, nil
}

// passLength returns how many of edits belong to the first one's pass.
func passLength(edits []Edit) int {
	n := 1
	for n < len(edits) && edits[n].pass == edits[0].pass {
		n++
	}
	return n
}

// A Hunk is a stretch of a paragraph's source and what became of it, all
// passes taken together.
type Hunk struct {
	Start, End int    // in the source
	Old, New   string // never equal
	Steps      []Edit // the edits that took part, oldest first
}

// Hunks returns the paragraph's changes as hunks in order, which do not
// overlap: applied to the source they give the text.
func (p *Paragraph) Hunks() []Hunk {
	var hunks []span
	for edits := p.edits; len(edits) > 0; {
		n := passLength(edits)
		hunks = compose(hunks, edits[:n])
		edits = edits[n:]
	}
	made := make([]Hunk, 0, len(hunks))
	for _, h := range hunks {
		if old, text := p.source[h.source:h.sourceEnd], p.text[h.text:h.textEnd]; old != text {
			made = append(made, Hunk{Start: h.source, End: h.sourceEnd, Old: old, New: text, Steps: h.steps})
		}
	}
	return made
}

// A span is a stretch of the source and the stretch of the text made of it.
type span struct {
	source, sourceEnd int
	text, textEnd     int
	steps             []Edit
}

// compose returns the spans that edits, one pass, make of those before it. An
// edit that meets earlier spans becomes one span with them.
func compose(spans []span, edits []Edit) []span {
	var made []span
	// How much longer than the source the text is before the pass, and how
	// much longer the pass makes it, up to the place reached so far.
	before, after := 0, 0
	for len(spans) > 0 || len(edits) > 0 {
		var s span
		started := false
		low, high := 0, 0 // in the text before the pass
		meets := func(start, end int) bool {
			if !started {
				started, low, high = true, start, end
			} else if start > high || start == high && start != end && low != high {
				return false
			}
			high = max(high, end)
			return true
		}
		beforeStart, afterStart := before, after
		for {
			if len(spans) > 0 && (started || len(edits) == 0 || spans[0].text <= edits[0].Start) && meets(spans[0].text, spans[0].textEnd) {
				before += spans[0].textEnd - spans[0].text - (spans[0].sourceEnd - spans[0].source)
				s.steps = append(s.steps, spans[0].steps...)
				spans = spans[1:]
				continue
			}
			if len(edits) > 0 && meets(edits[0].Start, edits[0].End) {
				after += len(edits[0].New) - (edits[0].End - edits[0].Start)
				s.steps = append(s.steps, edits[0])
				edits = edits[1:]
				continue
			}
			break
		}
		s.source, s.sourceEnd = low-beforeStart, high-before
		s.text, s.textEnd = low+afterStart, high+after
		slices.SortStableFunc(s.steps, func(a, b Edit) int { return a.pass - b.pass })
		made = append(made, s)
	}
	return made
}
