package typography

import (
	"unicode"
	"unicode/utf8"
)

const (
	noBreak       = "\u00a0"
	narrowNoBreak = "\u202f"
)

// A kind is what a rune beside a mark tells about the mark.
type kind uint8

const (
	edge      kind = iota // the paragraph begins or ends here
	space                 // any white space
	letter                // a letter or what combines with one
	digit                 // a digit
	opening               // ( [ { ¿ ¡
	closing               // ) ] }
	point                 // punctuation that follows a word
	joiner                // a dash or a slash
	elision               // an apostrophe
	quotation             // a quotation mark
	sign                  // any other sign
)

// word reports whether k is part of a word or number.
func (k kind) word() bool { return k == letter || k == digit }

// blank reports whether there is nothing but space.
func (k kind) blank() bool { return k == edge || k == space }

func kindOf(r rune) kind {
	switch {
	case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
		return letter
	case r >= '0' && r <= '9':
		return digit
	}
	switch r {
	case ' ', '\t', '\u00a0', '\u202f':
		return space
	case '(', '[', '{', '¿', '¡':
		return opening
	case ')', ']', '}':
		return closing
	case '.', ',', ';', ':', '!', '?', '…', '%', '°', '€', '‰':
		return point
	case '-', '–', '—', '/', '‐', '‑', '―':
		return joiner
	case '\'', '’', 'ʼ':
		return elision
	case '"', '“', '”', '„', '‟', '«', '»', '‘', '‚', '‛', '‹', '›':
		return quotation
	}
	switch {
	case r < utf8.RuneSelf:
		return sign
	case unicode.IsLetter(r) || unicode.IsMark(r):
		return letter
	case unicode.IsDigit(r):
		return digit
	case unicode.IsSpace(r):
		return space
	}
	return sign
}

// before returns the rune that ends at i and its kind.
func before(text string, i int) (rune, kind) {
	if i <= 0 {
		return 0, edge
	}
	r, _ := utf8.DecodeLastRuneInString(text[:i])
	return r, kindOf(r)
}

// after returns the rune that begins at i and its kind.
func after(text string, i int) (rune, kind) {
	if i >= len(text) {
		return 0, edge
	}
	r, _ := utf8.DecodeRuneInString(text[i:])
	return r, kindOf(r)
}

// spaceAt returns the length of the space, ordinary or no-break, that begins
// at i, 0 if there is none.
func spaceAt(text string, i int) int {
	switch {
	case i >= len(text):
		return 0
	case text[i] == ' ':
		return 1
	case text[i] == 0xC2 && i+1 < len(text) && text[i+1] == 0xA0:
		return len(noBreak)
	case text[i] == 0xE2 && i+2 < len(text) && text[i+1] == 0x80 && text[i+2] == 0xAF:
		return len(narrowNoBreak)
	}
	return 0
}

// isSpace reports whether s is exactly one space, ordinary or no-break.
func isSpace(s string) bool { return s != "" && spaceAt(s, 0) == len(s) }

// spacesBefore returns where the run of spaces that ends at i begins.
func spacesBefore(text string, i int) int {
	for i > 0 {
		switch {
		case text[i-1] == ' ':
			i--
		case i >= 2 && text[i-2:i] == noBreak:
			i -= 2
		case i >= 3 && text[i-3:i] == narrowNoBreak:
			i -= 3
		default:
			return i
		}
	}
	return i
}

// spacesAfter returns where the run of spaces that begins at i ends.
func spacesAfter(text string, i int) int {
	for n := spaceAt(text, i); n > 0; n = spaceAt(text, i) {
		i += n
	}
	return i
}

// table tells the bytes of set from all others.
func table(set string) (t [256]bool) {
	for _, b := range []byte(set) {
		t[b] = true
	}
	return t
}

// wordBefore returns the start of the run of letters that ends at i.
func wordBefore(text string, i int) int {
	for i > 0 {
		r, n := utf8.DecodeLastRuneInString(text[:i])
		if kindOf(r) != letter {
			break
		}
		i -= n
	}
	return i
}

// wordAfter returns the end of the run of letters that begins at i.
func wordAfter(text string, i int) int {
	for i < len(text) {
		r, n := utf8.DecodeRuneInString(text[i:])
		if kindOf(r) != letter {
			break
		}
		i += n
	}
	return i
}
