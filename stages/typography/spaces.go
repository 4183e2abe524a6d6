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
	if start >= end || isTable(w.text[start:end]) {
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
// words.
func isTable(line string) bool {
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
	return gaps > 1 && gaps*3 > words || widest > 3 && words < 8
}

// markSpaces sets the space before , . ; : ! ? as the language has it, and
// takes it away inside parentheses.
func (w *mender) markSpaces() {
	for i := 0; i < len(w.text); i++ {
		switch w.text[i] {
		case '(':
			w.closeUpAfter(i)
			continue
		case ')':
			w.closeUpBefore(i)
			continue
		}
		what := w.l.before[w.text[i]]
		switch what {
		case "", "any":
		case "none":
			w.removeSpace(i)
		default:
			w.insertSpace(i)
		}
	}
}

// closeUpAfter takes away the space after the parenthesis at i if a word
// follows, and none goes before as in f( x ).
func (w *mender) closeUpAfter(i int) {
	to := spacesAfter(w.text, i+1)
	_, left := before(w.text, i)
	_, right := after(w.text, to)
	if to > i+1 && left.blank() && right == letter && !isShort(w.text, to, wordAfter(w.text, to)) && !w.guard.holds(i) {
		w.edit(markSpace, i+1, to, "")
	}
}

// closeUpBefore takes away the space before the parenthesis at i if it follows
// a word: what follows a mark may be a face.
func (w *mender) closeUpBefore(i int) {
	from := spacesBefore(w.text, i)
	_, left := before(w.text, from)
	_, right := after(w.text, i+1)
	if from < i && left == letter && !right.word() && !isShort(w.text, wordBefore(w.text, from), from) && !w.guard.holds(i) {
		w.edit(markSpace, from, i, "")
	}
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
		w.edit(markSpace, start, i+1, ", ")
		return
	}
	if !w.endsSentence(i) {
		return
	}
	l, left := before(w.text, start)
	switch c := w.text[i]; {
	case l == '«' || l == '„' || l == '‹' || l == '‚' || l == '“' && !w.l.closesWith('“'):
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

// isMisplaced reports whether the mark at i is a comma with its space, from start
// on, on the wrong side, between two words of prose: one ,two.
func (w *mender) isMisplaced(start, i int) bool {
	if w.text[i] != ',' || w.guard.holds(i) {
		return false
	}
	from, to := wordBefore(w.text, start), wordAfter(w.text, i+1)
	left, right := w.text[from:start], w.text[i+1:to]
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
	case left.word() || left == closing || left == quotation || r == '…' || r == '%' || r == '°' || r == '€':
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
	w.edit(markSpace, i, i, " ")
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

// sentenceSpaces puts a space where two words are glued by a mark.
func (w *mender) sentenceSpaces() {
	for i := 0; i < len(w.text); i++ {
		switch w.text[i] {
		case ',':
			w.partWords(i)
		case '.', '!', '?':
			w.partSentences(i, i+1)
		case 0xE2:
			if strings.HasPrefix(w.text[i:], "…") {
				w.partSentences(i, i+len("…"))
			}
		}
	}
}

// partWords puts a space after the comma at i if it stands alone between two
// words.
func (w *mender) partWords(i int) {
	start, end := wordBefore(w.text, i), wordAfter(w.text, i+1)
	if utf8.RuneCountInString(w.text[start:i]) < 2 || utf8.RuneCountInString(w.text[i+1:end]) < 2 {
		return
	}
	if isUpper(w.text[start:i]) || isUpper(w.text[i+1:end]) || byteAt(w.text, end) == ',' || byteAt(w.text, start-1) == ',' {
		return
	}
	if !sameScript(w.text[start:i], w.text[i+1:end]) {
		return
	}
	const longest, prose = 60, 200
	t := w.guard.around(i)
	if t[1]-t[0] > longest || strings.Count(w.text[t[0]:t[1]-1], ",") != 1 || w.guard.holds(i) {
		return
	}
	if head := w.text[:min(len(w.text), prose)]; strings.Count(head, " ") < 4 || strings.Count(head, ",") > 3*strings.Count(head, ", ")+2 {
		return // a list of tags
	}
	w.edit(sentenceSpace, i+1, i+1, " ")
}

// partSentences puts a space between a sentence that ends with the mark
// [i, end) and the next, if its first word is known to begin one.
func (w *mender) partSentences(i, end int) {
	if len(w.l.starters) == 0 {
		return
	}
	if w.text[i] == '!' || w.text[i] == '?' {
		i = spacesBefore(w.text, i)
	}
	start, stop := wordBefore(w.text, i), wordAfter(w.text, end)
	if stop == end || utf8.RuneCountInString(w.text[start:i]) < 2 || !isLower(w.text[start:i]) || !w.l.starters[w.text[end:stop]] {
		return
	}
	if _, right := after(w.text, stop); right != space && right != elision {
		return
	}
	if _, left := before(w.text, start); left != space && left != elision && left != joiner || w.guard.holds(end-1) {
		return
	}
	w.edit(sentenceSpace, end, end, " ")
}

// sameScript reports whether two words may be of one language: damaged marks
// look like letters of another.
func sameScript(a, b string) bool {
	r, _ := utf8.DecodeLastRuneInString(a)
	q, _ := utf8.DecodeRuneInString(b)
	return unicode.Is(unicode.Latin, r) == unicode.Is(unicode.Latin, q)
}

func isUpper(s string) bool { return strings.IndexFunc(s, unicode.IsLower) < 0 }
func isLower(s string) bool { return strings.IndexFunc(s, unicode.IsUpper) < 0 }
