package index

import (
	"iter"
	"math/bits"
	"slices"
)

const (
	// KeyBits is the length of a key. Among a thousand million paragraphs, one
	// in a thousand keys is then found where it does not belong.
	KeyBits = 40

	// PerKey is how many paragraphs are remembered for one key: the earliest,
	// so that a paragraph of which there are a million variants costs no more
	// than another.
	PerKey = 4

	// maskCount holds the number of a paragraph, and maxCount is how many
	// a table can tell apart.
	maskCount = 1<<(64-KeyBits) - 1
	maxCount  = maskCount

	// spareSlots is the size of the largest table that is kept by reset.
	spareSlots = 4 << 10
)

// A table is an open hash table of words: a key in the upper 40 bits, and one
// more than the number of a paragraph in the lower 24. Keys are hashes already,
// so the place of one is given by its upper bits, and the table is in order but
// for the displaced.
type table struct {
	slots []uint64
	used  int
}

// home returns where the search for key begins.
func (t *table) home(key uint64) int {
	return int(key >> (KeyBits + 1 - bits.Len(uint(len(t.slots)))))
}

// touch reads where the search for key begins, and returns what stands there. In
// a large table that is a wait for memory; those for several tables pass side
// by side if nothing depends on them.
func (t *table) touch(key uint64) uint64 {
	if t.used == 0 {
		return 0
	}
	return t.slots[t.home(key)]
}

// find appends to ids the first paragraphs that have key, most at most.
func (t *table) find(ids []uint64, key uint64, most int) []uint64 {
	if t.used == 0 {
		return ids
	}
	for i := t.home(key); most > 0; i = (i + 1) & (len(t.slots) - 1) {
		slot := t.slots[i]
		if slot == 0 {
			break
		}
		if slot>>(64-KeyBits) == key {
			ids = append(ids, slot&maskCount-1)
			most--
		}
	}
	return ids
}

// add remembers that paragraph n has key, unless enough others have it.
func (t *table) add(key uint64, n int) {
	if t.full() {
		t.resize(max(2*len(t.slots), 16), 0)
	}
	t.insert(key<<(64-KeyBits) | uint64(n+1))
}

func (t *table) full() bool { return 4*(t.used+1) > 3*len(t.slots) }

func (t *table) insert(slot uint64) {
	same := 0
	for i := t.home(slot >> (64 - KeyBits)); ; i = (i + 1) & (len(t.slots) - 1) {
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

// sorted returns what the table holds, in order of key and then of number. It
// writes over buf, if that is large enough.
func (t *table) sorted(buf []uint64) []uint64 {
	buf = buf[:0]
	for slot := range t.inOrder() {
		buf = append(buf, slot)
		for i := len(buf) - 1; i > 0 && buf[i-1] > slot; i-- {
			buf[i-1], buf[i] = slot, buf[i-1]
		}
	}
	return buf
}

// reset forgets everything and makes room for n paragraphs.
func (t *table) reset(n int) {
	size := 1 << bits.Len(uint(n+n/2))
	if cap(t.slots) < size || cap(t.slots) > max(spareSlots, size) {
		t.slots = make([]uint64, size)
	} else {
		t.slots = t.slots[:size]
		clear(t.slots)
	}
	t.used = 0
}
