package junk

import (
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
)

// A matcher tells whether a pattern matches a whole text, as regexp does and many
// times as fast: it steps back where a choice fails, looks at the next byte before it
// makes one, and counts instead of writing out what is repeated. A text with
// which it would take too long it leaves to regexp, which takes linear time.
//
// It is of few pieces and small ones: each pattern is tried now and then only, when
// the processor has forgotten it, and so takes as long as it is large.
type matcher struct {
	nodes   []node
	choices []choice
	sets    []runeSet
	text    []byte // of the literals, in UTF-8
	start   uint16
}

// A node is a part of a pattern and what follows it.
type node struct {
	op       op
	fold     bool   // letters of either case
	of       uint16 // the choices of a choice and of what follows a repetition, the text of a literal, the look at a place
	to       uint16 // where these end
	set      uint16 // of the character that is repeated
	min, max int16  // how often; max < 0 for without end
	next     uint16
}

type op uint8

const (
	opEnd    op = iota // of the text
	opText             // these characters
	opRepeat           // a character of the set, so often
	opLook             // nothing, at such a place
	opChoose           // one of several
)

// A choice is a node, and with which bytes the text goes on there, if it does.
type choice struct {
	first byteSet
	node  uint16
	end   bool // it may match at the end of the text
}

// A runeSet is a set of characters.
type runeSet struct {
	ascii  [2]uint64
	ranges []rune // beyond ASCII: the first and the last of each
}

// newMatcher returns a matcher of the texts that re matches from end to end, or nil
// if it is better left to regexp.
func newMatcher(re *syntax.Regexp) *matcher {
	m := &matcher{nodes: make([]node, 1, 32)}
	start, ok := m.compile(re, 0)
	if !ok {
		return nil
	}
	m.start = start
	known := make([]*choice, len(m.nodes))
	for i := range m.choices {
		m.choices[i] = *m.choice(m.choices[i].node, known)
	}
	return m
}

// maxSize bounds the memory of a matcher: the number of nodes, that of choices, and the
// bytes of text.
const maxSize = 4096

func (m *matcher) add(n node) (at uint16, ok bool) {
	m.nodes = append(m.nodes, n)
	return uint16(len(m.nodes) - 1), max(len(m.nodes), len(m.choices), len(m.text)) <= maxSize
}

// addChoice adds a choice of nodes.
func (m *matcher) addChoice(nodes ...uint16) (at uint16, ok bool) {
	of := len(m.choices)
	for _, n := range nodes {
		m.choices = append(m.choices, choice{node: n})
	}
	return m.add(node{op: opChoose, of: uint16(of), to: uint16(len(m.choices))})
}

// addText adds a literal.
func (m *matcher) addText(re *syntax.Regexp, next uint16) (at uint16, ok bool) {
	of := len(m.text)
	for _, r := range re.Rune {
		m.text = utf8.AppendRune(m.text, r)
	}
	return m.add(node{op: opText, fold: re.Flags&syntax.FoldCase != 0, of: uint16(of), to: uint16(len(m.text)), next: next})
}

// addSet adds a character of a class that is repeated.
func (m *matcher) addSet(class *syntax.Regexp, least, most int, next uint16) (at uint16, ok bool) {
	m.sets = append(m.sets, newRuneSet(class))
	m.choices = append(m.choices, choice{node: next})
	return m.add(node{op: opRepeat, of: uint16(len(m.choices) - 1), set: uint16(len(m.sets) - 1), min: int16(least), max: int16(most), next: next})
}

