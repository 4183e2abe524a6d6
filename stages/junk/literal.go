package junk

import (
	"regexp/syntax"
	"slices"
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
	literals []string
	first    bool // at the very start of the text
}

// needs derives from a parsed pattern what to look for before the pattern is
// tried. It reports false if there is nothing of use. With anchored, the
// pattern matches at the start of a text only.
func needs(re *syntax.Regexp, anchored bool) (need, bool) {
	l := literals(re, anchored)
	l.close()
	slices.Sort(l.best.literals)
	l.best.literals = slices.Compact(l.best.literals)
	return l.best, l.best.useful()
}

// useful reports whether to look for n is worth the while.
func (n need) useful() bool {
	return n.size() >= minLiteral || n.first && n.size() >= minFirst
}

// size is the length of the shortest literal, and 0 if there are too many.
func (n need) size() int {
	if len(n.literals) == 0 || len(n.literals) > maxLiterals {
		return 0
	}
	size := len(n.literals[0])
	for _, s := range n.literals {
		size = min(size, len(s))
	}
	return size
}

// A part describes what a part of a pattern matches: exactly these strings
// (nil if they can't be told), or at least texts that hold one of the best.
type part struct {
	exact []string
	first bool // the exact strings stand at the start of the text
	best  need
}

// close makes the exact strings a candidate for the best.
func (p *part) close() {
	if p.exact != nil {
		p.offer(need{p.exact, p.first})
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
	} else if n.useful() && n.first != p.best.first {
		better = n.first
	}
	if better {
		p.best = n
	}
}

// literals describes re; first says that it stands at the start of the text.
func literals(re *syntax.Regexp, first bool) part {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginText, syntax.OpEndText, syntax.OpBeginLine,
		syntax.OpEndLine, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return part{exact: []string{""}, first: first}
	case syntax.OpLiteral:
		exact := []string{""}
		for _, r := range re.Rune {
			exact = cross(exact, spellings(r))
		}
		return part{exact: exact, first: first}
	case syntax.OpCharClass:
		return part{exact: members(re.Rune), first: first}
	case syntax.OpCapture:
		return literals(re.Sub[0], first)
	case syntax.OpQuest:
		if p := literals(re.Sub[0], first); p.exact != nil {
			return part{exact: union(p.exact, []string{""}), first: first}
		}
	case syntax.OpPlus, syntax.OpRepeat:
		if re.Op == syntax.OpPlus || re.Min > 0 {
			p := literals(re.Sub[0], first)
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
	whole, exact := part{exact: []string{""}, first: first}, true
	for _, sub := range subs {
		p := literals(sub, whole.first && whole.exact != nil && slices.Max(whole.exact) == "")
		if p.exact != nil && whole.exact != nil {
			if joined := cross(whole.exact, p.exact); joined != nil {
				whole.exact = joined
				continue
			}
		}
		exact = false
		whole.close()
		whole.offer(p.best)
		whole.exact = p.exact
		if p.exact == nil {
			whole.exact = []string{""}
		}
	}
	if !exact {
		whole.close()
	}
	return whole
}

func alternate(subs []*syntax.Regexp, first bool) part {
	exact, best := []string{}, need{first: first}
	for _, sub := range subs {
		p := literals(sub, first)
		if exact != nil && p.exact != nil {
			exact = union(exact, p.exact)
		} else {
			exact = nil
		}
		p.close()
		best.literals = append(best.literals, p.best.literals...)
		best.first = best.first && p.best.first
		if p.best.size() == 0 {
			best.literals = append(best.literals, "") // an alternative that needs nothing
		}
	}
	if exact != nil {
		return part{exact: exact, first: first}
	}
	return part{best: best}
}

// spellings returns the lower-case ways in which texts write r.
func spellings(r rune) []string {
	if r == '\'' || r == '’' {
		return []string{"'", "’"}
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
