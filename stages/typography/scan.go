package typography

import (
	"strings"
	"unicode/utf8"
)

// A need is a set of repairs that a text may need.
type need uint16

const (
	needSpaces need = 1 << iota
	needApostrophes
	needQuotes
	needSingles
	needEllipses
	needDashes
	needMarks
	needSentences
	needLigatures
	needNumero
	needProfile // a no-break space in plain, any space to print, a mark to straighten
)

// A class is what scan has to do at a byte.
type class uint8

const (
	pass class = iota
	lookQuote
	lookSingle
	lookAccent   // ` ´
	lookComma    // that wants no space before it, and one after
	lookStop     // the same of a full stop, or it is a dot of an ellipsis
	lookUnspaced // ; : ! ? that want no space before them
	lookSpaced   // ; : ! ? that want one
	lookHyphen   // that may stand for a dash
	lookLatin1   // the first byte of U+0080 to U+00BF
	lookGeneral  // the first byte of U+2000 to U+2FFF
	lookVowel    // o or a before e
	lookAngle    // < or > that may be half a guillemet
	lookNumero   // n or N
	lookOpening  // a parenthesis with a space inside it
	lookClosing  // the same at its end
)

// classify fills the table by which scan passes over most bytes.
func (l *language) classify() {
	c := &l.class
	if len(l.levels) > 0 {
		c['"'] = lookQuote
		c['<'], c['>'] = lookAngle, lookAngle
	}
	if l.pack.Apostrophe != "" || l.single != (pair{}) {
		c['\''] = lookSingle
	}
	if l.pack.Apostrophe != "" || len(l.levels) > 0 {
		c['`'] = lookAccent
	}
	for b, what := range l.before {
		switch {
		case b == ',' || b == '.' || what == "any":
		case what == "none":
			c[b] = lookUnspaced
		default:
			c[b] = lookSpaced
		}
	}
	c[','], c['.'] = lookComma, lookStop
	if l.pack.Dash.Double != "" || l.pack.Dash.Spaced != "" {
		c['-'] = lookHyphen
	}
	c['('], c[')'] = lookOpening, lookClosing
	c[0xC2], c[0xE2] = lookLatin1, lookGeneral
	if len(l.ligatures) > 0 {
		c['o'], c['O'], c['a'], c['A'] = lookVowel, lookVowel, lookVowel, lookVowel
	}
	if l.pack.Numero.Write != "" {
		c['n'], c['N'] = lookNumero, lookNumero
	}
}

// scan returns the repairs that text may need. It is the only thing done to
// most text: it looks at a few bytes around the marks that matter and never
// misses what a repair would find, though it may suspect what is right.
func (l *language) scan(text string) need {
	var n need
	if strings.Contains(text, "  ") {
		n |= needSpaces
	}
	depth := 0
	for i := 0; i < len(text); i++ {
		switch l.class[text[i]] {
		case pass:
		case lookVowel:
			if c := byteAt(text, i+1); c == 'e' || c == 'E' {
				n |= needLigatures
			}
		case lookNumero:
			switch byteAt(text, i+1) {
			case 'o', 'O':
				if byteAt(text, i+2) == '.' {
					n |= needNumero
				}
			case '.', 0xC2:
				n |= needNumero
			}
		case lookComma:
			if byteAt(text, i-1) == ' ' {
				n |= needMarks
			}
			if mayBeLetter(byteAt(text, i+1)) {
				n |= needSentences
			}
		case lookStop:
			if byteAt(text, i-1) == ' ' {
				n |= needMarks | needEllipses
			}
			if next := byteAt(text, i+1); next == '.' {
				n |= needEllipses
			} else if mayBeLetter(next) {
				n |= needSentences
			}
		case lookUnspaced:
			if byteAt(text, i-1) == ' ' {
				n |= needMarks
			}
			if mayBeLetter(byteAt(text, i+1)) {
				n |= needSentences
			}
		case lookSpaced:
			if byteAt(text, i-1) != ' ' {
				n |= needMarks
			}
			if mayBeLetter(byteAt(text, i+1)) {
				n |= needSentences
			}
		case lookOpening:
			if byteAt(text, i+1) == ' ' {
				n |= needMarks
			}
		case lookClosing:
			if byteAt(text, i-1) == ' ' {
				n |= needMarks
			}
		case lookQuote:
			n |= needQuotes
		case lookSingle:
			n |= needApostrophes | needSingles | needQuotes
		case lookAccent:
			n |= needApostrophes | needQuotes
		case lookAngle:
			if byteAt(text, i+1) == text[i] {
				n |= needQuotes
			}
		case lookHyphen:
			if c := byteAt(text, i+1); c == '-' || c == ' ' || c == 0xC2 || c == 0xE2 {
				n |= needDashes
			}
		case lookLatin1:
			n |= l.scanLatin1(text, i, &depth)
		case lookGeneral:
			n |= l.scanGeneral(text, i, &depth)
		}
	}
	return n
}

