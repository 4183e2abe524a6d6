package index

import "iter"

// Recent finds paragraphs by their keys, in memory. They are numbered in the
// order in which they were added, from 0 on. One goroutine uses it at a time.
type Recent struct {
	tables []table // by the upper bits of a key
	shift  int     // to the right, of a key, for the number of its table
	slots  int     // of all tables
	count  int
}

const (
	// parts is the logarithm of the number of tables of an index. Each grows
	// when it is full, so that the memory to copy one is but a small part of
	// all.
	parts = 5

	// spareSlots is the size of the largest table that is kept by Reset.
	spareSlots = 64 << 10
)

// Reset forgets everything and makes room for n keys.
func (r *Recent) Reset(n int) {
	if len(r.tables) != 1 {
		r.divide(0)
	}
	t := &r.tables[0]
	size := n + n/2 + 16
	if cap(t.slots) < size || cap(t.slots) > max(spareSlots, size) {
		t.slots = make([]uint64, size)
	} else {
		t.slots = t.slots[:size]
		clear(t.slots)
	}
	t.used, r.slots, r.count = 0, size, 0
}

// divide forgets everything and makes 1<<part tables.
func (r *Recent) divide(part int) {
	r.tables, r.shift = make([]table, 1<<part), KeyBits-part
	r.slots, r.count = 0, 0
	for i := range r.tables {
		r.tables[i].part = part
	}
}

func (r *Recent) tableOf(key uint64) *table { return &r.tables[key>>r.shift] }

// Add remembers a paragraph.
func (r *Recent) Add(keys []uint64) {
	for _, key := range keys {
		t := r.tableOf(key)
		if t.full() {
			r.slots += t.grow()
		}
		t.insert(key<<(64-KeyBits) | uint64(r.count+1))
	}
	r.count++
}

// Find appends to ids the first [PerKey] paragraphs that have each of the keys.
func (r *Recent) Find(ids, keys []uint64) []uint64 {
	return r.find(ids, keys, nil)
}

// find is Find where found says how many paragraphs are known already for each
// key, if it is not empty.
func (r *Recent) find(ids, keys []uint64, found []uint8) []uint64 {
	if r.count == 0 {
		return ids
	}
	for i, key := range keys {
		t := r.tableOf(key)
		if t.used == 0 {
			continue
		}
		most := PerKey
		if len(found) > 0 {
			most -= int(found[i])
		}
		ids = t.find(ids, key, most)
	}
	return ids
}

// touch reads what find will look at first, and returns nothing of meaning. In
// large tables each look is a wait for memory; many pass side by side if nothing
// depends on them.
func (r *Recent) touch(keys []uint64) (waited uint64) {
	for _, key := range keys {
		if t := r.tableOf(key); t.used > 0 {
			waited |= t.slots[t.home(key)]
		}
	}
	return waited
}

// Forget forgets the n earliest paragraphs, and numbers the others from 0.
func (r *Recent) Forget(n int) {
	for i := range r.tables {
		t := &r.tables[i]
		t.resize(len(t.slots), n)
	}
	r.count -= n
}

// memory returns the number of bytes that the tables take.
func (r *Recent) memory() int { return 8 * r.slots }

// postings returns how many keys are remembered.
func (r *Recent) postings() int64 {
	n := int64(0)
	for i := range r.tables {
		n += int64(r.tables[i].used)
	}
	return n
}

// inOrder yields the slots of all keys that the paragraphs from number from on
// have, in order of key and then of number, many at a time. They last until the
// next are yielded.
func (r *Recent) inOrder(from int) iter.Seq[[]uint64] {
	return func(yield func([]uint64) bool) {
		var buf []uint64
		for i := range r.tables {
			if buf = r.tables[i].sorted(buf, from); !yield(buf) {
				return
			}
		}
	}
}
