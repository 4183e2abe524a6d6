package typography

import (
	"strings"
	"unicode/utf8"
)

// A need is a set of repairs that a text may need.
type need uint32

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
	needOrdinals
	needSubstitutes
	needPrintSigns
	needUnits
	needProfile // a no-break space in plain, any space to print, a mark to straighten
)

// A class is what scan has to do at a byte.
type class uint8

const (
	pass class = iota
	lookQuote
	lookSingle   // ' `
	lookComma    // that wants no space before it, and one after
	lookStop     // the same of a full stop, or it is a dot of an ellipsis
	lookUnspaced // ; : ! ? that want no space before them
	lookSpaced   // ; : ! ? that want one
	lookHyphen   // that may stand for a dash
	lookUnit     // a sign that wants a space between it and a number
	lookDigit    // before the ending of an ordinal, or a letter for a sign
	lookRoman    // a Roman digit before the ending of an ordinal
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
	if !l.print {
		l.never |= needPrintSigns
	}
	if len(l.pack.Ordinals) == 0 {
		l.never |= needOrdinals
	}
	if l.pack.Numero.Write == "" {
		l.never |= needNumero
	}
	if !l.pack.Apart {
		l.never |= needUnits
	}
	c := &l.class
	if len(l.levels) > 0 {
		c['"'] = lookQuote
		c['<'], c['>'] = lookAngle, lookAngle
	}
	if l.pack.Apostrophe != "" || len(l.levels) > 0 {
		c['\''], c['`'] = lookSingle, lookSingle
	}
	for mark, what := range l.before {
		switch {
		case mark == ',' || mark == '.' || mark >= utf8.RuneSelf:
		case mark == '%' || mark == '$':
			c[mark] = lookUnit
		case what == "none" || what == "any":
			c[mark] = lookUnspaced
		default:
			c[mark] = lookSpaced
		}
	}
	c[','], c['.'] = lookComma, lookStop
	if l.pack.Dash != (pack{}).Dash {
		c['-'] = lookHyphen
	}
	c['('], c[')'], c['['], c[']'] = lookOpening, lookClosing, lookOpening, lookClosing
	c[0xC2], c[0xE2] = lookLatin1, lookGeneral
	if len(l.ligatures) > 0 {
		c['o'], c['O'], c['a'], c['A'] = lookVowel, lookVowel, lookVowel, lookVowel
	}
	if l.pack.Numero.Write != "" {
		c['n'], c['N'] = lookNumero, lookNumero
	}
	if len(l.pack.Ordinals) > 0 {
		for _, b := range "IVX" {
			c[b] = lookRoman
		}
	}
	if len(l.pack.Ordinals) > 0 || l.pack.Apart || l.print {
		for b := '0'; b <= '9'; b++ {
			c[b] = lookDigit
		}
	}
}

// classifySpaces fills the tables by which printSpaces passes over most spaces.
func (l *language) classifySpaces() {
	for mark, what := range l.before {
		if what == "wide" || what == "narrow" {
			l.mayPrint[string(mark)[0]] = true
		}
	}
	guillemet := "«»"
	l.mayPrint[guillemet[0]] = true
	l.afterMark[guillemet[1]] = true
	for digit := '0'; digit <= '9'; digit++ {
		l.afterMark[digit] = true
	}
	for word := range l.bound {
		l.mayBind.add(word)
	}
}

// Endings tell in no time most words that are not in a set from those that may
// be, by their last bytes.
type endings [64]uint64

func (e *endings) add(word string) {
	n := e.hash(word, len(word))
	e[n/64] |= 1 << (n % 64)
}

// holds reports whether a word of the set may end at i in text.
func (e *endings) holds(text string, i int) bool {
	n := e.hash(text, i)
	return e[n/64]&(1<<(n%64)) != 0
}

func (*endings) hash(text string, i int) uint {
	return (uint(byteAt(text, i-1))*61 + uint(byteAt(text, i-2))) % 4096
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
	class := &l.class
	for i := 0; i < len(text); i++ {
		what := class[text[i]]
		if what == pass {
			continue
		}
		switch what {
		case lookVowel:
			if c := byteAt(text, i+1); c == 'e' || c == 'E' {
				n |= needLigatures
			}
		case lookNumero, lookDigit, lookRoman:
			n |= scanNumber(what, text, i)
		case lookComma, lookStop, lookUnspaced, lookSpaced:
			n |= scanPoint(what, text, i)
		case lookOpening, lookClosing:
			n |= scanBracket(what, text, i)
		case lookUnit:
			if isDigit(byteAt(text, i-1)) {
				n |= needMarks
			}
		case lookHyphen:
			if c := byteAt(text, i+1); c == '-' || c == ' ' || c == 0xC2 || c == 0xE2 || isDigit(c) && isDigit(byteAt(text, i-1)) {
				n |= needDashes
			}
		case lookQuote:
			n |= needQuotes
		case lookSingle:
			n |= scanSingle(text, i)
		case lookAngle:
			if byteAt(text, i+1) == text[i] {
				n |= needQuotes
			}
		case lookLatin1:
			n |= l.scanLatin1(text, i, &depth)
		case lookGeneral:
			n |= l.scanGeneral(text, i, &depth)
		}
	}
	if depth > 0 {
		n |= needQuotes
	}
	return n &^ l.never
}

