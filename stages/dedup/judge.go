package dedup

import (
	"bytes"
	"fmt"

	"tamis/pipeline"
)

// A judge decides, unit after unit, which ones repeat an earlier one that was
// kept. One goroutine uses it at a time.
type judge struct {
	facts   Facts
	store   store
	compare comparer

	later, earlier side
	ids            []uint32
}

// A drop is a unit that repeats an earlier one.
type drop struct {
	first, last int // paragraphs
	rule        *pipeline.Rule
	score       float64
	detail      string
}

// from removes the unit from doc and reports whether it is gone.
func (d *drop) from(doc *pipeline.Document) bool {
	gone := true
	for i := d.first; i <= d.last; i++ {
		gone = doc.Paragraphs[i].Drop(d.rule, d.score, d.detail) && gone
	}
	return gone
}

// decide shows u to drop if it repeats a unit that was kept. If it does not, or
// drop does not accept it, u is kept, and later ones are compared with it.
func (j *judge) decide(u *sketch, drop func(drop) bool) {
	d, ok := j.exact(u)
	if !ok {
		d, ok = j.near(u)
	}
	if !ok || !drop(d) {
		j.store.add(u)
	}
}

// exact looks for a unit of the same folded text.
func (j *judge) exact(u *sketch) (d drop, found bool) {
	j.ids = j.store.exact.find(j.ids[:0], u.exact)
	for _, id := range j.ids {
		earlier := j.store.unit(id)
		if earlier.text != u.text {
			j.earlier.set(earlier.text, fold(j.earlier.folded[:0], earlier.text))
			if !bytes.Equal(j.earlier.folded, u.folded) {
				continue
			}
		}
		return drop{u.first, u.last, ruleExact, 1, j.place(earlier)}, true
	}
	return d, false
}

// near looks for a unit that says nearly the same, or that and more.
func (j *judge) near(u *sketch) (d drop, found bool) {
	if !u.long && !u.broken {
		return d, false
	}
	candidates := j.store.candidates(u)
	if len(candidates) == 0 {
		return d, false
	}
	j.later.set(u.text, u.folded)
	ready := false
	for _, c := range candidates {
		earlier := j.store.unit(c.id)
		j.earlier.set(earlier.text, fold(j.earlier.folded[:0], earlier.text))
		if fuller(u, earlier) || j.facts == KeepFacts && otherNumbers(&j.later, &j.earlier) {
			continue
		}
		if !ready {
			j.compare.set(u.folded)
			ready = true
		}
		how, similarity := j.compare.judge(j.earlier.folded)
		if how == unlike || how == alike && !u.long || j.facts == KeepFacts && otherWords(&j.later, &j.earlier) {
			continue
		}
		d = drop{u.first, u.last, ruleNear, similarity, ""}
		if how == contained {
			d.rule = rulePart
			d.detail = fmt.Sprintf("%s, which holds %.0f%% of it", j.place(earlier), 100*similarity)
		} else {
			d.detail = fmt.Sprintf("%s, similarity %.2f", j.place(earlier), similarity)
		}
		return d, true
	}
	return d, false
}

// fuller reports whether u goes on where an earlier text breaks off.
func fuller(u *sketch, earlier *kept) bool {
	return !u.broken && len(u.text) > len(earlier.text) && endsBroken(earlier.text)
}

// place says which unit is repeated.
func (j *judge) place(earlier *kept) string {
	if j.store.here(earlier) {
		return fmt.Sprintf("repeats byte %d", earlier.offset)
	}
	return fmt.Sprintf("repeats byte %d of %s", earlier.offset, j.store.docs[earlier.doc])
}
