package typography

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A mark is a quotation mark in a text.
type mark struct {
	start, end  int  // with both halves of << or ``
	glyph       rune // the mark itself; '"' stands for all that have no side
	left, right kind // of what stands beside it, other quotation marks aside
	closes      bool // what is right of it is no part of a quotation: , . ) or the end
	role        role
	other       int // the mark of the same pair
	outer       int // the opening mark of the pair around it
	depth       int // 0 for the outermost pair
}

type role uint8

const (
	unclear role = iota
	opens
	closes
	prime // no quotation mark: inches, seconds
)

// deepest bounds the nesting of quotations that is believed.
const deepest = 3

// quotations puts right the quotation marks of a text, all of them or none: if
// one is left over, any of them may be the wrong one.
func (w *mender) quotations() {
	w.unclosed = ""
	if len(w.l.levels) == 0 {
		return
	}
	w.findMarks()
	if len(w.marks) == 0 {
		return
	}
	if !w.match() && !(w.forgetArrows() && w.match()) {
		if len(w.open) > 0 {
			w.unclosed = excerpt(w.text[w.marks[w.open[0]].start:])
		}
		return
	}
	for i := range w.marks {
		m := &w.marks[i]
		if w.isDoubled(i) {
			w.edit(quotes, m.start, m.end, "")
			continue
		}
		switch m.role {
		case opens:
			w.rewriteOpening(m, &w.marks[m.other])
		case closes:
			w.rewriteClosing(m, &w.marks[m.other])
		}
	}
}

