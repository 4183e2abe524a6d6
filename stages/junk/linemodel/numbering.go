package linemodel

import "slices"

// unnumbered is no number.
const unnumbered = 1<<32 - 1

// A numbering numbers hashes from 0 in the order in which they are met.
type numbering struct {
	slots  []uint32 // number + 1 of the hash that belongs there; what is beyond them is 0
	hashes []uint32 // by number + 1; those beyond the last are of no meaning
	last   uint32   // how many there are
}

// reset forgets all hashes.
func (n *numbering) reset() {
	if len(n.slots) > maxKept {
		n.slots, n.hashes = nil, nil // to clear many slots for each small document would take long
	}
	if n.last > 0 {
		clear(n.slots)
	}
	n.slots, n.last = n.slots[:min(fewSlots, len(n.slots))], 0
}

// number sets the numbers of the hashes of terms. Whether one is new nobody can
// foresee, so it is entered in either case.
func (n *numbering) number(terms []term, numbers []uint32) {
	n.reserve(len(terms))
	slots, hashes, last := n.slots, n.hashes, n.last
	mask := uint32(len(slots) - 1)
	for i := range terms {
		hash := terms[i].hash
		hashes[0] = hash // so that the search ends at an empty slot too
		at := home(hash) & mask
		k := slots[at]
		for hashes[k] != hash {
			at = (at + 1) & mask
			k = slots[at]
		}
		if k == 0 {
			k = last + 1
		}
		slots[at], hashes[k], last = k, hash, max(last, k)
		numbers[i] = k - 1
	}
	n.last = last
}

func home(hash uint32) uint32 { return hash * 0x9E3779B1 >> 7 }

// fewSlots are enough for most documents.
const fewSlots = 1024

// reserve makes room for so many more.
func (n *numbering) reserve(more int) {
	size := max(fewSlots, len(n.slots))
	for size <= 2*(int(n.last)+more) {
		size *= 2
	}
	if size == len(n.slots) {
		return
	}
	clear(n.slots)
	n.slots = slices.Grow(n.slots[:0], size)[:size]
	n.hashes = slices.Grow(n.hashes[:0], size/2+1)[:size/2+1]
	mask := uint32(size - 1)
	for k := uint32(1); k <= n.last; k++ {
		at := home(n.hashes[k]) & mask
		for n.slots[at] != 0 {
			at = (at + 1) & mask
		}
		n.slots[at] = k
	}
}
