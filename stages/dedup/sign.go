package dedup

import (
	"slices"

	"github.com/zeebo/xxh3"

	"tamis/pipeline"
)

// A Signature is what an engine that holds more paragraphs than one machine needs
// to know of one, so that it can propose the pairs that a [Stage] would compare.
type Signature struct {
	unit
	Fold  uint64       // key of the folded text, of 40 bits
	Whole xxh3.Uint128 // hash of the folded text; equal for exact copies alone
	Keys  []uint64     // of which a near copy is likely to have one; none if it is not to be judged
}

// Place returns where the paragraph stands in the source of its document, and of
// how many paragraphs, the lines of a hard-wrapped one, it is made up.
func (s *Signature) Place() (offset int64, lines int) { return s.offset, s.last - s.first + 1 }

// Text returns the text that is compared.
func (s *Signature) Text() string { return s.text }

// Long reports whether the paragraph may be a copy of what it does not equal.
func (s *Signature) Long() bool { return s.long }

// Broken reports whether its end was cut off: then it may be too.
func (s *Signature) Broken() bool { return s.broken }

// Signatures appends those of the paragraphs of doc that stay, in order.
func Signatures(found []Signature, doc *pipeline.Document) []Signature {
	judged := units(nil, doc)
	for i := 0; i < len(doc.Paragraphs); i++ {
		p := &doc.Paragraphs[i]
		switch {
		case len(judged) > 0 && judged[0].first == i:
			sig := signature(judged[0])
			found = append(found, sig)
			i, judged = sig.last, judged[1:]
		case p.Kept():
			sig := signature(unit{text: p.Text(), offset: p.Offset, first: i, last: i})
			sig.Keys = nil
			found = append(found, sig)
		}
	}
	return found
}

func signature(u unit) Signature {
	var sk sketch
	sk.make(u, fold(nil, u.text))
	return Signature{u, sk.exact()[0], xxh3.Hash128(sk.folded), slices.Clone(sk.near())}
}

// A Comparer decides on pairs of paragraphs as a [Stage] does. One goroutine at a
// time uses it.
type Comparer struct{ judge judge }

// NewComparer returns a comparer.
func NewComparer(f Facts) *Comparer { return &Comparer{judge{facts: f}} }

// Repeats reports whether the later paragraph repeats the earlier one, with which
// it shares a key; by which rule, and how alike they are.
func (c *Comparer) Repeats(later, earlier string, long bool) (rule string, similarity float64, repeats bool) {
	c.judge.store.enter("", 1)
	var first, second sketch
	first.make(unit{text: earlier, long: true}, fold(nil, earlier))
	_ = c.judge.store.add(&first) // fails only on disk
	second.make(unit{text: later, long: long, broken: endsBroken(later)}, fold(nil, later))
	d, repeats, _ := c.judge.repeats(&second)
	if !repeats {
		return "", 0, false
	}
	return d.rule.ID, d.score, true
}

// A Removal names a paragraph that repeats an earlier one, as an engine has found
// out, or the lines of a hard-wrapped one.
type Removal struct {
	Offset     int64   `json:"offset"`
	Lines      int     `json:"lines"`
	Rule       string  `json:"rule"`
	Similarity float64 `json:"similarity"`
	Detail     string  `json:"detail"`
}

// Remove drops the paragraphs of doc that are named. What is named and is not
// there is ignored.
func Remove(doc *pipeline.Document, removals []Removal) {
	at := make(map[int64]*Removal, len(removals))
	for i := range removals {
		at[removals[i].Offset] = &removals[i]
	}
	for i := 0; i < len(doc.Paragraphs); i++ {
		r := at[doc.Paragraphs[i].Offset]
		if r == nil {
			continue
		}
		d := drop{first: i, last: min(i+max(r.Lines, 1), len(doc.Paragraphs)) - 1, rule: ruleOf(r.Rule), score: r.Similarity, detail: r.Detail}
		if d.rule != nil {
			d.from(doc)
		}
		i = d.last
	}
}

func ruleOf(id string) *pipeline.Rule {
	for _, r := range []*pipeline.Rule{ruleExact, ruleNear, rulePart} {
		if r.ID == id {
			return r
		}
	}
	return nil
}
