package linemodel

import "math"

// A context is what the first trees say of the lines of a page.
type context struct {
	scores  []float32
	odds    []int32 // of each line, the probability that it is junk, in units
	junk    []int32 // sum of odds before each line, and of all
	authors []int32 // lines that are surely the author's before each, and all
	likely  []int32 // lines that are likely junk before each, and all
	last    []int32 // the last likely one above each line
	next    []int32 // the next below
	first   int     // of the lines that are surely the author's
	final   int     // the last of them
	chars   int32   // share of the characters that is junk
}

// A line is surely the author's if it is no label and has a probability of junk
// below the one, and likely junk above the other.
const (
	surely          = unitSize * 8 / 100
	likelyJunk      = unitSize * 6 / 10
	authorRunes     = 60
	authorIdeograph = 25
	faraway         = 20 // lines, beyond which a distance is as good as any other
)

// probability returns what a score means, in units.
func probability(score float32) int32 {
	const steps = 16 // to a logit
	at := int32(score*steps) + probabilityEnd*steps
	return probabilities[min(max(at, 0), int32(len(probabilities)-1))]
}

const probabilityEnd = 8 // logits

var probabilities = func() (t [2*probabilityEnd*16 + 1]int32) {
	for i := range t {
		t[i] = int32(unit(1 / (1 + math.Exp(probabilityEnd-float64(i)/16))))
	}
	return t
}()

// weigh sums up what the first trees say.
func (p *Page) weigh() {
	c := &p.context
	n := len(p.alive)
	least := int32(authorRunes)
	if p.ideo {
		least = authorIdeograph
	}
	c.odds, c.junk, c.authors, c.likely, c.last = c.odds[:0], append(c.junk[:0], 0), append(c.authors[:0], 0), append(c.likely[:0], 0), c.last[:0]
	c.first, c.final = n, -1
	junkChars, last := int64(0), int32(-faraway)
	for at := range p.alive {
		l, odds := p.at(at), probability(c.scores[at])
		author := odds < surely && l.runes > least
		if author {
			c.first, c.final = min(c.first, at), at
		}
		junkChars += int64(odds) * int64(l.runes)
		c.odds = append(c.odds, odds)
		c.junk = append(c.junk, c.junk[at]+odds)
		c.authors = append(c.authors, c.authors[at]+int32(one(author)))
		c.likely = append(c.likely, c.likely[at]+int32(one(odds > likelyJunk)))
		c.last = append(c.last, last)
		if odds > likelyJunk {
			last = int32(at)
		}
	}
	c.chars = int32(junkChars / int64(max(p.doc.chars, 1)))
	c.next = append(c.next[:0], c.last...)
	next := int32(n + faraway)
	for at := n - 1; at >= 0; at-- {
		c.next[at] = next
		if c.odds[at] > likelyJunk {
			next = int32(at)
		}
	}
}

// around sets the features of the line at that place that tell of the context.
func (p *Page) around(at int) {
	v, c, n := &p.at(at).v, &p.context, p.doc.n
	v[firstScore] = unit32(c.scores[at])
	for k := range 3 {
		v[scoreBefore1-k], v[scoreAfter1+k] = beyond, beyond
		if at-1-k >= 0 {
			v[scoreBefore1-k] = unit32(c.scores[at-1-k])
		}
		if at+1+k < n {
			v[scoreAfter1+k] = unit32(c.scores[at+1+k])
		}
	}
	mean := func(from, to int) int32 { // but for the line itself
		sum, k := c.junk[to]-c.junk[from], to-from
		if from <= at && at < to {
			sum, k = sum-c.odds[at], k-1
		}
		return sum / int32(max(k, 1))
	}
	v[junkAround] = clip(mean(max(at-4, 0), min(at+5, n)))
	v[junkAbove], v[junkBelow] = clip(mean(0, at)), clip(mean(at+1, n))
	v[junkAll], v[junkChars] = clip(c.junk[n]/int32(n)), clip(c.chars)
	v[fromAuthor], v[beyondAuthor] = lines(at-c.first), lines(at-c.final)
	above, all := c.authors[at], c.authors[n]
	below := all - c.authors[at+1]
	v[authorsAbove], v[authorsBelow] = lines(int(above)), lines(int(below))
	v[authorsLeft] = ratio(below, max(all, 1))
	v[junkLast], v[junkNext] = lines(at-int(c.last[at])), lines(int(c.next[at])-at)
	v[junksAbove], v[junksBelow] = lines(int(c.likely[at])), lines(int(c.likely[n]-c.likely[at+1]))
}

// beyond stands for the score of a line beyond the ends of the document.
const beyond = -9 * unitSize

// lines returns a number of lines, at most so many either way.
func lines(n int) int16 { return units(min(max(n, -faraway), faraway)) }
