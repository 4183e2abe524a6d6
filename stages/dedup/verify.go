package dedup

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

const (
	// leastAlike is the least Jaccard similarity of a copy to what it repeats,
	// counted on grams.
	leastAlike = .6
	// leastContained is the least share of a copy's grams that must stand in an
	// earlier paragraph that says more.
	leastContained = .85
	// own is the least length in bytes of a stretch that, found in the later
	// paragraph alone, says something of its own.
	own = 40
	// gramLetters is the number of letters in a gram.
	gramLetters = 5
	// extract is how many times as long as an extract a paragraph is looked
	// through. In one that is longer still any common words could be found.
	extract = 3
)

// A comparer compares one folded text with others. The zero comparer is ready,
// and is worth keeping for its buffers.
type comparer struct {
	text  []byte
	grams int
	slots []gramSlot
	mask  uint32
	round uint32
}

// A gramSlot counts the places of one gram in the text, and how many of them
// the text compared in this round has not yet met.
type gramSlot struct {
	gram        uint32
	count, left uint32
	round       uint32
}

// set makes text the one that others are compared with.
func (c *comparer) set(text []byte) {
	size := 1 << bits.Len(uint(len(text)+len(text)/2))
	if cap(c.slots) < size || cap(c.slots) > max(1<<14, 4*size) {
		c.slots = make([]gramSlot, size)
	} else {
		c.slots = c.slots[:size]
		clear(c.slots)
	}
	c.text, c.grams, c.mask, c.round = text, 0, uint32(size-1), 0
	for at := 0; at < len(text); {
		gram, width := gramAt(text, at)
		at += width
		if gram != 0 {
			c.slot(gram).count++
			c.grams++
		}
	}
}

// slot returns the place of gram, or the empty place where it would stand.
func (c *comparer) slot(gram uint32) *gramSlot {
	for i := gram & c.mask; ; i = (i + 1) & c.mask {
		s := &c.slots[i]
		if s.gram == gram || s.count == 0 {
			s.gram = gram
			return s
		}
	}
}

// compare returns the share of grams that the text and other have in common, of
// all grams of both and of the text's.
func (c *comparer) compare(other []byte) (jaccard, within float64) {
	c.round++
	grams, both := 0, 0
	for at := 0; at < len(other); {
		gram, width := gramAt(other, at)
		at += width
		if gram == 0 {
			continue
		}
		grams++
		s := c.slot(gram)
		if s.count == 0 {
			continue
		}
		if s.round != c.round {
			s.round, s.left = c.round, s.count
		}
		if s.left > 0 {
			s.left--
			both++
		}
	}
	if both == 0 {
		return 0, 0
	}
	return float64(both) / float64(c.grams+grams-both), float64(both) / float64(c.grams)
}

// ownStretch returns the length of the longest stretch of the text that the text
// compared last lacks. A gram that they happen to share does not end it but
// takes two from its length: even a sentence of its own has common endings.
func (c *comparer) ownStretch() int {
	longest, length := 0, 0
	for at := 0; at < len(c.text); {
		gram, width := gramAt(c.text, at)
		at += width
		switch {
		case gram == 0: // the end of the last gram
		case c.slot(gram).round == c.round:
			length = max(0, length-2*width)
		default:
			length += width
			longest = max(longest, length)
		}
	}
	return max(0, longest-gramLetters+1)
}

// gramAt returns the hash of the gram that begins with the character at a place
// of folded text, and that character's width. A gram is the next five
// characters, or three where they take three bytes each; 0 if the text ends
// before.
func gramAt(text []byte, at int) (gram uint32, width int) {
	if at+8 <= len(text) {
		if word := binary.LittleEndian.Uint64(text[at:]); word&0x8080808080 == 0 {
			return hashGram(word & 0xFFFFFFFFFF), 1
		}
	} else if at+gramLetters <= len(text) {
		word := uint64(binary.LittleEndian.Uint32(text[at:])) | uint64(text[at+4])<<32
		if word&0x8080808080 == 0 {
			return hashGram(word), 1
		}
	}
	end, h := at, uint64(0)
	for n := 0; n < gramLetters && end-at < 9; n++ {
		if end >= len(text) {
			end = 0
			break
		}
		r, w := utf8.DecodeRune(text[end:])
		h = h*0x9E3779B97F4A7C15 + uint64(r)
		if end += w; n == 0 {
			width = w
		}
	}
	if end == 0 {
		return 0, max(width, 1)
	}
	return hashGram(h), width
}

// hashGram never returns 0.
func hashGram(h uint64) uint32 {
	h *= 0x9E3779B97F4A7C15
	return uint32(h>>32) | 1
}

// A likeness is what a text is to an earlier one.
type likeness int

const (
	unlike likeness = iota
	alike
	contained
)

// judge returns what the text that c was set to is to earlier, and how surely.
// Both are folded.
func (c *comparer) judge(earlier []byte) (likeness, float64) {
	n, m := len(c.text), len(earlier)
	if float64(m) < leastAlike*float64(n) {
		return unlike, 0
	}
	longer := m > extract*n
	if longer {
		earlier = earlier[:extract*n]
	}
	jaccard, within := c.compare(earlier)
	switch {
	case jaccard < leastAlike && within < leastContained, c.ownStretch() >= own:
		return unlike, 0
	case jaccard >= leastAlike && !longer:
		return alike, jaccard
	}
	return contained, within
}
