// Package minhash makes keys of text, so that two texts which share most of their
// words are likely to share a key.
//
// The method is a one-permutation MinHash (Li, Owen, Zhang: One Permutation
// Hashing, 2012) over spaced shingles: every shingle is hashed once, to a slot
// and a value, and the least value in each slot becomes a key. The share of keys
// that two texts have in common estimates the Jaccard similarity of their sets
// of shingles. A shingle is two pieces of text that begin four words apart. What
// stands between them does not matter, so that it is as rare as one of both
// pieces' length and the gap's together, while an edit is as likely to spare it
// as if there were no gap (Ma, Tromp, Li: PatternHunter, 2002). Rare shingles
// make do without bands.
//
// The package is pure. It proposes candidates and refuses to decide: that two
// texts share a key says only that it is worth comparing them.
package minhash

import (
	"encoding/binary"
	"math/bits"
)

const (
	// Slots is the most keys that a text has.
	Slots = 10

	// gap is how many words after its first piece a shingle's second begins.
	gap = 4
	// piece is the length in bytes of each, and widePiece that of one which
	// begins with a letter of two bytes, as in Greek and Cyrillic.
	piece, widePiece = 12, 20
)

// Hashes multiply with these.
const (
	k0 = 0xA0761D6478BD642F
	k1 = 0xE7037ED1A0B428DB
	k2 = 0x8EBC6AF09C88C6E3
	k3 = 0x589965CC75374CC3
)

// AppendKeys appends the keys of text, in time linear in its length. Words are
// parted by one space; each character of three bytes, as in Chinese and Thai,
// counts as a word. The upper bits of a key may serve as a shorter one.
func AppendKeys(keys []uint64, text []byte) []uint64 {
	s := sampler{text: text}
	var begins [128]int32 // of words, several at once: to find one and to hash it are two kinds of work
	n := 0
	follows := uint64(highBit) // the first byte follows a space, as it were
	for at := 0; at+piece <= len(text); at += 8 {
		word := binary.LittleEndian.Uint64(text[at:])
		spaces := zeroBytes(word ^ ' '*lowBits)
		found := spaces<<8 | follows>>56 | word&(word<<1)&(word<<2)&highBits
		for follows = spaces; found != 0; found &= found - 1 {
			begins[n%len(begins)] = int32(at + bits.TrailingZeros64(found)/8)
			n++
		}
		if n > len(begins)-8 {
			s.add(begins[:n])
			n = 0
		}
	}
	s.add(begins[:n])
	for _, h := range s.least {
		if h != 0 {
			keys = append(keys, h*k0)
		}
	}
	return keys
}

// A sampler keeps the least shingle of each slot.
type sampler struct {
	text  []byte
	least [Slots]uint64 // complements, so that 0 is none
	last  [gap]uint64   // pieces; 0 is none
	n     int           // of pieces
}

// add adds the shingles whose second pieces begin at the given places.
func (s *sampler) add(begins []int32) {
	for _, at := range begins {
		if int(at)+piece > len(s.text) {
			break
		}
		rest := s.text[at:]
		p := mix(binary.LittleEndian.Uint64(rest)^k0, uint64(binary.LittleEndian.Uint32(rest[8:piece]))^k1)
		if c := rest[0]; c >= 0xC0 && c < 0xE0 {
			p = widen(p, rest)
		}
		if first := s.last[s.n%gap]; first != 0 && p != 0 {
			h := mix(first^k2, p^k3)
			slot, _ := bits.Mul64(h, Slots)
			s.least[slot] = max(s.least[slot], ^h)
		}
		s.last[s.n%gap] = p
		s.n++
	}
}

// widen returns the hash of a wide piece of which p is that of the beginning; 0 if
// the text ends too early.
func widen(p uint64, rest []byte) uint64 {
	if len(rest) < widePiece {
		return 0
	}
	return mix(p, binary.LittleEndian.Uint64(rest[piece:])^k1)
}

const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
	highBit  = 0x80 << 56
)

// zeroBytes returns the highest bit of each byte of word that is zero.
func zeroBytes(word uint64) uint64 {
	const rest = ^uint64(highBits)
	return ^((word&rest + rest) | word | rest)
}

func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}
