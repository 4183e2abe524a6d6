// Package dedup removes paragraphs that repeat an earlier one, word for word or
// nearly so.
//
// Copies are found by keys that similar texts are likely to share (package
// [tamis/stages/dedup/minhash]) and decided by comparing the texts. A paragraph
// goes only if one that was kept before says what it says: the first always
// stays, and so does the fuller text, a restatement in other words, and the same
// form with other facts, such as the weather of two days. Short lines are left
// alone: headings, refrains and items of lists recur for good reasons.
package dedup

import (
	"context"
	"fmt"
	"sync"

	"tamis/pipeline"
)

// A Scope is how far back the stage remembers.
type Scope int

// The scopes.
const (
	Document Scope = iota // to the beginning of the document
	Run                   // to the beginning of the run
	Off                   // not at all: the stage is left out
)

var scopes = [...]string{Document: "document", Run: "run", Off: "off"}

func (s Scope) String() string { return scopes[s] }

// ParseScope returns the scope of a name.
func ParseScope(name string) (Scope, error) {
	for s, n := range scopes {
		if n == name {
			return Scope(s), nil
		}
	}
	return 0, fmt.Errorf("dedup scope %q: want document, run or off", name)
}

// Facts says what becomes of a paragraph that is like an earlier one but for
// its numbers or its names.
type Facts int

// What may become of it.
const (
	KeepFacts   Facts = iota // it is another statement and stays
	IgnoreFacts              // it is a copy
)

var facts = [...]string{KeepFacts: "keep", IgnoreFacts: "ignore"}

func (f Facts) String() string { return facts[f] }

// ParseFacts returns the Facts of a name.
func ParseFacts(name string) (Facts, error) {
	for f, n := range facts {
		if n == name {
			return Facts(f), nil
		}
	}
	return 0, fmt.Errorf("dedup facts %q: want keep or ignore", name)
}

var (
	ruleExact = &pipeline.Rule{ID: "dedup.exact", Why: "repeats an earlier paragraph, but for case, accents and punctuation"}
	ruleNear  = &pipeline.Rule{ID: "dedup.near", Why: "repeats an earlier paragraph with small changes"}
	rulePart  = &pipeline.Rule{ID: "dedup.contained", Why: "repeats a part of an earlier paragraph"}
)

// sectionMemory is how much text of the earlier sections of a document is
// remembered.
const sectionMemory = 64 << 20

// A Stage removes repeated paragraphs. It is a [pipeline.Sequential]: Prepare
// and Clean are safe for concurrent use.
type Stage struct {
	scope   Scope
	facts   Facts
	workers sync.Pool // of *worker
	plans   sync.Pool // of *plan

	// What follows belongs to Decide: what it remembers, and the section that
	// it was shown last.
	memory  *judge
	doc     string
	section int
}

// New returns a stage that remembers as far back as scope.
func New(scope Scope, facts Facts) *Stage {
	return &Stage{scope: scope, facts: facts}
}

// Name returns "dedup".
func (*Stage) Name() string { return "dedup" }

// Rules returns the reasons for which the stage drops a paragraph.
func (*Stage) Rules() []*pipeline.Rule {
	return []*pipeline.Rule{ruleExact, ruleNear, rulePart}
}

// A plan is what Prepare found out: all drops of a document that is judged by
// itself, else the units that Decide is to judge.
type plan struct {
	drops []drop

	units    []unit
	sketches []sketch
	folded   []byte // of all units
}

// Prepare does what takes no knowledge of earlier documents: all the judging of
// a document that is judged by itself, and for the others the keys by which
// copies are found.
func (s *Stage) Prepare(_ context.Context, doc *pipeline.Document) (any, error) {
	if s.alone(doc) {
		var drops []drop
		s.judgeAlone(doc, func(d drop) bool {
			drops = append(drops, d)
			return true
		})
		if drops == nil {
			return nil, nil
		}
		return &plan{drops: drops}, nil
	}
	p, _ := s.plans.Get().(*plan)
	if p == nil {
		p = new(plan)
	}
	p.units = units(p.units[:0], doc)
	for _, u := range p.units {
		at := len(p.folded)
		p.folded = fold(p.folded, u.text)
		p.sketches = append(p.sketches, sketched(u, p.folded[at:len(p.folded):len(p.folded)]))
	}
	return p, nil
}

// alone reports whether doc is judged by what it holds.
func (s *Stage) alone(doc *pipeline.Document) bool {
	return s.scope == Document && doc.Section == 0 && doc.Last
}

// Decide drops the paragraphs of doc that repeat what was kept before.
func (s *Stage) Decide(ctx context.Context, doc *pipeline.Document, prepared any) error {
	p, _ := prepared.(*plan)
	if s.alone(doc) {
		if p == nil {
			return nil
		}
		for _, d := range p.drops {
			if !d.from(doc) {
				// Its rule is switched off. It stays, and what follows may
				// repeat it: that was not foreseen.
				return s.Clean(ctx, doc)
			}
		}
		return nil
	}
	if p == nil {
		return fmt.Errorf("section %d was not prepared", doc.Section)
	}
	s.enter(doc)
	for i := range p.sketches {
		s.memory.decide(&p.sketches[i], func(d drop) bool { return d.from(doc) })
	}
	if s.scope == Document && doc.Last {
		s.memory = nil
	}
	clear(p.units)
	clear(p.sketches)
	p.units, p.sketches, p.folded = p.units[:0], p.sketches[:0], p.folded[:0]
	s.plans.Put(p)
	return nil
}

// enter makes doc the section whose units are decided next.
func (s *Stage) enter(doc *pipeline.Document) {
	next := doc.Section > 0 && doc.ID == s.doc && doc.Section > s.section
	s.doc, s.section = doc.ID, doc.Section
	switch {
	case s.scope == Run && s.memory == nil:
		s.memory = &judge{facts: s.facts, store: store{lasting: true}}
	case s.scope == Document && (s.memory == nil || !next):
		s.memory = &judge{facts: s.facts, store: store{lasting: true, limit: sectionMemory}}
		next = false
	}
	if !next {
		s.memory.store.enter(doc.ID)
	}
}

// Clean drops the paragraphs of doc that repeat an earlier one of doc.
func (s *Stage) Clean(_ context.Context, doc *pipeline.Document) error {
	s.judgeAlone(doc, func(d drop) bool { return d.from(doc) })
	return nil
}

// A worker is what judging a document by itself takes.
type worker struct {
	judge  judge
	units  []unit
	folded []byte
}

// judgeAlone shows drop every unit of doc that repeats an earlier one. A unit
// that drop does not accept stays, and others may repeat it.
func (s *Stage) judgeAlone(doc *pipeline.Document, drop func(drop) bool) {
	w, _ := s.workers.Get().(*worker)
	if w == nil {
		w = &worker{judge: judge{facts: s.facts}}
	}
	w.units = units(w.units[:0], doc)
	if len(w.units) > 1 {
		w.judge.store.reset(len(w.units))
		w.judge.store.enter(doc.ID)
		for _, u := range w.units {
			w.folded = fold(w.folded[:0], u.text)
			sk := sketched(u, w.folded)
			w.judge.decide(&sk, drop)
		}
		w.judge.store.reset(0)
	}
	clear(w.units)
	s.workers.Put(w)
}
