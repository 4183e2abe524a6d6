package report

import (
	"bytes"
	"cmp"
	"slices"
)

// A hit is a line that was dropped, or what was written for something, and how
// often.
type hit struct {
	rule     *name
	old, new literal
	whole    bool // old is not cut
	count    int64
	missed   int64 // times that it may have been met before it was remembered
}

// frequent counts what recurs, in bounded memory: when there is no more room, it
// forgets what was met least. Counts are exact until then, and after that those
// of all that was never forgotten; see [Misra and Gries], Finding Repeated
// Elements, 1982.
//
// [Misra and Gries]: https://doi.org/10.1016/0167-6423(82)90012-0
type frequent struct {
	limit     int
	hits      map[uint64]*hit
	forgotten int64 // the highest count of what was forgotten
}

// count adds one to the hit of a key. The second time that a key is met, which
// most never are, fill is to say what it stands for.
func (f *frequent) count(key uint64, fill func(*hit)) {
	if h := f.hits[key]; h != nil {
		if h.count++; h.count == 2 {
			fill(h)
		}
		return
	}
	if f.hits == nil {
		f.hits = make(map[uint64]*hit)
	}
	if len(f.hits) >= f.limit {
		f.forget()
	}
	f.hits[key] = &hit{count: 1, missed: f.forgotten}
}

// forget makes room: half of the hits go, those with the lowest counts.
func (f *frequent) forget() {
	counts := make([]int64, 0, len(f.hits))
	for _, h := range f.hits {
		counts = append(counts, h.count+h.missed)
	}
	slices.Sort(counts)
	f.forgotten = counts[len(counts)/2]
	for key, h := range f.hits {
		if h.count+h.missed <= f.forgotten {
			delete(f.hits, key)
		}
	}
}

// top returns the n hits with the highest counts, of those that were met more
// than once.
func (f *frequent) top(n int) []*hit {
	var all []*hit
	for _, h := range f.hits {
		if h.count > 1 {
			all = append(all, h)
		}
	}
	slices.SortFunc(all, func(a, b *hit) int {
		return cmp.Or(cmp.Compare(b.count, a.count), bytes.Compare(a.old, b.old), bytes.Compare(a.new, b.new), cmp.Compare(a.rule.text, b.rule.text))
	})
	return all[:min(n, len(all))]
}
