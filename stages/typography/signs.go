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
		dots := i - start
		if dots == 1 {
			if i, dots = spacedDots(w.text, start); dots < 3 {
				continue
			}
		}
		if dots >= w.l.dots[0] && dots <= w.l.dots[1] && w.isEllipsis(start, i) {
			w.editProse(ellipsis, start, i, w.endsAbbreviation(start, right))
		}
		if i >= len(w.text) {
			return
		}
	}
}

// surplusEllipses writes a full stop for an ellipsis that follows an
// abbreviation that says the same.
func (w *mender) surplusEllipses() {
	if len(w.l.complete) == 0 {
		return
	}
	for i := strings.Index(w.text, "…"); i >= 0; {
		end := i + len("…")
		if w.endsAbbreviation(i, "…") == "." && !strings.HasPrefix(w.text[end:], "…") {
			w.editProse(ellipsis, i, end, ".")
		}
		n := strings.Index(w.text[end:], "…")
		if n < 0 {
			return
		}
		i = end + n
	}
}

// endsAbbreviation returns a full stop in place of the ellipsis at i if that
// follows an abbreviation that says the same: etc.
func (w *mender) endsAbbreviation(i int, right string) string {
	if from := wordBefore(w.text, i); i-from < 8 && w.l.complete[w.text[from:i]] {
		return "."
	}
	return right
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
	case end-start == 2 && (left != letter || start-wordBefore(w.text, start) < 2 || !right.blank()):
		return false // a folder, a range, [..]
	case left.word() && right.word() && (left == digit || right == digit), l == '/', r == '/', l == '\\', r == '\\':
		return false
	case (l == '(' || l == '[' || l == ',' || l == '{') && right == letter:
		return false
	case left == letter && right == letter && w.isMask(start, end):
		return false // b....y, x...y
	case l == '…' || r == '…' || r == '.':
		return false
	case right == sign && r != '*' || left == sign && l != '*':
		return false
	}
	return true
}

// isMask reports whether the dots [start, end) between two letters hide some of a
// word, or stand between two variables.
func (w *mender) isMask(start, end int) bool {
	left := utf8.RuneCountInString(w.text[wordBefore(w.text, start):start])
	right := utf8.RuneCountInString(w.text[end:wordAfter(w.text, end)])
	if end-start > 3 && w.text[start+1] == '.' {
		return min(left, right) < 3
	}
	return left == 1 && right == 1
}

// substitutes writes the signs that letters in parentheses stand in for.
func (w *mender) substitutes() {
	if w.profile == ASCII {
		return
	}
	for i := nextByte(w.text, 0, '('); i >= 0; i = nextByte(w.text, i+1, '(') {
		end := strings.IndexByte(w.text[i:min(len(w.text), i+4)], ')') + i + 1
		if end <= i {
			continue
		}
		from := i
		sign := ""
		_, left := before(w.text, i)
		switch w.text[i:end] {
		case "(c)", "(C)":
			if w.isCopyright(i, end) {
				sign = "©"
			}
		case "(tm)", "(TM)":
			if _, k := before(w.text, spacesBefore(w.text, i)); k == letter {
				from, sign = spacesBefore(w.text, i), "™"
			}
		case "(R)":
			if start := wordBefore(w.text, i); left == letter && i-start > 1 && startsUpper(w.text[start:i]) {
				sign = "®"
			}
		}
		if _, right := after(w.text, end); sign != "" && !right.word() {
			w.editProse(substitute, from, end, sign)
		}
	}
}

// isCopyright reports whether the (c) at [i, end) claims a right, before a year
// or after the word itself. It may also be the third of a list.
func (w *mender) isCopyright(i, end int) bool {
	if _, left := before(w.text, i); left == letter {
		return false
	}
	if yearAt(w.text, spacesAfter(w.text, end)) > 0 {
		return true
	}
	to := spacesBefore(w.text, i)
	return strings.EqualFold(w.text[wordBefore(w.text, to):to], "copyright")
}

// startsUpper reports whether word begins with a capital.
func startsUpper(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(r)
}

// printSigns sets what only print asks for: the multiplication sign between two
// numbers, and degrees of temperature.
func (w *mender) printSigns() {
	if w.profile != Print {
		return
	}
	for i := 0; i < len(w.text); {
		switch w.text[i] {
		case 'x', 'X', 0xC2, 0xD0, 0xD1:
		default:
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(w.text[i:])
		switch r {
		case 'x', 'X', 'х', 'Х': // Cyrillic, the last two
			if w.multiplies(i, i+n) {
				w.editProse(times, i, i+n, "×")
			}
		case '°', 'º':
			i = w.temperature(i, i+n)
			continue
		}
		i += n
	}
}

// multiplies reports whether the letter [i, end) stands between two numbers, the
// first of which may have its unit: 10 x 15, 3 m x 4 m. The car is a 4x4.
func (w *mender) multiplies(i, end int) bool {
	from, to := spacesBefore(w.text, i), spacesAfter(w.text, end)
	if (from == i) != (to == end) || !isDigit(byteAt(w.text, to)) {
		return false
	}
	start := wordBefore(w.text, from)
	if start < from && from == i || from-start > 3 {
		return false
	}
	if start < from {
		start = spacesBefore(w.text, start)
	}
	if c := byteAt(w.text, start-1); from < i && (c == '"' || c == '\'') {
		start--
	}
	if !isDigit(byteAt(w.text, start-1)) {
		return false
	}
	first := start
	for isDigit(byteAt(w.text, first-1)) {
		first--
	}
	if _, left := before(w.text, first); left == letter || left == sign || left == joiner {
		return false
	}
	return from < i || w.text[first:i] != "0" && (start-first > 1 || isDigit(byteAt(w.text, to+1)) || w.text[first:i] != w.text[to:to+1])
}

// temperature writes the degree sign [i, end), if C or F follows it, and the
// space before it as the language has it. It returns where to go on.
func (w *mender) temperature(i, end int) int {
	to := spacesAfter(w.text, end)
	from := spacesBefore(w.text, i)
	c := byteAt(w.text, to)
	_, right := after(w.text, to+1)
	if c != 'C' && c != 'F' || right.word() || !isDigit(byteAt(w.text, from-1)) {
		return end
	}
	s := w.text[from:i]
	if s == "" && w.l.units["°C"] {
		s = noBreak
	}
	w.editProse(degree, from, to, s+"°")
	return to
}
