package typography

import (
	"math/bits"
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
	mayNumber   // a word's end that may be that of an abbreviation of "number"
)

// A suspicion is what may need a repair: two bytes in a row, the first of one set
// and the second of another. Scan holds a text against all at once: each has a
// bit of its own in the entries of its bytes, at its number as a second byte and
// mostSuspicions higher as a first. What is before and after a text counts as a
// zero byte.
const (
	mostSuspicions = 31
	looked         = 1 << (2 * mostSuspicions) // a byte at which scan looks closer
)

// suspect adds the suspicion that two bytes need n, if the language may ever.
func (l *language) suspect(first, second func(byte) bool, n need) {
	if n &^= l.never; n == 0 {
		return
	}
	bit := uint64(1) << len(l.suspected)
	l.suspected = append(l.suspected, n)
	for b := range l.bytes {
		if second(byte(b)) {
			l.bytes[b] |= bit
		}
		if first(byte(b)) {
			l.bytes[b] |= bit << mostSuspicions
		}
	}
}

func anyByte(byte) bool          { return true }
func notSpace(c byte) bool       { return c != ' ' }
func notASCIILetter(c byte) bool { return !isASCIILetter(c) }
func in(set string) func(byte) bool {
	return func(c byte) bool { return strings.IndexByte(set, c) >= 0 }
}

// classify fills the tables by which scan passes over most bytes.
func (l *language) classify() {
	p := &l.pack
	if !l.print {
		l.never |= needPrintSigns
	}
	if len(p.Ordinals) == 0 {
		l.never |= needOrdinals
	}
	if p.Numero.Write == "" {
		l.never |= needNumero | mayNumber
	}
	if !p.Apart {
		l.never |= needUnits
	}
	if len(p.Ligatures) == 0 {
		l.never |= needLigatures
	}
	if p.Dash == (pack{}).Dash {
		l.never |= needDashes
	}
	if len(l.levels) == 0 {
		l.never |= needQuotes
	}
	if p.Apostrophe == "" {
		l.never |= needApostrophes
	}
	l.suspectMarks()
	l.suspectQuotes()
	l.suspect(in(" "), in(" "), needSpaces)
	l.suspect(in("-"), in("- \xC2\xE2"), needDashes)
	l.suspect(isDigit, in("-"), needDashes)
	l.suspect(in("oOaA"), in("eE"), needLigatures)
	l.suspect(in("IVX"), in("\xC3ei"), needOrdinals)
	l.suspect(isDigit, func(c byte) bool { return c >= 'a' || isASCIILetter(c) }, needOrdinals|needPrintSigns|needUnits)
	l.suspect(isDigit, in(" \"'"), needPrintSigns)
	l.suspect(in("nNoOrR"), in("."), mayNumber) // n. no. nr.
	l.bytes[0xC2] |= looked                     // the first byte of U+0080 to U+00BF
	l.bytes[0xE2] |= looked                     // the first byte of U+2000 to U+2FFF
}

// suspectMarks suspects the spaces beside marks and brackets.
func (l *language) suspectMarks() {
	unspaced, spaced, units := ",.)]", "", ""
	for mark, what := range l.before {
		switch {
		case mark == ',' || mark == '.' || mark >= utf8.RuneSelf:
		case mark == '%' || mark == '$':
			units += string(mark)
		case what == "none" || what == "any":
			unspaced += string(mark)
		default:
			spaced += string(mark)
		}
	}
	l.suspect(in(" "), in(unspaced), needMarks)
	l.suspect(in("(["), in(" "), needMarks)
	l.suspect(isDigit, in(units), needMarks)
	if spaced != "" {
		// A space before it is right, but for one between it and another mark.
		l.suspect(notSpace, in(spaced), needMarks)
		l.suspect(in("!? "), in(" "), needMarks)
	}
	l.suspect(in(unspaced+spaced), mayBeLetter, needSentences)
	l.suspect(mayBeLetter, in("(["), needSentences)
	l.suspect(in(","), in(","), needSentences|needQuotes)
	l.suspect(in(" ."), in("."), needEllipses)
	l.suspect(in("(["), in("cCtTR"), needSubstitutes)
}

// suspectQuotes suspects straight quotation marks. A single one between two
// letters can be nothing but an apostrophe.
func (l *language) suspectQuotes() {
	if len(l.levels) == 0 && l.pack.Apostrophe == "" {
		return
	}
	l.suspect(anyByte, in("\""), needQuotes)
	l.suspect(anyByte, in("'`"), needApostrophes)
	l.suspect(notASCIILetter, in("'`"), needSingles)
	l.suspect(in("'`"), notASCIILetter, needSingles)
	for _, half := range [...]string{"'", "`", "<", ">"} {
		l.suspect(in(half), in(half), needQuotes)
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
// most text: it looks at two bytes at a time, at some more around marks beyond
// ASCII, and never misses what a repair would find, though it may suspect what is
// right.
func (l *language) scan(text string) need {
	var n need
	depth := 0
	seen, before := uint64(0), l.bytes[0]>>mostSuspicions
	for i := range len(text) {
		b := l.bytes[text[i]]
		seen |= b & before
		before = b >> mostSuspicions
		if b < looked {
			continue
		}
		if text[i] == 0xC2 {
			n |= l.scanLatin1(text, i, &depth)
		} else {
			n |= l.scanGeneral(text, i, &depth)
		}
	}
	if depth > 0 {
		n |= needQuotes
	}
	seen |= l.bytes[0] & before
	for seen &= 1<<len(l.suspected) - 1; seen != 0; seen &= seen - 1 {
		n |= l.suspected[bits.TrailingZeros64(seen)]
	}
	if n&mayNumber != 0 && hasNumber(text) {
		n |= needNumero
	}
	return n &^ (l.never | mayNumber)
}

// hasNumber reports whether text may have an abbreviation of "number" that ends
// in a full stop: n. no. nr.
func hasNumber(text string) bool {
	for i := nextByte(text, 0, '.'); i >= 0; i = nextByte(text, i+1, '.') {
		from := i - 1
		if c := byteAt(text, from); c|0x20 == 'o' || c|0x20 == 'r' {
			from--
		}
		if beginsNumber(text, from) {
			return true
		}
	}
	return false
}

// beginsNumber reports whether an n that begins a word stands at i.
func beginsNumber(text string, i int) bool {
	return byteAt(text, i)|0x20 == 'n' && !asciiWord(byteAt(text, i-1))
}

// mayBeLetter reports whether a letter may begin with the byte c. Most of what
// begins with 0xC2 or 0xE2 are marks.
func mayBeLetter(c byte) bool {
	return isASCIILetter(c) || c >= utf8.RuneSelf && c != 0xC2 && c != 0xE2
}

func isASCIILetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// scanLatin1 looks at the rune at i, which begins with the byte 0xC2.
func (l *language) scanLatin1(text string, i int, depth *int) need {
	number := need(0)
	if beginsNumber(text, i-1) || byteAt(text, i-1) == ' ' && beginsNumber(text, i-2) {
		number = needNumero // n° n º
	}
	return number | l.scanSign(text, i, depth)
}

// scanSign does so, an abbreviation before it aside.
func (l *language) scanSign(text string, i int, depth *int) need {
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
