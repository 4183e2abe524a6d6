package linemodel

// A Numbering numbers hashes from 0 in the order in which they are met.
type Numbering struct {
	slots  []uint32 // number + 1 of the hash that belongs there
	hashes []uint32 // by number + 1; those beyond the last are of no meaning
	last   uint32   // how many there are
}

// Reset forgets all hashes.
func (n *Numbering) Reset() {
	if len(n.slots) > maxKept {
		n.slots, n.hashes = nil, nil // to clear many slots for each small document would take long
	}
	if n.last > 0 {
		clear(n.slots)
	}
	n.last = 0
}

// Len returns how many hashes have a number.
func (n *Numbering) Len() int { return int(n.last) }

// Number returns the number of a hash. Whether it is new nobody can foresee, so it
// is entered in either case.
func (n *Numbering) Number(hash uint32) uint32 {
	if 2*int(n.last) >= len(n.slots) {
		n.grow()
	}
	mask := uint32(len(n.slots) - 1)
	at := home(hash) & mask
	k := n.slots[at]
	n.hashes[0] = hash // an empty slot ends the search as the right one does
	for n.hashes[k] != hash {
		at = (at + 1) & mask
		k = n.slots[at]
	}
	if k == 0 {
		k = n.last + 1
	}
	n.slots[at], n.hashes[k], n.last = k, hash, max(n.last, k)
	return k - 1
}

func home(hash uint32) uint32 { return hash * 0x9E3779B1 >> 7 }

func (n *Numbering) grow() {
	n.slots = make([]uint32, max(1024, 2*len(n.slots)))
	n.hashes = append(n.hashes, make([]uint32, len(n.slots)/2+1-len(n.hashes))...)
	mask := uint32(len(n.slots) - 1)
	for k := uint32(1); k <= n.last; k++ {
		at := home(n.hashes[k]) & mask
		for n.slots[at] != 0 {
			at = (at + 1) & mask
		}
		n.slots[at] = k
	}
}