// scanPoint looks at the punctuation mark at i.
func scanPoint(what class, text string, i int) need {
	var n need
	prev, next := byteAt(text, i-1), byteAt(text, i+1)
	if mayBeLetter(next) {
		n |= needSentences
	}
	switch spaced := prev == ' '; what {
	case lookSpaced:
		// A space before it is right, but for one between it and another mark.
		if c := byteAt(text, i-2); !spaced || c == '!' || c == '?' || c == ' ' {
			n |= needMarks
		}
		return n
	case lookComma:
		if next == ',' {
			n |= needSentences | needQuotes
		}
	case lookStop:
		if spaced || next == '.' {
			n |= needEllipses
		}
	}
	if prev == ' ' {
		n |= needMarks
	}
	return n
}

// scanSingle looks at the straight single mark at i. Between two letters it can
// be nothing but an apostrophe.
func scanSingle(text string, i int) need {
	prev, next := byteAt(text, i-1), byteAt(text, i+1)
	switch {
	case isASCIILetter(prev) && isASCIILetter(next):
		return needApostrophes
	case next == text[i]:
		return needApostrophes | needSingles | needQuotes
	}
	return needApostrophes | needSingles
}

// scanBracket looks at the bracket at i.
func scanBracket(what class, text string, i int) need {
	var n need
	inside, outside := byteAt(text, i+1), byteAt(text, i-1)
	if what == lookClosing {
		inside, outside = outside, inside
	}
	switch {
	case inside == ' ':
		n |= needMarks
	case what == lookOpening && strings.IndexByte("cCtTR", inside) >= 0:
		n |= needSubstitutes
	}
	if mayBeLetter(outside) {
		n |= needSentences
	}
	return n
}

// scanNumber looks at the digit, or the letter that may begin the abbreviation
// of "number", at i.
func scanNumber(what class, text string, i int) need {
	c := byteAt(text, i+1)
	switch what {
	case lookRoman:
		if c == 0xC3 || c == 'e' || c == 'i' {
			return needOrdinals
		}
	case lookDigit:
		switch {
		case c >= 'a' || c >= 'A' && c <= 'Z':
			return needOrdinals | needPrintSigns | needUnits
		case c == ' ', c == '"', c == '\'':
			return needPrintSigns
		}
	default: // n° no. nr. n.º n °
		third := byteAt(text, i+2)
		if asciiWord(byteAt(text, i-1)) {
			return 0 // the end of a word
		}
		if c == '.' || c == 0xC2 || c == ' ' && third == 0xC2 || third == '.' && strings.IndexByte("oOrR", c) >= 0 {
			return needNumero
		}
	}
	return 0
}

// mayBeLetter reports whether a letter may begin with the byte c. Most of what
// begins with 0xC2 or 0xE2 are marks.
func mayBeLetter(c byte) bool {
	return isASCIILetter(c) || c >= utf8.RuneSelf && c != 0xC2 && c != 0xE2
}

func isASCIILetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// scanLatin1 looks at the rune at i, which begins with the byte 0xC2.
func (l *language) scanLatin1(text string, i int, depth *int) need {
	switch byteAt(text, i+1) {
	case 0xA0:
		return needProfile | needSpaces | needMarks | needDashes | needEllipses
	case 0xB4:
		return needApostrophes | needQuotes
	case 0xB0, 0xBA:
		return needPrintSigns
	case 0xA3: // £
		return needMarks
	case 0xA1, 0xBF:
		n := need(0)
		if spaceAt(text, i+2) > 0 {
			n |= needMarks
		}
		if c := byteAt(text, i-1); mayBeLetter(c) || c == '!' || c == '?' {
			n |= needSentences
		}
		return n
	case 0xAB:
		return l.scanQuote(text, i, i+2, '«', depth)
	case 0xBB:
		return l.scanQuote(text, i, i+2, '»', depth)
	}
	return 0
}

// scanGeneral looks at the rune at i, which begins with the byte 0xE2.
func (l *language) scanGeneral(text string, i int, depth *int) need {
	switch byteAt(text, i+1) {
	case 0x80:
	case 0x82: // €
		if isDigit(byteAt(text, i-1)) {
			return needMarks
		}
		return 0
	case 0x84: // №
		return needNumero
	default:
		return 0
	}
	switch c := byteAt(text, i+2); c {
	case 0xAF:
		return needProfile | needSpaces | needMarks | needDashes | needEllipses
	case 0x98, 0x9A, 0x9B, 0xB2:
		return needProfile | needApostrophes | needSingles | needQuotes
	case 0x99:
		if apostropheAt(text, i+3) > 0 || len(l.elisions) > 0 && (spaceAt(text, i+3) > 0 || spacesBefore(text, i) < i) {
			return needApostrophes
		}
	case 0x9C, 0x9D, 0x9E, 0x9F, 0xB9, 0xBA:
		r, _ := utf8.DecodeRuneInString(text[i:])
		return l.scanQuote(text, i, i+3, r, depth)
	case 0xA6:
		n := need(0)
		if mayBeLetter(byteAt(text, i+3)) {
			n |= needSentences
		}
		if spacesBefore(text, i) < i {
			n |= needMarks
		}
		if len(l.complete) > 0 && mayBeLetter(byteAt(text, i-1)) {
			n |= needEllipses
		}
		return n
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
