package typography

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// sentenceSpaces puts a space where two words are glued by a mark.
func (w *mender) sentenceSpaces() {
	for i := 0; i < len(w.text); i++ {
		c := w.text[i]
		if !sentenceBytes[c] {
			continue
		}
		if next := byteAt(w.text, i+1); next < utf8.RuneSelf && !isASCIILetter(next) && next != ',' && c != '(' {
			continue // nothing is glued to it
		}
		switch c {
		case ',':
			if byteAt(w.text, i+1) == ',' {
				i = w.doubledComma(i)
			} else {
				w.partWords(i)
			}
		case ';', ':':
			w.partClauses(i)
		case '(':
			if w.isAside(i) {
				w.edit(sentenceSpace, i, i, " ")
			}
		case ')':
			if w.endsAside(i) {
				w.edit(sentenceSpace, i+1, i+1, " ")
			}
		case '.', '!', '?':
			w.partSentences(i, i+1)
		case 0xE2:
			if strings.HasPrefix(w.text[i:], "…") {
				w.partSentences(i, i+len("…"))
			}
		case 0xC2:
			if c := byteAt(w.text, i+1); c == 0xA1 || c == 0xBF {
				w.partOpening(i)
			}
		}
	}
}

// sentenceBytes are those at which sentenceSpaces may find that one is missing.
var sentenceBytes = table(",;:().!?\xC2\xE2")

// isAside reports whether the parenthesis at i, glued to a word, begins words of
// their own and no ending: writer(s), (re)read, f(x).
func (w *mender) isAside(i int) bool {
	start := wordBefore(w.text, i)
	left := w.text[start:i]
	if utf8.RuneCountInString(left) < 3 || isUpper(left) || w.guard.holds(i) {
		return false
	}
	const longest = 200
	n := strings.IndexAny(w.text[i+1:min(len(w.text), i+longest)], "()")
	if n < 0 || w.text[i+1+n] != ')' {
		return false
	}
	inside := w.text[i+1 : i+1+n]
	_, right := after(w.text, i+n+2)
	first := inside[:wordAfter(inside, 0)]
	if right.word() || utf8.RuneCountInString(first) < 2 || strings.ContainsAny(inside, "=;\"'_/") {
		return false
	}
	several := strings.IndexByte(inside, ' ') > 0 && (w.isKnown(first) || strings.IndexByte(inside, ',') < 0)
	return (several || first == inside && startsUpper(inside)) && w.isProse(i)
}

// endsAside reports whether the parenthesis at i ends words of their own, and a
// word is glued to it.
func (w *mender) endsAside(i int) bool {
	right := w.text[i+1 : wordAfter(w.text, i+1)]
	if utf8.RuneCountInString(right) < 2 || !w.isKnown(right) || !isLower(right) || w.guard.holds(i) {
		return false
	}
	const longest = 200
	from := max(0, i-longest)
	n := strings.LastIndexAny(w.text[from:i], "()")
	if n < 0 || w.text[from+n] != '(' {
		return false
	}
	open := from + n
	_, left := before(w.text, open)
	inside := w.text[open+1 : i]
	return left.blank() && (strings.IndexByte(inside, ' ') > 0 || len(inside) > 5)
}

// doubledComma writes one comma for the two at i, if they stand between a word
// and a space. It returns the place of the last of the row.
func (w *mender) doubledComma(i int) int {
	end := i
	for byteAt(w.text, end) == ',' {
		end++
	}
	_, left := before(w.text, i)
	_, right := after(w.text, end)
	if end-i == 2 && left == letter && right == space && !w.guard.holds(i) {
		w.edit(sentenceSpace, i+1, end, "")
	}
	return end - 1
}

// partOpening puts a space before the ¿ or ¡ at i that follows a word or the end
// of a sentence.
func (w *mender) partOpening(i int) {
	r, left := before(w.text, i)
	_, right := after(w.text, i+2)
	if (left == letter || r == '!' || r == '?') && right == letter && !w.guard.holds(i) {
		w.edit(sentenceSpace, i, i, " ")
	}
}

// glued returns the words on both sides of the mark [i, end).
func (w *mender) glued(i, end int) (left, right string) {
	return w.text[wordBefore(w.text, i):i], w.text[end:wordAfter(w.text, end)]
}

// partWords puts a space after the comma at i if it stands between two words of
// a sentence.
func (w *mender) partWords(i int) {
	left, right := w.glued(i, i+1)
	if utf8.RuneCountInString(left) < 2 || isUpper(left) || !w.isWord(right, i+1) || !sameScript(left, right) {
		return
	}
	const longest, most = 60, 3
	t := w.guard.around(i)
	if t[1]-t[0] > longest || strings.Count(w.text[t[0]:t[1]-1], ",") > most || w.guard.holds(i) || w.isTagList(i) {
		return
	}
	w.edit(sentenceSpace, i+1, i+1, " ")
}