// excerpt returns the beginning of text.
func excerpt(text string) string {
	const longest = 60
	if len(text) <= longest {
		return text
	}
	end := longest
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// findMarks finds all double quotation marks that are not code.
func (w *mender) findMarks() {
	w.marks = w.marks[:0]
	for i := 0; i < len(w.text); {
		if !quoteBytes[w.text[i]] {
			i++
			continue
		}
		glyph, n := quoteAt(w.text, i)
		if glyph != 0 && !w.guard.holds(i) {
			w.marks = append(w.marks, mark{start: i, end: i + n, glyph: glyph})
		}
		i += n
	}
	// What stands beside a mark is seen past its neighbours: “‘So be it.’”
	for i := range w.marks {
		m := &w.marks[i]
		if i > 0 && w.marks[i-1].end == m.start {
			m.left = w.marks[i-1].left
		} else {
			m.left = w.beside(m.start, -1)
		}
	}
	for i := len(w.marks) - 1; i >= 0; i-- {
		m := &w.marks[i]
		if i+1 < len(w.marks) && w.marks[i+1].start == m.end {
			m.right, m.closes = w.marks[i+1].right, w.marks[i+1].closes
			continue
		}
		m.right = w.beside(m.end, 1)
		r, k := after(w.text, spacesAfter(w.text, m.end))
		m.closes = k == edge || k == closing || k == point && r != '…' && byteAt(w.text, spacesAfter(w.text, m.end)+1) != '.'
	}
}

// beside returns the kind of what stands on one side of i, past one single
// quotation mark.
func (w *mender) beside(i, side int) kind {
	if side < 0 {
		r, k := before(w.text, i)
		if k == quotation {
			_, k = before(w.text, i-utf8.RuneLen(r))
		}
		return k
	}
	r, k := after(w.text, i)
	if k == quotation || k == elision {
		if _, next := after(w.text, i+utf8.RuneLen(r)); next != edge {
			return next
		}
		return edge
	}
	return k
}

// quoteBytes are those at which quoteAt may find a mark.
var quoteBytes = table("\"'`,<>\xC2\xE2")

// quoteAt returns the double quotation mark at i, 0 if there is none, and how
// many bytes to go on by.
func quoteAt(text string, i int) (rune, int) {
	switch c := text[i]; c {
	case '"':
		return '"', 1
	case '\'', '`', ',', '<', '>':
		n := 1
		for byteAt(text, i+n) == c {
			n++
		}
		if n != 2 {
			return 0, n
		}
		return doubledMark(text, i, c), 2
	case 0xC2:
		switch byteAt(text, i+1) {
		case 0xAB:
			return '«', 2
		case 0xBB:
			return '»', 2
		}
	case 0xE2:
		r, n := utf8.DecodeRuneInString(text[i:])
		switch r {
		case '“', '”', '„', '‟':
			return r, n
		case '‘':
			if strings.HasPrefix(text[i+n:], "‘") && strings.Contains(text[i+n:min(len(text), i+maxCode)], "’’") {
				return '“', 2 * n
			}
		case '’':
			if strings.HasPrefix(text[i+n:], "’") && strings.Contains(text[max(0, i-maxCode):i], "‘‘") {
				return '”', 2 * n
			}
		}
		return 0, n
	}
	return 0, 1
}

// doubledMark returns the quotation mark that two of c at i stand for.
func doubledMark(text string, i int, c byte) rune {
	_, left := before(text, i)
	_, right := after(text, i+2)
	switch c {
	case '\'':
		if !left.blank() || !right.blank() {
			return '"'
		}
	case '`':
		if left != letter && right.word() {
			return '“'
		}
	case ',':
		if left.blank() && right.word() {
			return '„'
		}
	case '<':
		if left != digit && right != digit && (right == letter || right == space) {
			return '«'
		}
	case '>':
		if left == letter || left == space || left == point {
			return '»'
		}
	}
	return 0
}

// forgetArrows takes guillemets out of the marks if all of them point out of the
// text, and reports whether there are such: “read more »” is no quotation.
func (w *mender) forgetArrows() bool {
	var arrow rune
	for _, m := range w.marks {
		if m.glyph != '«' && m.glyph != '»' {
			continue
		}
		_, beyond := after(w.text, spacesAfter(w.text, m.end))
		if m.glyph == '«' {
			_, beyond = before(w.text, spacesBefore(w.text, m.start))
		}
		if arrow != 0 && m.glyph != arrow || beyond != edge && beyond != sign {
			return false
		}
		arrow = m.glyph
	}
	w.marks = slices.DeleteFunc(w.marks, func(m mark) bool { return m.glyph == arrow })
	return arrow != 0
}

// match gives every mark its role and its partner. It fails if a mark can't be
// told, and then leaves none open, or if quotations are left open.
func (w *mender) match() bool {
	if !w.pair() {
		w.open = w.open[:0]
		return false
	}
	return len(w.open) == 0
}

func (w *mender) pair() bool {
	w.open = w.open[:0]
	for i := range w.marks {
		m := &w.marks[i]
		var top *mark
		if n := len(w.open); n > 0 {
			top = &w.marks[w.open[n-1]]
		}
		m.role = w.roleOf(m, top)
		switch m.role {
		case unclear:
			return false
		case opens:
			m.depth = len(w.open)
			if m.depth == deepest {
				return false
			}
			if top != nil {
				m.outer = w.open[m.depth-1]
			}
			w.open = append(w.open, i)
		case closes:
			if top == nil {
				return false
			}
			m.other, m.depth, top.other = w.open[len(w.open)-1], top.depth, i
			w.open = w.open[:len(w.open)-1]
		}
	}
	return true
}

// roleOf tells whether m opens or closes a quotation, from what stands beside
// it, which mark it is, and the innermost quotation that is open.
func (w *mender) roleOf(m, top *mark) role {
	place := m.place()
	if m.glyph == '"' {
		return w.roleOfStraight(m, place, top)
	}
	if (m.glyph == '«' || m.glyph == '»') && w.l.pack.Guillemets == "space" {
		return m.roleOfSpaced(place, top)
	}
	if place != unclear {
		return place
	}
	nominal := closes
	switch m.glyph {
	case '„', '‟', '«':
		nominal = opens
	case '“':
		if top == nil || !w.l.closesWith('“') {
			nominal = opens
		}
	}
	switch {
	case m.left.blank() && m.right.blank():
		if top != nil && m.closes {
			return closes
		}
		return nominal
	case nominal == opens && top == nil, nominal == closes && top != nil:
		return nominal
	}
	return unclear
}

// place tells the role of a mark by what stands beside it.
func (m *mark) place() role {
	apart := m.left.blank() || m.left == opening || m.left == joiner || m.left == elision
	inside := m.right.word() || m.right == opening || m.right == sign
	ended := m.right.blank() || m.right == point || m.right == closing || m.right == joiner
	switch {
	case m.left == sign && m.right.word(): // *“and”*
		return opens
	case m.right == sign && (m.left.word() || m.left == point):
		return closes
	case apart && inside, m.left.blank() && m.right == joiner, m.left == opening && m.right == space:
		return opens
	case m.left.blank() && m.right == point && !m.closes: // “… and
		return opens
	case !m.left.blank() && m.left != opening && ended, m.left == space && m.closes:
		return closes
	}
	return unclear
}

func (w *mender) roleOfStraight(m *mark, place role, top *mark) role {
	if m.left == digit && (top == nil || w.followsFeet(m)) {
		return prime
	}
	if m.left == point && m.right == letter {
		if glued := w.gluedRole(m, top); glued != unclear {
			return glued
		}
	}
	switch {
	case place == closes && top == nil && m.left.blank() && !m.right.blank():
		return opens // "?"
	case place != unclear:
		return place
	case !m.left.blank() || !m.right.blank():
		return unclear
	case top != nil && top.glyph == '"':
		return closes
	}
	return opens
}

// followsFeet reports whether a mark stands for inches: 6'2".
func (w *mender) followsFeet(m *mark) bool {
	i := digitsBefore(w.text, m.start)
	r, k := before(w.text, i)
	return k == elision && isDigit(byteAt(w.text, i-utf8.RuneLen(r)-1))
}

// gluedRole tells the role of a mark that has no space on either side, between
// the end of a sentence, or the colon that announces what is said, and a word. In
// a line that is no sentence it may be a field: title:"x".
func (w *mender) gluedRole(m, top *mark) role {
	if strings.IndexByte(sentenceEnds, w.text[m.start-1]) < 0 || !w.isProse(m.start) {
		return unclear
	}
	end := spacesBefore(w.text, m.start-1)
	switch {
	case wordBefore(w.text, end) >= end-1:
		return unclear
	case top == nil:
		return opens
	case top.glyph == '"' && w.text[m.start-1] != ':':
		return closes
	}
	return unclear
}

// sentenceEnds are the marks after which a quotation may begin that is glued to
// them.
const sentenceEnds = ",.!?:"

// roleOfSpaced tells the role of a guillemet in a language that sets a space
// inside it: both its sides are then as often a space as not, and the mark
// itself says more.
func (m *mark) roleOfSpaced(place role, top *mark) role {
	if m.glyph == '«' {
		if top == nil || place != closes {
			return opens
		}
		return closes
	}
	if top == nil && place == opens && m.left.blank() {
		return opens
	}
	return closes
}

// opensWith reports whether r can only begin a quotation in the language.
func (l *language) opensWith(r rune) bool {
	switch r {
	case '«', '„', '‹', '‚':
		return true
	}
	return r == '“' && !l.closesWith('“')
}

// closesWith reports whether r closes a quotation in the language.
func (l *language) closesWith(r rune) bool {
	for _, p := range l.levels {
		if p.close == r {
			return true
		}
	}
	return false
}

// rewriteOpening sets the opening mark m, and what its pair should be.
func (w *mender) rewriteOpening(m, end *mark) {
	if w.isEmpty(m, end) {
		return
	}
	have := pair{w.glyph(m), w.glyph(end)}
	want := w.want(m, have)
	// What the pair is to be is kept in place of what it was: pairs inside it
	// go by that, and so does its closing mark.
	m.glyph, end.glyph = want.open, want.close
	inside, known := w.inside(want.open)
	to, s := m.end, string(want.open)
	if known {
		to, s = spacesAfter(w.text, m.end), s+inside
	}
	if l, left := before(w.text, m.start); left == letter && inside == " " || left == point && strings.ContainsRune(sentenceEnds, l) && have.open == '"' {
		s = " " + s
	}
	w.set(have.open != want.open || m.end-m.start != utf8.RuneLen(want.open), m.start, to, s)
}

// rewriteClosing sets the closing mark m of a pair whose opening mark has been
// set.
func (w *mender) rewriteClosing(m, start *mark) {
	if w.isEmpty(start, m) {
		return
	}
	inside, known := w.inside(m.glyph)
	from, s := m.start, string(m.glyph)
	if known {
		from, s = spacesBefore(w.text, m.start), inside+s
	}
	if _, right := after(w.text, m.end); right == letter && (inside == " " || m.left == point && w.text[m.start] == '"') {
		s += " "
	}
	w.set(w.text[m.start:m.end] != string(m.glyph), from, m.end, s)
}

// isDoubled reports whether a mark is the inner one of two that stand for one,
// at both ends: ""so"".
func (w *mender) isDoubled(i int) bool {
	m := &w.marks[i]
	if m.role != opens && m.role != closes || m.depth == 0 {
		return false
	}
	start, end := m, &w.marks[m.other]
	if m.role == closes {
		start, end = end, start
	}
	outer := &w.marks[start.outer]
	same := func(a, b *mark) bool { return a.end == b.start && w.text[a.start:a.end] == w.text[b.start:b.end] }
	return same(outer, start) && same(end, &w.marks[outer.other])
}

// isEmpty reports whether there is nothing in the pair but space: that is no
// quotation.
func (w *mender) isEmpty(start, end *mark) bool {
	return spacesAfter(w.text, start.end) >= end.start
}

// glyph returns the mark as it stands in the text.
func (w *mender) glyph(m *mark) rune {
	r, n := utf8.DecodeRuneInString(w.text[m.start:m.end])
	if n != m.end-m.start {
		return 0
	}
	return r
}

// want returns the pair that the quotation from m on should have, which may be
// the one it has.
func (w *mender) want(m *mark, have pair) pair {
	levels := w.l.levels
	if m.depth == 0 {
		if have == levels[0] || w.l.right[have] {
			return have
		}
		return w.l.nearest(have)
	}
	around := &w.marks[m.outer]
	outer := pair{around.glyph, w.marks[around.other].glyph}
	if have != outer && w.isLevel(have) || w.l.right[have] && have != outer || w.l.rightInside[have] {
		return have
	}
	return w.l.within(outer)
}

// within returns the pair for a quotation inside one that has the pair outer.
func (l *language) within(outer pair) pair {
	for i, p := range l.levels {
		if p == outer {
			return l.levels[(i+1)%len(l.levels)]
		}
	}
	return l.levels[min(1, len(l.levels)-1)]
}

// nearest returns the right pair that has a mark of have, one of which may be
// wrong: the first pair of the language, or another that is right. A pair that
// some other language has is wrong as a whole.
func (l *language) nearest(have pair) pair {
	if have.open != have.close && l.library.proper()[have] {
		return l.levels[0]
	}
	for _, sameOpen := range []bool{true, false} {
		for _, p := range l.accepted {
			if sameOpen && p.open == have.open || !sameOpen && p.close == have.close {
				return p
			}
		}
	}
	return l.levels[0]
}

func (w *mender) isLevel(p pair) bool {
	for _, level := range w.l.levels {
		if level == p {
			return true
		}
	}
	return false
}

// inside returns what stands between a mark and the quotation, and whether
// that is known.
func (w *mender) inside(r rune) (string, bool) {
	switch r {
	case '«', '»', '‹', '›':
		switch w.l.pack.Guillemets {
		case "space":
			return " ", true
		case "any":
			return "", false
		}
	}
	return "", true
}

// set notes an edit of a quotation mark, which may touch the space inside it.
func (w *mender) set(replaced bool, from, to int, s string) {
	rule := quoteSpace
	if replaced {
		rule = quotes
	}
	if w.profile == Print && !replaced && sameButSpace(w.text[from:to], s) {
		return
	}
	w.edit(rule, from, to, s)
}

// sameButSpace reports whether a and b differ in the kinds of their spaces at
// most.
func sameButSpace(a, b string) bool {
	for a != "" && b != "" {
		m, n := spaceAt(a, 0), spaceAt(b, 0)
		if (m > 0) != (n > 0) {
			return false
		}
		if m == 0 {
			if a[0] != b[0] {
				return false
			}
			m, n = 1, 1
		}
		a, b = a[m:], b[n:]
	}
	return a == b
}
