package dedup

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A text is one of a document, or one that an index remembers.
type text interface{ string | []byte }

// fold appends to dst the form of s in which paragraphs are compared: lower
// case, no accents, the letters of ligatures apart, one space for any run of
// other characters. Letters and marks of every script stay, and so do digits,
// all as ASCII. Bytes that are not UTF-8 count as other characters.
func fold[T text](dst []byte, s T) []byte {
	start := len(dst)
	space := byte(1) // nothing yet, or a space, ends dst
	composed := false
	for i := 0; ; {
		if dst, i, space = foldShort(dst, s, i, space); i == len(s) {
			break
		}
		r, n := runeAt(s, i)
		i += n
		if !composed && conjoins(r) {
			s, composed = T(norm.NFKC.String(string(s))), true
			i, dst, space = 0, dst[:start], 1 // from the start, once
			continue
		}
		size := len(dst)
		dst = foldRune(dst, r)
		switch {
		case len(dst) > size:
			space = 0
		case space == 0 && !ignored(r):
			dst = append(dst, ' ')
			space = 1
		}
	}
	if space == 1 && len(dst) > start {
		dst = dst[:len(dst)-1]
	}
	return dst
}

// foldShort appends the fold of the characters of s from place i on, as far as
// they are in ASCII, in shortFold, or told by longKind, and returns the place where
// they end. Space is 1 if a space ends dst, or nothing, and 0 if not.
func foldShort[T text](dst []byte, s T, i int, space byte) ([]byte, int, byte) {
	dst = slices.Grow(dst, len(s)-i)
	out, n := dst[len(dst):cap(dst)], 0
	for i < len(s) {
		i, n, space = foldASCII(out, s, i, n, space)
		for i < len(s) {
			c := s[i]
			if c < utf8.RuneSelf {
				f := asciiFold[c]
				out[n] = byte(f)
				n += int(1 - byte(f>>8)&space)
				space = byte(f >> 8)
				if i++; i < len(s) && s[i] < utf8.RuneSelf {
					break // there may be more
				}
				continue
			}
			if c >= 0xE0 && i+2 < len(s) {
				switch longKind(c, s[i+1], s[i+2]) {
				case longLetter:
					out[n], out[n+1], out[n+2] = c, s[i+1], s[i+2]
					n, i, space = n+3, i+3, 0
					continue
				case longSpace:
					out[n] = ' '
					n, i, space = n+1-int(space), i+3, 1
					continue
				}
			}
			if i+1 == len(s) || c < 0xC2 || c >= 0xC0+tableSize>>6 || s[i+1]&0xC0 != 0x80 {
				return dst[:len(dst)+n], i, space
			}
			r := rune(c&0x1F)<<6 | rune(s[i+1]&0x3F)
			f := shortFold[r]
			switch {
			case f == tooWide:
				return dst[:len(dst)+n], i, space
			case f != 0:
				out[n] = byte(f)
				n++
				if f > 0xFF {
					out[n] = byte(f >> 8)
					n++
				}
				space = 0
			case space == 0 && !ignored(r):
				out[n] = ' '
				n++
				space = 1
			}
			i += 2
		}
	}
	return dst[:len(dst)+n], i, space
}

// foldASCII is foldShort for ASCII, eight bytes at a time, as far as that goes. It
// writes to place n of out, and returns where that ends too.
func foldASCII[T text](out []byte, s T, i, n int, space byte) (int, int, byte) {
	for i+8 <= len(s) && n+8 <= len(out) {
		b := s[i : i+8]
		word := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		folded, spaces := foldEight(word)
		follow := uint64(space) << 7
		if others := word & highBits; others != 0 {
			end := bits.TrailingZeros64(others) &^ 7
			again := spaces & (spaces<<8 | follow) & (1<<end - 1)
			if end > 0 && again == 0 {
				binary.LittleEndian.PutUint64(out[n:], folded)
				i, n, space = i+end/8, n+end/8, byte(spaces>>(end-1))&1
			}
			break
		}
		again := spaces & (spaces<<8 | follow) // a space after another, which is left out
		if again&(again-1) != 0 {
			break
		}
		again >>= 7
		kept := again - 1
		binary.LittleEndian.PutUint64(out[n:n+8], folded&kept|folded>>8&^kept)
		i, n, space = i+8, n+8-int((again|-again)>>63), byte(spaces>>63)
	}
	return i, n, space
}

// foldEight returns what each of eight bytes becomes that is ASCII, and the highest
// bit of those that become a space.
func foldEight(word uint64) (folded, spaces uint64) {
	const ones = highBits >> 7
	bare := word &^ highBits
	lower := bare | ' '*ones // which digits are already
	letters := (lower + (0x80-'a')*ones) ^ (lower + (0x7F-'z')*ones)
	digits := (bare + (0x80-'0')*ones) ^ (bare + (0x7F-'9')*ones)
	kept := (letters | digits) & highBits
	spaces = kept ^ highBits
	return lower&(kept-kept>>7) | spaces>>2, spaces
}

// longKind tells what becomes of a character of three bytes, if it is of the most
// frequent ones, which foldRune need not know.
func longKind(a, b, c byte) int {
	if b&0xC0 != 0x80 || c&0xC0 != 0x80 {
		return longOther
	}
	switch r := rune(a&0xF)<<12 | rune(b&0x3F)<<6 | rune(c&0x3F); {
	case a >= 0xF0:
		return longOther
	case 0x4E00 <= r && r < 0xA000, 0xAC00 <= r && r < 0xD7A4, 0x3041 <= r && r < 0x3097, 0x30A1 <= r && r < 0x30FB:
		return longLetter // most of Chinese, Korean and Japanese
	case 0x2010 <= r && r < 0x2028, 0x3001 <= r && r < 0x3004, 0x3008 <= r && r < 0x3012:
		return longSpace // most of punctuation
	}
	return longOther
}

