package typography

import "unicode/utf8"

// straighten writes typographic marks in ASCII, in any language.
func (w *mender) straighten() {
	for i := 0; i < len(w.text); {
		c := w.text[i]
		if c != 0xC2 && c != 0xE2 {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(w.text[i:])
		switch r {
		case '“', '”', '„', '‟':
			w.edit(straight, i, i+n, `"`)
		case '‘', '’', '‚', '‛', '‹', '›':
			w.edit(straight, i, i+n, "'")
		case '…':
			w.edit(straight, i, i+n, "...")
		case '«', '»':
			w.straightenGuillemet(i, i+n, r)
			i = max(i+n, w.edits[len(w.edits)-1].End)
			continue
		}
		i += n
	}
}

// straightenGuillemet writes a guillemet as a straight mark, which has no space
// on its inner side.
func (w *mender) straightenGuillemet(i, end int, r rune) {
	_, left := before(w.text, i)
	_, right := after(w.text, end)
	switch {
	case r == '«' && right == space && (left.blank() || left == opening || left == elision):
		w.edit(straight, i, spacesAfter(w.text, end), `"`)
	case r == '»' && left == space && !right.word():
		from := spacesBefore(w.text, i)
		if n := len(w.edits); n > 0 {
			from = max(from, w.edits[n-1].End)
		}
		w.edit(straight, from, end, `"`)
	default:
		w.edit(straight, i, end, `"`)
	}
}

// printSpaces sets the no-break spaces that the language prints: before its
// marks, inside its guillemets, between a number and its unit.
func (w *mender) printSpaces() {
	for i := 0; i < len(w.text); {
		n := spaceAt(w.text, i)
		if n == 0 {
			i++
			continue
		}
		if !w.l.mayPrint[byteAt(w.text, i+n)] && !w.l.afterMark[byteAt(w.text, i-1)] && !w.l.mayBind.holds(w.text, i) {
			i += n
			continue
		}
		if spacesBefore(w.text, i) == i && spacesAfter(w.text, i) == i+n {
			if s := w.printed(i, i+n); s != "" {
				w.edit(printSpace, i, i+n, s)
			}
		}
		i += n
	}
}

// printed returns what the single space [i, end) is in print, empty where any
// will do.
func (w *mender) printed(i, end int) string {
	l, left := before(w.text, i)
	r, right := after(w.text, end)
	switch {
	case left == edge || right == edge:
		return ""
	case w.l.before[r] == "wide":
		return noBreak
	case w.l.before[r] == "narrow":
		return narrowNoBreak
	case w.l.pack.Guillemets == "space" && (l == '«' || r == '»'):
		return noBreak
	case left == digit && right == digit && w.isThousands(i, end):
		return narrowNoBreak
	case left == digit:
		if stop := wordAfter(w.text, end); stop > end && stop-end <= 8 && w.l.units[w.text[end:stop]] || w.l.units[string(r)] {
			return noBreak
		}
	}
	if right.word() && w.l.mayBind.holds(w.text, i) && w.l.bound[abbreviationBefore(w.text, i)] {
		return noBreak
	}
	return ""
}

// abbreviationBefore returns the short word, with its dots, that ends at i.
func abbreviationBefore(text string, i int) string {
	const longest = 12
	from := i
	for from > 0 && i-from < longest {
		r, n := utf8.DecodeLastRuneInString(text[:from])
		if k := kindOf(r); k == space || k == opening || k == elision {
			break
		}
		from -= n
	}
	return text[from:i]
}

// isThousands reports whether the space [i, end) parts the thousands of a
// number: one to three digits before it, exactly three after it.
func (w *mender) isThousands(i, end int) bool {
	before := 0
	for before < 4 && isDigit(byteAt(w.text, i-1-before)) {
		before++
	}
	after := 0
	for after < 4 && isDigit(byteAt(w.text, end+after)) {
		after++
	}
	return before <= 3 && after == 3
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
