package linemodel

import (
	"math"
	"slices"
)

// A Line is all that the model knows of a line.
type Line struct {
	Text string // without white space at its ends; not empty
	Told
}

// Told is what the packs say of a line.
type Told struct {
	Rule, Hint  float64 // the score of the surest rule that matches it
	Opens, Ends bool    // a rule says that a list of links or all junk begins here
}

// A Page scores the lines of one document after another. It is not safe for
// concurrent use.
type Page struct {
	model *Model
	stop  *StopWords
	scan  scan
	known memory

	lines    []line
	alive    []int32 // of lines, those not removed
	prepared bool    // what follows from these is known
	terms    terms
	refs     []uint32 // the terms of all lines: content words
	names    []bool   // which of them look like names
	distinct []uint32 // those of the lines alive, each once in a line: twice the number, and 1 more for a name

	ideo    bool // the document is in a script without spaces
	scripts [4]int
	chars   []int32 // before each of the lines alive, in runes
	good    []int32 // good lines before each, and all
	block   block   // the features of some lines
	places  []int32 // of lines among those alive
	sums    []int32 // by place: of the leaves that the line falls into
	scores  []float32
	doc     document
	context context
}

// A line is what stays true of a line whatever falls round it.
type line struct {
	v                     padded // the features; those by itself are always set
	identity              uint64
	words                 int32
	runes                 int32
	scripts               [4]int16
	start                 int32 // of its terms in refs
	end                   int32
	own                   [ownTerms]uint32 // terms that stand for the line itself
	removed               bool
	good                  bool
	short                 bool
	lexicon               float32
	inGood                float32 // share of its terms that other good lines hold
	distinct, terms       int32   // where its terms begin among the distinct, and how many they are
	before, after, titled int32   // of them, those that the two lines before hold, the two after, and the title
	shown                 [neighbourFeatures]int16
	seriesAt, seriesUntil int32 // the lines alike round it
	runAt                 int32 // the first line of its run of lines that are not good
	runUntil              int32
}

// Begin forgets the document before. Without a model, which m may be, the lines
// can be read and not scored.
func (p *Page) Begin(m *Model, stop *StopWords) {
	if m == nil {
		m = new(Model)
	}
	if p.model != m {
		p.known.forget()
	}
	p.model, p.stop, p.prepared = m, stop, false
	if cap(p.lines) > maxKept || cap(p.refs) > 16*maxKept {
		*p = Page{model: m, stop: stop, scan: p.scan, known: p.known}
	}
	p.lines, p.refs, p.names, p.scripts = p.lines[:0], p.refs[:0], p.names[:0], [4]int{}
	p.terms.reset()
}

// maxKept bounds the memory that a page keeps for the next document, in lines.
const maxKept = 1 << 14

// Add appends a line to the document, of which nothing has been told.
func (p *Page) Add(text string) {
	if len(p.lines) == cap(p.lines) {
		p.lines = slices.Grow(p.lines, max(64, len(p.lines)))
	}
	p.lines = p.lines[:len(p.lines)+1]
	l := &p.lines[len(p.lines)-1]
	l.removed, l.scripts = false, [4]int16{}
	p.read(l, text)
	p.Tell(len(p.lines)-1, Told{})
}

// Replace gives line i, counted from 0 as they were added, another text.
func (p *Page) Replace(i int, text string) { p.read(&p.lines[i], text) }

// Tell notes what the packs say of line i.
func (p *Page) Tell(i int, t Told) {
	p.prepared = false
	v := &p.lines[i].v
	v[ruleScore], v[hintScore] = unit(t.Rule), unit(t.Hint)
	v[opensList], v[endsText] = flag(t.Opens), flag(t.Ends)
}

// read sets what l is by its text.
func (p *Page) read(l *line, text string) {
	p.prepared = false
	r, c := p.known.find(text, p.stop)
	if r == nil {
		r = &p.known.fresh
		r.fill(text, &p.scan, p.stop, &p.model.Lexicon)
		if c != nil {
			p.known.keep(c, text, p.stop)
		}
	}
	copy(l.v[:firstTold], r.features[:])
	l.identity, l.words, l.runes, l.lexicon = r.identity, r.words, r.runes, r.lexicon
	for i, n := range r.scripts {
		p.scripts[i] += int(n - l.scripts[i])
	}
	l.scripts = r.scripts
	l.start = int32(len(p.refs))
	l.end = l.start + int32(len(r.topic))
	p.refs = slices.Grow(p.refs, len(r.topic))[:l.end]
	p.terms.number(r.topic, p.refs[l.start:])
	for i := range r.topic {
		p.names = append(p.names, r.topic[i].name)
	}
	l.own = [ownTerms]uint32{unnumbered, unnumbered, unnumbered}
	p.terms.number(r.own[:r.owns], l.own[:])
}

