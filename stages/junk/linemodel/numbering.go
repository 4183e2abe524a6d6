package linemodel

// A Numbering numbers hashes from 0 in the order in which they are met.
type Numbering struct {
	slots  []uint32 // number + 1 of the hash that belongs there
	hashes []uint32
}

// Reset forgets all hashes.
func (n *Numbering) Reset() {
	if len(n.slots) > maxKept {
		n.slots = nil // to clear many slots for each small document would take long
	}
	if len(n.hashes) > 0 {
		clear(n.slots)
	}
	n.hashes = n.hashes[:0]
}

// Len returns how many hashes have a number.
func (n *Numbering) Len() int { return len(n.hashes) }

// Number returns the number of a hash.
func (n *Numbering) Number(hash uint32) uint32 {
	if 2*len(n.hashes) >= len(n.slots) {
		n.grow()
	}
	mask := uint32(len(n.slots) - 1)
	for at := home(hash) & mask; ; at = (at + 1) & mask {
		switch k := n.slots[at]; {
		case k == 0:
			n.hashes = append(n.hashes, hash)
			n.slots[at] = uint32(len(n.hashes))
			return uint32(len(n.hashes) - 1)
		case n.hashes[k-1] == hash:
			return k - 1
		}
	}
}

func home(hash uint32) uint32 { return hash * 0x9E3779B1 >> 7 }

func (n *Numbering) grow() {
	n.slots = make([]uint32, max(1024, 2*len(n.slots)))
	mask := uint32(len(n.slots) - 1)
	for i, hash := range n.hashes {
		at := home(hash) & mask
		for n.slots[at] != 0 {
			at = (at + 1) & mask
		}
		n.slots[at] = uint32(i + 1)
	}
}
