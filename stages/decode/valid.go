package decode

import "unicode/utf8"

// bit7 is the highest bit of each of eight bytes.
const bit7 = 0x8080808080808080

// valid is [utf8.ValidString], but several times as fast on text where letters of
// two bytes and marks of three come now and then: it looks at eight bytes at a
// time and branches on none of them. At what is rarer it leaves the rest to
// [utf8.ValidString].
func valid(text string) bool {
	if len(text) < 8 {
		return utf8.ValidString(text)
	}
	due := uint64(0) // bit 7 of each byte that must go on with a character
	for i := 0; i < len(text); i += 8 {
		w := uint64(0)
		if over := i + 8 - len(text); over > 0 {
			w = word(text[len(text)-8:]) >> (8 * over & 63)
		} else {
			w = word(text[i:])
		}
		if w&bit7|due == 0 {
			for i+40 <= len(text) && (word(text[i+8:])|word(text[i+16:])|word(text[i+24:])|word(text[i+32:]))&bit7 == 0 {
				i += 32
			}
			continue
		}
		first := w & (w << 1) & bit7 // of a character
		three := first & (w << 2)    // of one of three bytes or more
		if unusual(w, first, three) != 0 {
			if due != 0 {
				for i--; !utf8.RuneStart(text[i]); i-- {
				}
			}
			return utf8.ValidString(text[i:])
		}
		if due|first<<8|three<<16 != w&^(w<<1)&bit7 {
			return false
		}
		due = first>>56 | three>>48
	}
	return due == 0
}

// unusual returns bit 7 of each byte of w that begins no character or one of
// which not every second byte is good: C0, C1, E0, ED and whatever is above EF.
func unusual(w, first, three uint64) uint64 {
	b4, b3, b2, b1, b0 := w<<3, w<<4, w<<5, w<<6, w<<7
	return first&^three&^(b4|b3|b2|b1) | three&(b4|^(b3|b2|b1|b0)|b3&b2&b0&^b1)
}

// word returns the first eight bytes of text, the first of them lowest.
func word(text string) uint64 {
	_ = text[7]
	return uint64(text[0]) | uint64(text[1])<<8 | uint64(text[2])<<16 | uint64(text[3])<<24 |
		uint64(text[4])<<32 | uint64(text[5])<<40 | uint64(text[6])<<48 | uint64(text[7])<<56
}
