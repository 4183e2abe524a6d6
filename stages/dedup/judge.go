package dedup

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"

	"tamis/pipeline"
)

// A judge decides, unit after unit, which ones repeat an earlier one that was
// kept. One goroutine uses it at a time.
type judge struct {
	facts   Facts
	store   store
	compare comparer

	later, earlier side
}

// A drop is a unit that repeats an earlier one.
type drop struct {
	first, last int // paragraphs
	rule        *pipeline.Rule
	score       float64
	detail      string

	document string // that the earlier one stands in
	offset   int64  // and where
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
func (j *judge) decide(u *sketch, drop func(drop) bool) error {
	d, ok, err := j.repeats(u)
	if err == nil && !(ok && drop(d)) {
		err = j.store.add(u)
	}
	if err != nil {
		return &MemoryError{err}
	}
	return nil
}

// repeats looks for a kept unit that u repeats.
func (j *judge) repeats(u *sketch) (d drop, found bool, err error) {
	d, found, err = j.exact(u)
	if err == nil && !found {
		d, found, err = j.near(u)
	}
	return d, found, err
}

// exact looks for a unit of the same folded text.
func (j *judge) exact(u *sketch) (d drop, found bool, err error) {
	ids, err := j.store.find(exactKey, u.keys[:firstHead])
	if err != nil {
		return d, false, err
	}
	slices.Sort(ids)
	for _, id := range ids {
		earlier, err := j.store.unit(id)
		if err != nil {
			return d, false, err
		}
		if earlier.text != u.text {
			j.earlier.set(earlier.text, fold(j.earlier.folded[:0], earlier.text))
			if !bytes.Equal(j.earlier.folded, u.folded) {
				continue
			}
		}
		d, err = j.drop(u, id, earlier, ruleExact, 1)
		return d, err == nil, err
	}
	return d, false, nil
}

// near looks for a unit that says nearly the same, or that and more.
func (j *judge) near(u *sketch) (d drop, found bool, err error) {
	if !u.long && !u.broken {
		return d, false, nil
	}
	candidates, err := j.store.candidates(u)
	if err != nil || len(candidates) == 0 {
		return d, false, err
	}
	j.later.set(u.text, u.folded)
	for _, c := range candidates {
		earlier, err := j.store.unit(c.id)
		if err != nil {
			return d, false, err
		}
		j.earlier.set(earlier.text, fold(j.earlier.folded[:0], earlier.text))
		if fuller(u, &earlier) || j.facts == KeepFacts && otherNumbers(&j.later, &j.earlier) {
			continue
		}
		how, similarity := j.compare.judge(u.folded, j.earlier.folded)
		if how == unlike || how == alike && !u.long || j.facts == KeepFacts && otherWords(&j.later, &j.earlier) {
			continue
		}
		rule := ruleNear
		if how == contained {
			rule = rulePart
		}
		d, err = j.drop(u, c.id, earlier, rule, similarity)
		return d, err == nil, err
	}
	return d, false, nil
}

// fuller reports whether u goes on where an earlier text breaks off.
func fuller(u *sketch, earlier *kept) bool {
	return !u.broken && len(u.text) > len(earlier.text) && endsBroken(earlier.text)
}

// drop returns the drop of u for repeating the earlier unit of an id.
func (j *judge) drop(u *sketch, id uint64, earlier kept, rule *pipeline.Rule, similarity float64) (drop, error) {
	d := drop{first: u.first, last: u.last, rule: rule, score: similarity, offset: earlier.offset}
	name, here, err := j.store.document(id)
	d.document = name
	d.detail = "repeats byte " + strconv.FormatInt(earlier.offset, 10)
	if !here {
		d.detail += " of " + name
	}
	switch rule {
	case ruleNear:
		d.detail += fmt.Sprintf(", similarity %.2f", similarity)
	case rulePart:
		d.detail += fmt.Sprintf(", which holds %.0f%% of it", 100*similarity)
	}
	return d, err
}
