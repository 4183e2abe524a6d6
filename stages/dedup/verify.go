package dedup

import (
	"bytes"
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

// A comparer compares two folded texts. Of copies, most have long stretches in
// common; what they hold is counted and not looked at. The zero comparer is
// ready, and is worth keeping for its buffers.
type comparer struct {
	text, other    []byte
	prefix, suffix int // how many bytes both have in common at either end
	shared         []stretch

	slots []gramSlot // the grams of the text outside the shared stretches
	mask  uint32
	rest  int      // how many bytes that is
	grams []uint32 // that were hashed last
}

// A stretch is one that two texts have in common, from two places on. Every gram
// that begins in it does so in both.
type stretch struct{ text, other, length int }

// A gramSlot counts the places of a gram that the other text has not yet met.
type gramSlot struct {
	gram, left uint32
	seen       bool // somewhere in the other text
}

// maxGram is the most bytes a gram can have.
const maxGram = 12

// set makes text and other what is compared.
func (c *comparer) set(text, other []byte) {
	c.text, c.other = text, other
	n := min(len(text), len(other))
	c.prefix = samePrefix(text[:n], other[:n])
	c.suffix = sameSuffix(text[len(text)-n+c.prefix:], other[len(other)-n+c.prefix:])
}

// changed returns what is left of the texts without the words that both begin
// and end with. A number of several words is not cut.
func (c *comparer) changed() (text, other []byte) {
	from := c.prefix
	for from > 0 && (c.text[from-1] != ' ' || from > 1 && isDigit(c.text[from-2])) {
		from--
	}
	to := c.suffix // from the end
	for to > 0 {
		at := len(c.text) - to
		if c.text[at] == ' ' && !isDigit(c.text[at+1]) {
			break
		}
		to--
	}
	return c.text[from : len(c.text)-to], c.other[from : len(c.other)-to]
}

// compare returns the share of grams that text and other have in common, of all
// grams of both and of the text's; 0 and 0 as soon as it is certain that they
// are unlike.
func (c *comparer) compare() (jaccard, within float64) {
	c.align()
	c.reset()
	outside := 0
	for gap := range c.gaps {
		for at := gap.text; at < gap.textEnd; {
			at = c.hash(c.text, at, gap.textEnd)
			for _, gram := range c.grams {
				s := c.slot(gram)
				s.gram = gram
				s.left++
			}
			outside += len(c.grams)
		}
	}
	grams := countGrams(c.text)
	both := grams - outside
	all := grams // of either
	most := grams + c.mostNew(grams, both)
	for gap := range c.gaps {
		for at := gap.other; at < gap.otherEnd; {
			if both == grams { // what follows is known to be new
				all += countGrams(c.other[at:]) - countGrams(c.other[gap.otherEnd:])
				break
			}
			at = c.hash(c.other, at, gap.otherEnd)
			met := c.meet()
			both += met
			if all += len(c.grams) - met; all > most {
				return 0, 0
			}
		}
	}
	if both == 0 {
		return 0, 0
	}
	return float64(both) / float64(all), float64(both) / float64(grams)
}

// meet takes the grams that were hashed last, of the other text, and returns how many
// of them the text has that were not met before.
func (c *comparer) meet() int {
	met := 0
	for _, gram := range c.grams {
		s := c.slot(gram)
		if s.gram != 0 {
			s.seen = true
		}
		if s.left > 0 {
			s.left--
			met++
		}
	}
	return met
}

// mostNew returns how many grams of its own the other text may have at most, if
// the text of so many grams, of which the other shares some, is like it.
func (c *comparer) mostNew(grams, shared int) int {
	most := float64(shared) // that both have, if all are met that were not looked at
	for gap := range c.gaps {
		most += float64(gap.otherEnd - gap.other)
	}
	n := float64(grams)
	contained := most - leastContained*n
	alike := min(n/leastAlike-n, (most-leastAlike*n)/(1+leastAlike))
	return int(max(contained, alike, 0)) + 1 // rounding may have taken one
}

// leastShared is how long a stretch in common is that is worth noting.
const leastShared = 2 * maxGram

// align finds stretches that the texts share: their beginning, their end, and
// after each difference the next words that both have. What it misses is compared
// gram by gram.
func (c *comparer) align() {
	c.shared = c.shared[:0]
	c.share(stretch{0, 0, c.prefix})
	for s := (stretch{0, 0, c.prefix}); ; c.share(s) {
		at, otherAt, found := c.resume(s.text+s.length, s.other+s.length)
		if !found {
			break
		}
		a, b := c.text[at:len(c.text)-c.suffix], c.other[otherAt:len(c.other)-c.suffix]
		n := min(len(a), len(b))
		s = stretch{at, otherAt, samePrefix(a[:n], b[:n])}
	}
	for n := c.suffix; n > 0; n-- {
		if at := len(c.text) - n; utf8.RuneStart(c.text[at]) {
			c.shared = append(c.shared, stretch{at, len(c.other) - n, n})
			return
		}
	}
	c.shared = append(c.shared, stretch{len(c.text), len(c.other), 0})
}

// share notes a stretch that both texts have, but for the last grams, which go
// on where it ends.
func (c *comparer) share(s stretch) {
	if s.length < leastShared {
		return
	}
	for s.length -= maxGram; s.length > 0 && !utf8.RuneStart(c.text[s.text+s.length]); {
		s.length--
	}
	if s.length > 0 {
		c.shared = append(c.shared, s)
	}
}

// resume returns where the texts go on alike after a difference: at the nearest
// words, within a few of each text, that begin with the same eight bytes.
func (c *comparer) resume(at, otherAt int) (int, int, bool) {
	const few = 4
	var begins, otherBegins [few]int
	n := wordBegins(&begins, c.text[:len(c.text)-c.suffix], at)
	m := wordBegins(&otherBegins, c.other[:len(c.other)-c.suffix], otherAt)
	for sum := range n + m - 1 {
		for i := max(0, sum-m+1); i <= min(sum, n-1); i++ {
			a, b := begins[i], otherBegins[sum-i]
			if binary.LittleEndian.Uint64(c.text[a:]) == binary.LittleEndian.Uint64(c.other[b:]) {
				return a, b, true
			}
		}
	}
	return 0, 0, false
}

// wordBegins finds the next places of words in text that are eight bytes before
// its end.
func wordBegins(places *[4]int, text []byte, at int) int {
	n := 0
	for ; at+9 <= len(text) && n < len(places); at++ {
		if text[at] == ' ' {
			places[n] = at + 1
			n++
		}
	}
	return n
}

// A gap is what stands between two shared stretches.
type gap struct{ text, textEnd, other, otherEnd int }

// gaps yields what stands before each shared stretch; the last is at the end.
func (c *comparer) gaps(yield func(gap) bool) {
	at, otherAt := 0, 0
	for _, s := range c.shared {
		if !yield(gap{at, s.text, otherAt, s.other}) {
			return
		}
		at, otherAt = s.text+s.length, s.other+s.length
	}
}

// reset makes room for the grams outside the shared stretches.
func (c *comparer) reset() {
	c.rest = len(c.text)
	for _, s := range c.shared {
		c.rest -= s.length
	}
	size := 1 << bits.Len(uint(2*c.rest))
	if cap(c.slots) < size || cap(c.slots) > max(1<<14, 4*size) {
		c.slots = make([]gramSlot, size)
	} else {
		c.slots = c.slots[:size]
		clear(c.slots)
	}
	c.mask = uint32(size - 1)
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

// sameSuffix is samePrefix at the end.
func sameSuffix(a, b []byte) int {
	n := len(a)
	for n >= 8 {
		if diff := binary.LittleEndian.Uint64(a[n-8:]) ^ binary.LittleEndian.Uint64(b[n-8:]); diff != 0 {
			return len(a) - n + bits.LeadingZeros64(diff)/8
		}
		n -= 8
	}
	for n > 0 && a[n-1] == b[n-1] {
		n--
	}
	return len(a) - n
}

// countGrams returns the number of grams of text: of characters that others
// follow.
func countGrams(text []byte) int {
	n := 0
	for len(text) > 2*maxGram {
		n += 8 - bits.OnesCount64(continuations(binary.LittleEndian.Uint64(text)))
		text = text[8:]
	}
	for at := 0; at < len(text); {
		if !utf8.RuneStart(text[at]) {
			at++ // of a character that was counted
			continue
		}
		gram, width := gramAt(text, at)
		if at += width; gram != 0 {
			n++
		}
	}
	return n
}

// continuations returns a word with one bit for each byte of eight that continues
// a character.
func continuations(word uint64) uint64 { return word &^ (word << 1) & highBits }

const highBits = 0x8080808080808080

// textHasNews reports whether the text has a word that the other one lacks and
// that is long enough for a name. It follows compare.
func (c *comparer) textHasNews() bool {
	for gap := range c.gaps {
		if gap.hasNews(c.text, c.other) {
			return true
		}
	}
	return false
}

// otherHasNews is textHasNews the other way round.
func (c *comparer) otherHasNews() bool {
	for gap := range c.gaps {
		if gap.turned().hasNews(c.other, c.text) {
			return true
		}
	}
	return false
}

// turned returns g as the other text sees it.
func (g gap) turned() gap { return gap{g.other, g.otherEnd, g.text, g.textEnd} }

// hasNews is textHasNews for what stands in g.
func (g gap) hasNews(text, other []byte) bool {
	from, to := wholeWords(text, g.text, g.textEnd)
	// Most words stand as far from the beginning of the gap in the other
	// text, or from its end.
	return hasNews(text[from:to], other, g.other+from-g.text, g.otherEnd+to-g.textEnd)
}

// wholeWords returns where the words begin and end that stand between two places
// of text, or on one of them.
func wholeWords(text []byte, from, to int) (int, int) {
	for from > 0 && text[from-1] != ' ' {
		from--
	}
	for to < len(text) && text[to] != ' ' {
		to++
	}
	return from, to
}

// hasNews is textHasNews for a part of a text. A word is first looked for where it
// would stand if the part began in the other text at one place, or ended at
// another, and then between these.
func hasNews(part, other []byte, begins, ends int) bool {
	near := other[max(begins, 0):max(begins, 0, min(ends, len(other)))]
	ends -= len(part)
	for at := 0; at < len(part); at++ {
		word := part[at:]
		if i := bytes.IndexByte(word, ' '); i >= 0 {
			word = word[:i]
		}
		if len(word) >= minName && !standsAt(other, begins+at, word) && !standsAt(other, ends+at, word) &&
			!bytes.Contains(near, word) && !bytes.Contains(other, word) {
			return true
		}
		at += len(word)
	}
	return false
}

func standsAt(text []byte, at int, word []byte) bool {
	return at >= 0 && at+len(word) <= len(text) && bytes.Equal(text[at:at+len(word)], word)
}

// slot returns the place of gram, or the empty place where it would stand. The
// lowest bit is that of all grams.
func (c *comparer) slot(gram uint32) *gramSlot {
	for i := gram >> 1 & c.mask; ; i = (i + 1) & c.mask {
		if s := &c.slots[i]; s.gram == gram || s.gram == 0 {
			return s
		}
	}
}

// ownStretch returns the length of the longest stretch of the text that the other
// one lacks. A gram that they happen to share does not end it but takes two from
// its length: even a sentence of its own has common endings.
func (c *comparer) ownStretch() int {
	if c.rest < own || c.longestUnseen() < own {
		return 0
	}
	// The grams of the gaps may stand in what is shared too.
	for _, s := range c.shared {
		for at := s.other; at < s.other+s.length; {
			gram, width := gramAt(c.other, at)
			at += width
			if s := c.slot(gram); gram != 0 && s.gram != 0 {
				s.seen = true
			}
		}
	}
	return c.longestUnseen()
}

// longestUnseen is ownStretch as far as it is known what is seen.
func (c *comparer) longestUnseen() int {
	longest, length, shared := 0, 0, 0
	for gap := range c.gaps {
		length = max(0, length-2*(gap.text-shared))
		shared = gap.textEnd
		for at := gap.text; at < gap.textEnd; {
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
	}
	return max(0, longest-gramLetters+1)
}

// gramAt returns the hash of the gram that begins with the character at a place
// of folded text, and that character's width. A gram is the next five
// characters, or three where they take three bytes each; 0 if the text ends
// before.
func gramAt(text []byte, at int) (gram uint32, width int) {
	rest := text[at:]
	if len(rest) < gramWindow {
		return lastGram(rest)
	}
	word := binary.LittleEndian.Uint64(rest)
	if word&0x8080808080 == 0 {
		return hashGram(word & 0xFFFFFFFFFF), 1
	}
	gram, _, width = wideGram(word, binary.LittleEndian.Uint64(rest[8:]))
	return gram, width
}

// hash hashes the grams that begin in text between two places, or the first of
// them, and returns where the rest begins.
func (c *comparer) hash(text []byte, at, end int) int {
	end = min(end, at+hashedAtOnce)
	grams := c.grams[:0]
	for at < end {
		if at+4 <= end && at+gramWindow <= len(text) {
			if word := binary.LittleEndian.Uint64(text[at:]); word&highBits == 0 {
				const gram = 1<<(8*gramLetters) - 1
				grams = append(grams, hashGram(word&gram), hashGram(word>>8&gram), hashGram(word>>16&gram), hashGram(word>>24))
				at += 4
				continue
			}
		}
		gram, width := gramAt(text, at)
		if at += width; gram != 0 {
			grams = append(grams, gram)
		}
	}
	c.grams = grams
	return at
}

// hashedAtOnce is the most grams that are hashed before they are looked at: to
// hash them and to look for them are two kinds of work.
const hashedAtOnce = 64

// gramWindow is how many bytes gramAt looks at.
const gramWindow = 16

// lastGram is gramAt where the text ends soon.
func lastGram(rest []byte) (gram uint32, width int) {
	if len(rest) >= gramLetters {
		word := uint64(binary.LittleEndian.Uint32(rest)) | uint64(rest[4])<<32
		if word&0x8080808080 == 0 {
			return hashGram(word), 1
		}
	}
	var window [gramWindow]byte
	copy(window[:], rest)
	gram, length, width := wideGram(binary.LittleEndian.Uint64(window[:]), binary.LittleEndian.Uint64(window[8:]))
	if length > len(rest) {
		return 0, width
	}
	return gram, width
}

// wideGram returns the hash of the gram that begins the two words, its length in
// bytes, and the width of its first character.
func wideGram(word, next uint64) (gram uint32, length, width int) {
	begins := characters(word) | characters(next)<<8
	sixth := begins
	for range gramLetters {
		sixth &= sixth - 1
	}
	length = bits.TrailingZeros64(sixth | begins>>9<<9)
	width = bits.TrailingZeros64(begins &^ 1)
	if length <= 8 {
		return hashGram(word << (64 - 8*length)), length, width
	}
	return hashGram(word ^ next<<(128-8*length)*0xE7037ED1A0B428DB), length, width
}

// characters returns a bit for each byte of eight that begins a character.
func characters(word uint64) uint64 {
	return (^word | word<<1) & highBits >> 7 * 0x0102040810204080 >> 56
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

// judge returns what the text is to the other, which is earlier, and how surely.
func (c *comparer) judge() (likeness, float64) {
	n, m := len(c.text), len(c.other)
	if float64(m) < leastAlike*float64(n) {
		return unlike, 0
	}
	longer := m > extract*n
	if longer {
		c.set(c.text, c.other[:extract*n])
	}
	jaccard, within := c.compare()
	switch {
	case jaccard < leastAlike && within < leastContained, c.ownStretch() >= own:
		return unlike, 0
	case jaccard >= leastAlike && !longer:
		return alike, jaccard
	}
	return contained, within
}
