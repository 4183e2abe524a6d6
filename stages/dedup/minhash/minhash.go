// Package minhash sketches byte strings, so that two which share most of their
// shingles are likely to share a key.
//
// A [Signature] is a one-permutation MinHash: every shingle is hashed once, to
// a slot and a value, and each slot keeps its least value. The share of equal
// slots estimates the Jaccard similarity of the two sets of shingles. [Keys]
// condenses a signature to a key for each band of slots.
//
// The package is pure. It proposes candidates and refuses to decide: that two
// strings share a key says only that it is worth comparing them.
package minhash

import "math"

const (
	// Shingle is the length in bytes of what is hashed: a word and a bit in
	// Latin script, three characters in Chinese.
	Shingle = 9
	// Slots is the number of values in a signature.
	Slots = 128
	// Rows is the number of slots that make up a band.
	Rows = 4
	// Bands is the number of keys of a signature.
	Bands = Slots / Rows
)

// A Signature is the sketch of one byte string.
type Signature [Slots]uint32

const (
	empty = math.MaxUint32
	base  = 0x9E3779B97F4A7C15 // of the rolling polynomial
)

// leaving is base^Shingle, the weight of the byte that leaves the window.
var leaving = func() uint64 {
	weight := uint64(1)
	for range Shingle {
		weight *= base
	}
	return weight
}()

// Sketch sets sig to the signature of data, in time linear in its length. Data
// shorter than a shingle counts as one.
func (sig *Signature) Sketch(data []byte) {
	for i := range sig {
		sig[i] = empty
	}
	var h uint64
	head := min(Shingle, len(data))
	for _, c := range data[:head] {
		h = h*base + uint64(c) + 1
	}
	sig.add(h)
	old := data
	for _, c := range data[head:] {
		h = h*base + uint64(c) + 1 - leaving*(uint64(old[0])+1)
		old = old[1:]
		sig.add(h)
	}
	sig.densify()
}

func (sig *Signature) add(h uint64) {
	h = mix(h)
	slot := h >> (64 - 7)
	sig[slot] = min(sig[slot], uint32(h)) // a branch would be mispredicted
}

// densify fills each empty slot from another one, which a fixed sequence of
// the slot's own chooses. Two signatures thus fill it from the same place as
// far as they can, which keeps the estimate unbiased for short strings.
func (sig *Signature) densify() {
	var gaps [Slots]uint8
	n := 0
	for i, v := range sig {
		if v == empty {
			gaps[n] = uint8(i)
			n++
		}
	}
	if n == 0 || n == Slots {
		return
	}
	filled := *sig
	for _, i := range gaps[:n] {
		for try := uint64(1); ; try++ {
			j := mix(uint64(i)*base+try*0xD1B54A32D192ED03) >> (64 - 7)
			if filled[j] != empty {
				sig[i] = filled[j]
				break
			}
		}
	}
}

// Keys returns the key of every band, in order. Keys are compared band by band:
// equal ones of different bands mean nothing. The upper bits of a key may serve
// as a shorter one.
func (sig *Signature) Keys() (keys [Bands]uint64) {
	for b := range keys {
		row := sig[b*Rows : b*Rows+Rows : b*Rows+Rows]
		h := mix(uint64(row[0])|uint64(row[1])<<32) * base
		keys[b] = mix(h ^ (uint64(row[2]) | uint64(row[3])<<32))
	}
	return keys
}

func mix(h uint64) uint64 {
	h ^= h >> 32
	h *= 0xD6E8FEB86659FD93
	return h ^ h>>32
}
