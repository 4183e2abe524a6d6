package typography

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// plainSpaces writes every no-break space as an ordinary one.
func (w *mender) plainSpaces() {
	for i := 0; i < len(w.text); i++ {
		if c := w.text[i]; c != 0xC2 && c != 0xE2 {
			continue
		}
		if n := spaceAt(w.text, i); n > 1 {
			w.edit(plainSpace, i, i+n, " ")
			i += n - 1
		}
	}
}

// doubledSpaces writes one space for several between words. Those after a
// list's bullet and between the columns of a table are somebody's layout.
func (w *mender) doubledSpaces() {
	start := spacesAfter(w.text, 0)
	end := len(strings.TrimRight(w.text, " \t"+noBreak+narrowNoBreak))
	if start >= end || w.isTable(w.text[start:end]) {
		return
	}
	for i, first := start, true; i < end; {
		n := spaceAt(w.text, i)
		if n == 0 {
			i++
			continue
		}
		to := spacesAfter(w.text, i)
		if to > i+n && !(first && isBullet(w.text[start:i])) && !w.guard.holds(i) {
			w.edit(doubledSpace, i, to, " ")
		}
		first, i = false, to
	}
}

// isBullet reports whether word, the first of a line, numbers or marks an item.
func isBullet(word string) bool {
	word = strings.TrimRight(word, ".):")
	if utf8.RuneCountInString(word) <= 1 {
		return true
	}
	return strings.Trim(word, "0123456789.") == ""
}

// isTable reports whether a line has columns: tabs, bars, gaps between few
// words that make no sentence.
func (w *mender) isTable(line string) bool {
	if strings.ContainsAny(line, "\t|") {
		return true
	}
	gaps, words, widest := 0, 1, 0
	for i := 0; i < len(line); {
		n := spaceAt(line, i)
		if n == 0 {
			i++
			continue
		}
		to := spacesAfter(line, i)
		words++
		if to > i+n {
			gaps++
			widest = max(widest, utf8.RuneCountInString(line[i:to]))
		}
		i = to
	}
	if widest > 3 {
		return gaps > 1 && gaps*3 > words || words < 8
	}
	return gaps > 1 && gaps*3 > words && !w.isProse(len(w.text))
}

// isProse reports whether the text around i is written in sentences: several
// words, of which one is known, or that make one whole sentence. It looks at a
// stretch before i, and at a short one after it.
func (w *mender) isProse(i int) bool {
	const before, after = 200, 60
	from, to := max(0, i-before), min(len(w.text), i+after)
	words, known := 0, false
	for at := from; at < to; {
		end := wordAfter(w.text[:to], at)
		if end == at {
			_, n := utf8.DecodeRuneInString(w.text[at:])
			at += n
			continue
		}
		words++
		known = known || w.isKnown(w.text[at:end])
		if known && words > 2 {
			return true
		}
		at = end
	}
	return words > 2 && from == 0 && to == len(w.text) && isSentence(w.text)
}

// isSentence reports whether text begins with a capital and ends in a mark.
func isSentence(text string) bool {
	return startsUpper(text) && strings.IndexByte(".!?", text[len(text)-1]) >= 0
}

// isKnown reports whether word is one of the common ones of the language.
func (w *mender) isKnown(word string) bool {
	const longest = 24
	return len(word) <= longest && w.l.known[strings.ToLower(word)]
}

// markSpaces sets the space before marks as the language has it, and takes it
// away inside brackets and after ¿ and ¡.
func (w *mender) markSpaces() {
	for i := 0; i < len(w.text); {
		r, n := rune(w.text[i]), 1
		if !markBytes[r] {
			i++
			continue
		}
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(w.text[i:])
		}
		w.markSpace(r, i, i+n)
		i += n
	}
}

// markBytes are those that the marks before or after which a space may be wrong
// begin with.
var markBytes = table("([)],.;:!?%$\xC2\xE2")

