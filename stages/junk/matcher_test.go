package junk

import (
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// What is asked before a pattern is tried, and what is tried instead of it, agree with
// regexp on texts that the patterns of all packs match, and on such as these with a
// little changed.
func TestMatchersAgree(t *testing.T) {
	b := stage(t).book
	if err := b.loadFrom(0); err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, pack := range b.packs {
		for i := range pack.Rules {
			r := &pack.Rules[i]
			for j := range r.patterns {
				p := &r.patterns[j]
				if r.Inline != nil {
					continue
				}
				parsed, err := syntax.Parse(p.expression(true), syntax.Perl)
				if err != nil {
					t.Fatal(err)
				}
				for range 6 {
					text := string(appendExample(nil, parsed, rnd))
					checkMatch(t, p, text)
					checkMatch(t, p, damaged(text, rnd))
				}
			}
		}
	}
}

// checkMatch holds what is asked of a pattern to what regexp says.
func checkMatch(t *testing.T, p *pattern, text string) {
	t.Helper()
	if text == "" {
		return
	}
	want := p.re().MatchString(text)
	if got := p.matches(text); got != want {
		t.Errorf("%s: %q matches %q: %v, want %v", p.rule.reason.ID, p.Source, text, got, want)
	}
	if want && !p.may(text) {
		t.Errorf("%s: %q may not match %q, and does", p.rule.reason.ID, p.Source, text)
	}
	if c := (&line{text: text}).class(); want && len(text) <= p.rule.Max && !p.speaksOf(c) {
		t.Errorf("%s: %q does not speak of lines of %d bytes, and matches %q", p.rule.reason.ID, p.Source, len(text), text)
	}
}

// appendExample appends a text that re matches, as far as places allow.
func appendExample(b []byte, re *syntax.Regexp, rnd *rand.Rand) []byte {
	times := func(least, most int) []byte {
		if most < 0 {
			most = least + 3
		}
		for range least + rnd.IntN(most-least+1) {
			b = appendExample(b, re.Sub[0], rnd)
		}
		return b
	}
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			if re.Flags&syntax.FoldCase != 0 {
				for range rnd.IntN(3) {
					r = unicode.SimpleFold(r)
				}
			}
			b = utf8.AppendRune(b, r)
		}
	case syntax.OpCharClass:
		at := 2 * rnd.IntN(len(re.Rune)/2)
		b = utf8.AppendRune(b, re.Rune[at]+rnd.Int32N(re.Rune[at+1]-re.Rune[at]+1))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b = utf8.AppendRune(b, []rune("a e.,1É—の'’ \u00a0")[rnd.IntN(13)])
	case syntax.OpCapture:
		b = appendExample(b, re.Sub[0], rnd)
	case syntax.OpStar:
		return times(0, -1)
	case syntax.OpPlus:
		return times(1, -1)
	case syntax.OpQuest:
		return times(0, 1)
	case syntax.OpRepeat:
		return times(re.Min, re.Max)
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			b = appendExample(b, sub, rnd)
		}
	case syntax.OpAlternate:
		b = appendExample(b, re.Sub[rnd.IntN(len(re.Sub))], rnd)
	}
	return b
}

// damaged returns s with a character changed, added or left out.
func damaged(s string, rnd *rand.Rand) string {
	at := rnd.IntN(len(s) + 1)
	return s[:at] + []string{"", " ", "e", "\xe9", "\n", "ſ", "K"}[rnd.IntN(7)] + s[min(len(s), at+rnd.IntN(3)):]
}

// FuzzMatcher holds whatever pattern there may be to what regexp says.
func FuzzMatcher(f *testing.F) {
	for _, source := range []string{`(?i)(.{0,9}\b)?(click|sign up|ſ)[^.]{2,}`, `(a|ab)(c|bcd)*(d*)`, `(?m)^a$\n?(\B.)+`, `(?s)(a?){3}a{2,3}.$`, `[^é-ü]\p{L}+[k-]`, `(a?){2,}b`, `\x{fffd}.`} {
		for _, text := range []string{"abcd", "Sign up for it", "a\nb", "aaa\xe9", "\xe2\x82K", ""} {
			f.Add(source, text)
		}
	}
	f.Fuzz(func(t *testing.T, source, text string) {
		if _, err := syntax.Parse(source, syntax.Perl); err != nil || len(source) > 100 || len(text) > 200 {
			return
		}
		source = "^(?:" + source + ")$"
		re, err := regexp.Compile(source)
		if err != nil {
			return
		}
		parsed, err := syntax.Parse(source, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		if m := newMatcher(parsed); m != nil {
			if got, sure := m.match(text); sure && got != re.MatchString(text) {
				t.Errorf("%q matches %q: %v", source, text, got)
			}
		}
		first, last := neverEnds(parsed, false), neverEnds(parsed, true)
		if text != "" && re.MatchString(text) && (first.has(text[0]) || last.has(text[len(text)-1])) {
			t.Errorf("%q does not match %q by its ends", source, text)
		}
	})
}

// A text that a pattern may match in very many ways is left to regexp.
func TestMatcherGivesUp(t *testing.T) {
	for _, source := range []string{`(aa?)*b`, `(a?b?)*c`, `(a{0,2}){30}b`} {
		parsed, err := syntax.Parse(source, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		if m := newMatcher(parsed); m != nil {
			if matches, sure := m.match(strings.Repeat("a", 200)); matches || sure {
				t.Errorf("%s: matches %v, sure %v", source, matches, sure)
			}
		}
	}
}

// An inline pattern finds the same in the part of a text that it is tried on as in
// the whole.
func TestInlineParts(t *testing.T) {
	b := stage(t).book
	rnd := rand.New(rand.NewPCG(1, 2))
	found := 0
	for _, lang := range []string{"fr", "en", "de", "es", "it", "pt", "nl", "pl", "ru", "zh", "el"} {
		x := lookup(t, b, lang)
		for n, p := range x.patterns {
			if p.rule.Inline == nil {
				continue
			}
			parsed, err := syntax.Parse(p.expression(false), syntax.Perl)
			if err != nil {
				t.Fatal(err)
			}
			for range 4 {
				text := strings.Repeat("Ida Lund, 1932. ", 40) + "«О» (1)." + string(appendExample(nil, parsed, rnd))
				if rnd.IntN(2) == 0 {
					text += strings.Repeat(" Ida Lund, 1932.", 40)
				}
				hits := x.scan(text, longestLine, nil)
				at := slices.IndexFunc(hits, func(h hit) bool { return h.pattern == int32(n) })
				if at < 0 {
					continue // a letter in a rare form, such as the long s
				}
				want := p.re().FindAllStringIndex(text, -1)
				if got := p.inPart(text, hits[at]); !slices.EqualFunc(got, want, slices.Equal[[]int]) {
					t.Errorf("%s: %q finds %v in %q, %v in all", p.rule.reason.ID, p.Source, got, text, want)
				}
				found += len(want)
			}
		}
	}
	if found < 600 {
		t.Errorf("found only %d", found)
	}
}

// inPart returns where p matches in the part of text that it is tried on.
func (p *pattern) inPart(text string, h hit) (found [][]int) {
	from, to := p.within(text, int(h.first), int(h.last))
	for _, m := range p.re().FindAllStringIndex(text[from:to], -1) {
		found = append(found, []int{from + m[0], from + m[1]})
	}
	return found
}
