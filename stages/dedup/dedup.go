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
	"slices"
	"sync"

	"tamis/pipeline"
	"tamis/stages/dedup/index"
)

// A Scope is how far back the stage remembers.
type Scope int

// The scopes.
const (
	Document Scope = iota // to the beginning of the document
	Run                   // to the beginning of the run
	Index                 // and to what an index remembers of earlier runs
	Off                   // not at all: the stage is left out
)

var scopes = [...]string{Document: "document", Run: "run", Index: "index", Off: "off"}

func (s Scope) String() string { return scopes[s] }

// ParseScope returns the scope of a name.
func ParseScope(name string) (Scope, error) {
	for s, n := range scopes {
		if n == name {
			return Scope(s), nil
		}
	}
	return 0, fmt.Errorf("dedup scope %q: want document, run, index or off", name)
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

// OpenIndex opens the index in dir, of which o says how. Of the options that
// name keys it sets those of this package.
func OpenIndex(dir string, o index.Options) (*index.Index, error) {
	return index.Open(dir, withKeys(o))
}

// MergeIndexes makes a new index in dir of all that is in others, and returns how
// many paragraphs they hold.
func MergeIndexes(dir string, from []string, o index.Options) (int64, error) {
	return index.Merge(dir, from, withKeys(o))
}

// VerifyIndex reads the whole index in dir and checks it.
func VerifyIndex(dir string) (index.Contents, error) {
	return index.Verify(dir, withKeys(index.Options{}))
}

func withKeys(o index.Options) index.Options {
	o.Keys = Keys
	return o
}

// Options say what a stage remembers, and how it decides.
type Options struct {
	Scope Scope
	Facts Facts

	// Index is where scopes Run and Index remember earlier documents. One that
	// was opened for reading is not added to: each document is then judged by
	// itself and what the index holds. It stays its owner's to commit and to
	// close. The scope Run makes one of its own if there is none.
	Index *index.Index
}

// A Stage removes repeated paragraphs. It is a [pipeline.Checkpointer]: Prepare
// and Clean are safe for concurrent use.
type Stage struct {
	opts    Options
	grows   bool      // what is kept is added to the index
	workers sync.Pool // of *worker
	plans   sync.Pool // of *plan

	// What follows belongs to Decide: what it remembers, and the section that
	// it was shown last.
	memory  *judge
	doc     string
	section int
	own     *index.Index // which the stage made itself
	failed  error        // of the memory
}

// New returns a stage.
func New(o Options) *Stage {
	return &Stage{opts: o, grows: o.Scope == Run || o.Scope == Index && o.Index != nil && !o.Index.ReadOnly()}
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
		err := s.judgeAlone(doc, func(d drop) bool {
			drops = append(drops, d)
			return true
		})
		if drops == nil {
			return nil, err
		}
		return &plan{drops: drops}, err
	}
	p, _ := s.plans.Get().(*plan)
	if p == nil {
		p = new(plan)
	}
	p.units = units(p.units[:0], doc)
	p.sketches = slices.Grow(p.sketches, len(p.units))
	p.folded = slices.Grow(p.folded, size(p.units))
	for _, u := range p.units {
		at := len(p.folded)
		p.folded = fold(p.folded, u.text)
		p.sketches = append(p.sketches, sketch{})
		p.sketches[len(p.sketches)-1].make(u, p.folded[at:len(p.folded):len(p.folded)])
	}
	return p, nil
}

// size returns the length of the texts of all.
func size(all []unit) int {
	n := 0
	for i := range all {
		n += len(all[i].text)
	}
	return n
}

// alone reports whether doc is judged by what it holds, and what does not change.
func (s *Stage) alone(doc *pipeline.Document) bool {
	return !s.grows && doc.Section == 0 && doc.Last
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
	if s.failed != nil {
		return s.failed
	}
	s.failed = s.judge(doc, p)
	clear(p.units)
	clear(p.sketches)
	p.units, p.sketches, p.folded = p.units[:0], p.sketches[:0], p.folded[:0]
	s.plans.Put(p)
	return s.failed
}

// judge drops the units of p, which are those of doc.
func (s *Stage) judge(doc *pipeline.Document, p *plan) error {
	if err := s.enter(doc); err != nil {
		return err
	}
	for i := range p.sketches {
		if i%touchedAtOnce == 0 {
			for k := i; k < min(i+touchedAtOnce, len(p.sketches)); k++ {
				s.memory.store.touch(p.sketches[k].all())
			}
		}
		if err := s.memory.decide(&p.sketches[i], func(d drop) bool { return d.from(doc) }); err != nil {
			return err
		}
	}
	if !s.grows && doc.Last {
		s.memory = nil
	}
	return nil
}

