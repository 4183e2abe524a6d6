package decode

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tamis/pipeline"
)

// mendVariants mends what other encoders write where UTF-8 has something else:
// surrogates of three bytes each for a character beyond the first 65,536, and C0
// 80 for NUL.
func mendVariants(p *pipeline.Paragraph) {
	text := p.Text()
	if strings.IndexByte(text, 0xC0) < 0 && strings.IndexByte(text, 0xED) < 0 {
		return
	}
	var edits []pipeline.Edit
	for i := 0; i < len(text); {
		switch r, n := variant(text[i:]); n {
		case 2:
			edits = append(edits, pipeline.Edit{Rule: ruleOverlong, Start: i, End: i + 2, New: "\x00"})
			i += 2
		case 6:
			edits = append(edits, pipeline.Edit{Rule: ruleCESU8, Start: i, End: i + 6, New: string(r)})
			i += 6
		default:
			i++
		}
	}
	p.Apply(edits...)
}

// variant decodes the character of CESU-8 or modified UTF-8 that s begins with
// and that is not valid UTF-8. It is of two or six bytes; 0 if there is none.
func variant(s string) (rune, int) {
	if strings.HasPrefix(s, "\xC0\x80") {
		return 0, 2
	}
	high, low := surrogate(s), rune(-1)
	if high >= 0xD800 && high < 0xDC00 {
		low = surrogate(s[3:])
	}
	if low < 0xDC00 {
		return 0, 0
	}
	return (high-0xD800)<<10 + (low - 0xDC00) + 0x10000, 6
}

// surrogate decodes the surrogate of three bytes that s begins with, -1 if it
// begins with none.
func surrogate(s string) rune {
	if len(s) < 3 || s[0] != 0xED || s[1] < 0xA0 || s[1] > 0xBF || s[2]&0xC0 != 0x80 {
		return -1
	}
	return 0xD000 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F)
}

// invalid returns the length of the invalid sequence that s begins with, 0 if s
// begins with a character: the longest that could still have become one, or a
// lone surrogate, or one byte.
func invalid(s string) int {
	if r, n := utf8.DecodeRuneInString(s); r != utf8.RuneError || n > 1 {
		return 0
	}
	if surrogate(s) >= 0 {
		return 3
	}
	b := s[0]
	low, high, size := byte(0x80), byte(0xBF), 0
	switch {
	case 0xC2 <= b && b <= 0xDF:
		size = 2
	case 0xE0 <= b && b <= 0xEF:
		size = 3
	case 0xF0 <= b && b <= 0xF4:
		size = 4
	}
	switch b {
	case 0xE0:
		low = 0xA0
	case 0xED:
		high = 0x9F
	case 0xF0:
		low = 0x90
	case 0xF4:
		high = 0x8F
	}
	n := 1
	for n < size && n < len(s) && low <= s[n] && s[n] <= high {
		low, high = 0x80, 0xBF
		n++
	}
	return n
}

// nextInvalid returns the place of the first invalid sequence of text at or
// after byte i, and its length, 0 if there is none.
func nextInvalid(text string, i int) (at, n int) {
	for i < len(text) {
		if text[i] < utf8.RuneSelf {
			i++
			continue
		}
		if n := invalid(text[i:]); n > 0 {
			return i, n
		}
		_, size := utf8.DecodeRuneInString(text[i:])
		i += size
	}
	return len(text), 0
}

// replacements appends edits that put U+FFFD for each invalid sequence of text.
func replacements(text string, edits []pipeline.Edit) []pipeline.Edit {
	for at, n := nextInvalid(text, 0); n > 0; at, n = nextInvalid(text, at+n) {
		edits = append(edits, pipeline.Edit{Rule: ruleReplacement, Start: at, End: at + n, New: "\uFFFD"})
	}
	return edits
}

// strays appends edits that make the stray bytes of text, which is UTF-8
// otherwise, characters of enc where such a character stands in its place. What
// could be the rest of a broken character never does.
func strays(text string, enc *legacy, edits []pipeline.Edit) []pipeline.Edit {
	end := 0 // of the invalid sequence before
	for at, n := nextInvalid(text, 0); n > 0; at, n = nextInvalid(text, at+n) {
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+n:])
		if at == 0 {
			before = ' '
		}
		if at+n == len(text) {
			after = ' '
		}
		r := enc.runes[text[at]]
		if n == 1 && end != at && after != utf8.RuneError && fits(before, r, after) {
			edits = append(edits, pipeline.Edit{Rule: enc.rule, Start: at, End: at + 1, New: string(r)})
		}
		end = at + n
	}
	return edits
}

// fits reports whether r may stand between before and after.
func fits(before, r, after rune) bool {
	wordEnd := func(c rune) bool { return c == ' ' || unicode.IsPunct(c) }
	switch {
	case unicode.IsLetter(r):
		return fitsWord(before, r, after)
	case r == '’' || r == '‘':
		return unicode.IsLetter(before) || unicode.IsLetter(after)
	case r == '“' || r == '«' || r == '„':
		return wordEnd(before) && !wordEnd(after)
	case r == '”' || r == '»':
		return !unicode.IsSpace(before) && wordEnd(after)
	case r == '…':
		return wordEnd(after)
	case r == '–' || r == '—' || r == 0xA0:
		return before < utf8.RuneSelf && after < utf8.RuneSelf
	case r == '²' || r == '³' || r == 'º' || r == 'ª' || r == '®' || r == '™':
		return before < utf8.RuneSelf && !unicode.IsSpace(before) && wordEnd(after)
	case r == '•' || r == '·' || r == '©' || r == '§':
		return wordEnd(before)
	case r == '€' || r == '£' || r == '°' || r == '½':
		return unicode.IsDigit(before) || unicode.IsDigit(after) || before == ' ' && after == ' '
	}
	return false
}

func fitsWord(before, r, after rune) bool {
	if !unicode.IsLetter(before) && !unicode.IsLetter(after) && r != 'à' && r != 'é' {
		return false
	}
	if unicode.IsUpper(r) {
		return !unicode.IsLower(before) && (unicode.IsLetter(after) || unicode.IsUpper(before)) && r != 'Ã' && r != 'Â'
	}
	return !unicode.IsUpper(before) || !unicode.IsUpper(after) && unicode.IsLetter(after)
}
