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
	var s sampler
	follows := uint64(highBit) // the first byte follows a space, as it were
	for at := 0; at+piece <= len(text); at += blockBytes {
		var begins uint64
		if at+blockBytes <= len(text) {
			begins, follows = wordBegins((*[blockBytes]byte)(text[at:]), follows)
		} else {
			var last [blockBytes]byte
			copy(last[:], text[at:])
			begins, _ = wordBegins(&last, follows)
		}
		if room := len(text) - at - piece + 1; room < blockBytes { // for pieces
			begins &= 1<<room - 1
		}
		s.add(text, at, begins)
	}
	for _, h := range s.least {
		if h != 0 {
			keys = append(keys, h*k0)
		}
	}
	return keys
}

// blockBytes is how much text is looked at at once: a bit for each byte makes a
// word.
const blockBytes = 64

// wordBegins returns a bit for each byte that begins a word. Follows has its
// highest bit set if the first byte follows a space, and so has what it returns
// for the next block.
func wordBegins(block *[blockBytes]byte, follows uint64) (begins, next uint64) {
	for i := 0; i < blockBytes; i += 8 {
		word := binary.LittleEndian.Uint64(block[i:])
		spaces := zeroBytes(word ^ ' '*lowBits)
		wide := word & (word << 1) & (word << 2) & highBits
		begins |= gather(spaces<<8|follows>>56|wide) << i
		follows = spaces
	}
	return begins, follows
}

// gather returns the highest bit of each byte of word, side by side.
func gather(word uint64) uint64 { return word >> 7 * 0x0102040810204080 >> 56 }

// A sampler keeps the least shingle of each slot.
type sampler struct {
	least [Slots]uint64 // complements, so that 0 is none
	// pieces are those of a block, 0 for none, after the last ones before it.
	pieces [gap + blockBytes]uint64
}

// add adds the shingles whose second pieces begin in the block at a place of text,
// where bits of begins are set. To hash the pieces and to sample them are two
// kinds of work: each is done for many at once.
func (s *sampler) add(text []byte, at int, begins uint64) {
	n := gap
	for ; begins != 0 && n < len(s.pieces); begins &= begins - 1 {
		rest := text[at+bits.TrailingZeros64(begins):]
		word := binary.LittleEndian.Uint64(rest)
		p := mix(word^k0, uint64(binary.LittleEndian.Uint32(rest[8:piece]))^k1)
		if word&0xE0 == 0xC0 { // its first byte, which is not read alone: that would part the word's too
			p = widen(p, rest)
		}
		s.pieces[n] = p
		n++
	}
	for i, p := range s.pieces[gap:n] {
		if first := s.pieces[i]; first != 0 && p != 0 {
			h := mix(first^k2, p^k3)
			slot, _ := bits.Mul64(h, Slots)
			s.least[slot] = max(s.least[slot], ^h)
		}
	}
	copy(s.pieces[:gap], s.pieces[n-gap:n])
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
