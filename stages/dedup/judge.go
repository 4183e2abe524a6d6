package dedup

import (
	"bytes"
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
	tried          []uint64 // what the unit was compared with
	detail         []byte
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
	ids, err := j.store.find(u.exact())
	if err != nil {
		return d, false, err
	}
	slices.Sort(ids)
	for _, id := range ids {
		earlier, err := j.store.unit(id)
		if err != nil {
			return d, false, err
		}
		if !earlier.is(u.text) {
			j.earlier.set(&earlier, earlier.fold(j.earlier.folded[:0]))
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
	j.later.set(&kept{text: u.text}, u.folded)
	j.tried = j.tried[:0]
	keys := u.near()
	n := min(firstKeys, len(keys))
	if d, found, err = j.nearBy(u, keys[:n]); err != nil || found {
		return d, found, err
	}
	return j.nearBy(u, keys[n:])
}

// firstKeys is how many keys of a unit are looked up first. They find most
// copies, and what is on disk is read once or twice instead of for every key.
const firstKeys = 4

// nearBy is near among the units that have some of keys.
func (j *judge) nearBy(u *sketch, keys []uint64) (d drop, found bool, err error) {
	candidates, err := j.store.candidates(keys)
	if err != nil {
		return d, false, err
	}
	for _, c := range candidates {
		if slices.Contains(j.tried, c.id) {
			continue
		}
		j.tried = append(j.tried, c.id)
		earlier, err := j.store.unit(c.id)
		if err != nil {
			return d, false, err
		}
		how, similarity := j.liken(u, &earlier)
		if how == unlike {
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

// liken returns what u, the later side, is to an earlier unit, and how surely.
func (j *judge) liken(u *sketch, earlier *kept) (likeness, float64) {
	if fuller(u, earlier) {
		return unlike, 0
	}
	j.earlier.set(earlier, earlier.fold(j.earlier.folded[:0]))
	j.compare.set(u.folded, j.earlier.folded)
	changed, was := j.compare.changed()
	if j.facts == KeepFacts && otherNumbers(&j.later, &j.earlier, changed, was) {
		return unlike, 0
	}
	how, similarity := j.compare.judge()
	if how == unlike || how == alike && !u.long || j.facts == KeepFacts && j.otherWords(changed, was) {
		return unlike, 0
	}
	return how, similarity
}

// otherWords reports whether the sides are the same form filled in with other
// names or other words. Changed and was are the parts in which they differ.
func (j *judge) otherWords(changed, was []byte) bool {
	if parallel(&j.later, &j.earlier) {
		return true
	}
	all := len(j.compare.other) == len(j.earlier.folded) // was looked through
	return j.compare.textHasNews() && (!all || j.compare.otherHasNews()) && otherNames(&j.later, &j.earlier, changed, was)
}

// fuller reports whether u goes on where an earlier text breaks off.
func fuller(u *sketch, earlier *kept) bool {
	return !u.broken && len(u.text) > earlier.length() && earlier.broken()
}

// drop returns the drop of u for repeating the earlier unit of an id.
func (j *judge) drop(u *sketch, id uint64, earlier kept, rule *pipeline.Rule, similarity float64) (drop, error) {
	name, here, err := j.store.document(id, &earlier)
	detail := strconv.AppendInt(append(j.detail[:0], "repeats byte "...), earlier.offset, 10)
	if !here {
		detail = append(append(detail, " of "...), name...)
	}
	switch rule {
	case ruleNear:
		detail = strconv.AppendFloat(append(detail, ", similarity "...), similarity, 'f', 2, 64)
	case rulePart:
		detail = strconv.AppendFloat(append(detail, ", which holds "...), 100*similarity, 'f', 0, 64)
		detail = append(detail, "% of it"...)
	}
	j.detail = detail
	return drop{u.first, u.last, rule, similarity, string(detail), name, earlier.offset}, err
}
