package dedup

import (
	"slices"
	"strings"

	"tamis/stages/dedup/minhash"
)

// A store remembers the units that were kept, and finds those that a later one
// may repeat. It is the whole memory of the stage: one for a document, or one
// for a run. One goroutine uses it at a time.
type store struct {
	units []kept
	first uint32   // number of units[0]; earlier ones are forgotten
	docs  []string // names of the documents that the units stand in

	doc     string // the document entered last
	entered bool   // it is in docs, for a unit of it was kept
	exact   table
	bands   [minhash.Bands]table
	heads   [2]table // by the head of the text, long and short

	// A store that lasts longer than the documents copies their texts, and
	// forgets units before the last limit bytes, if that is not 0.
	lasting bool
	limit   int
	bytes   int // that count towards the limit
	copies  *strings.Builder

	ids    []uint32
	ranked []candidate
	waited uint64 // of no use but to the optimizer, which must not do without
}

// A kept unit is one that later units are compared with.
type kept struct {
	text   string
	offset int64 // in the source of its document
	doc    uint32
}

// leastCharge is what a unit counts at least towards the limit, for its keys
// take memory too.
const leastCharge = 384

// copiesBytes is how much text is copied to one piece of memory. The garbage
// collector takes it back when all units in it are forgotten.
const copiesBytes = 256 << 10

// reset forgets everything and makes room for n units.
func (st *store) reset(n int) {
	clear(st.units)
	clear(st.docs)
	st.enter("")
	st.units, st.docs, st.first, st.bytes, st.copies = st.units[:0], st.docs[:0], 0, 0, nil
	st.exact.reset(n)
	for i := range st.bands {
		st.bands[i].reset(n)
	}
	for i := range st.heads {
		st.heads[i].reset(n)
	}
}

// enter says that the units added from now on stand in the document id.
func (st *store) enter(id string) { st.doc, st.entered = id, false }

// here reports whether u stands in the document entered last.
func (st *store) here(u *kept) bool { return st.entered && int(u.doc) == len(st.docs)-1 }

// add remembers u, which stays.
func (st *store) add(u *sketch) {
	if st.limit > 0 && st.bytes > st.limit+st.limit/8 {
		st.forget()
	}
	id := st.first + uint32(len(st.units))
	st.exact.add(u.exact, id)
	for i, key := range u.heads {
		st.heads[i].add(key, id)
	}
	if u.long {
		for i, key := range u.bands {
			st.bands[i].add(key, id)
		}
	}
	text, doc := u.text, st.doc
	if st.lasting {
		text = st.copied(text)
	}
	if !st.entered {
		if st.lasting {
			doc = strings.Clone(doc)
		}
		st.docs, st.entered = append(st.docs, doc), true
	}
	st.units = append(st.units, kept{text, u.offset, uint32(len(st.docs) - 1)})
	st.bytes += max(len(text), leastCharge)
}

// copied returns text in memory of the store's own.
func (st *store) copied(text string) string {
	if st.copies == nil || st.copies.Cap()-st.copies.Len() < len(text) {
		st.copies = new(strings.Builder)
		st.copies.Grow(max(len(text), copiesBytes))
	}
	at := st.copies.Len()
	st.copies.WriteString(text)
	return st.copies.String()[at:]
}

// forget drops the earliest units until the rest counts no more than the limit.
func (st *store) forget() {
	n := 0
	for st.bytes > st.limit {
		st.bytes -= max(len(st.units[n].text), leastCharge)
		n++
	}
	st.units = slices.Delete(st.units, 0, n)
	st.first += uint32(n)
	st.exact.resize(len(st.exact.slots), st.first)
	for i := range st.bands {
		st.bands[i].resize(len(st.bands[i].slots), st.first)
	}
	for i := range st.heads {
		st.heads[i].resize(len(st.heads[i].slots), st.first)
	}
}

// unit returns the unit of number id.
func (st *store) unit(id uint32) *kept { return &st.units[id-st.first] }

// A candidate is a kept unit that shares keys with a later one.
type candidate struct {
	id   uint32
	keys int
}

// maxCandidates is how many kept units a later one is compared with at most.
const maxCandidates = 4

// candidates returns the kept units that u may nearly repeat, those that share
// most keys first, and the earlier of two alike. They are valid until the next
// call.
func (st *store) candidates(u *sketch) []candidate {
	ids := st.ids[:0]
	for i, key := range u.heads {
		ids = st.heads[i].find(ids, key)
	}
	if u.long {
		var waited uint64
		for i, key := range u.bands {
			waited |= st.bands[i].touch(key)
		}
		for i, key := range u.bands {
			ids = st.bands[i].find(ids, key)
		}
		st.waited = waited
	}
	st.ids = ids
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	ranked := st.ranked[:0]
	for _, id := range ids {
		if n := len(ranked); n > 0 && ranked[n-1].id == id {
			ranked[n-1].keys++
		} else {
			ranked = append(ranked, candidate{id: id, keys: 1})
		}
	}
	slices.SortStableFunc(ranked, func(a, b candidate) int { return b.keys - a.keys })
	st.ranked = ranked
	return ranked[:min(len(ranked), maxCandidates)]
}
