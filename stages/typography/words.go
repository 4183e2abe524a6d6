package typography

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

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
	right := w.l.ligature(strings.ToLower(word))
	if right == "" {
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

// ligature returns the spelling of a word in lower case that has its ligature,
// empty if it has none.
func (l *language) ligature(word string) string {
	if right, ok := l.ligatures[word]; ok {
		return right
	}
	for n := len(word); n > 2; n-- {
		if right, ok := l.families[word[:n]]; ok {
			return right + word[n:]
		}
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
	const abbreviated = "№"
	if w.l.pack.Numero.Write == "" {
		return
	}
	for i := range len(w.text) {
		c := w.text[i]
		if c|0x20 != 'n' && !(c == abbreviated[0] && strings.HasPrefix(w.text[i:], abbreviated)) || asciiWord(byteAt(w.text, i-1)) {
			continue
		}
		if _, left := before(w.text, i); left.blank() || left == opening || left == elision || left == quotation {
			w.numero(i)
		}
	}
}

// numero mends the abbreviation at i, if one stands there.
func (w *mender) numero(i int) {
	p := &w.l.pack.Numero
	written := p.Write
	end := w.prefix(i, p.Write)
	for n := 0; end < 0 && n < len(p.For); n++ {
		end = w.prefix(i, p.For[n])
	}
	if end < 0 || w.guard.holds(i) {
		return
	}
	switch w.text[i] {
	case 'N':
		written = strings.ToUpper(written[:1]) + written[1:]
	case 'n':
		written = strings.ToLower(written[:1]) + written[1:]
	}
	to := spacesAfter(w.text, end)
	if p.Space && to == end {
		written += " "
	} else {
		written += w.text[end:to]
	}
	w.edit(numero, i, to, written)
}

// prefix returns the end of written at i, in either case, if a number follows
// it; -1 if not.
func (w *mender) prefix(i int, written string) int {
	end := i + len(written)
	if end > len(w.text) || !strings.EqualFold(w.text[i:end], written) {
		return -1
	}
	if _, k := after(w.text, spacesAfter(w.text, end)); k != digit {
		return -1
	}
	return end
}

// ordinals writes the ending of ordinal numbers: 2ème, XXème.
func (w *mender) ordinals() {
	if len(w.l.pack.Ordinals) == 0 {
		return
	}
	for i := 0; i < len(w.text); {
		c := w.text[i]
		if !isDigit(c) && !isRoman(c) {
			i++
			continue
		}
		start := i
		for i < len(w.text) && (isDigit(c) && isDigit(w.text[i]) || isRoman(c) && isRoman(w.text[i])) {
			i++
		}
		_, left := before(w.text, start)
		end := wordAfter(w.text, i)
		const longest = 12
		right, ok := w.l.pack.Ordinals[w.text[i:end]]
		if isRoman(c) && !strings.HasPrefix(right, "e") {
			ok = false // Vere, Xeres
		}
		if ok && end-i < longest && !left.word() && left != sign {
			w.editProse(ordinal, i, end, right)
		}
		i = end
	}
}

// isRoman reports whether c is a Roman digit. The numbers that are written as
// ordinals, centuries above all, have no others.
func isRoman(c byte) bool { return c == 'I' || c == 'V' || c == 'X' }

// gluedUnits puts a space between a number and the unit that is glued to it.
func (w *mender) gluedUnits() {
	if !w.l.pack.Apart {
		return
	}
	for i := 0; i < len(w.text); i++ {
		if !isDigit(w.text[i]) || isDigit(byteAt(w.text, i+1)) {
			continue
		}
		end := wordAfter(w.text, i+1)
		unit := w.text[i+1 : end]
		_, left := before(w.text, digitsBefore(w.text, i+1))
		r, right := after(w.text, end)
		if len(unit) > 1 && w.l.units[unit] && left != letter && left != sign && left != joiner &&
			right != digit && (right != joiner || r == '/') && !w.guard.holds(i) {
			w.edit(markSpace, i+1, i+1, " ")
		}
		i = max(i, end-1)
	}
}
