package index

import (
	"iter"
	"math/bits"
	"slices"
)

const (
	// KeyBits is the length of a key. Among a thousand million paragraphs with
	// 12 keys each, one key in a hundred is then found where it does not belong.
	KeyBits = 40

	// PerKey is how many paragraphs are remembered for one key: the earliest,
	// so that a paragraph of which there are a million variants costs no more
	// than another.
	PerKey = 4

	// maskCount holds the number of a paragraph, and maxCount is how many
	// a table can tell apart.
	maskCount = 1<<(64-KeyBits) - 1
	maxCount  = maskCount

	// largeTable is how many slots a large one has.
	largeTable = 1 << 14
)

// A table is an open hash table of words: a key in the upper 40 bits, and one
// more than the number of a paragraph in the lower 24. Keys are hashes already,
// so the place of one is given by its upper bits, and the table is in order but
// for the displaced.
type table struct {
	slots []uint64
	used  int
	part  int // how many of the upper bits of a key all keys of the table share
}

// home returns where the search for key begins.
func (t *table) home(key uint64) int {
	n, _ := bits.Mul64(key<<(64-KeyBits+t.part), uint64(len(t.slots)))
	return int(n)
}

// find appends to ids the first paragraphs that have key, most at most.
func (t *table) find(ids []uint64, key uint64, most int) []uint64 {
	for place := t.home(key); most > 0; {
		slot := t.slots[place]
		if slot == 0 {
			break
		}
		if slot>>(64-KeyBits) == key {
			ids = append(ids, slot&maskCount-1)
			most--
		}
		if place++; place == len(t.slots) {
			place = 0
		}
	}
	return ids
}

func (t *table) full() bool { return 3*(t.used+1) > 2*len(t.slots) }

// grow makes room for more, and returns how many slots that adds. A large table
// grows in smaller steps, to make the most of the memory there is.
func (t *table) grow() int {
	more := max(len(t.slots), 16)
	if len(t.slots) >= largeTable {
		more /= 2
	}
	t.resize(len(t.slots)+more, 0)
	return more
}

// insert adds a slot, unless enough others have its key.
func (t *table) insert(slot uint64) {
	same := 0
	for i := t.home(slot >> (64 - KeyBits)); ; {
		switch s := t.slots[i]; {
		case s == 0:
			t.slots[i] = slot
			t.used++
			return
		case (s^slot)>>(64-KeyBits) == 0:
			if same++; same == PerKey {
				return
			}
		}
		if i++; i == len(t.slots) {
			i = 0
		}
	}
}

// resize moves all paragraphs from number from on to n slots, and numbers them
// from 0.
func (t *table) resize(n, from int) {
	old := *t
	t.slots, t.used = make([]uint64, n), 0
	for slot := range old.inOrder() {
		if int(slot&maskCount) > from {
			t.insert(slot - uint64(from))
		}
	}
}

// inOrder yields what the table holds, in order of key but for the displaced.
func (t *table) inOrder() iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		// What was displaced past the end stands at the beginning.
		gap := slices.Index(t.slots, 0)
		if gap < 0 {
			return // a table without slots
		}
		for _, displaced := range [...]bool{false, true} {
			for _, slot := range t.slots[:gap] {
				if (t.home(slot>>(64-KeyBits)) > gap) == displaced && !yield(slot) {
					return
				}
			}
			if displaced {
				return
			}
			for _, slot := range t.slots[gap:] {
				if slot != 0 && !yield(slot) {
					return
				}
			}
		}
	}
}

// sorted returns what the table holds of the paragraphs from number from on, in
// order of key and then of number. It writes over buf, if that is large enough.
func (t *table) sorted(buf []uint64, from int) []uint64 {
	buf = slices.Grow(buf[:0], t.used)
	for slot := range t.inOrder() {
		if int(slot&maskCount) <= from {
			continue
		}
		buf = append(buf, slot)
		for i := len(buf) - 1; i > 0 && buf[i-1] > slot; i-- {
			buf[i-1], buf[i] = slot, buf[i-1]
		}
	}
	return buf
}
