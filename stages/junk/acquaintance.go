package junk

// Acquaintances are short lines that were consulted about before. What a
// template says comes on page after page, and the patterns that it is meant for
// take the longest to try. What they say depends on the line alone.
type acquaintances struct {
	sets  []acquaintanceSet
	lines []acquaintance // those of a set together
}

// An acquaintanceSet tells where in it lines are whose keys share some bits.
type acquaintanceSet struct {
	keys [setSize]uint64
	next uint64 // how many there have been; the oldest makes room for a new one
}

type acquaintance struct {
	index *index
	text  []byte
	rules []*rule
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
	at := int(l.key >> 32 % mostSets)
	set, lines := &a.sets[at], a.lines[at*setSize:][:setSize]
	for i, key := range set.keys {
		if key == l.key && lines[i].holds(x, l) {
			return &lines[i], true
		}
	}
	oldest := set.next % setSize
	set.keys[oldest] = l.key
	set.next++
	return &lines[oldest], false
}

// holds reports whether a is what was said of l.
func (a *acquaintance) holds(x *index, l *line) bool {
	return a.index == x && a.shape == l.shape && string(a.text) == l.text
}

// keep notes what was said of l.
func (a *acquaintance) keep(x *index, l *line) {
	a.index, a.shape = x, l.shape
	a.text, a.rules = append(a.text[:0], l.text...), append(a.rules[:0], l.rules...)
}