// compile adds nodes that match re and then what is at next, and returns the first.
func (m *matcher) compile(re *syntax.Regexp, next uint16) (at uint16, ok bool) {
	switch re.Op {
	case syntax.OpEmptyMatch:
		return next, true
	case syntax.OpLiteral:
		return m.addText(re, next)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return m.addSet(re, 1, 1, next)
	case syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return m.add(node{op: opLook, of: 1 << (re.Op - syntax.OpBeginLine), next: next}) // a [syntax.EmptyOp]
	case syntax.OpCapture:
		return m.compile(re.Sub[0], next)
	case syntax.OpStar:
		return m.repeat(re.Sub[0], 0, -1, next)
	case syntax.OpPlus:
		return m.repeat(re.Sub[0], 1, -1, next)
	case syntax.OpQuest:
		return m.repeat(re.Sub[0], 0, 1, next)
	case syntax.OpRepeat:
		return m.repeat(re.Sub[0], re.Min, re.Max, next)
	case syntax.OpConcat:
		for _, sub := range slices.Backward(re.Sub) {
			if next, ok = m.compile(sub, next); !ok {
				return 0, false
			}
		}
		return next, true
	case syntax.OpAlternate:
		var nodes []uint16
		for _, sub := range re.Sub {
			if at, ok = m.compile(sub, next); !ok {
				return 0, false
			}
			nodes = append(nodes, at)
		}
		return m.addChoice(nodes...)
	}
	return 0, false
}

// repeat compiles what is repeated. One character is counted, and all else written
// out.
func (m *matcher) repeat(re *syntax.Regexp, least, most int, next uint16) (at uint16, ok bool) {
	switch re.Op {
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return m.addSet(re, least, most, next)
	}
	at = next
	if most < 0 {
		if _, empty := ends(re, false); empty {
			return 0, false // it might go round for ever
		}
		if at, ok = m.addChoice(0, next); !ok {
			return 0, false
		}
		body, ok := m.compile(re, at)
		if !ok {
			return 0, false
		}
		m.choices[m.nodes[at].of].node = body
	}
	for range most - least {
		if at, ok = m.compile(re, at); ok {
			at, ok = m.addChoice(at, next)
		}
		if !ok {
			return 0, false
		}
	}
	for range least {
		if at, ok = m.compile(re, at); !ok {
			return 0, false
		}
	}
	return at, true
}

// choice returns the choice of node n. It looks at each node once.
func (m *matcher) choice(n uint16, known []*choice) *choice {
	if known[n] != nil {
		return known[n]
	}
	c := &choice{node: n}
	known[n] = c
	also := func(n uint16) {
		other := m.choice(n, known)
		c.first.unite(&other.first)
		c.end = c.end || other.end
	}
	switch of := &m.nodes[n]; of.op {
	case opEnd:
		c.end = true
	case opText:
		r, _ := utf8.DecodeRune(m.text[of.of:])
		c.first.addRunes(r, r, false)
		for f := unicode.SimpleFold(r); of.fold && f != r; f = unicode.SimpleFold(f) {
			c.first.addRunes(f, f, false)
		}
	case opRepeat:
		m.sets[of.set].open(&c.first)
		if of.min == 0 {
			also(of.next)
		}
	case opLook:
		also(of.next)
	case opChoose:
		for _, other := range m.choices[of.of:of.to] {
			also(other.node)
		}
	}
	return c
}

// may reports whether c is worth a try at a place of s.
func (c *choice) may(s string, at int) bool {
	if at == len(s) {
		return c.end
	}
	return c.first.has(s[at])
}

// newRuneSet returns the characters of a class.
func newRuneSet(re *syntax.Regexp) (s runeSet) {
	ranges := re.Rune
	switch re.Op {
	case syntax.OpAnyChar:
		ranges = []rune{0, unicode.MaxRune}
	case syntax.OpAnyCharNotNL:
		ranges = []rune{0, '\n' - 1, '\n' + 1, unicode.MaxRune}
	}
	for i := 0; i < len(ranges); i += 2 {
		from, to := ranges[i], ranges[i+1]
		for r := from; r <= min(to, utf8.RuneSelf-1); r++ {
			s.ascii[r/64] |= 1 << (r % 64)
		}
		if to >= utf8.RuneSelf {
			s.ranges = append(s.ranges, max(from, utf8.RuneSelf), to)
		}
	}
	return s
}

// open adds to first the bytes with which the characters of s begin.
func (s *runeSet) open(first *byteSet) {
	first[0] |= s.ascii[0]
	first[1] |= s.ascii[1]
	for i := 0; i < len(s.ranges); i += 2 {
		first.addRunes(s.ranges[i], s.ranges[i+1], false)
	}
}

