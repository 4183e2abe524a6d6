package typography

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// dashes writes as a dash what hyphens stand in for: two or three between
// words, one between two spaces in the middle of a sentence, one between two
// years, one before direct speech.
func (w *mender) dashes() {
	d := &w.l.pack.Dash
	for i := nextByte(w.text, 0, '-'); i >= 0; i = nextByte(w.text, i, '-') {
		start := i
		for byteAt(w.text, i) == '-' {
			i++
		}
		switch n := i - start; {
		case n > 3:
		case d.Speech != "" && w.beginsSpeech(start, i):
			w.editProse(dash, start, spacesAfter(w.text, i), d.Speech)
		case n == 1 && d.Years != "" && (w.isBetweenYears(start) || w.isBetweenPages(start)):
			w.editProse(dash, start, i, d.Years)
		case n == 1:
			if d.Spaced != "" && w.isSpacedHyphen(start) {
				w.editProse(dash, start, i, d.Spaced)
			}
		case d.Double != "" && w.isDoubleHyphen(start, i):
			w.editProse(dash, start, i, w.double(n))
		}
		if i >= len(w.text) {
			return
		}
	}
}

// double returns the dash that n hyphens stand for: three are the longest one.
func (w *mender) double(n int) string {
	if n == 3 {
		return "—"
	}
	return w.l.pack.Dash.Double
}

// beginsSpeech reports whether the hyphens [start, end) begin a paragraph of
// direct speech. One alone may as well be the bullet of a list.
func (w *mender) beginsSpeech(start, end int) bool {
	to := spacesAfter(w.text, end)
	if to == end || spacesBefore(w.text, start) > 0 {
		return false
	}
	r, right := after(w.text, to)
	if right != letter && r != '¿' && r != '¡' && r != '…' || end-start == 3 {
		return false
	}
	return end-start == 2 || w.isSpoken(w.text[to:])
}

// isSpoken reports whether a line without its hyphen has what tells who speaks:
// a verb of saying after a mark.
func (w *mender) isSpoken(line string) bool {
	const longest = 400
	line = line[:min(len(line), longest)]
	for i := strings.IndexAny(line, ",?!.…-–—"); i >= 0 && i < len(line); {
		_, n := utf8.DecodeRuneInString(line[i:])
		i += n
		from := spacesAfter(line, i)
		to := from
		for _, k := after(line, to); k == letter || k == joiner && to > from; _, k = after(line, to) {
			_, n := utf8.DecodeRuneInString(line[to:])
			to += n
		}
		if from > i && to > from && w.saysWho(line[from:to]) {
			return true
		}
		next := strings.IndexAny(line[i:], ",?!.…-–—")
		if next < 0 {
			return false
		}
		i += next
	}
	return false
}

// saysWho reports whether word, the first after a mark, is a verb of saying.
func (w *mender) saysWho(word string) bool {
	if w.l.speech[word] {
		return true
	}
	i := strings.LastIndexByte(word, '-')
	return i > 0 && w.l.speech[word[i:]]
}

// isBetweenYears reports whether the hyphen at i stands between two years, of
// which the second is the later.
func (w *mender) isBetweenYears(i int) bool {
	from, to := spacesBefore(w.text, i), spacesAfter(w.text, i+1)
	if (from == i) != (to == i+1) {
		return false
	}
	_, left := before(w.text, from-4)
	r, right := after(w.text, to+4)
	if !left.blank() && left != opening && left != quotation ||
		!right.blank() && right != closing && right != quotation && (right != point || r == '%' || r == '€') {
		return false
	}
	first, second := yearAt(w.text, from-4), yearAt(w.text, to)
	return first > 0 && first < second
}

// isBetweenPages reports whether the hyphen at i stands between the numbers of
// two pages, of which the second is the later.
func (w *mender) isBetweenPages(i int) bool {
	from, to := digitsBefore(w.text, i), digitsAfter(w.text, i+1)
	const longest = 5
	if from == i || to == i+1 || i-from > to-i-1 || to-i-1 > longest || i-from == to-i-1 && w.text[from:i] >= w.text[i+1:to] {
		return false
	}
	_, right := after(w.text, to)
	if right.word() || right == joiner || right == sign {
		return false
	}
	word := spacesBefore(w.text, from)
	return word < from && w.l.pages[strings.ToLower(abbreviationBefore(w.text, word))]
}

// digitsBefore returns where the run of digits that ends at i begins.
func digitsBefore(text string, i int) int {
	for isDigit(byteAt(text, i-1)) {
		i--
	}
	return i
}

// digitsAfter returns where the run of digits that begins at i ends.
func digitsAfter(text string, i int) int {
	for isDigit(byteAt(text, i)) {
		i++
	}
	return i
}

// yearAt returns the year of four digits that stands at i, 0 if there is none.
func yearAt(text string, i int) int {
	if i < 0 || i+4 > len(text) {
		return 0
	}
	year := 0
	for _, c := range []byte(text[i : i+4]) {
		if !isDigit(c) {
			return 0
		}
		year = year*10 + int(c-'0')
	}
	if year < 1000 || year >= 2100 {
		return 0
	}
	return year
}

// isSpacedHyphen reports whether the hyphen at i stands between two words of
// one sentence. Between names or numbers it may be a route or a score.
func (w *mender) isSpacedHyphen(i int) bool {
	from, to := spacesBefore(w.text, i), spacesAfter(w.text, i+1)
	if from == i || to == i+1 || from == 0 {
		return false
	}
	l, left := before(w.text, from)
	r, right := after(w.text, to)
	switch right {
	case letter:
		if unicode.IsUpper(r) {
			return left == letter && isLower(w.text[wordBefore(w.text, from):from]) && w.isProse(i)
		}
	case quotation:
	default:
		return false
	}
	switch left {
	case letter:
		return unicode.IsLower(l) && utf8.RuneCountInString(w.text[wordBefore(w.text, from):from]) > 1
	case closing, quotation:
		return true
	}
	return l == ',' || right == letter && unicode.IsLower(r) && (l == '!' || l == '?' || l == '…')
}

// isDoubleHyphen reports whether the hyphens [start, end) stand between words:
// no option, arrow, rule or signature.
func (w *mender) isDoubleHyphen(start, end int) bool {
	from, to := spacesBefore(w.text, start), spacesAfter(w.text, end)
	l, left := before(w.text, from)
	r, right := after(w.text, to)
	if !(left == letter || left == point && l != ':' || left == closing || left == quotation || left == digit) ||
		!(right == letter || right == opening || right == quotation || right == elision || r == '…') {
		return false
	}
	if (from == start) != (to == end) {
		return false // --audit
	}
	if from == start && left == letter {
		// A word with letters masked (f---ing, bull--t) is no pair of words.
		const shortest = 3
		a, b := w.text[wordBefore(w.text, start):start], w.text[end:wordAfter(w.text, end)]
		if utf8.RuneCountInString(a) < shortest || right == letter && utf8.RuneCountInString(b) < shortest && !strings.ContainsAny(b, "aeiouyAEIOUY") {
			return false
		}
	}
	return left != digit || right != digit
}
