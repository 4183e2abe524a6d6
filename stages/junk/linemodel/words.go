package linemodel

import "math/bits"

// A wordHash is the hash of a folded word, of which it takes in eight bytes at a
// time by multiplication (Dietzfelbinger et al. 1997). Most words have no more.
type wordHash uint64

const (
	hashOne = 0x9E3779B97F4A7C15
	hashTwo = 0xD6E8FEB86659FD93
)

// add takes in eight bytes.
func (h wordHash) add(w uint64) wordHash {
	return wordHash(bits.RotateLeft64((uint64(h)^w)*hashOne, 29))
}

// sum takes in the last eight bytes, of which those that the word has not are 0.
func (h wordHash) sum(w uint64) uint32 {
	x := (uint64(h) ^ w) * hashOne
	return uint32((x ^ x>>32) * hashTwo >> 32)
}

// A folding takes in a word by its folded characters.
type folding struct {
	hash wordHash
	last uint64 // bytes that are not in it yet
	n    uint   // how many
}

// add takes in a character: one byte for each of ASCII, and two or four for others.
func (f *folding) add(r rune) {
	size := uint(1)
	if r >= 0x80 {
		size = 2
	}
	if r >= 0x10000 {
		size = 4
	}
	if f.n+size > 8 {
		f.hash, f.last, f.n = f.hash.add(f.last), 0, 0
	}
	f.last |= uint64(r) << (8 * f.n)
	f.n += size
}

// sum returns the hash of what has been taken in.
func (f *folding) sum() uint32 { return f.hash.sum(f.last) }

// plural reports whether the last character is most often the sign of the plural.
func (f *folding) plural() bool { return f.n > 0 && plural[byte(f.last>>(8*(f.n-1)))] != 0 }

// cut takes the last character, of ASCII, out again.
func (f *folding) cut() {
	f.n--
	f.last &= lowest[f.n]
}

// What is asked of eight bytes at once, the first being the lowest.
const (
	each      = 0x0101010101010101 // of them, 1
	highest   = 0x80 * each        // the highest bit of each
	lowerCase = 0x20 * each        // the bit by which ASCII letters of the two cases differ
)

// lowest masks so many of eight bytes.
var lowest = func() (t [9]uint64) {
	for n := range t {
		t[n] = 1<<(8*n) - 1
	}
	return t
}()

// leadingLetters returns with how many ASCII letters w begins.
func leadingLetters(w uint64) int {
	low := w&^highest | lowerCase
	fromA, beyondZ := low+(0x80-'a')*each, low+(0x7F-'z')*each
	return bits.TrailingZeros64(^(fromA&^beyondZ&^w)&highest) / 8
}

// eight returns the first eight bytes of s, which has as many.
func eight(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// fewer returns the bytes of s, which has less than eight, with 0 for those that it
// lacks.
func fewer(s string) uint64 {
	w := uint64(0)
	for i := range len(s) {
		w |= uint64(s[i]) << (8 * i)
	}
	return w
}
