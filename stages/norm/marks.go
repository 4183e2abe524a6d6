package norm

import (
	"sync"

	"golang.org/x/text/unicode/norm"
)

// scanMarked returns the length of the characters from U+0580 to U+1FFF that
// begin at s[i], with the spaces in them, and the concern about them. Marked is where the last mark ended:
// one by itself is at its place behind a letter, two may change places.
func scanMarked(s string, i int, marked *int) (int, concern) {
	var c concern
	table := markedBlocks()
	start, before := i, 0
	for i < len(s) {
		b, n := s[i], 2
		var r int
		switch {
		case b == ' ' && i > start:
			before, i = 0, i+1
			continue
		case b >= 0xD6 && b <= 0xDF && i+1 < len(s) && s[i+1]&0xC0 == 0x80:
			r = int(b&0x1F)<<6 | int(s[i+1]&0x3F)
		case (b == 0xE1 || b == 0xE0 && i+1 < len(s) && s[i+1] >= 0xA0) && i+2 < len(s) && s[i+1]&0xC0 == 0x80 && s[i+2]&0xC0 == 0x80:
			r, n = int(b&0xF)<<12|int(s[i+1]&0x3F)<<6|int(s[i+2]&0x3F), 3
		default:
			return max(i-start, 1), c &^ mark
		}
		found := table[r]
		if r == nukta && isBare(before) {
			found = mark
		}
		before = r
		i += n
		if found&mark != 0 {
			if *marked == i-n {
				c |= order
			}
			*marked = i
		}
		c |= found
	}
	return i - start, c &^ mark
}

// mark is for characters that may change places with another one beside them,
// but neither change by themselves nor compose.
const mark concern = 1 << 15

// nukta is the dot below letters of Hindi.
const nukta = 0x93C

// isBare reports whether r is a letter of Devanagari that does not compose with a
// nukta.
func isBare(r int) bool {
	return r >= 0x915 && r <= 0x939 && r != 0x928 && r != 0x930 && r != 0x933
}

// markedBlocks holds the concern about each character from U+0580 to U+1FFF.
var markedBlocks = sync.OnceValue(func() *[0x2000]concern {
	t := new([0x2000]concern)
	for r := rune(0x580); r < 0x2000; r++ {
		s := string(r)
		switch p := norm.NFC.PropertiesString(s); {
		case norm.NFC.QuickSpanString("x"+s) < 1+len(s) || p.CCC() == 0 && !p.BoundaryBefore():
			t[r] = order
		case p.CCC() != 0:
			t[r] = mark
		}
		switch {
		case r > 0x590 && r < 0x900:
			t[r] |= rtl
		case r == 0x1680, r >= 0x180B && r <= 0x180F: // the Ogham space, Mongolian selectors and separator
			t[r] |= odd
		}
		if r == 0x61C {
			t[r] |= odd
		}
	}
	return t
})