// shortRunes is the length of the longest line that is compared with others as a
// whole.
const shortRunes = 240

// Words returns the number of words of line i, and what tells them from those of
// another: see [Identity].
func (p *Page) Words(i int) (n int, identity uint64) {
	return int(p.lines[i].words), p.lines[i].identity
}

// Content returns the content words of line i, by number: words of more than three letters that are no
// function words, each known by its first six letters, which serve as a stem in
// the languages that have one.
func (p *Page) Content(i int) []uint32 { return p.refs[p.lines[i].start:p.lines[i].end] }

// CountContent returns the number of content words of a part of a line.
func (p *Page) CountContent(text string) int {
	p.scan.read(text, p.stop)
	return len(p.scan.found)
}

// Lexicon returns what the lexicon says of a text by itself, in logits.
func (p *Page) Lexicon(text string) float64 {
	p.scan.read(text, p.stop)
	x := &p.model.Lexicon
	return float64(x.score(p.scan.grams(text, x.weights()).all()))
}

// Remove takes line i out of the document.
func (p *Page) Remove(i int) { p.lines[i].removed, p.prepared = true, false }

// Holding returns how many of the lines left hold a content word.
func (p *Page) Holding(word uint32) int {
	p.prepare()
	return int(p.terms.counts[word].lines)
}

// Scores calls yield with each line left and its score, the logarithm of the
// odds that it is junk, and with how many lines like it stand there together.
func (p *Page) Scores(yield func(i int, score float64, alike int)) {
	p.prepare()
	for at := range p.alive {
		p.vector(at)
	}
	p.scores = slices.Grow(p.scores[:0], len(p.alive))[:len(p.alive)]
	p.sums = slices.Grow(p.sums[:0], len(p.alive))[:len(p.alive)]
	p.places = p.places[:0]
	for at := range p.alive {
		p.places = append(p.places, int32(at))
	}
	forests := p.model.packed()
	p.judge(forests[0])
	if second := forests[1]; len(second.trees) > 0 && len(p.places) > 0 {
		p.context.scores = append(p.context.scores[:0], p.scores...)
		p.weigh()
		for _, at := range p.places {
			p.around(int(at))
		}
		p.judge(second)
	}
	for at, i := range p.alive {
		l := &p.lines[i]
		yield(int(i), float64(p.scores[at]), int(l.seriesUntil-l.seriesAt))
	}
}

// judge sets the scores of the lines at p.places, and leaves there those that are
// not settled.
func (p *Page) judge(f *forest) {
	for _, at := range p.places {
		p.sums[at] = 0
	}
	p.ask(f, 0, f.first)
	p.leaveUnsettled(f)
	p.ask(f, f.first, len(f.trees))
	p.leaveUnsettled(f)
}

// leaveUnsettled sets the scores of the lines at p.places, and leaves there those
// that are not the author's beyond doubt.
func (p *Page) leaveUnsettled(f *forest) {
	p.places = slices.DeleteFunc(p.places, func(at int32) bool {
		p.scores[at] = f.odds(p.sums[at])
		return p.scores[at] < settled
	})
}

// ask adds to the sums of the lines at p.places what some trees say.
func (p *Page) ask(f *forest, from, to int) {
	for some := range slices.Chunk(p.places, lanes) {
		var lines [lanes]*line
		for lane := range lines {
			lines[lane] = p.at(int(some[min(lane, len(some)-1)]))
		}
		p.block.set(f.words, &lines)
		votes := vote(f.trees[from:to], &p.block)
		for lane, at := range some {
			p.sums[at] += votes[lane]
		}
	}
}

// Vectors calls yield with each line left and its features, which are good until
// yield returns. Where scores of all those lines by the first trees are given,
// these are among what the features tell.
func (p *Page) Vectors(scores []float32, yield func(i int, v *Vector)) {
	p.prepare()
	if scores != nil {
		p.context.scores = append(p.context.scores[:0], scores...)
		p.weigh()
	}
	for at, i := range p.alive {
		if p.vector(at); scores != nil {
			p.around(at)
		}
		yield(int(i), (*Vector)(p.lines[i].v[:]))
	}
}

