package decode

import "unicode/utf8"

// valid is [utf8.ValidString], but several times as fast on text where letters of
// two bytes and marks of three come now and then: it takes 64 bytes at a time, and
// branches on none of them. At what is rarer it leaves the rest to
// [utf8.ValidString].
func valid(text string) bool {
	i := 0
	due := uint64(0)
	for i+8 <= len(text) {
		block := text[i:]
		if len(block) >= 64 {
			if block = block[:64]; due == 0 && ascii(block) {
				i += 64
				continue
			}
		}
		next, ok := follow(block, due)
		if !ok {
			break
		}
		i += len(block) &^ 7
		due = next
	}
	if due != 0 { // a character that began before i
		for i--; !utf8.RuneStart(text[i]); i-- {
		}
	}
	return utf8.ValidString(text[i:])
}

// bit7 is the highest bit of each of eight bytes.
const bit7 = 0x8080808080808080

// ascii reports whether the first 64 bytes of text are ASCII.
func ascii(text string) bool {
	_ = text[63]
	return (word(text)|word(text[8:])|word(text[16:])|word(text[24:])|
		word(text[32:])|word(text[40:])|word(text[48:])|word(text[56:]))&bit7 == 0
}

// follow goes through text, by eight bytes, and reports whether every character in
// it goes on as it has begun and is of a usual kind. Bit 7 of each byte of due says
// that this byte must go on with a character: of the first bytes of text and, in
// the answer, of those after it.
func follow(text string, due uint64) (uint64, bool) {
	wrong := uint64(0)
	for ; len(text) >= 8; text = text[8:] {
		w := word(text)
		first := w & (w << 1) & bit7 // of a character
		three := first & (w << 2)    // of one of three bytes or more
		wrong |= unusual(w, first, three)
		wrong |= (due | first<<8 | three<<16) ^ w&^(w<<1)&bit7
		due = first>>56 | three>>48
	}
	return due, wrong == 0
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
