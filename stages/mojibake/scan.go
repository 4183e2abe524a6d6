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

// look returns what there is to doubt about text. It is the whole price of clean
// text, so it reads ASCII eight bytes at a time, passes over the letters and
// signs of good text that stand alone, and looks closer only at characters beyond
// ASCII that are neighbours, at few of the others, and at signs that escapes
// begin with.
func look(text string) doubt {
	var found doubt
	var sign uint64 // a high bit is set where & \ % < or = may be
	known := spelt()
	in := allLanguages
	for i := 0; i < len(text); {
		x := rest(text, i)
		// What makes } of \ < and = does so of few others.
		low, bracket := x&^highBits, (x|ones*0x61)^ones*'}'
		sign |= (low+ones*(0x80-'%'))&^(low+ones*(0x80-'&'-1))&^x | (bracket-ones)&^bracket
		high := x & highBits
		if high == 0 {
			i += 8
			continue
		}
		i += bits.TrailingZeros64(high) / 8
		if b := text[i:]; len(b) > 2 && b[0] == 0xC3 && b[1] >= 0x9F && b[2] < utf8.RuneSelf {
			in &= known[3][b[1]&0x3F] // a small letter
			i += 2
			continue
		}
		if n := alone(text, i); n > 0 {
			i += n
			continue
		}
		if n := russian(text, i); n > 0 {
			i += n
			continue
		}
		var more doubt
		i, more = lookBeyond(text, i, &in)
		found |= more
	}
	if in == 0 {
		found |= outlandish
	}
	if sign&highBits != 0 {
		found |= lookSigns(text)
	}
	return found
}

// russian returns the length of the word in small letters of Russian that is at
// byte i, behind ASCII, if no other letter is beside it; else 0.
func russian(text string, i int) int {
	const (
		each  = 0x0001000100010001
		leads = 0xD0 * each
		nexts = 0xB0 * each // behind D0, and 80 behind D1
	)
	from := i
	for {
		x := rest(text, i)
		wrong := x&(0xFE*each) ^ leads | x>>8&(0xF0*each) ^ nexts ^ x&each*0x30
		if wrong != 0 {
			i += bits.TrailingZeros64(wrong) / 16 * 2
			break
		}
		i += 8
	}
	if i < len(text) && text[i] >= utf8.RuneSelf || letterAt(text, from-1) || letterAt(text, i) {
		return 0
	}
	return i - from
}

// alone returns the length of the sign that begins at byte i, behind ASCII, if
// good text is full of it and it reads well before what follows; else 0.
func alone(text string, i int) int {
	s := text[i:]
	switch {
	case len(s) < 6:
	case s[0] == 0xC2 && (s[1] == 0xA0 || s[1] == 0xAB || s[1] == 0xBB): // a no-break space, « or »
		if s[2] < utf8.RuneSelf {
			return 2
		}
		if s[2] == 0xC2 && s[4] < utf8.RuneSelf && (s[1] == 0xAB && s[3] == 0xA0 || s[1] == 0xA0 && s[3] == 0xBB) {
			return 4
		}
	case s[0] == 0xE2 && s[1] == 0x80 && 0x90 <= s[2] && s[2] < 0x9A: // ’ “ – —
		if s[3] < utf8.RuneSelf || s[2] == 0x99 && s[3] == 0xC3 && s[4] >= 0x9F && s[4] != 0xB7 && 'a' <= s[5] && s[5] <= 'z' && letterAt(text, i-1) {
			return 3 // alone, or an elision before a small letter
		}
	}
	return 0
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
// and returns its end. Of the languages in, those stay that have its letters.
func lookBeyond(text string, i int, in *languageSet) (end int, found doubt) {
	known := spelt()
	before := byte(0) // the lead of the character before
	small := false    // which was a small letter of Russian
	for i < len(text) && text[i] >= utf8.RuneSelf {
		b, next, size := text[i], byte(0), 1
		if i+1 < len(text) {
			next = text[i+1]
		}
		isSmall := false
		if small && isRussianSmall(b, next) && i+2 < len(text) && text[i+2] >= utf8.RuneSelf && !letterAt(text, i-3) {
			before, i = b, i+2 // inside of a word
			continue
		}
		switch {
		case b == 0xC3 || b == 0xC4 || b == 0xC5:
			size = 2
			if outlandishLetter(text, i, b, next) {
				found |= outlandish
			}
			*in &= known[b&7][next&0x3F]
			if b == 0xC3 && (next == 0x82 || next == 0x83) && i+2 < len(text) && text[i+2] == ' ' {
				found |= decodable // Â or Ã at the end of a word
			}
		case b == 0xD0 || b == 0xD1:
			size = 2
			isSmall = isRussianSmall(b, next)
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
		if before != 0 && found&decodable == 0 && (!small || !isSmall) && !(isEastern(b) && isEastern(before)) && oddPair(text, i) {
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

// isEastern reports whether b leads a character of a block that no code page has
// any of: from U+3000 to U+DFFF.
func isEastern(b byte) bool { return 0xE3 <= b && b < 0xEE }

// isRussianSmall reports whether the character of b and next is a small letter of
// Russian.
func isRussianSmall(b, next byte) bool { return b == 0xD0 && next >= 0xB0 || b == 0xD1 && next < 0x90 }

// rest returns the first eight bytes of s from i on, the first one lowest, and
// zeros if there are fewer.
func rest(s string, i int) uint64 {
	if i+8 <= len(s) {
		return word(s[i : i+8])
	}
	if n := len(s); n >= 8 {
		return word(s[n-8:]) >> (8 * (8 - (n - i)))
	}
	x := uint64(0)
	for k := len(s) - 1; k >= i; k-- {
		x = x<<8 | uint64(s[k])
	}
	return x
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
	switch {
	case 0x3000 <= a && a < 0xE000:
		return transparent(b)
	case 0x3000 <= b && b < 0xE000:
		return transparent(a)
	case a < 0x800 && b < 0x800 && t.lead[t.low[a]]&t.cont[t.low[b]] == 0:
		return false
	}
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
