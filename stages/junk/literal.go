package junk

import (
	"math"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
)

const (
	minLiteral  = 4  // bytes of the shortest literal worth looking for
	minFirst    = 2  // the same, for one that can only stand at the start
	maxLiterals = 64 // literals that may stand for one pattern
)

// A need is what a text must hold for a pattern to match: one of the literals,
// which are in lower case.
type need struct {
	Literals literals
	First    bool // at the very start of the text
	Lead     int  // characters of a match before the literal, at most
}

// literals are compiled to one string, which takes less time to read than many.
type literals []string

// MarshalText returns the literals, a line each.
func (l literals) MarshalText() ([]byte, error) { return []byte(strings.Join(l, "\n")), nil }

// UnmarshalText reads what MarshalText returned.
func (l *literals) UnmarshalText(text []byte) error {
	*l = strings.Split(string(text), "\n")
	return nil
}

// fewest returns the literals without those that begin with another: where one of
// these stands, so does the other.
func (l literals) fewest() literals {
	all := slices.Compact(slices.Sorted(slices.Values(l)))
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool {
		return slices.ContainsFunc(all, func(t string) bool { return s != t && strings.HasPrefix(s, t) })
	})
}

// spread returns how many bytes the longest literal has more than the shortest.
func (l literals) spread() int {
	if len(l) == 0 {
		return 0
	}
	shortest, longest := len(l[0]), 0
	for _, s := range l {
		shortest, longest = min(shortest, len(s)), max(longest, len(s))
	}
	return longest - shortest
}

// needed derives from a parsed pattern what to look for before the pattern is
// tried. It reports false if there is nothing of use. With anchored, the
// pattern matches at the start of a text only.
func needed(re *syntax.Regexp, anchored bool) (n need, ok bool) {
	p := describe(re, anchored)
	p.close()
	n = p.best
	n.Literals = n.Literals.fewest()
	// One literal may stand within another, and that not be found for a space of
	// another kind.
	n.Lead = sum(n.Lead, n.Literals.spread())
	return n, n.useful()
}

// useful reports whether to look for n is worth the while.
func (n need) useful() bool {
	return n.size() >= minLiteral || n.First && n.size() >= minFirst
}

// size is the length of the shortest literal, and 0 if there are too many.
func (n need) size() int {
	if len(n.Literals) == 0 || len(n.Literals) > maxLiterals {
		return 0
	}
	size := len(n.Literals[0])
	for _, s := range n.Literals {
		size = min(size, len(s))
	}
	return size
}

// A part describes what a part of a pattern matches: exactly these strings
// (nil if they can't be told), or at least texts that hold one of the best.
type part struct {
	exact []string
	first bool // the exact strings stand at the start of the text
	lead  int  // characters before the exact strings, at most
	best  need
}

// close makes the exact strings a candidate for the best.
func (p *part) close() {
	if p.exact != nil {
		p.offer(need{p.exact, p.first, p.lead})
		p.exact = nil
	}
	p.first = false
}

// offer takes n if it is better than the best so far. What stands at the start
// is looked for in one place only, and so beats what is merely longer.
func (p *part) offer(n need) {
	better := n.size() > p.best.size()
	if n.useful() != p.best.useful() {
		better = n.useful()
	} else if n.useful() && n.First != p.best.First {
		better = n.First
	}
	if better {
		p.best = n
	}
}

// describe tells what re matches; first says that it stands at the start of the text.
func describe(re *syntax.Regexp, first bool) part {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginText, syntax.OpEndText, syntax.OpBeginLine,
		syntax.OpEndLine, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return part{exact: []string{""}, first: first}
	case syntax.OpLiteral:
		exact := []string{""}
		for i, r := range re.Rune {
			ways := spellings(r)
			if r == 'Σ' && (i+1 == len(re.Rune) || !unicode.IsLetter(re.Rune[i+1])) {
				ways = []string{"σ", "ς"}
			}
			exact = cross(exact, ways)
		}
		return part{exact: exact, first: first}
	case syntax.OpCharClass:
		return part{exact: members(re.Rune), first: first}
	case syntax.OpCapture:
		return describe(re.Sub[0], first)
	case syntax.OpQuest:
		if p := describe(re.Sub[0], first); p.exact != nil {
			return part{exact: union(p.exact, []string{""}), first: first}
		}
	case syntax.OpPlus, syntax.OpRepeat:
		if re.Op == syntax.OpPlus || re.Min > 0 {
			p := describe(re.Sub[0], first)
			p.close()
			return p
		}
	case syntax.OpAlternate:
		return alternate(re.Sub, first)
	case syntax.OpConcat:
		return concat(re.Sub, first)
	}
	return part{}
}

