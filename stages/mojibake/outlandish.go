package mojibake

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"tamis/stages/packs"
)

// What becomes of one legacy encoding read as another looks as the text of no
// language does: signs inside words, capitals behind small letters, scripts side
// by side, letters that no one language has. Much good text with names in it
// looks so too.

// outlandishLetter reports whether the Latin letter at byte i, of b and next, is
// a capital behind a small letter.
func outlandishLetter(text string, i int, b, next byte) bool {
	if i == 0 || text[i-1] < 'a' || text[i-1] > 'z' {
		return false
	}
	return b == 0xC3 && next < 0x9F || b == 0xC5 && (next == 0xBD || next == 0xA0 || next == 0xB8)
}

// outlandishSign reports whether the character at byte i, of C2 and next, is a
// sign that stands in or at a word where signs don't.
func outlandishSign(text string, i int, next byte) bool {
	before := letterAt(text, i-1) || i > 1 && isLatinLead(text[i-2])
	after := letterAt(text, i+2) || i+2 < len(text) && isLatinLead(text[i+2])
	switch next {
	case 0xA0, 0xA7, 0xAA, 0xAB, 0xAD, 0xB0, 0xB7, 0xBA, 0xBB:
		return false
	case 0xA9, 0xAE:
		return after && before
	case 0xB2, 0xB3, 0xB9, 0xA2, 0xA3, 0xA5:
		return before && after
	case 0xA1, 0xBF:
		return before
	case 0xB5:
		return before
	}
	return before || after
}

// isLatinLead reports whether b begins a letter from U+00C0 to U+017F.
func isLatinLead(b byte) bool { return 0xC3 <= b && b <= 0xC5 }

// outlandishSymbol is for the symbols of three bytes.
func outlandishSymbol(text string, i int) bool {
	before := letterAt(text, i-1)
	switch text[i+1] {
	case 0x80:
		switch text[i+2] {
		case 0x9A, 0x9E, 0xA0, 0xA1, 0xB0, 0xB9:
			return before
		}
	case 0x88, 0x89:
		return before
	case 0x94, 0x95, 0x96:
		return before || letterAt(text, i+3)
	}
	return false
}

// outlandishIdeograph reports whether the East Asian character at byte i stands
// behind a Latin letter, or is one of the rare ones that the commonest bytes of
// UTF-8 become in East Asian encodings.
func outlandishIdeograph(text string, i int) bool {
	if letterAt(text, i-1) {
		return text[i] < 0xEA || text[i] == 0xEF && (text[i+1] == 0xBD || text[i+1] == 0xBE)
	}
	switch r, _ := utf8.DecodeRuneInString(text[i:]); r {
	case '縺', '繧', '鈥', '锟', '涓':
		return true
	default: // Russian in gb18030
		return i >= 3 && text[i] == 0xE8 && text[i-3] == 0xE8 && text[i+1] == 0xA4 && text[i-2] >= 0xA2 && text[i-2] <= 0xA4
	}
}

// A languageSet is a set of languages in the Latin script.
type languageSet uint64

const allLanguages = ^languageSet(0)

// A spelling is a set of letters from U+00C0 to U+017F.
type spelling [3]uint64

// spelt holds the languages that have each character of two bytes, by the last
// three bits of its first byte and the last six of the other. Those that are not
// from U+00C0 to U+017F are in all of them.
var spelt = sync.OnceValue(func() *[8][64]languageSet {
	all := spellings()
	if len(all) > 64 {
		panic("mojibake: more spellings than a languageSet holds")
	}
	t := new([8][64]languageSet)
	for lead := range t {
		for next := range t[lead] {
			if lead < 3 || lead > 5 {
				t[lead][next] = allLanguages
				continue
			}
			for i, s := range all {
				t[lead][next] |= languageSet(s[lead-3]>>next&1) << i
			}
		}
	}
	return t
})

// spellings returns those of the languages, in small letters and capitals. One
// whose letters another has as well is left out.
func spellings() []spelling {
	var all []spelling
	for _, l := range packs.Spellings() {
		if !l.Latin {
			continue
		}
		var s spelling
		for r := range l.Ranks {
			for _, c := range []string{string(r), strings.ToUpper(string(r))} {
				if c, _ := utf8.DecodeRuneInString(c); 0xC0 <= c && c < 0x180 {
					s[c>>6-3] |= 1 << (c & 0x3F)
				}
			}
		}
		if !slices.ContainsFunc(all, s.within) {
			all = append(slices.DeleteFunc(all, func(o spelling) bool { return o.within(s) }), s)
		}
	}
	return all
}

// within reports whether other has all letters of s.
func (s spelling) within(other spelling) bool {
	return s[0]&^other[0]|s[1]&^other[1]|s[2]&^other[2] == 0
}
