package mojibake

import (
	"math/bits"
	"strings"
	"unicode/utf8"
)

// A doubt is a set of reasons to look at a text closely.
type doubt uint8

const (
	decodable  doubt = 1 << iota // it may be UTF-8 that was read as a page
	outlandish                   // it looks as text of no language does
	escaped                      // it may hold escapes
	mailed                       // it may be quoted-printable
)

const (
	ones     = 0x0101010101010101
	highBits = 0x8080808080808080
)

// zeros returns the high bit of every byte of x that is zero, and maybe of some
// above one.
func zeros(x uint64) uint64 { return (x - ones) &^ x & highBits }

// look returns what there is to doubt about text. It is the whole price of clean
// text, so it reads ASCII eight bytes at a time, and looks closer only at
// characters beyond it that are neighbours, at few of those that stand alone, and
// at signs that escapes begin with.
func look(text string) doubt {
	var found doubt
	var sign uint64 // an & \ % < or = is there
	var seen spelling
	for i := 0; i < len(text); {
		if i+8 <= len(text) {
			x := word(text[i : i+8])
			sign |= zeros(x^ones*'&') | zeros(x^ones*'\\') | zeros(x^ones*'%') | zeros((x|ones)^ones*'=')
			high := x & highBits
			if high == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(high) / 8
		} else if text[i] < utf8.RuneSelf {
			sign |= 1
			i++
			continue
		}
		var more doubt
		i, more = seen.lookBeyond(text, i)
		found |= more
	}
	if found&outlandish == 0 && seen != (spelling{}) && !seen.known() {
		found |= outlandish
	}
	if sign != 0 {
		found |= lookSigns(text)
	}
	return found
}

// lookSigns returns what the signs of ASCII in text give reason to doubt.
func lookSigns(text string) doubt {
	var found doubt
	if strings.IndexByte(text, '&') >= 0 && referenceNear(text) {
		found |= decodable
	}
	if strings.IndexByte(text, '=') >= 0 {
		found |= mailed
	}
	if mayBeEscaped(text) {
		found |= escaped
	}
	return found
}

// lookBeyond looks at the run of characters beyond ASCII that begins at byte i,
// and returns its end.
func (seen *spelling) lookBeyond(text string, i int) (end int, found doubt) {
	before := byte(0) // the lead of the character before
	small := false    // which was a small letter of Russian
	for i < len(text) && text[i] >= utf8.RuneSelf {
		b, next, size := text[i], byte(0), 1
		if i+1 < len(text) {
			next = text[i+1]
		}
		isSmall := false
		switch {
		case b == 0xC3 || b == 0xC4 || b == 0xC5:
			size = 2
			if outlandishLetter(text, i, b, next) {
				found |= outlandish
			}
			seen[b-0xC3] |= 1 << (next & 0x3F)
			if b == 0xC3 && (next == 0x82 || next == 0x83) && i+2 < len(text) && text[i+2] == ' ' {
				found |= decodable // Â or Ã at the end of a word
			}
		case b == 0xD0 || b == 0xD1:
			size = 2
			isSmall = b == 0xD0 && next >= 0xB0 || b == 0xD1 && next < 0x90
			if small && b == 0xD0 && next < 0xB0 || letterAt(text, i-1) || letterAt(text, i+2) {
				found |= outlandish
			}
		case b == 0xC2:
			size = 2
			if next < 0xA0 {
				found |= decodable
			}
			if outlandishSign(text, i, next) {
				found |= outlandish
			}
		case b >= 0xE0 && b < 0xF0:
			size = 3
			if i+2 < len(text) && (b == 0xE2 && outlandishSymbol(text, i) || b > 0xE3 && outlandishIdeograph(text, i)) {
				found |= outlandish
			}
		case b >= 0xF0:
			size = 4
		case b >= 0xC0:
			size = 2
			if b == 0xCB && next >= 0x86 || b > 0xCD {
				if letterAt(text, i-1) || letterAt(text, i+2) {
					found |= outlandish
				}
			}
		}
		if before != 0 && found&decodable == 0 && (!small || !isSmall) && !(b == before && b > 0xE3 && b < 0xEE) && oddPair(text, i) {
			found |= decodable
		}
		if small && isSmall && found&decodable == 0 && (letterAt(text, i-3) || letterAt(text, i+2)) && oddPair(text, i) {
			found |= decodable
		}
		before, small = b, isSmall
		i += size
	}
	return min(i, len(text)), found
}

// word returns the first eight bytes of s, the first one lowest.
func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// oddPair reports whether the character at byte i and the one before it, both
// beyond ASCII, could begin a character of damaged UTF-8 and do not read well.
func oddPair(text string, i int) bool {
	t := load()
	a, n := lastRune(text[:i])
	b, size := firstRune(text[i:])
	ka, kb := t.class(a), t.class(b)
	if ka == kb && latinUpper < ka && ka <= rareLetter && ka != cyrillicUpper && ka != greekUpper &&
		!letterAt(text, i-n-1) && !letterAt(text, i+size) && (a != 'п' || b != 'ї') && (a != 'р' || b != 'џ') {
		return false // the inside of a word in another script, and not of пїЅ or рџ, which begin U+FFFD and emoji
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
