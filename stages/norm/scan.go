package norm

import "math/bits"

// A concern is a set of things that may be wrong with a text.
type concern uint16

const (
	entities concern = 1 << iota // an ampersand before a letter or #
	odd                          // a character that is junk in some places
	fonts                        // letters that imitate a type face
	width                        // full-width forms
	joins                        // a joiner behind an Arabic letter
	mixed                        // letters of two scripts side by side
	order                        // characters that NFC may reorder or compose

	// Not concerns, but what decides about them.
	cjk
	rtl
	halfWidth // kana
)

// repairs are the concerns that a paragraph can be mended for on its own.
const repairs = entities | odd | fonts | width | joins | order

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// scan returns what may be wrong with s. Clean text is most of what it reads,
// so it looks at eight bytes of ASCII at a time and at no more of a character
// than it needs: what it reports is a suspicion, and what it passes is clean.
func scan(s string) concern {
	var c concern
	marked := 0 // the end of the last mark
	for i := 0; i < len(s); {
		if s[i] < 0x80 {
			var w uint64
			if i+8 <= len(s) {
				w = firstWord(s[i : i+8])
			} else {
				w = remainder(s, i)
			}
			amp := w ^ ones*'&'
			// The high bit of every byte that is a control, DEL, & or not ASCII.
			found := (w | (w + ones) | (w - ones*' ') | ((amp - ones) &^ amp)) & highs
			if found == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(found) / 8
		}
		b := s[i]
		switch {
		case b == 0xC3: // most of the accented letters of Latin
			i++
			if i < len(s) && s[i]&0xC0 == 0x80 {
				i++
			}
		case b == 0xE2 && i+2 < len(s) && s[i+1] == 0x80 && s[i+2] >= 0x90 && s[i+2] < 0xA8: // ’ “ ” –
			i += 3
		case b < 0x80:
			c |= scanASCII(s, i)
			i++
		case b >= 0xD0 && b <= 0xD3 || b == 0xCE || b == 0xCF:
			n, found := scanLetters(s, i)
			c |= found
			i += n
		case isIdeograph(s, i):
			c |= cjk
			for i += 3; isIdeograph(s, i); i += 3 {
			}
		case b >= 0xD6 && b <= 0xE1:
			n, found := scanMarked(s, i, &marked)
			c |= found
			i += n
		case b < 0xE0:
			if i+1 < len(s) && s[i+1]&0xC0 == 0x80 {
				if b < 0xC3 || b == 0xC4 || b == 0xC7 || b > 0xCB {
					c |= scanTwo(b, s[i+1])
				}
				i++
			}
			i++
		case b < 0xF0:
			if i+2 < len(s) && s[i+1]&0xC0 == 0x80 && s[i+2]&0xC0 == 0x80 {
				if found := scanThree(b, s[i+1], s[i+2]); found == odd && isJoiner(s[i:i+3]) && i > 1 && isArabicLetter(s[i-2], s[i-1]) {
					c |= joins
				} else {
					c |= found
				}
				i += 2
			}
			i++
		default:
			if i+3 < len(s) && s[i+1]&0xC0 == 0x80 && s[i+2]&0xC0 == 0x80 {
				c |= scanFour(b, s[i+1], s[i+2])
				i += 3
			}
			i++
		}
	}
	return c
}