// mayBeLetter reports whether a letter may begin with the byte c. Most of what
// begins with 0xC2 or 0xE2 are marks.
func mayBeLetter(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= utf8.RuneSelf && c != 0xC2 && c != 0xE2
}

// scanLatin1 looks at the rune at i, which begins with the byte 0xC2.
func (l *language) scanLatin1(text string, i int, depth *int) need {
	switch byteAt(text, i+1) {
	case 0xA0:
		return needProfile | needSpaces | needMarks | needDashes | needEllipses
	case 0xB4:
		return needApostrophes | needQuotes
	case 0xAB:
		return l.scanQuote(text, i, i+2, '«', depth)
	case 0xBB:
		return l.scanQuote(text, i, i+2, '»', depth)
	}
	return 0
}

// scanGeneral looks at the rune at i, which begins with the byte 0xE2.
func (l *language) scanGeneral(text string, i int, depth *int) need {
	if byteAt(text, i+1) != 0x80 {
		return 0
	}
	switch c := byteAt(text, i+2); c {
	case 0xAF:
		return needProfile | needSpaces | needMarks | needDashes | needEllipses
	case 0x98, 0x9A, 0x9B, 0xB2:
		return needProfile | needApostrophes | needSingles
	case 0x99:
		if apostropheAt(text, i+3) > 0 || len(l.elisions) > 0 && (spaceAt(text, i+3) > 0 || spacesBefore(text, i) < i) {
			return needApostrophes
		}
	case 0x9C, 0x9D, 0x9E, 0x9F, 0xB9, 0xBA:
		r, _ := utf8.DecodeRuneInString(text[i:])
		return l.scanQuote(text, i, i+3, r, depth)
	case 0xA6:
		if mayBeLetter(byteAt(text, i+3)) {
			return needSentences
		}
	}
	return 0
}

// scanQuote reports whether the quotation mark r at [i, end) may be wrong. It
// is right if it is one of the language's first pair, in its turn, and has a
// space, or none, where it should.
func (l *language) scanQuote(text string, i, end int, r rune, depth *int) need {
	if len(l.levels) == 0 {
		return 0
	}
	main := l.levels[0]
	inner := l.pack.Guillemets == "space" && (r == '«' || r == '»')
	_, left := before(text, i)
	_, right := after(text, end)
	switch {
	case main.open == main.close || l.pack.Guillemets == "any":
	case r == main.open && *depth == 0 && (inner && byteAt(text, end) == ' ' && !spaceTwice(text, end) || !inner && right.word()) && !left.word():
		*depth = 1
		return 0
	case r == main.close && *depth == 1 && (inner && byteAt(text, i-1) == ' ' && spacesBefore(text, i) == i-1 || !inner && !left.blank()) && !right.word():
		*depth = 0
		return 0
	}
	return needQuotes
}

// spaceTwice reports whether the space at i is followed by another, or by a
// mark.
func spaceTwice(text string, i int) bool {
	c := byteAt(text, i+1)
	return c == ' ' || c == 0xC2 || c == 0xE2
}

// byteAt returns the byte of text at i, 0 outside it.
func byteAt(text string, i int) byte {
	if uint(i) < uint(len(text)) {
		return text[i]
	}
	return 0
}
