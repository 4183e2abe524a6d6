package linemodel

// vector computes the features of the line alive at that place, but for those that
// it has by itself and those that tell of the context.
func (p *Page) vector(at int) {
	l, d := p.at(at), &p.doc
	v := &l.v
	p.placeOf(v, l, at)
	p.goodRound(v, l, at)

	v[topicBias] = unit32(l.inGood - d.inGood)
	n := d.n
	v[lexBefore] = unit32(d.lexSum[at+1] / float32(at+1))
	v[lexAfter] = unit32((d.lexSum[n] - d.lexSum[at]) / float32(n-at))
	v[lexShort] = unit32(d.lexShort)
	low, high := max(at-3, 0), min(at+4, n)
	v[lexNear] = unit32((d.lexSum[high] - d.lexSum[low] - l.lexicon) / float32(max(high-low-1, 1)))
	v[rulesNear] = units(d.rules[high] - d.rules[low])
	v[rulesAll] = units(d.rules[n])
	v[series] = units(min(l.seriesUntil-l.seriesAt, 20))
	v[seriesPlace] = units(min(int32(at)-l.seriesAt, 20))
	v[lengthNext], v[lengthPrevious] = 8*unitSize, 8*unitSize
	for k := range 3 {
		v[nextLex1+k], v[previousLex1+k] = absentLex, absentLex
	}
	p.neighbour(v, firstNeighbour, at-2)
	p.neighbour(v, firstNeighbour+neighbourFeatures, at-1)
	p.neighbour(v, firstNeighbour+2*neighbourFeatures, at+1)
	p.neighbour(v, firstNeighbour+3*neighbourFeatures, at+2)
	if at+1 < n {
		v[lengthNext] = p.at(at + 1).v[lnLength] - v[lnLength]
	}
	if at > 0 {
		v[lengthPrevious] = p.at(at - 1).v[lnLength] - v[lnLength]
	}
	for k := range min(3, n-1-at) {
		v[nextLex1+k] = p.at(at + 1 + k).v[lexicon]
	}
	for k := range min(3, at) {
		v[previousLex1+k] = p.at(at - 1 - k).v[lexicon]
	}
}

// What stands for a line beyond the ends of the document.
const (
	absent    = -1 * unitSize
	absentLex = -2 * unitSize
)

func (p *Page) at(at int) *line { return &p.lines[p.alive[at]] }

// neighbour copies to v from there on what the line at that place has.
func (p *Page) neighbour(v *padded, from, at int) {
	shown := &beyondEnds
	if at >= 0 && at < p.doc.n {
		shown = &p.at(at).shown
	}
	*(*[neighbourFeatures]int16)(v[from:]) = *shown
}

// beyondEnds stands for a line beyond the ends of the document.
var beyondEnds = [neighbourFeatures]int16{absent, absent, absent, absent, absent, absent, absent}

// show sets what the neighbours of l see of it.
func (l *line) show() {
	v := &l.v
	l.shown = [neighbourFeatures]int16{
		v[lnLength], v[endsSentence], v[firstClass], v[stopShare], v[capitalised], v[ruleScore], v[inGood],
	}
}

// placeOf sets where the line stands.
func (p *Page) placeOf(v *padded, l *line, at int) {
	d := &p.doc
	n := d.n
	v[ideographic] = flag(p.ideo)
	all := l.scripts[0] + l.scripts[1] + l.scripts[2] + l.scripts[3]
	v[otherScript] = ratio(int32(all-l.scripts[d.script]), int32(max(all, 1)))
	v[place] = ratio(int32(at), int32(max(n-1, 1)))
	v[charsBefore] = ratio(p.chars[at], max(d.chars, 1))
	v[linesBefore] = units(min(at, 30))
	v[linesAfter] = units(min(n-1-at, 30))
	v[repeats], v[shapeRepeats], v[beginRepeats] = p.count(l.own[wholeLine], 5), p.count(l.own[looksOfLine], 10), p.count(l.own[firstWord], 10)
	v[outside] = 0
	switch {
	case d.last < 0:
	case at < d.first:
		v[outside] = -units(min(d.first-at, 20))
	case at > d.last:
		v[outside] = units(min(at-d.last, 20))
	}
	v[runLength] = units(min(l.runUntil-l.runAt, 30))
	v[runPlace] = units(min(int32(at)-l.runAt, 30))
	v[runLeft] = units(min(max(l.runUntil-int32(at), 0), 30))
}

// count returns how many lines hold a term, at most so many.
func (p *Page) count(id uint32, most int32) int16 {
	if id == unnumbered {
		return 0
	}
	return units(min(p.terms.counts[id].lines, most))
}

// goodRound sets how the line stands to the good and to the short lines.
func (p *Page) goodRound(v *padded, l *line, at int) {
	d := &p.doc
	n := d.n
	v[goodAround] = units(p.goodIn(at-roundLines, at)) / roundLines
	v[goodAroundAfter] = units(p.goodIn(at+1, at+1+roundLines)) / roundLines
	before, after := p.good[at], p.goodIn(at+1, n)
	v[goodBefore], v[goodAfter] = units(min(before, 30)), units(min(after, 30))
	v[goodAll] = units(min(d.good, 50))
	v[lnLines] = d.lnLines
	v[lnChars] = d.lnChars
	v[medianLength] = d.median
	v[goodLeft] = ratio(after, int32(max(d.good, 1)))
	v[goodShare] = ratio(int32(d.good), int32(n))
	v[shortShare] = ratio(int32(d.short), int32(n))
	mean := d.goodRunes / int32(max(d.good, 1))
	v[goodLength] = clip(int64(mean) * unitSize / 16)
	v[lengthRatio] = ratio(min(l.runes, 4000), max(mean, 1))
	v[shortBefore] = units(d.shorts[at] - d.shorts[max(at-3, 0)])
	v[shortAfter] = units(d.shorts[min(at+4, n)] - d.shorts[at+1])
}

// roundLines is the number of lines on either side that are round a line.
const roundLines = 4

// goodIn returns the number of good lines from one place up to another.
func (p *Page) goodIn(from, to int) int32 {
	from, to = max(from, 0), min(to, p.doc.n)
	if from >= to {
		return 0
	}
	return p.good[to] - p.good[from]
}

// units returns n as a feature.
func units[T int | int32](n T) int16 { return clip(n * unitSize) }

func unit32(x float32) int16 { return clip(int32(x * unitSize)) }

// ratio returns a/b as a feature.
func ratio(a, b int32) int16 { return clip(int64(a) * unitSize / int64(b)) }