// markSpace does so for the mark r at [i, end).
func (w *mender) markSpace(r rune, i, end int) {
	switch r {
	case '(', '[', '¿', '¡':
		w.closeUpAfter(i, end)
	case ')', ']':
		w.closeUpBefore(i)
	case '…':
		if w.l.before[r] == "none" {
			w.closeEllipsis(i, end)
		}
	case '%', '€', '$', '£':
		if w.l.before[r] != "" {
			w.spaceUnit(i, end)
		}
	default:
		switch what := w.l.before[r]; {
		case what == "" || what == "any":
		case (r == '!' || r == '?') && w.repeats(i):
			w.edit(markSpace, spacesBefore(w.text, i), i, "")
		case what == "none":
			w.removeSpace(i)
		default:
			w.insertSpace(i)
		}
	}
}

// repeats reports whether the ! or ? at i has a space between it and another
// that ends the same sentence.
func (w *mender) repeats(i int) bool {
	from := spacesBefore(w.text, i)
	if from == i {
		return false
	}
	if c := byteAt(w.text, from-1); c != '!' && c != '?' {
		return false
	}
	first := from - 1
	for first > 0 && (w.text[first-1] == '!' || w.text[first-1] == '?') {
		first--
	}
	_, left := before(w.text, spacesBefore(w.text, first))
	_, right := after(w.text, i+1)
	return (left.word() || left == quotation || left == closing) && (right.blank() || right == point || right == quotation)
}

// closeEllipsis takes away the space before the ellipsis [i, end) of a sentence
// that breaks off. Between words it may stand for what is left out.
func (w *mender) closeEllipsis(i, end int) {
	from := spacesBefore(w.text, i)
	if from == i || w.guard.holds(i) {
		return
	}
	_, left := before(w.text, from)
	r, right := after(w.text, end)
	if right == space {
		r, right = after(w.text, spacesAfter(w.text, end))
		if right == letter && !unicode.IsUpper(r) || right == digit || right == joiner {
			return
		}
	}
	if left == letter && (right == edge || right == closing || right == letter && unicode.IsUpper(r) || r == '!' || r == '?' || right == quotation) {
		w.edit(markSpace, from, i, "")
	}
}

// spaceUnit puts a space between a number and the sign at [i, end).
func (w *mender) spaceUnit(i, end int) {
	r, right := after(w.text, end)
	if !isDigit(byteAt(w.text, i-1)) || right.word() || right == joiner && r != '/' || right == sign || w.guard.holds(i) {
		return
	}
	if right == point && !strings.ContainsRune(",.;:!?…", r) {
		return
	}
	w.edit(markSpace, i, i, " ")
}

// closeUpAfter takes away the space after the opening mark [i, end) if a word
// follows, and none goes before as in f( x ).
func (w *mender) closeUpAfter(i, end int) {
	to := spacesAfter(w.text, end)
	_, left := before(w.text, i)
	_, right := after(w.text, to)
	if to > end && (left.blank() || left == opening || left == quotation) && right == letter && !isShort(w.text, to, wordAfter(w.text, to)) && !w.guard.holds(i) {
		w.edit(markSpace, end, to, "")
	}
}

// closeUpBefore takes away the space before the closing mark at i if it follows
// a word: what follows another mark may be a face.
func (w *mender) closeUpBefore(i int) {
	from := spacesBefore(w.text, i)
	_, left := before(w.text, from)
	_, right := after(w.text, i+1)
	if from == i || right.word() || w.guard.holds(i) {
		return
	}
	if left == letter && !isShort(w.text, wordBefore(w.text, from), from) || left == point && w.isOpen(from) {
		w.edit(markSpace, from, i, "")
	}
}

// isOpen reports whether a parenthesis is open at i.
func (w *mender) isOpen(i int) bool {
	const longest = 200
	head := w.text[max(0, i-longest):i]
	n := strings.LastIndexAny(head, "()[]")
	return n >= 0 && (head[n] == '(' || head[n] == '[')
}

// isShort reports whether the word [start, end) is of one letter only, as the
// variables of a formula are.
func isShort(text string, start, end int) bool {
	return utf8.RuneCountInString(text[start:end]) < 2
}

