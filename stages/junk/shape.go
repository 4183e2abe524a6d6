package junk

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A shape is what a line looks like.
type shape uint8

const (
	prose   shape = 1 << iota // long, and ends as a sentence does
	item                      // begins with a bullet or a number
	quoted                    // begins with a quotation mark
	ended                     // ends in a mark: . ! ? … : , ;
	capital                   // begins with a capital letter or a digit
	table                     // holds a tab or looks like cells
	wrapped                   // one of the lines that a paragraph was broken into
)

const (
	proseRunes = 80  // a shorter line is no prose
	shortBytes = 240 // a longer line isn't compared with others
)

// describe sets the text and the shape of l.
func (l *line) describe() { l.describeText(l.p.Text()) }

// describeText is describe for a source of its own.
func (l *line) describeText(source string) {
	l.text = strip(source)
	l.shape = 0
	if l.text == "" {
		return
	}
	head, _ := utf8.DecodeRuneInString(l.text)
	if unicode.IsUpper(head) || unicode.IsDigit(head) || unicode.Is(unicode.Han, head) {
		l.shape |= capital
	} else if (head < 'a' || head > 'z') && strings.ContainsRune("«»“”„\"‘‹'’「『—–-", head) {
		l.shape |= quoted
	}
	if isItem(source) {
		l.shape |= item
	}
	if isRow(source) {
		l.shape |= table
	}
	bare := l.text
	if c := bare[len(bare)-1]; c >= utf8.RuneSelf || lowers[c] == 0 && c != '.' {
		bare = strings.TrimRight(bare, "\"'”’»›)] \u00a0")
	}
	end, size := utf8.DecodeLastRuneInString(bare)
	if end < utf8.RuneSelf && lowers[end] != 0 {
		return
	}
	if strings.ContainsRune(".!?…:;,。！？；：,،؟।", end) && size > 0 {
		l.shape |= ended
		if strings.ContainsRune(".!?…。！？؟।", end) && long(l.text) {
			l.shape |= prose
		}
	}
}

// long reports whether s is long enough for prose. A character of Chinese or
// Japanese says as much as two or three letters.
func long(s string) bool {
	if len(s) > 4*proseRunes {
		return true
	}
	return len(s) > proseRunes && (s[0] >= 0xE3 && s[0] <= 0xED || longer(s, proseRunes))
}

// isRow reports whether s holds a tab or looks like cells.
func isRow(s string) bool {
	const bar, rare = "│", 1 // of its bytes the second is in few other signs
	return strings.IndexByte(s, '\t') >= 0 ||
		strings.IndexByte(s, bar[rare]) >= 0 && strings.Contains(s, bar) ||
		strings.IndexByte(s, '|') >= 0 && strings.Count(s, "|") > 2
}

// longer reports whether s has more than n characters.
func longer(s string, n int) bool {
	for i := range len(s) {
		if n -= one(s[i]&0xC0 != 0x80); n < 0 {
			return true
		}
	}
	return false
}

const bullets = "•·*‣▪■●◦–—-»>›→▶►+"

// stars stand before the items of a list too, and right before those of a Chinese
// one.
const stars = "★☆※◆◇○□✓✔➤"

// ornament reports whether r is a bullet, an arrow, a bar or a pictogram in front of a
// line, or white space.
func ornament(r rune) bool {
	return strings.ContainsRune(bullets+"| \t\u00a0\ufe0f", r) || r >= '←' && r < '\ue000' && unicode.In(r, unicode.So, unicode.Sm) || r >= 0x1F000 && unicode.Is(unicode.So, r)
}

// strip cuts white space, bullets, arrows, bars and pictograms off the ends of s.
func strip(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || s[0] < utf8.RuneSelf && s[0] != '*' && s[0] != '-' && s[0] != '>' && s[0] != '+' && s[0] != '|' {
		// The usual case: no bullet in front.
	} else {
		s = strings.TrimLeftFunc(s, ornament)
	}
	if s == "" {
		return s
	}
	if c := s[len(s)-1]; c >= utf8.RuneSelf || c == '>' || c == '|' {
		if t := strings.TrimRight(s, ">›→▶►| \u00a0"); t != "" {
			return t
		}
	}
	return s
}

// isItem reports whether s begins as an item of a list does.
func isItem(s string) bool {
	if s == "" || lowers[s[0]] != 0 {
		return false
	}
	t := strings.TrimLeft(s, " \t\u00a0")
	if t == "" {
		return false
	}
	if r, size := utf8.DecodeRuneInString(t); strings.ContainsRune(bullets+stars, r) {
		next, _ := utf8.DecodeRuneInString(t[size:])
		return next == ' ' || next == '\t' || next == '\u00a0' || unicode.Is(unicode.Han, next) && strings.ContainsRune(stars, r)
	}
	digits := strings.TrimLeft(t, "0123456789")
	return len(digits) < len(t) && digits != "" && strings.ContainsRune(".)", rune(digits[0]))
}

// headline reports whether l could be a heading by its looks.
func (l *line) headline() bool {
	return l.shape&(prose|item|quoted|ended|table) == 0 || l.shape&(prose|item|quoted|table) == 0 && strings.HasSuffix(l.text, "!")
}

// asks reports whether l is a short question.
func (l *line) asks() bool {
	return l.shape&(prose|item|quoted|table) == 0 && strings.HasSuffix(l.text, "?")
}

// lone reports whether l is a line to which the weaker voices may speak.
func (l *line) lone() bool {
	return l.shape&(prose|item|quoted|ended|table) == 0
}
