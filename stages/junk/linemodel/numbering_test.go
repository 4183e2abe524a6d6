package linemodel

import (
	"math/rand/v2"
	"testing"
)

// Hashes are numbered as a map numbers them, however many there were before.
func TestNumbering(t *testing.T) {
	var n numbering
	rng := rand.New(rand.NewPCG(1, 2))
	for _, size := range []int{30, 3000, 10, 40_000, 500, 600} {
		n.reset()
		want := make(map[uint32]uint32)
		for len(want) < size {
			terms := make([]term, 1+rng.IntN(50))
			for i := range terms {
				terms[i].hash = rng.Uint32N(uint32(2 * size))
			}
			numbers := make([]uint32, len(terms))
			n.number(terms, numbers)
			for i, term := range terms {
				number, met := want[term.hash]
				if !met {
					number = uint32(len(want))
					want[term.hash] = number
				}
				if numbers[i] != number {
					t.Fatalf("of %d hashes, %x has the number %d, not %d", size, term.hash, numbers[i], number)
				}
			}
		}
	}
}