// removeSpace takes away the space before the mark at i.
func (w *mender) removeSpace(i int) {
	start := spacesBefore(w.text, i)
	if start == i || start == 0 {
		return
	}
	if w.isMisplaced(start, i) {
		w.edit(markSpace, start, i+1, w.text[i:i+1]+" ")
		return
	}
	if !w.endsSentence(i) {
		return
	}
	l, left := before(w.text, start)
	switch c := w.text[i]; {
	case w.l.opensWith(l):
		return // what a quotation begins with is no end of a word
	case left == letter || left == closing || left == quotation || left == elision:
	case left == digit && (c == ',' || c == '.'):
	default:
		return
	}
	if w.text[i] == '.' && !w.isStop(start, i, left) {
		return
	}
	if !w.guard.holds(i) {
		w.edit(markSpace, start, i, "")
	}
}

// isMisplaced reports whether the mark at i is a comma or full stop with its
// space, from start on, on the wrong side, between two words of prose: one ,two.
func (w *mender) isMisplaced(start, i int) bool {
	if c := w.text[i]; c != ',' && c != '.' || w.guard.holds(i) {
		return false
	}
	from, to := wordBefore(w.text, start), wordAfter(w.text, i+1)
	left, right := w.text[from:start], w.text[i+1:to]
	if w.text[i] == '.' {
		_, next := after(w.text, to)
		return utf8.RuneCountInString(left) > 1 && isLower(left) && isCapitalised(right) && !next.word() &&
			(w.isKnown(right) || len(right) > 3 && w.isKnown(left))
	}
	if utf8.RuneCountInString(right) < 2 || !isLower(right) {
		return false
	}
	l, _ := before(w.text, start)
	return l == '»' || l == '”' || utf8.RuneCountInString(left) > 1 && sameScript(left, right)
}

// isStop reports whether the dot at i, with spaces before it from start on,
// ends a sentence. It may also be a product, a folder, a section's number.
func (w *mender) isStop(start, i int, left kind) bool {
	to := spacesAfter(w.text, i+1)
	r, right := after(w.text, to)
	switch right {
	case edge:
		return true
	case letter:
		if left == digit || !unicode.IsUpper(r) {
			return false
		}
	case quotation, closing:
	default:
		return false
	}
	return left != letter || start-wordBefore(w.text, start) > 1
}

// insertSpace puts a space before the mark at i.
func (w *mender) insertSpace(i int) {
	r, left := before(w.text, i)
	switch {
	case left.word() || left == closing || left == quotation && !w.l.opensWith(r) || r == '…' || r == '%' || r == '°' || r == '€':
	default:
		return
	}
	if !w.endsSentence(i) || w.guard.holds(i) {
		return
	}
	switch w.text[i] {
	case ';':
		if isEntity(w.text, i) {
			return
		}
	case ':':
		t := w.guard.around(i)
		if strings.IndexByte(w.text[t[0]:i], ':') >= 0 {
			return // 12:30:
		}
	case '!', '?':
		start := wordBefore(w.text, i)
		if w.l.names[w.text[start:i+1]] {
			return
		}
	}
	if !w.isQuotedForeign(i) {
		w.edit(markSpace, i, i, " ")
	}
}

// endsSentence reports whether what follows the mark at i shows that it is
// one: not half of an emoticon, a number, an address or some markup.
func (w *mender) endsSentence(i int) bool {
	c := w.text[i]
	r, right := after(w.text, i+1)
	switch right {
	case space: // : ) is a face too
		return c != ':' && c != ';' || byteAt(w.text, spacesAfter(w.text, i+1)) != ')'
	case edge, quotation:
		return true
	case closing: // :) and ;) are faces, !) and ?) are not
		return c == '!' || c == '?' || c == '.'
	}
	return (c == '!' || c == '?') && (r == '!' || r == '?' || r == '…')
}

// isEntity reports whether the semicolon at i ends an HTML entity.
func isEntity(text string, i int) bool {
	start := i
	for start > 0 && i-start < 10 && (asciiWord(text[start-1]) || text[start-1] == '#') {
		start--
	}
	return start < i && start > 0 && text[start-1] == '&'
}