// isWord reports whether word, which begins at i, is one of a sentence: no
// initials or variable, though an elision may be as short.
func (w *mender) isWord(word string, i int) bool {
	if utf8.RuneCountInString(word) > 1 {
		return !isUpper(word)
	}
	return word != "" && w.l.elisions[strings.ToLower(word)] && apostropheAt(w.text, i+len(word)) > 0
}

// isTagList reports whether the text before i has more commas without a space
// after them than with one, or is no prose.
func (w *mender) isTagList(i int) bool {
	const prose = 200
	head := w.text[max(0, i-prose):i]
	return strings.Count(head, ",") > 3*strings.Count(head, ", ")+2 || !w.isProse(i)
}

// partClauses puts a space after the semicolon or colon at i if it stands
// between two words of a sentence. What a colon joins may be one word, so the
// second must be known.
func (w *mender) partClauses(i int) {
	left, right := w.text[wordBefore(w.text, spacesBefore(w.text, i)):spacesBefore(w.text, i)], w.text[i+1:wordAfter(w.text, i+1)]
	if utf8.RuneCountInString(left) < 2 || isUpper(left) || !w.isWord(right, i+1) || !sameScript(left, right) || w.guard.holds(i) {
		return
	}
	if w.text[i] == ';' && isEntity(w.text, i) || w.text[i] == ':' && (w.l.pack.Colons || len(right) > 1 && !w.isKnown(right)) {
		return
	}
	t := w.guard.around(i)
	if strings.IndexByte(w.text[t[0]:i], w.text[i]) >= 0 || strings.IndexByte(w.text[i+1:t[1]], w.text[i]) >= 0 || !w.isProse(i) {
		return
	}
	w.edit(sentenceSpace, i+1, i+1, " ")
}

// partSentences puts a space between a sentence that ends with the mark
// [i, end) and the next, if the words on both sides are known to be apart.
func (w *mender) partSentences(i, end int) {
	if len(w.l.known) == 0 {
		return
	}
	if byteAt(w.text, end-1) != '.' && w.text[i] < utf8.RuneSelf {
		i = spacesBefore(w.text, i)
	}
	left, right := w.glued(i, end)
	if left == "" || right == "" {
		return
	}
	switch _, before := before(w.text, i-len(left)); before {
	case edge, space, elision, joiner, quotation, opening:
	default:
		if n := len(w.edits); n == 0 || w.edits[n-1].End != i-len(left) {
			return // nor has a space just been put there
		}
	}
	if w.areApart(left, right, end) && !w.guard.holds(end-1) {
		w.edit(sentenceSpace, end, end, " ")
	}
}

// areApart reports whether the mark between the words left and right, the second
// of which begins at end, is the end of a sentence, of a title (Dr.) or of a
// thought (Well…).
func (w *mender) areApart(left, right string, end int) bool {
	stop := end + len(right)
	_, next := after(w.text, stop)
	mark := w.text[end-1]
	if next != space && next != elision && (mark == '.' || next != point && next != edge) {
		return false
	}
	if mark == '.' && w.l.bound[left+"."] && (len(left) > 1 || startsUpper(left)) {
		return isCapitalised(right) // but not p.Field
	}
	if utf8.RuneCountInString(left) < 2 || !sameScript(left, right) {
		return false
	}
	if isLower(left) && w.l.starters[right] {
		return true
	}
	if mark != '.' && mark != '!' && mark != '?' && isLower(right) { // …
		return w.isKnown(right)
	}
	if !isCapitalised(right) || !isLower(left) && !isCapitalised(left) {
		return false
	}
	if mark != '.' {
		return !w.l.names[left+w.text[end-1:end]]
	}
	if w.isKnown(right) {
		return true
	}
	if !isLower(left) && isASCII(left) && isASCII(right) || len(right) < 4 {
		return false
	}
	from := spacesAfter(w.text, stop)
	return w.isKnown(left) || !isASCII(left) || !isASCII(right) || w.isKnown(w.text[from:wordAfter(w.text, from)])
}

// isCapitalised reports whether word is of two letters or more, of which the
// first alone is a capital.
func isCapitalised(word string) bool {
	r, n := utf8.DecodeRuneInString(word)
	return n < len(word) && unicode.IsUpper(r) && isLower(word[n:])
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
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
