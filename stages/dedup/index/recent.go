package index

// Recent finds paragraphs by their keys, in memory. They are numbered in the
// order in which they were added, from 0 on. One goroutine uses it at a time.
type Recent struct {
	tables []table // by kind of key
	count  int

	waited uint64 // of no use but to the optimizer, which must not do without
}

// Reset forgets everything and makes room for n paragraphs with keys of so many
// kinds.
func (r *Recent) Reset(kinds, n int) {
	if len(r.tables) != kinds {
		r.tables = make([]table, kinds)
	}
	for i := range r.tables {
		r.tables[i].reset(n)
	}
	r.count = 0
}

// Add remembers a paragraph. Keys[i] is its key of kind i.
func (r *Recent) Add(keys []uint64) {
	for kind, key := range keys {
		r.tables[kind].add(key, r.count)
	}
	r.count++
}

// Find appends to ids the first [PerKey] paragraphs that have each of the keys.
// Keys[i] is of kind first+i.
func (r *Recent) Find(ids []uint64, first int, keys []uint64) []uint64 {
	return r.find(ids, first, keys, nil)
}

// find is Find where found says how many paragraphs are known already for each
// key, if it is not nil.
func (r *Recent) find(ids []uint64, first int, keys []uint64, found []uint8) []uint64 {
	if r.count == 0 {
		return ids
	}
	tables := r.tables[first : first+len(keys)]
	var waited uint64
	for i, key := range keys {
		waited |= tables[i].touch(key)
	}
	r.waited = waited
	for i, key := range keys {
		most := PerKey
		if found != nil {
			most -= int(found[i])
		}
		ids = tables[i].find(ids, key, most)
	}
	return ids
}

// Forget forgets the n earliest paragraphs, and numbers the others from 0.
func (r *Recent) Forget(n int) {
	for i := range r.tables {
		t := &r.tables[i]
		t.resize(len(t.slots), n)
	}
	r.count -= n
}

// clear forgets everything and keeps the memory.
func (r *Recent) clear() {
	for i := range r.tables {
		clear(r.tables[i].slots)
		r.tables[i].used = 0
	}
	r.count = 0
}

// full reports whether the next paragraph may take more memory than there is.
func (r *Recent) full() bool {
	if r.count >= maxCount {
		return true
	}
	for i := range r.tables {
		if r.tables[i].full() {
			return true
		}
	}
	return false
}

// memory returns the number of bytes that the tables take.
func (r *Recent) memory() int {
	n := 0
	for i := range r.tables {
		n += 8 * len(r.tables[i].slots)
	}
	return n
}

// postings returns how many keys are remembered.
func (r *Recent) postings() int64 {
	n := int64(0)
	for i := range r.tables {
		n += int64(r.tables[i].used)
	}
	return n
}
