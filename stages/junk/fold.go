package junk

import (
	"unicode"
	"unicode/utf8"

	"github.com/zeebo/xxh3"
	"golang.org/x/text/unicode/norm"
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
			switch {
			case 'a' <= c && c <= 'z':
			case 'A' <= c && c <= 'Z':
				c |= 0x20
			case '0' <= c && c <= '9':
				if !gap && len(b) > 0 && b[len(b)-1] == '0' {
					continue
				}
				c = '0'
			default:
				gap = true
				continue
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
		switch {
		case unicode.IsMark(r):
			continue
		case !unicode.IsLetter(r):
			gap = true
			continue
		}
		if gap && len(b) > 0 {
			b = append(b, ' ')
		}
		gap = false
		b = utf8.AppendRune(b, foldRune(r))
	}
	return b
}

// foldRune returns a letter in lower case and without its accents.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			return r | 0x20
		}
		return r
	}
	if r < rune(len(folded)) {
		return folded[r]
	}
	return unicode.ToLower(r)
}

// folded holds the folding of the letters of Latin, Greek and Cyrillic.
var folded = func() (t [0x530]rune) {
	for r := range t {
		base, _ := utf8.DecodeRuneInString(norm.NFD.String(string(rune(r))))
		t[r] = unicode.ToLower(base)
	}
	return t
}()

// hashKey returns the identity of a folded line, never 0.
func hashKey(b []byte) uint64 { return max(xxh3.Hash(b), 1) }
