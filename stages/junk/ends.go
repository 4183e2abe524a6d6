package junk

import (
	"encoding/hex"
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
)

// A byteSet is a set of bytes.
type byteSet [4]uint64

func (s *byteSet) has(c byte) bool { return s[c/64]&(1<<(c%64)) != 0 }

// add adds the bytes from one to another.
func (s *byteSet) add(from, to byte) {
	for c := int(from); c <= int(to); c++ {
		s[c/64] |= 1 << (c % 64)
	}
}

// MarshalText returns the first and the last byte of each range of s, in hexadecimal.
func (s byteSet) MarshalText() ([]byte, error) {
	var ranges []byte
	for c := 0; c < 256; c++ {
		if !s.has(byte(c)) {
			continue
		}
		from := c
		for c < 255 && s.has(byte(c+1)) {
			c++
		}
		ranges = append(ranges, byte(from), byte(c))
	}
	return hex.AppendEncode(nil, ranges), nil
}

// UnmarshalText reads what MarshalText returned.
func (s *byteSet) UnmarshalText(text []byte) error {
	ranges, err := hex.AppendDecode(nil, text)
	for at := range slices.Chunk(ranges, 2) {
		s.add(at[0], at[len(at)-1])
	}
	return err
}

// neverEnds returns the bytes with which no text that re matches from end to end begins,
// or ends if last is set.
func neverEnds(re *syntax.Regexp, last bool) byteSet {
	s, empty := ends(re, last)
	if empty {
		return byteSet{}
	}
	for i := range s {
		s[i] = ^s[i]
	}
	return s
}

// ends returns the bytes with which the texts that re matches may begin, or end if
// last is set, and whether it may match the empty text.
func ends(re *syntax.Regexp, last bool) (s byteSet, empty bool) {
	switch re.Op {
	case syntax.OpNoMatch:
		return s, false
	case syntax.OpLiteral:
		r := re.Rune[0]
		if last {
			r = re.Rune[len(re.Rune)-1]
		}
		s.addRunes(r, r, last)
		if re.Flags&syntax.FoldCase != 0 {
			for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
				s.addRunes(f, f, last)
			}
		}
		return s, false
	case syntax.OpCharClass:
		for i := 0; i < len(re.Rune); i += 2 {
			s.addRunes(re.Rune[i], re.Rune[i+1], last)
		}
		return s, false
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		s.add(0, 255)
		return s, false
	case syntax.OpCapture, syntax.OpPlus:
		return ends(re.Sub[0], last)
	case syntax.OpStar, syntax.OpQuest, syntax.OpRepeat:
		s, empty = ends(re.Sub[0], last)
		return s, empty || re.Op != syntax.OpRepeat || re.Min == 0
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			of, none := ends(sub, last)
			s.unite(&of)
			empty = empty || none
		}
		return s, empty
	case syntax.OpConcat:
		subs := re.Sub
		for len(subs) > 0 {
			next := subs[0]
			if subs = subs[1:]; last {
				next, subs = re.Sub[len(subs)], re.Sub[:len(subs)]
			}
			of, none := ends(next, last)
			if s.unite(&of); !none {
				return s, false
			}
		}
	}
	return s, true // what is left matches no character, but places
}

func (s *byteSet) unite(other *byteSet) {
	for i := range s {
		s[i] |= other[i]
	}
}

// addRunes adds the first, or last, byte of each character from one to another. For
// a byte that is no UTF-8, patterns see U+FFFD.
func (s *byteSet) addRunes(from, to rune, last bool) {
	if from <= utf8.RuneError && to >= utf8.RuneError {
		s.add(utf8.RuneSelf, 255)
	}
	if from < utf8.RuneSelf {
		s.add(byte(from), byte(min(to, utf8.RuneSelf-1)))
		from = utf8.RuneSelf
	}
	switch {
	case from > to:
	case !last:
		s.add(string(from)[0], string(to)[0])
	case to-from >= 64:
		s.add(0x80, 0xBF)
	default:
		for r := from; r <= to; r++ {
			c := 0x80 | byte(r&63)
			s.add(c, c)
		}
	}
}
