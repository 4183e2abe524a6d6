package typography

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// ellipses writes three dots as the language writes an ellipsis.
func (w *mender) ellipses() {
	right := w.l.pack.Ellipsis
	if right == "" {
		return
	}
	for i := nextByte(w.text, 0, '.'); i >= 0; i = nextByte(w.text, i, '.') {
		start := i
		for byteAt(w.text, i) == '.' {
			i++
		}
		switch {
		case i-start == 3 && w.isEllipsis(start, i):
			w.editProse(ellipsis, start, i, right)
		case i-start == 1:
			var dots int
			if i, dots = spacedDots(w.text, start); dots == 3 && w.isEllipsis(start, i) {
				w.editProse(ellipsis, start, i, right)
			}
		}
		if i >= len(w.text) {
			return
		}
	}
}

// spacedDots returns the end of the run of dots with spaces between them that
// begins at i, and how many they are.
func spacedDots(text string, i int) (end, dots int) {
	end, dots = i+1, 1
	for {
		n := spaceAt(text, end)
		if n == 0 || byteAt(text, end+n) != '.' {
			return end, dots
		}
		end += n + 1
		dots++
	}
}

// isEllipsis reports whether the dots [start, end) are no range, path or
// argument list.
func (w *mender) isEllipsis(start, end int) bool {
	l, left := before(w.text, start)
	r, right := after(w.text, end)
	switch {
	case left == digit && right == digit, l == '/', r == '/', l == '\\', r == '\\':
		return false
	case (l == '(' || l == '[' || l == ',' || l == '{') && right == letter:
		return false
	case left == letter && right == letter && start-wordBefore(w.text, start) == 1 && wordAfter(w.text, end)-end == 1:
		return false // x...y
	case l == '…' || r == '…' || r == '.':
		return false
	case right == sign && r != '*' || left == sign && l != '*':
		return false
	}
	return true
}

// dashes writes as a dash what hyphens stand in for: two or three between
// words, one between two spaces in the middle of a sentence.
func (w *mender) dashes() {
	double, spaced := w.l.pack.Dash.Double, w.l.pack.Dash.Spaced
	for i := nextByte(w.text, 0, '-'); i >= 0; i = nextByte(w.text, i, '-') {
		start := i
		for byteAt(w.text, i) == '-' {
			i++
		}
		switch n := i - start; {
		case n == 1:
			if spaced != "" && w.isSpacedHyphen(start) {
				w.editProse(dash, start, i, spaced)
			}
		case n <= 3:
			if double != "" && w.isDoubleHyphen(start, i) {
				w.editProse(dash, start, i, double)
			}
		}
		if i >= len(w.text) {
			return
		}
	}
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
	if right != letter || unicode.IsUpper(r) {
		return false
	}
	if left == letter {
		return unicode.IsLower(l) && utf8.RuneCountInString(w.text[wordBefore(w.text, from):from]) > 1
	}
	return left == closing || l == ',' || l == '»' || l == '”'
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

// ligatures writes œ and æ in the words that have them.
func (w *mender) ligatures() {
	for i := 0; i+1 < len(w.text); i++ {
		switch w.text[i] {
		case 'o', 'O', 'a', 'A':
		default:
			continue
		}
		if c := w.text[i+1]; c != 'e' && c != 'E' {
			continue
		}
		const longest = 40
		from, to := wordBefore(w.text, i), wordAfter(w.text, i)
		word := w.text[from:to]
		if to-from <= longest {
			if right := w.ligated(word); right != "" && !w.guard.holds(i) && !w.partOfName(from, to) {
				w.edit(ligature, from, to, right)
			}
		}
		i = to - 1
	}
}

// ligated returns the spelling of word that has its ligature, in the same
// case; empty if it has none, or the case is none of a common word.
func (w *mender) ligated(word string) string {
	right, ok := w.l.ligatures[strings.ToLower(word)]
	if !ok {
		return ""
	}
	first, n := utf8.DecodeRuneInString(word)
	switch rest := word[n:]; {
	case isLower(word):
		return right
	case unicode.IsUpper(first) && isUpper(rest):
		return strings.ToUpper(right)
	case unicode.IsUpper(first) && isLower(rest):
		head, n := utf8.DecodeRuneInString(right)
		return string(unicode.ToUpper(head)) + right[n:]
	}
	return ""
}

// partOfName reports whether the word [from, to) is joined to others as in a
// file's name, or to digits.
func (w *mender) partOfName(from, to int) bool {
	l, left := before(w.text, from)
	r, right := after(w.text, to)
	return left == digit || right == digit || l == '#' || l == '_' || r == '_'
}

// numeros writes the abbreviation of "number" before a number.
func (w *mender) numeros() {
	p := &w.l.pack.Numero
	if p.Write == "" {
		return
	}
	for i := strings.IndexAny(w.text, "nN"); i >= 0 && i < len(w.text); {
		if _, left := before(w.text, i); left.blank() || left == opening || left == elision || left == quotation {
			w.numero(i)
		}
		n := strings.IndexAny(w.text[i+1:], "nN")
		if n < 0 {
			return
		}
		i += 1 + n
	}
}

// numero mends the abbreviation at i, if one stands there.
func (w *mender) numero(i int) {
	p := &w.l.pack.Numero
	for _, written := range append([]string{p.Write}, p.For...) {
		end := i + len(written)
		if end > len(w.text) || !strings.EqualFold(w.text[i:end], written) {
			continue
		}
		to := spacesAfter(w.text, end)
		if _, k := after(w.text, to); k != digit {
			continue
		}
		s := p.Write
		if w.text[i] == 'N' {
			s = strings.ToUpper(s[:1]) + s[1:]
		}
		if p.Space && to == end {
			s += " "
		} else {
			s += w.text[end:to]
		}
		if !w.guard.holds(i) {
			w.edit(numero, i, to, s)
		}
		return
	}
}
