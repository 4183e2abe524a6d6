package junk

import "github.com/zeebo/xxh3"

// Acquaintances are short lines that were consulted about before. What a
// template says comes on page after page, and the patterns that it is meant for
// take the longest to try. What they say depends on the line alone.
type acquaintances []acquaintance

type acquaintance struct {
	index *index
	text  []byte
	shape shape
	rules []*rule
	key   uint64
	words int32
}

const (
	mostAcquaintances = 1 << 12
	longestKnown      = 160 // bytes
)

// find returns where l may be, or may be kept; nil if it is too long.
func (a *acquaintances) find(l *line) *acquaintance {
	if len(l.text) > longestKnown {
		return nil
	}
	if *a == nil {
		*a = make(acquaintances, mostAcquaintances)
	}
	return &(*a)[xxh3.HashString(l.text)%mostAcquaintances]
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
