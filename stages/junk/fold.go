package junk

import (
	"unicode"
	"unicode/utf8"

	"tamis/stages/junk/linemodel"
)

// fold returns s as phrases are compared: letters in lower case and without
// accents, one 0 for each number, one space for all else, none at the ends.
func fold(s string) string { return string(appendFold(nil, s)) }

func appendFold(b []byte, s string) []byte {
	gap := false
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			if low := lowers[c]; low != 0 {
				c = low
			} else if c < '0' || c > '9' {
				gap = true
				continue
			} else {
				if !gap && len(b) > 0 && b[len(b)-1] == '0' {
					continue
				}
				c = '0'
			}
			if gap && len(b) > 0 {
				b = append(b, ' ')
			}
			gap = false
			b = append(b, c)
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch kindOf(r) {
		case mark:
			continue
		case letter:
		default:
			gap = true
			continue
		}
		if gap && len(b) > 0 {
			b = append(b, ' ')
		}
		gap = false
		b = utf8.AppendRune(b, linemodel.FoldRune(r))
	}
	return b
}

// The kinds of characters that fold tells apart.
const (
	letter = 1 + iota
	mark
)

// kinds holds the kinds of the characters of Latin, Greek and Cyrillic.
var kinds = func() (t [0x530]uint8) {
	for r := range t {
		t[r] = findKind(rune(r))
	}
	return t
}()

func findKind(r rune) uint8 {
	switch {
	case unicode.IsMark(r):
		return mark
	case unicode.IsLetter(r):
		return letter
	}
	return 0
}

func kindOf(r rune) uint8 {
	if uint32(r) < uint32(len(kinds)) {
		return kinds[r]
	}
	return findKind(r)
}

// lowers holds the lower case of each ASCII letter, and 0 for all else.
var lowers = func() (t [256]byte) {
	for c := byte('a'); c <= 'z'; c++ {
		t[c], t[c&^0x20] = c, c
	}
	return t
}()
