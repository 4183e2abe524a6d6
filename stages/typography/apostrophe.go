package typography

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tamis/pipeline"
)

// apostrophes writes the language's apostrophe inside words, and at the start
// of those that are known to have one there.
func (w *mender) apostrophes() {
	if w.l.pack.Apostrophe == "" {
		return
	}
	// ‘ is an apostrophe gone wrong, but for where it ends a ‚quotation‘.
	mayClose := w.l.closesWith('‘') && strings.Contains(w.text, "‚")
	for i := 0; i < len(w.text); {
		if !apostropheBytes[w.text[i]] {
			i++
			continue
		}
		n := apostropheAt(w.text, i)
		if n == 0 {
			i++
			continue
		}
		start, end := i, i+n
		i = end
		if m := apostropheAt(w.text, end); m > 0 {
			i = end + m
			if _, k := after(w.text, i); k == letter && w.text[start:end] == w.text[end:i] {
				end = i // l''homme
			} else {
				continue
			}
		}
		if !mayClose || w.text[start:end] != "‘" {
			w.mendApostrophe(start, end)
		}
	}
}

// mendApostrophe writes what stands at [start, end) as an apostrophe if what
// stands beside it says that it is one.
func (w *mender) mendApostrophe(start, end int) {
	right := w.l.pack.Apostrophe
	l, left := before(w.text, start)
	r, next := after(w.text, end)
	switch {
	case l == 'Ã' || l == 'Â' || l == 'Å':
		// Half of a damaged letter.
	case left == letter && next == letter:
		w.editProse(apostrophe, start, end, right)
	case left == letter && next == space && w.closesWord(start):
		w.editProse(apostrophe, start, end, right)
	case left == letter && (next == space || next == digit || r == '"' || r == '«' || r == '“'):
		w.elide(start, end, next, right)
	case left == space && (next == letter || next == space) && w.isStrayElision(start, end):
		w.editProse(apostrophe, spacesBefore(w.text, start), spacesAfter(w.text, end), right)
	case !left.word() && left != point && left != closing && next.word() && w.isLeading(end):
		w.editProse(apostrophe, start, end, right)
	case left == digit && next == letter && w.isSuffix(start, end):
		w.editProse(apostrophe, start, end, right)
	}
}

// apostropheBytes are those at which apostropheAt may find one.
var apostropheBytes = table("'`\xC2\xE2")

// apostropheAt returns the length of what may stand for an apostrophe at i: the
// character itself, a straight one, a grave or acute accent, a prime, a single
// quotation mark that opens.
func apostropheAt(text string, i int) int {
	switch byteAt(text, i) {
	case '\'', '`':
		return 1
	case 0xC2:
		if byteAt(text, i+1) == 0xB4 { // ´
			return 2
		}
	case 0xE2:
		if byteAt(text, i+1) == 0x80 {
			switch byteAt(text, i+2) {
			case 0x98, 0x99, 0x9B, 0xB2: // ‘ ’ ‛ ′
				return 3
			}
		}
	}
	return 0
}

// editProse notes an edit unless it is of something that is not prose.
func (w *mender) editProse(rule *pipeline.Rule, start, end int, s string) {
	if !w.guard.holds(start) {
		w.edit(rule, start, end, s)
	}
}

// elide joins an elision to what follows it: l' homme, d'"art", l'1.
func (w *mender) elide(start, end int, next kind, right string) {
	from := wordBefore(w.text, start)
	if len(w.l.elisions) == 0 || start-from > 12 || !w.l.elisions[strings.ToLower(w.text[from:start])] {
		return
	}
	if _, left := before(w.text, from); left.word() || left == elision {
		return
	}
	if next == space {
		to := spacesAfter(w.text, end)
		if !elidable(w.text, to) {
			return
		}
		end = to
	}
	w.editProse(apostrophe, start, end, right)
}

// isStrayElision reports whether the apostrophe [start, end) belongs to an
// elision that a space parts from it: l 'homme.
func (w *mender) isStrayElision(start, end int) bool {
	to := spacesBefore(w.text, start)
	from := wordBefore(w.text, to)
	if len(w.l.elisions) == 0 || to-from != 1 && !strings.HasSuffix(w.text[from:to], "u") || to-from > 12 || !w.l.elisions[strings.ToLower(w.text[from:to])] || !elidable(w.text, spacesAfter(w.text, end)) {
		return false
	}
	_, left := before(w.text, from)
	return left.blank() || left == opening
}

// elidable reports whether the word at i begins with a vowel or an h, before
// which a word is elided.
func elidable(text string, i int) bool {
	r, _ := utf8.DecodeRuneInString(text[min(i, len(text)):])
	return strings.ContainsRune("aàâäeéèêëiîïoôöuùûühyœæ", unicode.ToLower(r))
}

// isLeading reports whether a word or a decade that begins with an apostrophe
// begins at i: ’tis, ’90s.
func (w *mender) isLeading(i int) bool {
	if isDigit(byteAt(w.text, i)) {
		return w.isDecade(i)
	}
	end := wordAfter(w.text, i)
	if end-i > 16 {
		return false
	}
	word := strings.ToLower(w.text[i:end])
	if n := apostropheAt(w.text, end); n > 0 {
		_, k := after(w.text, end+n)
		return w.l.leading[word+"'"] && k == space
	}
	return w.l.leading[word]
}

// isDecade reports whether two digits that stand for a year begin at i: ’90,
// ’90s. Without the s a single mark after them may close what begins here.
func (w *mender) isDecade(i int) bool {
	end := i + 2
	if !isDigit(byteAt(w.text, i+1)) {
		return false
	}
	if byteAt(w.text, end) == 's' {
		end++
	}
	r, k := after(w.text, end)
	if k.word() || r == '%' || r == '°' || r == '€' || k == joiner {
		return false
	}
	return end == i+3 || !closesLater(w.text, end)
}

// closesLater reports whether a mark that may end a quotation follows i.
func closesLater(text string, i int) bool {
	const far = 200
	for end := min(len(text), i+far); i < end; {
		n := apostropheAt(text, i)
		if n == 0 {
			i++
			continue
		}
		_, left := before(text, i)
		_, right := after(text, i+n)
		if !left.blank() && !right.word() {
			return true
		}
		i += n
	}
	return false
}

// closesWord reports whether the apostrophe at i is the second of a word that
// has one at both ends: rock ’n’ roll.
func (w *mender) closesWord(i int) bool {
	from := wordBefore(w.text, i)
	if i-from > 16 || !w.l.leading[strings.ToLower(w.text[from:i])+"'"] {
		return false
	}
	for n := 1; n <= 3 && n <= from; n++ {
		if apostropheAt(w.text, from-n) == n {
			_, left := before(w.text, from-n)
			return left == space
		}
	}
	return false
}

// isSuffix reports whether the apostrophe [start, end) joins a suffix to the
// number before it: 1990’s, 1990’da.
func (w *mender) isSuffix(start, end int) bool {
	to := wordAfter(w.text, end)
	return to-end < 8 && w.l.suffixes[w.text[end:to]] && isDigit(byteAt(w.text, start-2))
}
