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
	case left == letter && (next == space || next == digit || r == '"' || r == '«' || r == '“'):
		w.elide(start, end, next, right)
	case left == space && (next == letter || next == space) && w.isStrayElision(start, end):
		w.editProse(apostrophe, spacesBefore(w.text, start), spacesAfter(w.text, end), right)
	case !left.word() && left != point && left != closing && next.word() && w.isLeading(end):
		w.editProse(apostrophe, start, end, right)
	case left == digit && next == letter && w.isPluralOfNumber(start, end):
		w.editProse(apostrophe, start, end, right)
	}
}

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
	if len(w.l.elisions) == 0 || to-from != 1 || !w.l.elisions[strings.ToLower(w.text[from:to])] || !elidable(w.text, spacesAfter(w.text, end)) {
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
	if len(w.l.leading) == 0 {
		return false
	}
	if byteAt(w.text, i) >= '0' && byteAt(w.text, i) <= '9' {
		end := i + 2
		if c := byteAt(w.text, i+1); c < '0' || c > '9' {
			return false
		}
		_, k := after(w.text, end+1)
		return byteAt(w.text, end) == 's' && k != letter && k != digit
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

// isPluralOfNumber reports whether the apostrophe stands in 1990’s.
func (w *mender) isPluralOfNumber(start, end int) bool {
	if len(w.l.leading) == 0 || byteAt(w.text, end) != 's' || start < 2 || w.text[start-1] != '0' {
		return false
	}
	_, k := after(w.text, end+1)
	return !k.word()
}

// singles puts right straight single quotation marks that come in pairs, and
// the apostrophes that end a word where no quotation is open.
func (w *mender) singles() {
	paired := w.l.single != (pair{})
	trailing := w.l.pack.Trailing && w.l.pack.Apostrophe != ""
	if !paired && !trailing || !w.findSingles() {
		return
	}
	for _, m := range w.marks {
		switch {
		case m.role == opens && paired:
			w.edit(quotes, m.start, m.end, string(w.l.single.open))
		case m.role == closes && paired:
			w.edit(quotes, m.start, m.end, string(w.l.single.close))
		case m.role == prime && trailing && m.left == letter:
			w.edit(apostrophe, m.start, m.end, w.l.pack.Apostrophe)
		}
	}
}

// findSingles finds the straight single marks that are no apostrophes inside a
// word, and gives them their roles; prime is that of an apostrophe that ends a
// word. It fails if a mark can't be told.
func (w *mender) findSingles() bool {
	w.marks = w.marks[:0]
	opened, paired := -1, false
	for i := nextByte(w.text, 0, '\''); i >= 0; i = nextByte(w.text, i+1, '\'') {
		m := mark{start: i, end: i + 1}
		_, m.left = before(w.text, i)
		_, m.right = after(w.text, i+1)
		switch {
		case w.guard.holds(i) || m.left == elision || m.right == elision:
			return false // code, or two in a row
		case m.left == letter && m.right == letter, m.left == digit:
			continue // it's, 5'10", 6'
		case m.opensSingle() && opened < 0:
			opened, m.role = i+1, opens
		case !m.closesSingle():
			return false
		case opened >= 0 && isOneSign(w.text[opened:i]):
			return false // '“': the sign itself is spoken of
		case opened >= 0 && !mayOwn(w.text, opened, i):
			m.role, opened, paired = closes, -1, true
		case opened < 0 && !paired:
			m.role = prime
		default:
			return false // 'the dogs' bowl': which of the two closes?
		}
		w.marks = append(w.marks, m)
	}
	return opened < 0
}

// isOneSign reports whether s is one character, and no word.
func isOneSign(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	return n == len(s) && !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

func (m *mark) opensSingle() bool {
	apart := m.left.blank() || m.left == opening || m.left == quotation || m.left == joiner
	return apart && (m.right.word() || m.right == opening || m.right == quotation)
}

func (m *mark) closesSingle() bool {
	ended := m.left.word() || m.left == point || m.left == closing || m.left == quotation
	return ended && !m.right.word()
}

// mayOwn reports whether the mark at i, which would close a quotation of
// several words that begins at start, may as well be a possessive: 'the dogs' bowl.
func mayOwn(text string, start, i int) bool {
	to := spacesAfter(text, i+1)
	_, next := after(text, to)
	return text[i-1] == 's' && to > i+1 && next == letter && strings.ContainsAny(text[start:i], " \u00a0\u202f")
}

// nextByte returns the place of the next c from i on, -1 if there is none.
func nextByte(text string, i int, c byte) int {
	n := strings.IndexByte(text[i:], c)
	if n < 0 {
		return -1
	}
	return i + n
}