const (
	longOther = iota
	longLetter
	longSpace
)

// asciiFold holds what each character of one byte becomes, and 1 above it where
// that is a space.
var asciiFold = func() (table [utf8.RuneSelf]uint16) {
	for c := range table {
		if table[c] = uint16(foldTable[c]); table[c] == 0 {
			table[c] = 1<<8 | ' '
		}
	}
	return table
}()

// shortFold holds the bytes of what foldTable knows, the first one low; 0 for
// none, and tooWide for more than two, which only three characters become.
var shortFold = func() (table [tableSize]uint16) {
	var buf [2 * utf8.UTFMax]byte
	for r, f := range foldTable {
		made := buf[:0]
		for ; f != 0; f >>= 16 {
			made = utf8.AppendRune(made, rune(f&0xFFFF))
		}
		if len(made) > 2 {
			table[r] = tooWide
			continue
		}
		for i, c := range made {
			table[r] |= uint16(c) << (8 * i)
		}
	}
	return table
}()

const tooWide = 1<<16 - 1

// foldTable holds, for the scripts that know case, what a character becomes:
// up to two characters of 16 bits, the first one low; 0 for none.
var foldTable = func() (table [tableSize]uint32) {
	var buf [utf8.UTFMax]byte
	for r := range rune(tableSize) {
		n := 0
		for parts := decomposed(buf[:], r); len(parts) > 0 && n < 2; {
			d, width := utf8.DecodeRune(parts)
			parts = parts[width:]
			if wordRune(d) && !ignored(d) {
				table[r] |= uint32(unicode.ToLower(d)) << (16 * n)
				n++
			}
		}
		if special, ok := specials[unicode.ToLower(r)]; ok {
			table[r] = 0
			for i, d := range special {
				table[r] |= uint32(d) << (16 * i)
			}
		}
	}
	return table
}()

const tableSize = 0x600

// specials are letters that readers write without their accent, though Unicode
// does not call it one, and ligatures.
var specials = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'ł': "l",
	'ħ': "h", 'ı': "i", 'ŧ': "t", 'þ': "th", 'ŉ': "n", 'ŀ': "l",
}

// foldRune appends what r becomes, nothing if it is no part of a word.
func foldRune(dst []byte, r rune) []byte {
	switch {
	case r < tableSize:
		f := foldTable[r]
		if f == 0 {
			return dst
		}
		dst = utf8.AppendRune(dst, rune(f&0xFFFF))
		if f >>= 16; f != 0 {
			dst = utf8.AppendRune(dst, rune(f))
		}
		return dst
	case r == utf8.RuneError || ignored(r):
		return dst
	}
	var buf [utf8.UTFMax]byte
	for parts := decomposed(buf[:], r); len(parts) > 0; {
		d, width := utf8.DecodeRune(parts)
		parts = parts[width:]
		switch {
		case d < tableSize && d != r:
			dst = foldRune(dst, d)
		case ignored(d) || !wordRune(d):
		case unicode.Is(unicode.Nd, d):
			dst = append(dst, '0'+digit(d))
		default:
			dst = utf8.AppendRune(dst, unicode.ToLower(d))
		}
	}
	return dst
}

// decomposed returns, in buf or not, what r is made of by Unicode's compatibility
// decomposition, or r alone; fractions stay whole, for ½ is not 12.
func decomposed(buf []byte, r rune) []byte {
	buf = utf8.AppendRune(buf[:0], r)
	if r < utf8.RuneSelf {
		return buf
	}
	if d := norm.NFKD.Properties(buf).Decomposition(); d != nil && !bytes.ContainsRune(d, '⁄') {
		return d
	}
	return buf
}

// conjoins reports whether r may be one character with that before it, and is
// no mere accent: parts of Korean syllables, Japanese sound marks, narrow kana.
func conjoins(r rune) bool {
	return 0x1100 <= r && r < 0x1200 || r == 0x3099 || r == 0x309A || 0xFF66 <= r && r < 0xFFDD
}

// ignored reports whether r is left out without parting a word: accents,
// vowel points, and what cannot be seen.
func ignored(r rune) bool {
	switch {
	case r < 0x300:
		return r == 0xAD
	case r < 0x370, 0x483 <= r && r < 0x48A: // accents
		return true
	case 0x591 <= r && r < 0x5C8: // Hebrew
		return unicode.Is(unicode.Mn, r)
	case 0x610 <= r && r < 0x6EE: // Arabic
		return r == 0x640 || unicode.In(r, unicode.Mn, unicode.Cf)
	case 0xFE00 <= r && r < 0xFE10: // variation selectors
		return true
	}
	return unicode.Is(unicode.Cf, r)
}

func wordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// digit returns the value of a decimal digit of any script: they stand ten in
// a row.
func digit(r rune) byte {
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return byte((r - rune(t.Lo)) % 10)
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return byte((r - rune(t.Lo)) % 10)
		}
	}
	return 0
}

// letters returns the length of text as its reader would count it: in
// characters, one of Chinese, Japanese or Korean for two.
func letters(text string) int {
	n := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c >= 0xE3: // begins one of those, or a rare one
			n += 2
		case c < 0x80 || c >= 0xC0:
			n++
		}
	}
	return n
}