// touchedAtOnce is how many units are made ready together. What they touch stays
// in the processor's own memory until they are decided.
const touchedAtOnce = 16

// enter makes doc the section whose units are decided next.
func (s *Stage) enter(doc *pipeline.Document) error {
	next := doc.Section > 0 && doc.ID == s.doc && doc.Section > s.section && s.memory != nil
	s.doc, s.section = doc.ID, doc.Section
	if s.memory == nil {
		x := s.opts.Index
		if s.opts.Scope == Run && x == nil {
			var err error
			if x, err = OpenIndex("", index.Options{Access: index.Trial}); err != nil {
				return &MemoryError{err}
			}
			s.own = x
		}
		s.memory = &judge{facts: s.opts.Facts, store: store{limit: sectionMemory}}
		s.memory.store.use(x, s.grows)
	}
	if !next {
		s.memory.store.enter(doc.ID, 0)
	}
	return nil
}

// Checkpoint makes what an index was told so far last; see [index.Index.Checkpoint].
func (s *Stage) Checkpoint(context.Context) error {
	if s.failed == nil && s.grows && s.opts.Index != nil {
		if err := s.opts.Index.Checkpoint(); err != nil {
			s.failed = &MemoryError{err}
		}
	}
	return s.failed
}

// Close lets go of what the stage remembers on disk, if that is its own.
func (s *Stage) Close() {
	if s.own != nil {
		s.own.Close()
	}
}

// Clean drops the paragraphs of doc that repeat an earlier one of doc, or what
// an index holds that does not grow.
func (s *Stage) Clean(_ context.Context, doc *pipeline.Document) error {
	return s.judgeAlone(doc, func(d drop) bool { return d.from(doc) })
}

// A worker is what judging a document by itself takes.
type worker struct {
	judge  judge
	units  []unit
	folded []byte
	sketch sketch
}

// judgeAlone shows drop every unit of doc that repeats an earlier one. A unit
// that drop does not accept stays, and others may repeat it.
func (s *Stage) judgeAlone(doc *pipeline.Document, drop func(drop) bool) error {
	w := s.worker()
	defer s.workers.Put(w)
	w.units = units(w.units[:0], doc)
	defer clear(w.units)
	if len(w.units) < 2 && w.judge.store.index == nil {
		return nil
	}
	w.judge.store.enter(doc.ID, len(w.units))
	defer w.judge.store.enter("", 0) // and let go of the texts
	for _, u := range w.units {
		w.folded = fold(w.folded[:0], u.text)
		w.sketch.make(u, w.folded)
		if err := w.judge.decide(&w.sketch, drop); err != nil {
			return err
		}
	}
	return nil
}

func (s *Stage) worker() *worker {
	w, _ := s.workers.Get().(*worker)
	if w == nil {
		w = &worker{judge: judge{facts: s.opts.Facts}}
		if !s.grows {
			w.judge.store.use(s.opts.Index, false)
		}
	}
	return w
}

// A Repeat is a unit of a document, a paragraph or the lines of a hard-wrapped
// one, and the paragraph in an index that it repeats.
type Repeat struct {
	First, Last int     // paragraphs of the document
	Rule        string  // by which the repeat would go
	Similarity  float64 // 1 for the same text; the share that is contained of one that is part of it
	Document    string  // where the paragraph stood that is repeated
	Offset      int64   // in the source of that document
}

// Repeats returns the units of doc that repeat what the index of the stage
// holds, which must have been opened for reading. It changes nothing, and is
// safe for concurrent use.
func (s *Stage) Repeats(doc *pipeline.Document) (found []Repeat, err error) {
	w := s.worker()
	defer s.workers.Put(w)
	w.judge.store.enter("", 0)
	w.units = units(w.units[:0], doc)
	for _, u := range w.units {
		w.folded = fold(w.folded[:0], u.text)
		w.sketch.make(u, w.folded)
		d, repeats, err := w.judge.repeats(&w.sketch)
		if err != nil {
			return nil, &MemoryError{err}
		}
		if repeats {
			found = append(found, Repeat{d.first, d.last, d.rule.ID, d.score, d.document, d.offset})
		}
	}
	clear(w.units)
	return found, nil
}