func concat(subs []*syntax.Regexp, first bool) part {
	whole, exact, lead := part{exact: []string{""}, first: first}, true, 0
	for _, sub := range subs {
		p := describe(sub, whole.first && whole.exact != nil && slices.Max(whole.exact) == "")
		before := lead
		lead = sum(lead, longest(sub))
		if p.exact != nil && whole.exact != nil {
			if joined := cross(whole.exact, p.exact); joined != nil {
				whole.exact = joined
				continue
			}
		}
		exact = false
		whole.close()
		p.best.Lead = sum(before, p.best.Lead)
		whole.offer(p.best)
		whole.exact, whole.lead = p.exact, before
		if p.exact == nil {
			whole.exact, whole.lead = []string{""}, lead
		}
	}
	if !exact {
		whole.close()
	}
	return whole
}

func alternate(subs []*syntax.Regexp, first bool) part {
	exact, best := []string{}, need{First: first}
	for _, sub := range subs {
		p := describe(sub, first)
		if exact != nil && p.exact != nil {
			exact = union(exact, p.exact)
		} else {
			exact = nil
		}
		p.close()
		best.Literals = append(best.Literals, p.best.Literals...)
		best.First = best.First && p.best.First
		best.Lead = max(best.Lead, p.best.Lead)
		if p.best.size() == 0 {
			best.Literals = append(best.Literals, "") // an alternative that needs nothing
		}
	}
	if exact != nil {
		return part{exact: exact, first: first}
	}
	return part{best: best}
}

// longest returns the number of characters in the longest text that re matches.
func longest(re *syntax.Regexp) int {
	const endless = math.MaxInt
	times := func(n int) int {
		one := longest(re.Sub[0])
		if one == 0 || n == 0 {
			return 0
		}
		if n < 0 || one > endless/n {
			return endless
		}
		return one * n
	}
	n := 0
	switch re.Op {
	case syntax.OpLiteral:
		return len(re.Rune)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return 1
	case syntax.OpCapture, syntax.OpQuest:
		return times(1)
	case syntax.OpStar, syntax.OpPlus:
		return times(-1)
	case syntax.OpRepeat:
		return times(re.Max)
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			n = max(n, longest(sub))
		}
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			n = sum(n, longest(sub))
		}
	}
	return n
}

// sum adds numbers of characters, of which the greatest is as good as endless.
func sum(a, b int) int {
	if b > math.MaxInt-a {
		return math.MaxInt
	}
	return a + b
}

// edges are which ends of a text a pattern asks for.
type edges uint8

const (
	looksAtStart edges = 1 << iota
	looksAtEnd
	closing // all that it matches stands at the end
)

func edgesOf(re *syntax.Regexp) (e edges) {
	switch re.Op {
	case syntax.OpBeginText, syntax.OpBeginLine:
		return looksAtStart
	case syntax.OpEndText, syntax.OpEndLine:
		return looksAtEnd | closing
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			e = e&^closing | edgesOf(sub)
		}
	case syntax.OpAlternate:
		all := closing
		for _, sub := range re.Sub {
			of := edgesOf(sub)
			e, all = e|of, all&of
		}
		e = e&^closing | all
	case syntax.OpCapture:
		return edgesOf(re.Sub[0])
	case syntax.OpQuest, syntax.OpStar, syntax.OpPlus, syntax.OpRepeat:
		return edgesOf(re.Sub[0]) &^ closing
	}
	return e
}

// spellings returns the lower-case ways in which texts write r. For a letter of
// any case a parsed pattern has the first of all that fold to it, which for two of
// Greek is a sign that no word is written with.
func spellings(r rune) []string {
	switch r {
	case '\'', '’':
		return []string{"'", "’"}
	case 'µ': // the micro sign
		r = 'μ'
	case '\u0345': // the iota below another letter
		r = 'ι'
	}
	return []string{string(unicode.ToLower(r))}
}

// members returns the characters of a class, in lower case, or nil if they are
// many.
func members(class []rune) []string {
	var chars []string
	for i := 0; i < len(class); i += 2 {
		if class[i+1]-class[i] > 8 {
			return nil
		}
		for r := class[i]; r <= class[i+1]; r++ {
			if r != 'ſ' && r != '\u212a' { // long s and the kelvin sign, which (?i) brings in
				chars = union(chars, spellings(r))
			}
		}
	}
	if len(chars) > 8 {
		return nil
	}
	return chars
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a[:len(a):len(a)], s)
		}
	}
	return a
}

// cross returns every string of a followed by every string of b, or nil if
// there are too many.
func cross(a, b []string) []string {
	if len(a)*len(b) > maxLiterals {
		return nil
	}
	var joined []string
	for _, s := range a {
		for _, t := range b {
			joined = append(joined, s+t)
		}
	}
	return joined
}