// A document is what the lines left have in common.
type document struct {
	first, last int // good lines
	n           int
	lnLines     int16
	lnChars     int16
	chars       int32
	median      int16
	good, short int
	goodRunes   int32
	inGood      float32 // mean over the short lines
	lexShort    float32
	lexSum      []float32 // of the lexicon before each line
	rules       []int32   // lines that rules match, before each
	shorts      []int32   // short lines before each
	script      int
}

// A good line is as long as prose, and ends as a sentence does.
const (
	goodRunes     = 80
	goodIdeograph = 30
)

// prepare computes what the features of all lines need, unless it has done so
// since the page changed.
func (p *Page) prepare() {
	if p.prepared {
		return
	}
	p.prepared = true
	p.alive = p.alive[:0]
	for i := range p.lines {
		if !p.lines[i].removed {
			p.alive = append(p.alive, int32(i))
		}
	}
	p.findScript()
	p.sum()
	p.doc.median = p.medianRunes()
	p.runs()
	p.series()
	p.topics()
}

// findScript finds the script of the document.
func (p *Page) findScript() {
	letters, ideo := 0, 0
	for i := range p.lines {
		l := &p.lines[i]
		n := int(l.scripts[0]) + int(l.scripts[1]) + int(l.scripts[2]) + int(l.scripts[3])
		letters += n
		ideo += int(l.v[shareLetters])*int(min(l.runes, 1000))/unitSize - n
	}
	p.ideo = ideo > letters
	p.doc.script = 0
	for i := range p.scripts {
		if p.scripts[i] > p.scripts[p.doc.script] {
			p.doc.script = i
		}
	}
}

// sum adds up what the features count.
func (p *Page) sum() {
	d := &p.doc
	least := int32(goodRunes)
	if p.ideo {
		least = goodIdeograph
	}
	d.n, d.first, d.last = len(p.alive), len(p.alive), -1
	d.lnLines = ln(d.n)
	d.good, d.short, d.goodRunes, d.chars = 0, 0, 0, 0
	p.chars, p.good = p.chars[:0], append(p.good[:0], 0)
	d.lexSum, d.rules, d.shorts = append(d.lexSum[:0], 0), append(d.rules[:0], 0), append(d.shorts[:0], 0)
	lex := float32(0)
	for at, i := range p.alive {
		l := &p.lines[i]
		l.good = l.v[endsSentence] != 0 && l.runes > least
		l.short = l.v[endsSentence] == 0 && l.runes <= least
		p.chars = append(p.chars, d.chars)
		d.chars += l.runes
		if l.good {
			d.first, d.last = min(d.first, at), at
			d.good++
			d.goodRunes += l.runes
		}
		p.good = append(p.good, int32(d.good))
		if l.short {
			d.short++
			lex += l.lexicon
		}
		d.lexSum = append(d.lexSum, d.lexSum[at]+l.lexicon)
		d.rules = append(d.rules, d.rules[at]+int32(one(l.v[ruleScore] > 0)))
		d.shorts = append(d.shorts, int32(d.short))
	}
	d.lnChars = ln(int(d.chars))
	d.lexShort = lex / float32(max(d.short, 1))
}

// medianRunes returns the length of the median line.
func (p *Page) medianRunes() int16 {
	var buckets [64]int32 // by the logarithm
	for _, i := range p.alive {
		buckets[p.lines[i].v[lnLength]*4/unitSize&63]++
	}
	n := int32(0)
	for b, k := range buckets {
		if n += k; 2*n >= int32(len(p.alive)) {
			return int16(b) * unitSize / 4
		}
	}
	return 0
}

// runs finds for each line the run of lines that aren't good round it.
func (p *Page) runs() {
	for at := 0; at < len(p.alive); {
		end := at
		for end < len(p.alive) && !p.lines[p.alive[end]].good {
			end++
		}
		for j := at; j < end; j++ {
			l := &p.lines[p.alive[j]]
			l.runAt, l.runUntil = int32(at), int32(end)
		}
		if end == at {
			l := &p.lines[p.alive[at]]
			l.runAt, l.runUntil = int32(at), int32(at)
			end++
		}
		at = end
	}
}

// series finds for each line the lines like it that it stands among.
func (p *Page) series() {
	for at := 0; at < len(p.alive); {
		end := at + 1
		for end < len(p.alive) && alike(p.at(end-1), p.at(end)) {
			end++
		}
		for j := at; j < end; j++ {
			l := p.at(j)
			l.seriesAt, l.seriesUntil = int32(at), int32(end)
		}
		at = end
	}
}

// alike reports whether two lines look like two of a list or a table.
func alike(a, b *line) bool {
	d := a.v[lnLength] - b.v[lnLength]
	return d < alikeLength && -d < alikeLength &&
		a.v[firstClass] == b.v[firstClass] && a.v[endMark] == b.v[endMark] &&
		(a.v[shareDigits] > 0) == (b.v[shareDigits] > 0)
}

