package norm

import (
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// legacy are the code pages as which Latin text is most often misread: for each
// the byte of every character above ASCII.
var legacy = sync.OnceValue(func() []map[rune]byte {
	return []map[rune]byte{highHalf(charmap.Windows1252), highHalf(charmap.Windows1250)}
})

func highHalf(page *charmap.Charmap) map[rune]byte {
	bytes := make(map[rune]byte, 192)
	for b := 0x80; b < 0x100; b++ {
		bytes[rune(b)] = byte(b) // as ISO 8859-1, C1 controls among them
	}
	for b := 0x80; b < 0x100; b++ {
		if r := page.DecodeByte(byte(b)); r != utf8.RuneError {
			bytes[r] = byte(b)
		}
	}
	return bytes
}

// damages reports whether replacing old by repl between left and right would
// make or unmake what looks like UTF-8 misread in a legacy code page. The
// mojibake stage has been there before: what it has left alone shall not turn
// into what it would have mended.
func damages(left, old, repl, right string) bool {
	return misread(left, old, right) || misread(left, repl, right)
}

// misread reports whether mid, between left and right, is or holds some part
// of one character's UTF-8 that was misread.
func misread(left, mid, right string) bool {
	var runes [32]rune
	before := lastRunes(runes[:0], left, 5)
	window := before
	for _, r := range mid {
		if len(window) < 24 {
			window = append(window, r)
		}
	}
	end := len(window)
	for i := 0; i < 3 && right != ""; i++ {
		r, n := utf8.DecodeRuneInString(right)
		window, right = append(window, r), right[n:]
	}
	for k := 0; k < end; k++ {
		if window[k] < 0x80 || isCapitals(window[:k]) {
			continue
		}
		for _, page := range legacy() {
			if n := sequence(page, window[k:]); n > 0 && k+n > len(before) {
				return true
			}
		}
	}
	return false
}

// lastRunes appends the last n characters of s to runes.
func lastRunes(runes []rune, s string, n int) []rune {
	from := len(s)
	for ; n > 0 && from > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(s[:from])
		from -= size
	}
	for _, r := range s[from:] {
		runes = append(runes, r)
	}
	return runes
}

// isCapitals reports whether runes end in two capitals: the letter that follows
// is then one of a word in capitals, such as the last one of MANHÃ or LETÍ.
func isCapitals(runes []rune) bool {
	n := len(runes)
	return n >= 2 && unicode.IsUpper(runes[n-1]) && unicode.IsUpper(runes[n-2])
}

// sequence returns how many of runes, read in page, are the UTF-8 of one
// character such as texts are made of; 0 if none are.
func sequence(page map[rune]byte, runes []rune) int {
	lead := page[runes[0]]
	size := 0
	switch {
	case lead >= 0xC2 && lead < 0xE0:
		size = 2
	case lead >= 0xE0 && lead < 0xF0:
		size = 3
	case lead == 0xF0:
		size = 4
	}
	if size == 0 || len(runes) < size {
		return 0
	}
	var b [4]byte
	for i := range size {
		b[i] = page[runes[i]]
	}
	r, n := utf8.DecodeRune(b[:size])
	if n != size || r == utf8.RuneError || !likely(r) {
		return 0
	}
	return size
}

// likely reports whether a misread r is likelier than the letter and the signs
// it would be read as: a word may well end in è and be followed by …».
func likely(r rune) bool {
	switch {
	case r < 0x180, r >= 0x218 && r <= 0x21B, // Latin
		r >= 0x370 && r < 0x530, r >= 0x590 && r < 0x700, // Greek, Cyrillic, Hebrew, Arabic
		r >= 0x900 && r < 0xE80, r >= 0x1E00 && r < 0x1F00, // Indic and Thai, Vietnamese
		r >= 0x2000 && r < 0x2C00, r >= 0xFB00: // signs, ligatures, emoji
		return true
	}
	return false
}
