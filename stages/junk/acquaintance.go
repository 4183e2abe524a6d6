package junk

import "github.com/zeebo/xxh3"

// Acquaintances are short lines that were consulted about before. What a
// template says comes on page after page, and the patterns that it is meant for
// take the longest to try. What they say depends on the line alone.
type acquaintances struct {
	sets  []acquaintanceSet
	lines []acquaintance // those of a set together
}

// An acquaintanceSet tells where in it lines are whose hashes end alike.
type acquaintanceSet struct {
	hashes [setSize]uint64
	next   uint64 // how many there have been; the oldest makes room for a new one
}

type acquaintance struct {
	index *index
	text  []byte
	rules []*rule
	key   uint64
	words int32
	shape shape
}

const (
	setSize      = 4
	mostSets     = 1 << 10
	longestKnown = 160 // bytes
)

// find returns what was said of l, and true; or else where it may be kept, nil if
// l is too long.
func (a *acquaintances) find(x *index, l *line) (known *acquaintance, met bool) {
	if len(l.text) > longestKnown {
		return nil, false
	}
	if a.sets == nil {
		a.sets, a.lines = make([]acquaintanceSet, mostSets), make([]acquaintance, mostSets*setSize)
	}
	hash := xxh3.HashString(l.text)
	at := int(hash % mostSets)
	set, lines := &a.sets[at], a.lines[at*setSize:][:setSize]
	for i, h := range set.hashes {
		if h == hash && lines[i].holds(x, l) {
			return &lines[i], true
		}
	}
	oldest := set.next % setSize
	set.hashes[oldest] = hash
	set.next++
	return &lines[oldest], false
}

// holds reports whether a is what was said of l.
func (a *acquaintance) holds(x *index, l *line) bool {
	return a.index == x && a.shape == l.shape && string(a.text) == l.text
}

// keep notes what was said of l.
func (a *acquaintance) keep(x *index, l *line) {
	a.index, a.shape, a.key, a.words = x, l.shape, l.key, l.words
	a.text, a.rules = append(a.text[:0], l.text...), append(a.rules[:0], l.rules...)
}