// firstWord returns the first eight bytes of s, the first one lowest.
func firstWord(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// remainder returns the fewer than eight bytes of s from i on, the first one
// lowest, and spaces.
func remainder(s string, i int) uint64 {
	n := uint(8 * (len(s) - i))
	w := uint64(ones*' ') << n
	if len(s) >= 8 {
		return w | firstWord(s[len(s)-8:])>>(64-n)
	}
	for k := len(s) - 1; k >= i; k-- {
		w |= uint64(s[k]) << (8 * (k - i))
	}
	return w
}

// scanASCII returns the concern about s[i], a byte of ASCII.
func scanASCII(s string, i int) concern {
	switch b := s[i]; {
	case b == '&':
		if i+1 < len(s) && (s[i+1] == '#' || s[i+1] == '&' || isLetter(s[i+1])) {
			return entities
		}
	case b < ' ' && b != '\t', b == 0x7F:
		return odd
	}
	return 0
}

// scanLetters returns the length of the Greek or Cyrillic that begins at s[i],
// and what may be wrong with it.
func scanLetters(s string, i int) (int, concern) {
	var c concern
	if i > 0 && (isLetter(s[i-1]) || i > 1 && isLatinLead(s[i-2])) {
		c = mixed
	}
	start, greek := i, s[i] < 0xD0
	for i+1 < len(s) {
		b := s[i]
		if b < 0xCE || b > 0xD3 {
			break
		}
		if greek != (b < 0xD0) {
			c |= mixed
		}
		if b == 0xCE && s[i+1] == 0x87 || b == 0xD2 && s[i+1] >= 0x83 && s[i+1] <= 0x87 {
			c |= order // the Greek middle dot, Cyrillic titlos
		}
		if s[i+1]&0xC0 != 0x80 {
			break
		}
		i += 2
	}
	if i < len(s) && (isLetter(s[i]) || isLatinLead(s[i])) {
		c |= mixed
	}
	return max(i-start, 1), c
}

func isLetter(b byte) bool    { return b|0x20 >= 'a' && b|0x20 <= 'z' }
func isLatinLead(b byte) bool { return b >= 0xC3 && b <= 0xC9 }

// isArabicLetter reports whether b and b1 are a letter of Arabic. It passes over
// rare ones.
func isArabicLetter(b, b1 byte) bool {
	switch b {
	case 0xD8:
		return b1 >= 0xA0
	case 0xD9:
		return b1 >= 0x81 && b1 <= 0x8A || b1 >= 0xB1
	case 0xDB:
		return b1 < 0x94
	}
	return b == 0xDA
}

// isJoiner reports whether s, of three bytes, joins or parts what is beside it.
func isJoiner(s string) bool { return s == "\u200C" || s == "\u200D" }

// isIdeograph reports whether s[i] begins one of most ideographs, U+4000 to
// U+9FFF.
func isIdeograph(s string, i int) bool {
	return i+2 < len(s) && s[i] >= 0xE4 && s[i] <= 0xE9 && s[i+1] >= 0x80 && s[i+2] >= 0x80
}

// scanTwo returns the concern about the character of bytes b and b1.
func scanTwo(b, b1 byte) concern {
	switch b {
	case 0xC2: // C1 controls, the soft hyphen
		if b1 < 0xA0 || b1 == 0xAD {
			return odd
		}
	case 0xC4: // digraphs
		if b1 == 0xB2 || b1 == 0xB3 {
			return odd
		}
	case 0xC7:
		if b1 >= 0x84 && b1 <= 0x8C || b1 >= 0xB1 && b1 <= 0xB3 {
			return odd
		}
	case 0xCC:
		return order
	case 0xCD: // U+034F, combining marks, U+0374, U+037E
		if b1 == 0x8F {
			return odd | order
		}
		if b1 < 0xB0 || b1 == 0xB4 || b1 == 0xBE {
			return order
		}
	}
	return 0
}

// scanThree returns the concern about the character of bytes b, b1 and b2.
func scanThree(b, b1, b2 byte) concern {
	switch b {
	case 0xE2:
		return scanE2(b1, b2)
	case 0xE3:
		switch {
		case b1 == 0x80 && b2 == 0x80:
			return width
		case b1 == 0x80 && b2 >= 0xAA && b2 <= 0xAF, b1 == 0x82 && (b2 == 0x99 || b2 == 0x9A):
			return cjk | order
		}
		return cjk
	case 0xEA:
		switch {
		case b1 >= 0xB0:
			return cjk
		case b1 >= 0x98:
			return order
		}
	case 0xEB, 0xEC:
		return cjk
	case 0xED:
		if b1 < 0x9E || b1 == 0x9E && b2 < 0xB0 {
			return cjk
		}
	case 0xEF:
		return scanEF(b1, b2)
	}
	return 0
}

// scanE2 looks at U+2000 to U+2FFF.
func scanE2(b1, b2 byte) concern {
	switch b1 {
	case 0x80:
		if b2 < 0x82 { // spaces that NFC replaces
			return odd | order
		}
		if b2 < 0x90 || b2 >= 0xA8 && b2 <= 0xAE {
			return odd
		}
	case 0x81:
		if b2 >= 0x9F && b2 <= 0xAF {
			return odd
		}
	case 0x83:
		if b2 >= 0x90 {
			return order
		}
	case 0x84:
		if b2 == 0xA6 || b2 == 0xAA || b2 == 0xAB { // ohm, kelvin, ångström
			return order
		}
	case 0x8C:
		if b2 == 0xA9 || b2 == 0xAA {
			return order
		}
	case 0x92, 0x93: // circled letters
		if b1 == 0x92 && b2 >= 0xB6 || b1 == 0x93 && b2 <= 0xA9 {
			return fonts
		}
	case 0xAB:
		if b2 == 0x9C {
			return order
		}
	case 0xB3, 0xB5, 0xB7:
		return order
	}
	return 0
}

// scanEF looks at U+F000 to U+FFFF.
func scanEF(b1, b2 byte) concern {
	switch {
	case b1 < 0xA4: // private use
		return 0
	case b1 < 0xAC: // compatibility ideographs, some of which NFC replaces
		return order | cjk
	case b1 == 0xAC && b2 <= 0x86:
		return odd // ligatures
	case b1 == 0xAC && b2 < 0x9D:
		return 0
	case b1 <= 0xAD:
		return order | rtl
	case b1 < 0xB8:
		return rtl
	case b1 == 0xB8 && b2 < 0x90:
		return odd // variation selectors
	case b1 == 0xB8 && b2 >= 0xA0 && b2 < 0xB0:
		return order
	case b1 == 0xBB && b2 == 0xBF:
		return odd // the byte order mark
	case b1 == 0xB9 && b2 >= 0xB0, b1 == 0xBA, b1 == 0xBB:
		return rtl
	case b1 == 0xBC && b2 > 0x80, b1 == 0xBD && b2 < 0x9F:
		return width
	case b1 == 0xBD && b2 >= 0xA6, b1 == 0xBE && b2 <= 0x9F:
		return width | halfWidth // kana
	case b1 >= 0xBD && b2 >= 0x80 && !(b1 == 0xBF && b2 >= 0xA0):
		return cjk // half-width hangul
	case b1 == 0xBF && b2 >= 0xB9 && b2 <= 0xBC:
		return odd // interlinear annotations, the object replacement character
	}
	return 0
}

// scanFour returns the concern about the four bytes that begin with b, b1, b2.
func scanFour(b, b1, b2 byte) concern {
	switch {
	case b == 0xF3 && b1 == 0xA0:
		return odd // tags and variation selectors
	case b != 0xF0 || b1 >= 0xB0 && b1 < 0xB8:
		return 0
	case b1 == 0x9F:
		if b2 == 0x84 || b2 == 0x85 { // letters in squares and circles
			return fonts
		}
		return 0
	case b1 >= 0xA0 && b1 <= 0xAE:
		return cjk
	case b1 == 0xAF:
		return order | cjk
	case b1 == 0x9D && b2 >= 0x90 && b2 <= 0x9F:
		return fonts
	case b1 == 0x90 && b2 >= 0xA0, b1 == 0x9E:
		return order | rtl
	}
	return order
}
