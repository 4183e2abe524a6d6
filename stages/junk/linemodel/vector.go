package linemodel

// vector computes the features of the line alive at that place.
func (p *Page) vector(at int) {
	v, d := (*Vector)(p.vec[:]), &p.doc
	l := p.at(at)
	copy(v[:lineFeatures], l.f[:])
	p.placeOf(v, l, at)
	p.goodRound(v, l, at)

	t := &l.topic
	v[inGood], v[inGoodOften], v[inAny] = unit32(t[topicGood]), unit32(t[topicOften]), unit32(t[topicAny])
	v[inNext], v[inPrevious] = unit32(t[topicNext]), unit32(t[topicPrevious])
	v[inTitle], v[namesElsewhere] = unit32(t[topicTitle]), unit32(t[topicNames])
	v[topicBias] = unit32(t[topicGood] - d.topicShort)

	n := d.n
	v[lexBefore] = unit32(d.lexSum[at+1] / float32(at+1))
	v[lexAfter] = unit32((d.lexSum[n] - d.lexSum[at]) / float32(n-at))
	v[lexShort] = unit32(d.lexShort)
	low, high := max(at-3, 0), min(at+4, n)
	v[lexNear] = unit32((d.lexSum[high] - d.lexSum[low] - l.lexicon) / float32(max(high-low-1, 1)))
	v[rulesNear] = (d.rules[high] - d.rules[low]) * unitSize
	v[series] = unitSize * min(l.seriesUntil-l.seriesAt, 20)
	v[seriesPlace] = unitSize * min(int32(at)-l.seriesAt, 20)
	v[lengthNext], v[lengthPrevious] = 8*unitSize, 8*unitSize
	if at+1 < n {
		v[lengthNext] = p.at(at + 1).f[lnLength] - l.f[lnLength]
	}
	if at > 0 {
		v[lengthPrevious] = p.at(at - 1).f[lnLength] - l.f[lnLength]
	}
	v[rulesAll] = d.rules[n] * unitSize
	for k := range 3 {
		v[nextLex1+k], v[previousLex1+k] = absentLex, absentLex
		if at+1+k < n {
			v[nextLex1+k] = p.at(at + 1 + k).f[lexicon]
		}
		if at-1-k >= 0 {
			v[previousLex1+k] = p.at(at - 1 - k).f[lexicon]
		}
	}
	p.neighbour(v, firstNeighbour, at-2)
	p.neighbour(v, firstNeighbour+neighbourFeatures, at-1)
	p.neighbour(v, firstNeighbour+2*neighbourFeatures, at+1)
	p.neighbour(v, firstNeighbour+3*neighbourFeatures, at+2)
}

// What stands for a line beyond the ends of the document.
const (
	absent    = -1 * unitSize
	absentLex = -2 * unitSize
)

func (p *Page) at(at int) *line { return &p.lines[p.alive[at]] }

// neighbour copies to v from there on what the line at that place has.
func (p *Page) neighbour(v *Vector, from, at int) {
	if at < 0 || at >= p.doc.n {
		for k := range neighbourFeatures {
			v[from+k] = absent
		}
		return
	}
	l := p.at(at)
	for k, f := range ofNeighbour {
		v[from+k] = l.f[f]
	}
	v[from+len(ofNeighbour)] = unit32(l.topic[topicGood])
}

// placeOf sets where the line stands.
func (p *Page) placeOf(v *Vector, l *line, at int) {
	d := &p.doc
	n := d.n
	v[ideographic] = flag(p.ideo)
	all := l.scripts[0] + l.scripts[1] + l.scripts[2] + l.scripts[3]
	v[otherScript] = ratio(int32(all-l.scripts[d.script]), int32(max(all, 1)))
	v[place] = ratio(int32(at), int32(max(n-1, 1)))
	v[charsBefore] = ratio(p.chars[at], max(d.chars, 1))
	v[linesBefore] = unitSize * int32(min(at, 30))
	v[linesAfter] = unitSize * int32(min(n-1-at, 30))
	v[repeats], v[shapeRepeats], v[beginRepeats] = p.count(l.key, 5), p.count(l.shape, 10), p.count(l.begin, 10)
	v[outside] = 0
	switch {
	case d.last < 0:
	case at < d.first:
		v[outside] = -unitSize * int32(min(d.first-at, 20))
	case at > d.last:
		v[outside] = unitSize * int32(min(at-d.last, 20))
	}
	v[runLength] = unitSize * min(l.runUntil-l.runAt, 30)
	v[runPlace] = unitSize * min(int32(at)-l.runAt, 30)
	v[runLeft] = unitSize * min(max(l.runUntil-int32(at), 0), 30)
}

// count returns how many lines hold a term, at most so many.
func (p *Page) count(id, most int32) int32 {
	if id < 0 {
		return 0
	}
	return unitSize * min(p.terms.counts[id].lines, most)
}

// goodRound sets how the line stands to the good and to the short lines.
func (p *Page) goodRound(v *Vector, l *line, at int) {
	d := &p.doc
	n := d.n
	v[goodAround] = unitSize / roundLines * p.goodIn(at-roundLines, at)
	v[goodAroundAfter] = unitSize / roundLines * p.goodIn(at+1, at+1+roundLines)
	before, after := p.good[at], p.goodIn(at+1, n)
	v[goodBefore], v[goodAfter] = unitSize*min(before, 30), unitSize*min(after, 30)
	v[goodAll] = unitSize * min(int32(d.good), 50)
	v[lnLines] = d.lnLines
	v[medianLength] = d.median
	v[goodLeft] = ratio(after, int32(max(d.good, 1)))
	v[goodShare] = ratio(int32(d.good), int32(n))
	v[shortShare] = ratio(int32(d.short), int32(n))
	mean := d.goodRunes / int32(max(d.good, 1))
	v[goodLength] = mean * unitSize / 16
	v[lengthRatio] = ratio(min(l.runes, 4000), max(mean, 1))
	v[shortBefore] = unitSize * (d.shorts[at] - d.shorts[max(at-3, 0)])
	v[shortAfter] = unitSize * (d.shorts[min(at+4, n)] - d.shorts[at+1])
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

func unit32(x float32) int32 { return int32(x * unitSize) }

// ratio returns a/b, in units.
func ratio(a, b int32) int32 { return int32(int64(a) * unitSize / int64(b)) }
