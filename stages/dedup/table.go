package dedup

import "math/bits"

// A table finds the kept units that have a key. It is an open hash table of
// words: a key in the upper half, and one more than a unit's number in the
// lower. The earliest few units of a key are remembered, and no others, so that
// a paragraph of which there are a million variants costs no more than another.
type table struct {
	slots []uint64
	used  int
}

// perKey is how many units a table remembers for one key.
const perKey = 4

// spareSlots is the size of the largest table that is kept for a further document.
const spareSlots = 4 << 10

// touch reads where the search for key begins, and returns what stands there. In
// a large table that is a wait for memory; those for several tables pass side
// by side if nothing depends on them.
func (t *table) touch(key uint32) uint64 {
	if len(t.slots) == 0 {
		return 0
	}
	return t.slots[spread(key)&uint32(len(t.slots)-1)]
}

// find appends the units that have key to ids.
func (t *table) find(ids []uint32, key uint32) []uint32 {
	mask := uint32(len(t.slots) - 1)
	for i := spread(key) & mask; t.used > 0; i = (i + 1) & mask {
		slot := t.slots[i]
		if slot == 0 {
			break
		}
		if uint32(slot>>32) == key {
			ids = append(ids, uint32(slot)-1)
		}
	}
	return ids
}

// add remembers that unit id has key, unless enough others have it.
func (t *table) add(key, id uint32) {
	if 4*(t.used+1) > 3*len(t.slots) {
		t.resize(max(2*len(t.slots), 16), 0)
	}
	t.insert(uint64(key)<<32 | uint64(id+1))
}

func (t *table) insert(slot uint64) {
	mask := uint32(len(t.slots) - 1)
	same := 0
	for i := spread(uint32(slot>>32)) & mask; ; i = (i + 1) & mask {
		switch s := t.slots[i]; {
		case s == 0:
			t.slots[i] = slot
			t.used++
			return
		case s>>32 == slot>>32:
			if same++; same == perKey {
				return
			}
		}
	}
}

// resize moves all units from number from on to n slots.
func (t *table) resize(n int, from uint32) {
	old := t.slots
	t.slots, t.used = make([]uint64, n), 0
	for _, slot := range old {
		if slot != 0 && uint32(slot)-1 >= from {
			t.insert(slot)
		}
	}
}

// reset forgets everything and makes room for n units.
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

// spread hashes a key to the place where its search begins.
func spread(key uint32) uint32 {
	key *= 0x9E3779B1
	return key ^ key>>15
}