// size returns how many bytes the character at a place of text has, or 0 if it is not in
// s or there is none.
func (s *runeSet) size(text string, at int) int {
	if at == len(text) {
		return 0
	}
	if c := text[at]; c < utf8.RuneSelf {
		return int(s.ascii[c/64] >> (c % 64) & 1)
	}
	r, size := utf8.DecodeRuneInString(text[at:])
	from, to := 0, len(s.ranges)/2
	for from < to {
		switch mid := (from + to) / 2; {
		case r < s.ranges[2*mid]:
			to = mid
		case r > s.ranges[2*mid+1]:
			from = mid + 1
		default:
			return size
		}
	}
	return 0
}

// maxSteps is the number of steps after which a text is left to regexp.
const maxSteps = 1 << 14

// match reports whether the pattern matches s, if it is sure.
func (m *matcher) match(s string) (matches, sure bool) {
	steps := maxSteps
	matches = m.run(m.start, s, 0, &steps)
	return matches, steps >= 0
}

// run reports whether what is at node n matches s from a place on to its end. It takes
// a step for each place it looks at, and gives up when there are none left.
func (m *matcher) run(n uint16, s string, at int, steps *int) bool {
	for {
		if *steps--; *steps < 0 {
			return false
		}
		nd := &m.nodes[n]
		switch nd.op {
		case opEnd:
			return at == len(s)
		case opText:
			size := m.textSize(nd, s[at:])
			if size < 0 {
				return false
			}
			at += size
		case opLook:
			if !looksLike(syntax.EmptyOp(nd.of), s, at) {
				return false
			}
		case opRepeat:
			for range nd.min {
				size := m.sets[nd.set].size(s, at)
				if size == 0 {
					return false
				}
				at += size
			}
			if nd.min != nd.max {
				return m.runRepeat(nd, s, at, steps)
			}
		case opChoose:
			choices := m.choices[nd.of:nd.to]
			for i := range choices {
				if c := &choices[i]; c.may(s, at) && m.run(c.node, s, at, steps) {
					return true
				}
			}
			return false
		}
		n = nd.next
	}
}

// runRepeat is run for what comes after the least number of repetitions.
func (m *matcher) runRepeat(nd *node, s string, at int, steps *int) bool {
	set, after := &m.sets[nd.set], &m.choices[nd.of]
	for left := int(nd.max) - int(nd.min); ; left-- {
		if after.may(s, at) && m.run(nd.next, s, at, steps) {
			return true
		}
		size := set.size(s, at)
		if *steps--; size == 0 || left == 0 || *steps < 0 {
			return false
		}
		at += size
	}
}

// textSize returns how many bytes of s a literal takes, or -1 if s does not begin with
// it.
func (m *matcher) textSize(nd *node, s string) int {
	at := 0
	for text := m.text[nd.of:nd.to]; len(text) > 0; {
		want, wide := utf8.DecodeRune(text)
		r, size := utf8.DecodeRuneInString(s[at:])
		if size == 0 || r != want && !(nd.fold && sameLetter(r, want)) {
			return -1
		}
		text, at = text[wide:], at+size
	}
	return at
}

// sameLetter reports whether two characters are the same but for the case.
func sameLetter(r, want rune) bool {
	if r < utf8.RuneSelf && want < utf8.RuneSelf {
		return r^want == 0x20 && lowers[r] != 0
	}
	for f := unicode.SimpleFold(want); f != want; f = unicode.SimpleFold(f) {
		if f == r {
			return true
		}
	}
	return false
}

// looksLike reports whether a place of s is as asked.
func looksLike(look syntax.EmptyOp, s string, at int) bool {
	before, after := rune(-1), rune(-1)
	if at > 0 {
		before = rune(s[at-1]) // of a character beyond ASCII, any byte does
	}
	if at < len(s) {
		after = rune(s[at])
	}
	return syntax.EmptyOpContext(before, after)&look == look
}
