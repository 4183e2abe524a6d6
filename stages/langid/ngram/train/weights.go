package main

import (
	"cmp"
	"math"
	"slices"

	"tamis/stages/langid/ngram"
)

const (
	budget = 42_000 // n-grams of two symbols and more that are kept of a language

	// Where t symbols are met after a context, the shorter context counts as much
	// as if it had been met evenAlways + evenType·t times (Witten and Bell 1991).
	evenAlways = 5
	evenType   = 2

	stray = .01 // of the letters of a text are not its language's

	leastBackoff = -4.6 // the worst penalty for a symbol that is new after a context
	leastShare   = 1e-6 // of probability that is taken to be left for such symbols
)

// A model is an estimate of how likely each symbol is after the four before it.
type model struct {
	*counts
	logs table // of the probability of an n-gram's last symbol after the others
	even table // by context: how much the shorter one counts
	kept table // the n-grams that are kept
	left table // by context: the logarithm of the penalty for what is not kept after it
}

// train estimates the model of the language in which c has been counted.
func train(c *counts) *model {
	c.complete()
	m := &model{counts: c, logs: newTable(), even: newTable(), kept: newTable(), left: newTable()}
	m.estimate()
	m.prune()
	m.backOff()
	return m
}

// estimate computes the probability of each n-gram: that by the counts, smoothed
// by that of the shorter n-gram that ends it.
func (m *model) estimate() {
	all := 0.0
	for _, k := range m.table[1] {
		all += k
	}
	for g, k := range m.table[1] {
		m.logs[1][g] = math.Log((1-stray)*k/all + math.Exp(ngram.Floor))
	}
	for n := 2; n < len(m.table); n++ {
		even := m.even[n-1]
		for g := range m.table[n] {
			even[g.context()] += evenType
		}
		for g, k := range m.table[n] {
			h := g.context()
			shorter := math.Exp(m.logs[n-1][g.ending(n)])
			m.logs[n][g] = math.Log((k + (even[h]+evenAlways)*shorter) / (m.table[n-1][h] + even[h] + evenAlways))
		}
	}
}

// prune chooses the n-grams to keep: those whose probability is furthest from
// what it would be without them (Stolcke 1998), the square root of their counts
// considered, since words are to be told that are rare. With an n-gram go those
// that begin and end it.
func (m *model) prune() {
	type candidate struct {
		gram
		length int
		worth  float64
	}
	var all []candidate
	for n := 2; n < len(m.table); n++ {
		for _, g := range sorted(m.table[n]) {
			h := g.context()
			penalty := math.Log((m.even[n-1][h] + evenAlways) / (m.table[n-1][h] + m.even[n-1][h] + evenAlways))
			change := m.logs[n][g] - m.logs[n-1][g.ending(n)] - penalty
			all = append(all, candidate{g, n, math.Sqrt(m.table[n][g]) * math.Abs(change)})
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(b.worth, a.worth) })
	for g := range m.table[1] {
		m.kept[1][g] = 1
	}
	size := 0
	for _, c := range all {
		if size >= budget {
			break
		}
		size += m.keep(c.gram, c.length)
	}
}

// keep keeps an n-gram with those that begin and end it, and returns how many
// these are.
func (m *model) keep(g gram, n int) int {
	if _, ok := m.kept[n][g]; ok {
		return 0
	}
	m.kept[n][g] = 1
	return 1 + m.keep(g.ending(n), n-1) + m.keep(g.context(), n-1)
}

// backOff computes for each context the penalty for a symbol that no n-gram has
// been kept of: what is left of the context's probability is shared by these as
// the shorter context says.
func (m *model) backOff() {
	seen, shorter := newTable(), newTable()
	for n := 2; n < len(m.kept); n++ {
		for _, g := range sorted(m.kept[n]) {
			seen[n-1][g.context()] += math.Exp(m.logs[n][g])
			shorter[n-1][g.context()] += math.Exp(m.logs[n-1][g.ending(n)])
		}
		for h := range seen[n-1] {
			left := max(leastShare, 1-seen[n-1][h]) / max(leastShare, 1-shorter[n-1][h])
			m.left[n-1][h] = max(leastBackoff, math.Log(left))
		}
	}
	// All words begin after the same edge: its penalty tells no language from
	// another.
	delete(m.left[1], edge)
}

// addTo adds the weight of each n-gram to b. The weights of the n-grams that end
// in a symbol add up to the logarithm of its probability: that of a letter is
// above that of one which the language does not have.
func (m *model) addTo(b *ngram.Builder) {
	for n := 1; n < len(m.kept); n++ {
		for _, g := range sorted(m.kept[n]) {
			w := m.logs[n][g]
			switch {
			case n > 1:
				w -= m.logs[n-1][g.ending(n)] + m.left[n-1][g.context()]
			case g != edge:
				w -= ngram.Floor
			}
			if g.last() != edge {
				w += m.left[n][g] // it is the context of the next symbol
			}
			b.Add(m.text(g), w)
		}
	}
}
