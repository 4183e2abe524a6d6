package dedup

import (
	"fmt"
	"slices"
	"strings"

	"tamis/stages/dedup/index"
)

// A store remembers the units that were kept, and finds those that a later one
// may repeat. Those of one document are in memory, with their texts; those of
// earlier documents are in an index. One goroutine uses it at a time.
type store struct {
	recent index.Recent
	units  []kept
	doc    string // that they stand in

	// A store that lasts longer than what it is shown of a document copies
	// the texts, and forgets units before the last limit bytes.
	limit  int
	bytes  int // that count towards the limit
	copies *strings.Builder

	// The index is nil if only one document is remembered. If it grows, the
	// units that are kept go there.
	index  *index.Index
	reader *index.Reader
	grows  bool

	ids    []uint64
	ranked []candidate
}

// A kept unit is one that later units are compared with.
type kept struct {
	text     string
	indexed  []byte // its text, if it is in the index, until that is asked again
	document uint64 // that it stands in, the same
	offset   int64  // in the source of its document
}

func (k *kept) length() int { return max(len(k.text), len(k.indexed)) }

// is reports whether text is that of k.
func (k *kept) is(text string) bool {
	if k.indexed != nil {
		return string(k.indexed) == text
	}
	return k.text == text
}

// fold appends the folded text of k.
func (k *kept) fold(dst []byte) []byte {
	if k.indexed != nil {
		return fold(dst, k.indexed)
	}
	return fold(dst, k.text)
}

// broken reports whether the text of k was cut off.
func (k *kept) broken() bool {
	if k.indexed != nil {
		return endsBroken(k.indexed)
	}
	return endsBroken(k.text)
}

// ownIDs is the least id of a unit of the document; those of an index are less.
const ownIDs = 1 << 62

// leastCharge is what a unit counts at least towards the limit, for its keys
// take memory too.
const leastCharge = 640

// copiesBytes is how much text is copied to one piece of memory. The garbage
// collector takes it back when all units in it are forgotten.
const copiesBytes = 256 << 10

// use makes x the memory of earlier documents.
func (st *store) use(x *index.Index, grows bool) {
	if x != nil {
		st.index, st.reader, st.grows = x, x.Reader(), grows
	}
}

// enter begins the document id, of which n units may be kept.
func (st *store) enter(id string, n int) {
	st.doc = id
	if st.grows {
		st.index.Enter(id)
		return
	}
	clear(st.units)
	st.units, st.bytes, st.copies = st.units[:0], 0, nil
	st.recent.Reset(n * maxKeys)
}

// add remembers u, which stays.
func (st *store) add(u *sketch) error {
	if st.grows {
		return st.index.Add(u.all(), u.offset, u.text)
	}
	text := u.text
	if st.limit > 0 {
		if st.bytes > st.limit+st.limit/8 {
			st.forget()
		}
		text = st.copied(text)
	}
	st.recent.Add(u.all())
	st.units = append(st.units, kept{text: text, offset: u.offset})
	st.bytes += charge(text)
	return nil
}

func charge(text string) int { return max(len(text), leastCharge) }

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
		st.bytes -= charge(st.units[n].text)
		n++
	}
	st.units = slices.Delete(st.units, 0, n)
	st.recent.Forget(n)
}

// touch makes ready to find the units that have any of keys.
func (st *store) touch(keys []uint64) {
	if st.index != nil {
		st.reader.Touch(keys)
	}
}

// find returns the units that have any of keys, once for each that they have.
// They are valid until the next call.
func (st *store) find(keys []uint64) (ids []uint64, err error) {
	ids = st.ids[:0]
	if st.index != nil {
		if ids, err = st.reader.Find(ids, keys); err != nil {
			return nil, err
		}
	}
	n := len(ids)
	ids = st.recent.Find(ids, keys)
	for i := n; i < len(ids); i++ {
		ids[i] += ownIDs
	}
	st.ids = ids
	return ids, nil
}

// unit returns the unit of an id that find gave.
func (st *store) unit(id uint64) (kept, error) {
	if id >= ownIDs {
		return st.units[id-ownIDs], nil
	}
	p, err := st.reader.Paragraph(id)
	return kept{indexed: p.Text, document: p.Document, offset: p.Offset}, err
}

// document returns the name of the document that the unit of an id stands in, and
// whether it is the one entered last.
func (st *store) document(id uint64, u *kept) (name string, here bool, err error) {
	if id >= ownIDs {
		return st.doc, true, nil
	}
	return st.reader.Document(u.document)
}

// A candidate is a kept unit that shares keys with a later one.
type candidate struct {
	id   uint64
	keys int
}

// maxCandidates is how many kept units a later one is compared with at most for
// the keys that are looked up together.
const maxCandidates = 4

// candidates returns the kept units that have some of keys, those that share most
// first, and the earlier of two alike. They are valid until the next call.
func (st *store) candidates(keys []uint64) ([]candidate, error) {
	ids, err := st.find(keys)
	if err != nil || len(ids) == 0 {
		return nil, err
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
	return ranked[:min(len(ranked), maxCandidates)], nil
}

// A MemoryError says that what the stage remembers of earlier documents can't be
// read or added to. No document can be judged after it.
type MemoryError struct{ Err error }

func (e *MemoryError) Error() string { return fmt.Sprintf("memory of earlier documents: %v", e.Err) }
func (e *MemoryError) Unwrap() error { return e.Err }
