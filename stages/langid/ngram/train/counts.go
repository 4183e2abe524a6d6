package main

import (
	"maps"
	"math"
	"slices"
	"unicode"

	"tamis/stages/langid/ngram"
)

// A gram is a sequence of up to five symbols of a language, twelve bits each and
// the last one lowest. Symbol 0 is none.
type gram uint64

const (
	symbolBits  = 12
	mostSymbols = 1 << symbolBits

	edge gram = 1 // the symbol before the first letter of a word and after its last
)

func (g gram) last() gram    { return g % mostSymbols }
func (g gram) context() gram { return g >> symbolBits } // all but the last symbol

// ending returns all but the first of the n symbols of g.
func (g gram) ending(n int) gram { return g &^ (^gram(0) << (symbolBits * (n - 1))) }

func (g gram) then(symbol gram) gram { return g<<symbolBits | symbol }

// after returns g, which has n symbols, with one more before them.
func (g gram) after(symbol gram, n int) gram { return symbol<<(symbolBits*n) | g }

// A table holds a number for each n-gram, by the length of the n-grams.
type table [ngram.Longest + 1]map[gram]float64

func newTable() (t table) {
	for n := range t {
		t[n] = make(map[gram]float64)
	}
	return t
}

// counts says how often each n-gram is met in the text of a language.
type counts struct {
	table
	symbols map[rune]gram
	runes   []rune // by symbol
}

func newCounts() *counts {
	c := &counts{newTable(), map[rune]gram{ngram.Edge: edge}, []rune{0, ngram.Edge}}
	c.table[0][0] = 1
	return c
}

// observe takes note of an n-gram and of the probability of its last letter
// after the others, which must have been observed.
func (c *counts) observe(text string, probability float64) {
	letters := []rune(text)
	g, n := c.encode(letters), len(letters)
	if before, ok := c.table[n-1][g.context()]; ok && g != 0 {
		c.table[n][g] = before * probability
	}
}

// encode returns text as symbols, or 0 if there are too many in the language: the
// rare characters of Chinese have no number.
func (c *counts) encode(text []rune) (g gram) {
	for _, r := range text {
		symbol, ok := c.symbols[r]
		if !ok {
			if len(c.runes) == mostSymbols {
				return 0
			}
			symbol = gram(len(c.runes))
			c.symbols[r] = symbol
			c.runes = append(c.runes, r)
		}
		g = g.then(symbol)
	}
	return g
}

// complete adds what has not been observed but can be known, and drops what is
// of no use.
func (c *counts) complete() {
	c.pad()
	for n := 2; n < len(c.table); n++ {
		maps.DeleteFunc(c.table[n], func(_ gram, k float64) bool { return k < fewest })
	}
}

// fewest is how many times an n-gram must have been met to be of use.
const fewest = 3

// scale makes counts of probabilities: they are fractions of one number, that of
// all letters, and the rarest letter has been met once.
func (c *counts) scale() {
	least := 1.0
	for _, p := range c.table[1] {
		least = min(least, p)
	}
	for n := 1; n < len(c.table); n++ {
		for g, p := range c.table[n] {
			c.table[n][g] = math.Round(p / least)
		}
	}
}

// keepScript drops Latin letters from a language that is not written in them,
// and all others from one that is: they are of words of other languages.
func (c *counts) keepScript() {
	latin, all := 0.0, 0.0
	for g, k := range c.table[1] {
		if all += k; unicode.Is(unicode.Latin, c.runes[g]) {
			latin += k
		}
	}
	stray := func(symbol gram) bool {
		return symbol != edge && unicode.Is(unicode.Latin, c.runes[symbol]) != (latin > all/2)
	}
	for n := 1; n < len(c.table); n++ {
		for g := range c.table[n] {
			for h := g; h != 0; h = h.context() {
				if stray(h.last()) {
					delete(c.table[n], g)
					break
				}
			}
		}
	}
}

// transliterate returns the counts of the same text in another alphabet, in
// which a letter may be written as two. An n-gram of the new letters is met where
// one of the old is that is no longer than it must be to hold it.
func (c *counts) transliterate(letters map[rune]string) *counts {
	t := newCounts()
	for n := 1; n < len(c.table); n++ {
		for _, g := range sorted(c.table[n]) {
			text := c.text(g)
			var written []rune
			first, last := 0, 0 // how many letters they become
			for i, r := range text {
				now := []rune(letters[r])
				if i == 0 {
					first = len(now)
				}
				last = len(now)
				written = append(written, now...)
			}
			for from := range first {
				for to := len(written); to > len(written)-last && to > from; to-- {
					if part := written[from:to]; len(part) <= ngram.Longest {
						t.table[len(part)][t.encode(part)] += c.table[n][g]
					}
				}
			}
		}
	}
	return t
}

// pad adds the n-grams that begin or end at the edge of a word. How often is
// known, although the edge has not been counted: an n-gram begins a word as often
// as no letter is met before it.
func (c *counts) pad() {
	longest := 0
	for n := range c.table {
		if len(c.table[n]) > 0 {
			longest = n
		}
	}
	starts, ends, whole := newTable(), newTable(), newTable()
	for n := 1; n < longest; n++ {
		for g, k := range c.table[n] {
			starts[n][g] += k
			ends[n][g] += k
		}
		for g, k := range c.table[n+1] {
			starts[n][g.ending(n+1)] -= k
			ends[n][g.context()] -= k
		}
	}
	for n := 1; n < longest-1; n++ {
		for g, k := range starts[n] {
			whole[n][g] += k
		}
		for g, k := range starts[n+1] {
			whole[n][g.context()] -= k
		}
	}
	for n := 1; n < longest; n++ {
		for g, k := range ends[n] {
			c.add(n+1, g.then(edge), k)
			c.add(1, edge, k*single(n))
		}
		for g, k := range starts[n] {
			c.add(n+1, g.after(edge, n), k)
		}
		for g, k := range whole[n] {
			c.add(n+2, g.after(edge, n).then(edge), k)
		}
	}
}

// single is 1 for an n-gram of one symbol. Every word ends in one of these.
func single(n int) float64 {
	if n == 1 {
		return 1
	}
	return 0
}

func (c *counts) add(n int, g gram, k float64) {
	if k > 0 {
		c.table[n][g] += k
	}
}

// text returns the symbols of g as characters.
func (c *counts) text(g gram) []rune {
	var text []rune
	for ; g != 0; g = g.context() {
		text = append(text, c.runes[g.last()])
	}
	slices.Reverse(text)
	return text
}
