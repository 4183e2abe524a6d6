package index

import "iter"

// Recent finds paragraphs by their keys, in memory. They are numbered in the
// order in which they were added, from 0 on. One goroutine uses it at a time.
type Recent struct {
	tables []table // by the upper bits of a key
	shift  int     // to the right, of a key, for the number of its table
	count  int
	used   int // slots of all tables
	size   int // of all tables, in bytes
	step   int // how many bytes the last table that grew grew by

	before   []byte   // what a table was before it grew
	longest  int      // of those
	reserved []memory // for the tables and for before, if they may get large
}

const (
	// parts is the logarithm of the number of tables of an index. Each grows
	// when it is full, so that they do not grow at the same time.
	parts = 5

	// spareBytes is the size of the largest table that is kept by Reset.
	spareBytes = 512 << 10
)

// Reset forgets everything and makes room for n keys.
func (r *Recent) Reset(n int) {
	if len(r.tables) != 1 {
		r.divide(0)
	}
	t := &r.tables[0]
	s := narrowest(KeyBits, n+n/4+leastHomes)
	size := s.size(s.homes + spareSlots)
	if cap(t.slots) > max(spareBytes, size) {
		t.slots = nil
	}
	clear(t.slots)
	t.shape, t.used = s, 0
	t.lengthen(s.homes + spareSlots)
	r.size, r.used, r.count = size, 0, 0
}

// divide forgets everything and makes 1<<part tables.
func (r *Recent) divide(part int) {
	r.free()
	r.tables, r.shift = make([]table, 1<<part), KeyBits-part
	for i := range r.tables {
		r.tables[i].number, r.tables[i].bits = i, KeyBits-part
	}
}

// reserve makes room for tables that take up to so many bytes of memory, all
// together. They can then grow where they are: memory that was never used has its
// price too.
func (r *Recent) reserve(bytes int) {
	each := bytes / len(r.tables)
	for range len(r.tables) + 1 {
		r.reserved = append(r.reserved, reserve(each+each/4))
	}
	for i := range r.tables {
		r.tables[i].slots = r.reserved[i].bytes[:0]
	}
	r.before = r.reserved[len(r.tables)].bytes[:0]
}

// free forgets everything and gives all memory back.
func (r *Recent) free() {
	for i := range r.reserved {
		r.reserved[i].free()
	}
	*r = Recent{}
}

// freeTable gives back the memory of one table, which nobody will use any more.
func (r *Recent) freeTable(i int) {
	r.size -= len(r.tables[i].slots)
	r.tables[i].slots, r.tables[i].used = nil, 0
	if len(r.reserved) > 0 {
		r.reserved[i].free()
	}
}

func (r *Recent) tableOf(key uint64) *table { return &r.tables[key>>r.shift] }

// Add remembers a paragraph.
func (r *Recent) Add(keys []uint64) {
	for _, key := range keys {
		t := r.tableOf(key)
		used := t.used
		if t.full() {
			r.reshape(t, narrowest(t.bits, t.more()), 0)
		}
		for o := t.insert(key, r.count); o != done; o = t.insert(key, r.count) {
			s := t.shape
			if o == far {
				s = t.wider()
			}
			r.reshape(t, s, 0)
		}
		r.used += t.used - used
	}
	r.count++
}

// reshape is [table.reshape] for a table of r.
func (r *Recent) reshape(t *table, s shape, from int) {
	size := len(t.slots)
	r.before = t.reshape(s, from, r.before)
	r.step = max(len(t.slots)-size, 0)
	r.size += len(t.slots) - size
	r.longest = max(r.longest, len(r.before))
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
	if r.count == 0 {
		return 0
	}
	for _, key := range keys {
		if t := r.tableOf(key); t.used > 0 {
			waited |= uint64(t.slots[t.home(key)*t.width])
		}
	}
	return waited
}

// Forget forgets the n earliest paragraphs, and numbers the others from 0.
func (r *Recent) Forget(n int) {
	for i := range r.tables {
		t := &r.tables[i]
		used := t.used
		r.reshape(t, t.shape, n)
		r.used += t.used - used
	}
	r.count -= n
}

// memory returns the number of bytes that are taken.
func (r *Recent) memory() int { return r.size + r.longest }

// inOrder yields all keys that the paragraphs from number from on have, each in
// the upper bits of a word and one more than the number in the others, in order
// and many at a time. They last until the next are yielded. If last is set, each
// table is freed when it was read.
func (r *Recent) inOrder(from int, last bool) iter.Seq[[]uint64] {
	return func(yield func([]uint64) bool) {
		buf := make([]uint64, 0, 512)
		for i := range r.tables {
			t := &r.tables[i]
			for place := 0; place < t.count(); {
				if buf, place = t.appendOrdered(buf[:0], place, from); !yield(buf) {
					return
				}
			}
			if last {
				r.freeTable(i)
			}
		}
	}
}