const alikeLength = unitSize * 7 / 10

// topics counts the terms and finds what each line shares with the others.
func (p *Page) topics() {
	t := &p.terms
	t.clear()
	p.distinct = slices.Grow(p.distinct[:0], len(p.refs)+1)[:len(p.refs)+1]
	end := int32(0)
	for at, i := range p.alive {
		l := &p.lines[i]
		l.distinct = end
		end = p.meet(int32(at), l)
		for _, id := range l.own {
			if id != unnumbered {
				t.counts[id].lines++
			}
		}
	}
	sum, short := float32(0), 0
	for _, i := range p.alive {
		l := &p.lines[i]
		p.topic(l)
		l.show()
		if l.short {
			sum += l.inGood
			short++
		}
	}
	p.doc.inGood = sum / float32(max(short, 1))
}

// nowhere is far before all lines.
const nowhere = -1 << 20

// meet counts the terms of l, lists each of them once, and finds how many the two
// lines before hold, and the title. It returns the end of the list.
func (p *Page) meet(at int32, l *line) int32 {
	title, last, lastButOne, good, top := uint32(0), int32(0), int32(0), int32(one(l.good)), uint32(one(at == 0))
	names, counts, distinct, k := p.names[l.start:l.end], p.terms.counts, p.distinct, int(l.distinct)
	for i, r := range p.refs[l.start:l.end] {
		c := &counts[r]
		// Nobody can foresee what holds of a word: numbers are added, and not asked.
		first := int32(one(c.last != at))
		distinct[k] = r<<1 | uint32(one(names[i]))
		k += int(first)
		last += int32(one(c.last == at-1))
		lastButOne += int32(one(c.last == at-2))
		title += c.title & uint32(first)
		c.lines += first
		c.good += first & good
		c.title |= top
		c.last = at
	}
	l.before, l.after, l.titled, l.terms = last+lastButOne, 0, int32(title), int32(k)-l.distinct
	if at > 0 {
		p.at(int(at) - 1).after += last
	}
	if at > 1 {
		p.at(int(at) - 2).after += lastButOne
	}
	return int32(k)
}

// topic finds what l shares with the other lines.
func (p *Page) topic(l *line) {
	good, often, other, names, elsewhere, self := 0, float32(0), 0, 0, 0, int32(one(l.good))
	for _, r := range p.distinct[l.distinct:][:l.terms] {
		c := &p.terms.counts[r>>1]
		good += one(c.good > self)
		often += lnCount(max(c.good-self, 0))
		shared, name := one(c.lines > 1), int(r&1)
		other += shared
		names += name
		elsewhere += name & shared
	}
	v, n := &l.v, float32(l.terms)
	l.inGood, v[inGoodOften], v[inAny], v[inNext], v[inPrevious], v[inTitle] = -.2, noTerms, noTerms, noTerms, noTerms, noTerms
	if n > 0 {
		by := 1 / n
		l.inGood, v[inGoodOften], v[inAny] = float32(good)*by, unit32(often*by), unit32(float32(other)*by)
		v[inNext], v[inPrevious], v[inTitle] = unit32(float32(l.after)/n), unit32(float32(l.before)*by), unit32(float32(l.titled)*by)
	}
	v[inGood], v[namesElsewhere] = unit32(l.inGood), noTerms
	if names > 0 {
		v[namesElsewhere] = unit32(float32(elsewhere) / float32(names))
	}
}

// noTerms stands for the share of no terms.
const noTerms = -51 // a fifth, negative

// lnCount returns ln(1+n).
func lnCount(n int32) float32 { return lnCounts[min(int(n), len(lnCounts)-1)] }

var lnCounts = func() (t [64]float32) {
	for i := range t {
		t[i] = float32(math.Log(float64(1 + i)))
	}
	return t
}()

// The terms that stand for a short line itself.
const (
	wholeLine = iota
	looksOfLine
	firstWord
	ownTerms
)

// terms are the terms of a document, and what they stand for, by number.
type terms struct {
	numbering
	counts []termCount
}

type termCount struct {
	lines, good int32
	last        int32  // the last line counted
	title       uint32 // 1 if the first line holds it
}

// clear sets all counts to nothing.
func (t *terms) clear() {
	t.counts = slices.Grow(t.counts[:0], int(t.last))[:int(t.last)]
	for i := range t.counts {
		t.counts[i] = termCount{last: nowhere}
	}
}
