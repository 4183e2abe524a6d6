package mojibake

import (
	"math/bits"
	"strings"
	"unicode/utf8"
)

const highBits = 0x8080808080808080

// suspicious reports whether text holds anything that mending might change. It
// is the whole price of clean text, so it looks at eight bytes at a time, and
// closer only where two characters beyond ASCII are neighbours, at Â, Ã and the
// C1 controls, and at character references.
func suspicious(text string) bool {
	if strings.IndexByte(text, '&') >= 0 && referenceNear(text) {
		return true
	}
	var carry uint64 // the byte before is beyond ASCII
	i := 0
	for ; i+8 <= len(text); i += 8 {
		x := word(text[i : i+8])
		high := x & highBits
		if high == 0 {
			carry = 0
			continue
		}
		leads := high & (x << 1)
		for m := leads & (high<<8 | carry); m != 0; m &= m - 1 {
			if oddPair(text, i+bits.TrailingZeros64(m)/8) {
				return true
			}
		}
		// Â and Ã are C3 82 and C3 83, the C1 controls C2 80 to C2 9F: a lead
		// without bits 2 to 5.
		for m := leads &^ (x<<2 | x<<3 | x<<4 | x<<5); m != 0; m &= m - 1 {
			if oddAlone(text, i+bits.TrailingZeros64(m)/8) {
				return true
			}
		}
		carry = high >> 56
	}
	for ; i < len(text); i++ {
		b := text[i]
		if b >= 0xC0 && (carry != 0 && oddPair(text, i) || oddAlone(text, i)) {
			return true
		}
		carry = uint64(b & 0x80)
	}
	return false
}

// word returns the first eight bytes of s, the first one lowest.
func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// oddAlone reports whether the character at byte i is a C1 control, or Â or Ã
// before a space or the end of a word.
func oddAlone(text string, i int) bool {
	if i+1 >= len(text) {
		return false
	}
	switch next := text[i+1]; text[i] {
	case 0xC2:
		return next < 0xA0
	case 0xC3:
		return (next == 0x82 || next == 0x83) && i+2 < len(text) && text[i+2] == ' '
	}
	return false
}

// oddPair reports whether the character at byte i and the one before it, both
// beyond ASCII, could begin a character of damaged UTF-8 and do not read well.
func oddPair(text string, i int) bool {
	t := load()
	a, n := lastRune(text[:i])
	b, size := firstRune(text[i:])
	ka, kb := t.class(a), t.class(b)
	if ka == kb && latinUpper < ka && ka <= rareLetter && ka != cyrillicUpper && ka != greekUpper &&
		!letterAt(text, i-n-1) && !letterAt(text, i+size) && (a != 'п' || b != 'ї') {
		return false // the inside of a word in another script, and not of пїЅ, which was U+FFFD
	}
	if ka == unseen || kb == unseen {
		return true
	}
	ga, gb := t.glyph(a), t.glyph(b)
	switch {
	case t.lead[ga]&t.cont[gb] == 0:
		return kb == lost && t.lead[ga] != 0
	case t.e2[ga]&t.x80[gb] != 0:
		return true
	}
	before, after := ' ', ' '
	if i > n {
		before, _ = lastRune(text[:i-n])
	}
	if i+size < len(text) {
		after, _ = firstRune(text[i+size:])
	}
	k0, k3 := t.class(before), t.class(after)
	if ka == kb && (ka == cyrillicUpper || ka == greekUpper) && !k0.letter() && !k3.letter() {
		return true // two capitals may be one Latin letter
	}
	var m meter
	m.add(before, k0)
	m.add(a, ka)
	m.add(b, kb)
	m.add(after, k3)
	return m.sum > 0
}

// letterAt reports whether byte i of s is an ASCII letter.
func letterAt(s string, i int) bool {
	return 0 <= i && i < len(s) && 'a' <= s[i]|0x20 && s[i]|0x20 <= 'z'
}

// firstRune and lastRune decode the first and last character of s, fast where
// it has two bytes.
func firstRune(s string) (rune, int) {
	if len(s) >= 2 && s[0]&0xE0 == 0xC0 && s[0] >= 0xC2 && s[1]&0xC0 == 0x80 {
		return rune(s[0]&0x1F)<<6 | rune(s[1]&0x3F), 2
	}
	return utf8.DecodeRuneInString(s)
}

func lastRune(s string) (rune, int) {
	if n := len(s); n >= 2 && s[n-2]&0xE0 == 0xC0 && s[n-2] >= 0xC2 && s[n-1]&0xC0 == 0x80 {
		return rune(s[n-2]&0x1F)<<6 | rune(s[n-1]&0x3F), 2
	}
	return utf8.DecodeLastRuneInString(s)
}

// referenceNear reports whether text holds a character reference to something
// beyond ASCII.
func referenceNear(text string) bool {
	for {
		i := strings.IndexByte(text, '&')
		if i < 0 {
			return false
		}
		text = text[i:]
		if r, n := reference(text); n > 0 && r >= utf8.RuneSelf {
			return true
		}
		text = text[1:]
	}
}
