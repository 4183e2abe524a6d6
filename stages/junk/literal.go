package junk

import (
	"bytes"
	"cmp"
	"math"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
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

// maxChecked is the number of literals up to which it takes less time to look for
// them than to try a pattern, and mostChecked that of the sets of them.
const (
	maxChecked  = 24
	mostChecked = 3
)

// plain returns those of the needs that it is best to look for in a text that
// [appendPlain] has made, the longest first. What told says need not be said again.
func plain(all []need, told need) []need {
	kept := []need{told.plain()}
	for _, n := range all {
		n = n.plain()
		if n.size() > 0 && len(n.Literals) <= maxChecked && !slices.ContainsFunc(kept, n.follows) {
			kept = append(kept, n)
		}
	}
	kept = kept[1:]
	slices.SortStableFunc(kept, func(a, b need) int { return cmp.Compare(b.size(), a.size()) })
	return kept[:min(len(kept), mostChecked)]
}

// plain returns n as it is looked for in plain texts.
func (n need) plain() need {
	var plain literals
	for _, s := range n.Literals {
		plain = append(plain, string(appendPlain(nil, s)))
	}
	return need{plain, n.First}.fewest()
}

// fewest returns n without the literals that hold another, as they follow from it.
func (n need) fewest() need {
	all := slices.Compact(slices.Sorted(slices.Values(n.Literals)))
	n.Literals = slices.DeleteFunc(slices.Clone(all), func(s string) bool {
		return slices.ContainsFunc(all, func(t string) bool { return s != t && n.by(t, s) })
	})
	return n
}

// by reports whether a text that holds s where n looks for it holds t there too.
func (n need) by(t, s string) bool {
	return n.First && strings.HasPrefix(s, t) || !n.First && strings.Contains(s, t)
}

// follows reports whether a text that holds what m needs holds what n needs too.
func (n need) follows(m need) bool {
	if n.First && !m.First || len(m.Literals) == 0 {
		return false
	}
	for _, s := range m.Literals {
		if !slices.ContainsFunc(n.Literals, func(t string) bool { return n.by(t, s) }) {
			return false
		}
	}
	return true
}

// in reports whether a plain text holds what it needs to.
func (n *need) in(text []byte) bool {
	for _, s := range n.Literals {
		if n.First && bytes.HasPrefix(text, []byte(s)) || !n.First && bytes.Contains(text, []byte(s)) {
			return true
		}
	}
	return false
}

// appendPlain appends s with the letters that patterns take for the same in one
// case, and with one sign for each kind of space and apostrophe.
func appendPlain(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < utf8.RuneSelf {
			if low := lowers[c]; low != 0 {
				c = low
			}
			b = append(b, c)
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError {
			b = append(b, s[i:i+size]...)
		} else {
			b = utf8.AppendRune(b, plainRune(r))
		}
		i += size - 1
	}
	return b
}

// plainRune returns the one of the characters that patterns take for r that stands
// for them all.
func plainRune(r rune) rune {
	switch {
	case r < rune(len(kinds)):
		return plainRunes()[r]
	case r == '\u202f':
		return ' '
	case r == '’':
		return '\''
	case r >= 0x590 && r < 0x10A0, r >= 0x2000 && r < 0x2100, r >= 0x2E80 && r < 0xA640, r >= 0xAC00 && r < 0xFF00:
		return r // of scripts without capitals
	}
	return findPlain(r)
}

// plainRunes holds the same of the characters of Latin, Greek and Cyrillic.
var plainRunes = sync.OnceValue(func() *[len(kinds)]rune {
	var t [len(kinds)]rune
	for r := range t {
		t[r] = findPlain(rune(r))
	}
	t['\u00a0'] = ' '
	return &t
})

// findPlain returns the lower case of the first of the characters that are r but for
// the case.
func findPlain(r rune) rune {
	first := unicode.ToLower(r)
	for f := unicode.SimpleFold(first); f != unicode.ToLower(r); f = unicode.SimpleFold(f) {
		first = min(first, f)
	}
	return unicode.ToLower(first)
}

// needs derives from a parsed pattern what to look for before the pattern is
// tried. It reports false if there is nothing of use. With anchored, the
// pattern matches at the start of a text only.
func needs(re *syntax.Regexp, anchored bool) (best need, also []need, ok bool) {
	l := describe(re, anchored)
	l.close()
	// A literal that begins with another need not be looked for.
	return need{need{l.best.Literals, true}.fewest().Literals, l.best.First}, plain(l.all, l.best), l.best.useful()
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
	best  need
	all   []need // every text that it matches holds one of each
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
	if n.size() > 0 {
		p.all = append(p.all, n)
	}
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
		for _, r := range re.Rune {
			exact = cross(exact, spellings(r))
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
	whole, exact := part{exact: []string{""}, first: first}, true
	for _, sub := range subs {
		p := describe(sub, whole.first && whole.exact != nil && slices.Max(whole.exact) == "")
		if p.exact != nil && whole.exact != nil {
			if joined := cross(whole.exact, p.exact); joined != nil {
				whole.exact = joined
				continue
			}
		}
		exact = false
		whole.close()
		whole.all = append(whole.all, p.all...)
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
		if p.best.size() == 0 {
			best.Literals = append(best.Literals, "") // an alternative that needs nothing
		}
	}
	if exact != nil {
		return part{exact: exact, first: first}
	}
	return part{best: best, all: []need{best.fewest()}}
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
			k := longest(sub)
			if k > endless-n {
				return endless
			}
			n += k
		}
	}
	return n
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
