package typography

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// singles puts right straight single quotation marks that come in pairs, and
// the apostrophes that end a word where no quotation is open.
func (w *mender) singles() {
	paired := len(w.l.levels) > 0
	trailing := w.l.pack.Trailing && w.l.pack.Apostrophe != ""
	if !paired && !trailing || !w.findSingles() {
		return
	}
	var around enclosure
	var want pair
	for _, m := range w.marks {
		switch {
		case m.role == opens && paired:
			want = w.l.wantSingle(around.upTo(w.l, w.text, m.start))
			inside, _ := w.inside(want.open)
			w.edit(quotes, m.start, m.end, string(want.open)+inside)
		case m.role == closes && paired:
			inside, _ := w.inside(want.close)
			w.edit(quotes, m.start, m.end, inside+string(want.close))
		case m.role == prime && trailing && m.left == letter:
			w.edit(apostrophe, m.start, m.end, w.l.pack.Apostrophe)
		}
	}
}

// wantSingle returns the pair for a quotation in straight single marks, inside
// the pair outer if that is not empty.
func (l *language) wantSingle(outer pair) pair {
	switch {
	case outer == pair{} && l.single != pair{}:
		return l.single
	case outer == pair{}:
		return l.levels[0]
	case outer == pair{'»', '«'} && l.rightInside[pair{'›', '‹'}]:
		return pair{'›', '‹'}
	}
	return l.within(outer)
}

// An enclosure follows the quotations that a text opens and closes.
type enclosure struct {
	at   int
	open []pair
}

// upTo returns the innermost pair that is open at i, past where it was asked
// for before.
func (e *enclosure) upTo(l *language, text string, i int) pair {
	for e.at < i {
		r, n := utf8.DecodeRuneInString(text[e.at:])
		e.at += n
		if n < 2 || kindOf(r) != quotation {
			continue
		}
		if n := len(e.open); n > 0 && e.open[n-1].close == r {
			e.open = e.open[:n-1]
		} else if p := l.opening(r); p != (pair{}) && n < deepest {
			e.open = append(e.open, p)
		}
	}
	if n := len(e.open); n > 0 {
		return e.open[n-1]
	}
	return pair{}
}

// opening returns the pair of double marks that r opens in the language.
func (l *language) opening(r rune) pair {
	for _, list := range [...][]pair{l.accepted, l.levels} {
		for _, p := range list {
			if p.open == r && r != '‘' && r != '‚' {
				return p
			}
		}
	}
	return pair{}
}

// findSingles finds the straight single marks that are no apostrophes inside a
// word, and gives them their roles; prime is that of an apostrophe that ends a
// word. It fails if a mark can't be told.
func (w *mender) findSingles() bool {
	w.marks = w.marks[:0]
	opened, paired, variables := -1, false, 0
	for i := nextSingle(w.text, 0); i >= 0; i = nextSingle(w.text, i+1) {
		m := mark{start: i, end: i + 1}
		_, m.left = before(w.text, i)
		_, m.right = after(w.text, i+1)
		switch {
		case w.guard.holds(i) || m.left == elision || m.right == elision || m.right == opening && w.isVariable(i):
			return false // code, or two in a row, or f'(x)
		case m.left == letter && m.right == letter, m.left == digit:
			continue // it's, 5'10", 6'
		case m.opensSingle() && opened < 0:
			opened, m.role = i+1, opens
		case !m.closesSingle() || w.text[i] == '`':
			return false
		case opened >= 0 && isOneSign(w.text[opened:i]):
			return false // '“': the sign itself is spoken of
		case opened >= 0 && !(w.l.pack.Trailing && mayOwn(w.text, opened, i)):
			m.role, opened, paired = closes, -1, true
		case opened < 0 && !paired:
			if m.role = prime; w.isVariable(i) {
				variables++
			}
		default:
			return false // 'the dogs' bowl': which of the two closes?
		}
		w.marks = append(w.marks, m)
	}
	return opened < 0 && variables < 2
}

// isVariable reports whether the mark at i follows a single letter, of which two
// are the primes of some mathematics, and one is that before a parenthesis.
func (w *mender) isVariable(i int) bool {
	return i > 0 && w.text[i-1] < utf8.RuneSelf && wordBefore(w.text, i) == i-1
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
	_, n := utf8.DecodeRuneInString(text[i:])
	to := spacesAfter(text, i+n)
	_, next := after(text, to)
	return text[i-1] == 's' && to > i+n && next == letter && strings.ContainsAny(text[start:i], " \u00a0\u202f")
}

// foreignSingles puts right pairs of ‘ and ’ where the language has other single
// marks.
func (w *mender) foreignSingles() {
	english := pair{'‘', '’'}
	if w.l.single == (pair{}) || w.l.single == english || w.l.right[english] || strings.Contains(w.text, "‚") {
		return
	}
	var around enclosure
	for i := strings.Index(w.text, "‘"); i >= 0; {
		end := w.closeSingle(i + len("‘"))
		if end > 0 && !w.guard.holds(i) {
			m := mark{start: i}
			_, m.left = before(w.text, i)
			_, m.right = after(w.text, i+len("‘"))
			if m.opensSingle() {
				want := w.l.wantSingle(around.upTo(w.l, w.text, i))
				w.edit(quotes, i, i+len("‘"), string(want.open))
				w.edit(quotes, end, end+len("’"), string(want.close))
			}
		}
		from := max(i, end) + len("‘")
		n := strings.Index(w.text[from:], "‘")
		if n < 0 {
			return
		}
		i = from + n
	}
}

// closeSingle returns the place of the ’ that ends the quotation which begins at
// start, 0 if there is none near, or it can't be told from an apostrophe.
func (w *mender) closeSingle(start int) int {
	const far = 300
	stop := min(len(w.text), start+far)
	for i := start; i < stop; {
		r, n := utf8.DecodeRuneInString(w.text[i:])
		if r == '‘' {
			return 0
		}
		if r == '’' {
			m := mark{}
			_, m.left = before(w.text, i)
			_, m.right = after(w.text, i+n)
			if m.closesSingle() {
				if w.l.pack.Trailing && mayOwn(w.text, start, i) {
					return 0
				}
				return i
			}
		}
		i += n
	}
	return 0
}

// nextSingle returns the place of the next straight single mark from i on, or of
// a grave accent that may stand for one; -1 if there is none.
func nextSingle(text string, i int) int {
	n := strings.IndexAny(text[i:], "'`")
	if n < 0 {
		return -1
	}
	return i + n
}

// nextByte returns the place of the next c from i on, -1 if there is none.
func nextByte(text string, i int, c byte) int {
	n := strings.IndexByte(text[i:], c)
	if n < 0 {
		return -1
	}
	return i + n
}
