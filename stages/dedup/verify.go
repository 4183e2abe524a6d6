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

// A comparer compares two folded texts. Of copies, most begin and end with the
// same words; what they have in common there is counted and not looked at. The
// zero comparer is ready, and is worth keeping for its buffers.
type comparer struct {
	text, other []byte
	from        int // before it, both have the same grams
	to, otherTo int // and from there on

	slots []gramSlot // the grams of the text between from and to
	mask  uint32
}

// A gramSlot counts the places of a gram that the other text has not yet met.
type gramSlot struct {
	gram, left uint32
	seen       bool // somewhere in the other text
}

// maxGram is the most bytes a gram can have.
const maxGram = 12

// compare returns the share of grams that text and other have in common, of all
// grams of both and of the text's.
func (c *comparer) compare(text, other []byte) (jaccard, within float64) {
	c.text, c.other = text, other
	c.findMiddle()
	size := 1 << bits.Len(uint(c.to-c.from+(c.to-c.from)/2))
	if cap(c.slots) < size || cap(c.slots) > max(1<<14, 4*size) {
		c.slots = make([]gramSlot, size)
	} else {
		c.slots = c.slots[:size]
		clear(c.slots)
	}
	c.mask = uint32(size - 1)
	middle := 0
	for at := c.from; at < c.to; {
		gram, width := gramAt(text, at)
		if at += width; gram != 0 {
			s := c.slot(gram)
			s.gram = gram
			s.left++
			middle++
		}
	}
	grams := countGrams(text)
	both := grams - middle
	all := grams // of either
	for at := c.from; at < c.otherTo; {
		gram, width := gramAt(other, at)
		if at += width; gram == 0 {
			continue
		}
		s := c.slot(gram)
		if s.gram != 0 {
			s.seen = true
		}
		if s.left > 0 {
			s.left--
			both++
		} else {
			all++
		}
	}
	if both == 0 {
		return 0, 0
	}
	return float64(both) / float64(all), float64(both) / float64(grams)
}

// findMiddle finds where the texts begin to differ, and where they cease to.
func (c *comparer) findMiddle() {
	n := min(len(c.text), len(c.other))
	same := samePrefix(c.text[:n], c.other[:n])
	c.from = max(0, same-maxGram)
	for c.from > 0 && !utf8.RuneStart(c.text[c.from]) {
		c.from--
	}
	c.to, c.otherTo = len(c.text), len(c.other)
	for n -= same; n > 0 && c.text[c.to-1] == c.other[c.otherTo-1]; n-- {
		c.to--
		c.otherTo--
	}
	for c.to < len(c.text) && !utf8.RuneStart(c.text[c.to]) {
		c.to++
		c.otherTo++
	}
}

// samePrefix returns how many bytes a and b, which are of the same length, have in
// common at the beginning.
func samePrefix(a, b []byte) int {
	at := 0
	for at+8 <= len(a) {
		if diff := binary.LittleEndian.Uint64(a[at:]) ^ binary.LittleEndian.Uint64(b[at:]); diff != 0 {
			return at + bits.TrailingZeros64(diff)/8
		}
		at += 8
	}
	for at < len(a) && a[at] == b[at] {
		at++
	}
	return at
}

// countGrams returns the number of grams of text: of characters that others
// follow.
func countGrams(text []byte) int {
	at := max(0, len(text)-2*maxGram)
	for at > 0 && !utf8.RuneStart(text[at]) {
		at--
	}
	n := utf8.RuneCount(text[:at])
	for at < len(text) {
		gram, width := gramAt(text, at)
		if at += width; gram != 0 {
			n++
		}
	}
	return n
}

// slot returns the place of gram, or the empty place where it would stand.
func (c *comparer) slot(gram uint32) *gramSlot {
	for i := gram & c.mask; ; i = (i + 1) & c.mask {
		if s := &c.slots[i]; s.gram == gram || s.gram == 0 {
			return s
		}
	}
}

// ownStretch returns the length of the longest stretch of the text that the other
// one lacks. A gram that they happen to share does not end it but takes two from
// its length: even a sentence of its own has common endings.
func (c *comparer) ownStretch() int {
	if c.to-c.from < own {
		return 0
	}
	c.see(0, c.from)
	c.see(c.otherTo, len(c.other))
	longest, length := 0, 0
	for at := c.from; at < c.to; {
		gram, width := gramAt(c.text, at)
		at += width
		switch {
		case gram == 0: // the end of the last gram
		case c.slot(gram).seen:
			length = max(0, length-2*width)
		default:
			length += width
			longest = max(longest, length)
		}
	}
	return max(0, longest-gramLetters+1)
}

// see notes which grams of the text begin between two places of the other.
func (c *comparer) see(from, to int) {
	for at := from; at < to; {
		gram, width := gramAt(c.other, at)
		at += width
		if s := c.slot(gram); gram != 0 && s.gram != 0 {
			s.seen = true
		}
	}
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

// judge returns what text is to earlier, and how surely. Both are folded.
func (c *comparer) judge(text, earlier []byte) (likeness, float64) {
	n, m := len(text), len(earlier)
	if float64(m) < leastAlike*float64(n) {
		return unlike, 0
	}
	longer := m > extract*n
	if longer {
		earlier = earlier[:extract*n]
	}
	jaccard, within := c.compare(text, earlier)
	switch {
	case jaccard < leastAlike && within < leastContained, c.ownStretch() >= own:
		return unlike, 0
	case jaccard >= leastAlike && !longer:
		return alike, jaccard
	}
	return contained, within
}
