package langid

import (
	"cmp"
	"iter"
	"math"
	"math/bits"
	"slices"

	"tamis/pipeline"
	"tamis/stages/packs"
)

const (
	temperature = 1.25 // evidence is not independent: a margin is worth less than its face
	homeShare   = .25  // of the text: a language with as much of it is at home
	homeLetters = 150  // that it has at least, unless it has …
	halfShare   = .4   // … so much of the text
	fewLines    = 4    // in a text of fewer one line may be such a share
	mostWeight  = 800  // letters: no line outvotes all the others by its length
	cjkLetters  = 3    // of an alphabet, that one of Chinese, Japanese or Korean counts for
	lineCap     = 20   // no line says more than this for a language
	most        = .99  // confidence that no answer exceeds
	farBehind   = 20   // temperatures: what lags so much takes nothing from it
)

// What whatlanggo's word is worth, as evidence.
const (
	oracleBase   = .1  // at the least …
	oracleSure   = .45 // … and more when it is sure …
	oracleLong   = .3  // … on a text of longText letters …
	oracleChoice = .25 // … and the more languages it had to choose from (their logarithm)
	longText     = 60
)

// Which languages whatlanggo may choose from, and when it is not asked.
const (
	candidateLag = 2.5 // behind the best
	rareLetters  = 40  // fewer letters are not taken for a rare language
	listWords    = 4   // a list of names has so many words
	leastAnswer  = .05 // confidence under which no language is named
)

// A line is what is remembered of a paragraph between the two readings.
type line struct {
	script  script
	best    int16
	margin  float32
	letters int32 // of the whole line, estimated from its sample
	words   int32
	hits    int32 // function words of the best language
	title   bool
}

// A home is what the lines of a document are judged by.
type home struct {
	language pipeline.Language
	main     int    // the language of most of the text, or none
	script   script // of most of the text
	at       []bool // by language: it is at home
	scripts  [maxScripts]bool
}

// A reader holds what is needed to read a document, for one document after the
// other.
type reader struct {
	s      *Stage
	lines  []line
	line   evidence
	total  byLanguage[float64]     // letters of text that are in it, by the lines' own votes
	sum    byLanguage[float64]     // the evidence of all lines together
	shares [maxLanguages + 1]share // of a vote
	votes  byLanguage[int]         // lines that are in it, and say so
	at     []bool
	order  []int
	script [maxScripts]float64 // letters in it
	in     [maxScripts]int     // lines in it
	tally
	calls   int // of whatlanggo that are left
	speller speller
}

// A tally is what the lines of a document amount to.
type tally struct {
	forms    forms
	scripts  uint64  // a bit for each that there are letters of
	written  int     // lines in any script
	speaking int     // languages that speak
	passed   int     // lines that have been passed over …
	loss     float64 // … and by how much, at most, their votes would bring another language closer to the hint
}

func newReader(s *Stage) *reader {
	n := len(s.languages)
	return &reader{s: s, at: make([]bool, n), order: make([]int, n)}
}

// An effort is how thoroughly a document is read.
type effort int

const (
	hastily effort = iota // as wholly, but once its language is known, lines in doubt are passed over
	wholly                // every line votes, by its function words …
	closely               // … or by its n-grams too
)

// read goes through the lines of doc and lets them vote.
func (r *reader) read(doc *pipeline.Document, with effort) {
	r.lines = slices.Grow(r.lines[:0], len(doc.Paragraphs))[:len(doc.Paragraphs)]
	n := len(r.s.languages)
	clear(r.total[:n])
	clear(r.sum[:n])
	clear(r.votes[:n])
	clear(r.in[:])
	clear(r.script[:])
	r.tally = tally{}
	r.line.hint, r.line.enough, r.line.again = 0, sureMargin, false
	for i := range doc.Paragraphs {
		p := &doc.Paragraphs[i]
		r.lines[i] = line{best: none}
		if p.Dropped() || p.Text() == "" {
			continue
		}
		e := &r.line
		r.s.weigh(e, p.Text())
		if with == closely && e.margin < e.enough {
			r.spell(e, p.Text(), nil)
		}
		r.lines[i] = e.line(len(p.Text()))
		r.count(e, &r.lines[i], with)
	}
	r.line.enough, r.line.again = sureMargin, true
}

// line returns what is remembered of a line of n bytes.
func (e *evidence) line(n int) line {
	l := line{script: e.script, best: int16(e.best), margin: e.margin, letters: e.length(n), words: e.words, title: e.title()}
	if e.best != none {
		l.hits = e.hits[e.best]
	}
	return l
}

// length returns how many letters a line of n bytes has, to judge by its sample.
func (e *evidence) length(n int) int32 {
	letters := e.letters[latn] + e.beyond - e.letters[inherited]
	if n > e.bytes && e.bytes > 0 {
		return int32(int64(letters) * int64(n) / int64(e.bytes))
	}
	return letters
}

// count notes in which script a line is and lets it vote.
func (r *reader) count(e *evidence, l *line, with effort) {
	if e.script == noScript {
		return
	}
	weight := float64(min(l.letters, mostWeight))
	if e.script >= hani && e.script <= hang {
		weight *= cjkLetters
	}
	r.script[e.script] += weight
	r.in[e.script]++
	r.scripts |= 1 << e.script
	r.written++
	r.forms[hans] += e.forms[hans]
	r.forms[hant] += e.forms[hant]
	if sole := r.s.sole[e.script]; sole != none {
		r.total[sole] += weight
		r.sum[sole] += sureScore
	} else if e.best != none {
		r.vote(e, weight, with)
	}
}

// vote lets a line of some weight vote for its language, if that is sure. Else
// its vote is shared out or, once the language of the document is known, passed
// over.
func (r *reader) vote(e *evidence, weight float64, with effort) {
	if e.margin >= prior {
		before := r.speaks(e.best)
		if r.votes[e.best]++; r.speaks(e.best) && !before {
			r.speaking++
		}
	}
	switch {
	case e.margin >= e.enough:
		if e.hint != e.best && r.passed > 0 {
			r.loss = math.Inf(1) // it was for another hint
		}
		if e.hint = e.best; r.votes[e.best] >= knownLines {
			e.enough = knownMargin
		}
		r.total[e.best] += weight
		r.sum[e.best] += min(float64(e.margin), lineCap)
	case with == hastily && r.written >= fewLines && r.speaks(e.hint):
		r.passed++
		r.loss += r.lag(e)
	default:
		r.share(e, weight)
	}
}

// share shares the vote of a line among the languages that it may be in, those
// included for which nothing speaks.
func (r *reader) share(e *evidence, weight float64) {
	mass := 0.0
	shares := r.shares[:0]
	for _, i := range r.s.writing[e.script] {
		lag := e.top - e.score[i]
		if lag < lineCap {
			r.sum[i] += lineCap - float64(lag)
		}
		if part := r.s.decay.at(lag); part > 0 {
			shares = append(shares, share{i, part})
			mass += part
		}
	}
	for _, v := range shares {
		r.total[v.language] += weight * v.part / mass
	}
}

// lag returns how far the hinted language is behind the best of the line, as far
// as that counts.
func (r *reader) lag(e *evidence) float64 {
	if r.s.languages[e.hint].scripts>>e.script&1 == 0 {
		return lineCap
	}
	return float64(min(e.top-e.score[e.hint], lineCap))
}

// A share is the part of a vote that goes to a language.
type share struct {
	language uint8
	part     float64
}

// A decay tells how likely what lags behind is, for each what leads is. A vote
// needs no more than a table of it.
type decay [96]float64

const decaySteps = 8 // for each unit of evidence

func newDecay() (d decay) {
	for i := range d {
		d[i] = math.Exp(-float64(i) / decaySteps / temperature)
	}
	return d
}

func (d *decay) at(lag float32) float64 {
	if i := int(lag * decaySteps); i < len(d) {
		return d[i]
	}
	return 0
}

// home decides what the document's language is, and which languages and scripts
// are at home in it. Function words are enough to tell the language of most
// documents; where they are not, n-grams are read, and then whatlanggo is asked.
func (r *reader) home(doc *pipeline.Document) home {
	r.calls = 3 + len(doc.Paragraphs)/100
	r.read(doc, hastily)
	h := home{main: none, script: r.mainScript(), at: r.at}
	h.language.Tag = und
	clear(h.at)
	if r.plain(h.script) {
		h.main = r.line.hint
		h.language.Tag, h.language.Confidence = r.s.languages[h.main].tag, most
	} else {
		r.decide(doc, &h)
	}
	if h.main != none {
		h.at[h.main] = true
	}
	h.language.Script = r.form(h.script)
	r.settleScripts(&h)
	if given := doc.Lang.Tag; given != "" && given != und {
		h.language.Tag, h.language.Confidence = given, 1
		if i := r.s.lookUp(given); i != none {
			h.main = i
			h.at[i] = true
		}
	}
	return h
}

// plain reports whether the text in script sc is in the hinted language and in no
// other, whatever the lines that have been passed over would say: no other speaks,
// and none would come close enough to leave a doubt. What decide finds is the same
// then.
func (r *reader) plain(sc script) bool {
	hint := r.line.hint
	if !r.speaks(hint) || r.speaking > 1 || r.written < fewLines ||
		r.s.sole[sc] != none || r.s.languages[hint].scripts>>sc&1 == 0 {
		return false
	}
	next := 0.0
	for _, i := range r.s.writing[sc] {
		if n := r.sum[i]; n > next && int(i) != hint {
			next = n
		}
	}
	return r.sum[hint]-next-r.loss > sureMargin+1
}

// decide finds the main language of doc and the others at home in it.
func (r *reader) decide(doc *pipeline.Document, h *home) {
	if r.passed > 0 {
		r.read(doc, wholly)
	}
	best, sure := r.mainLanguage(h.script)
	if !sure && h.script != noScript {
		r.read(doc, closely)
		if best, sure = r.mainLanguage(h.script); !sure {
			best = r.ask(doc, h.script)
		}
	}
	if !sure && r.onlyNames(h.script) {
		best = none
	}
	if h.main = best; best != none {
		h.language.Tag, h.language.Confidence = r.s.languages[best].tag, r.confidence(best, h.script)
	}
	r.settle(h)
}

// settle notes which languages have a fair share of the text.
func (r *reader) settle(h *home) {
	all := 0.0
	for _, n := range r.total[:len(r.at)] {
		all += n
	}
	for i, n := range r.total[:len(r.at)] {
		h.at[i] = fair(n, all, r.votes[i], r.written)
	}
}

// settleScripts notes which scripts have a fair share of the text.
func (r *reader) settleScripts(h *home) {
	all := 0.0
	for _, n := range r.shared() {
		all += n
	}
	for sc, n := range r.shared() {
		h.scripts[sc] = fair(n, all, r.in[sc], r.written)
	}
	h.scripts[h.script] = true
}

// shared goes through the scripts that there are letters of, and how many there
// are.
func (r *reader) shared() iter.Seq2[script, float64] {
	return func(yield func(script, float64) bool) {
		for rest := r.scripts; rest != 0; rest &= rest - 1 {
			if sc := script(bits.TrailingZeros64(rest)); !yield(sc, r.script[sc]) {
				return
			}
		}
	}
}

// fair reports whether n letters of all, in some of the lines, are a share of a
// text and not a notice in a short one.
func fair(n, all float64, some, lines int) bool {
	if some < 2 && lines >= fewLines {
		return false
	}
	return n > 0 && (n >= homeShare*all && n >= homeLetters || n >= halfShare*all)
}

// mainScript returns the script of most of the text.
func (r *reader) mainScript() script {
	best := noScript
	for sc, n := range r.shared() {
		if n > r.script[best] {
			best = sc
		}
	}
	return best
}

// form returns the code of a script, and for Chinese that of its form.
func (r *reader) form(sc script) string {
	if sc == hani && r.s.sole[hani] != none {
		switch hans, hant := r.forms[hans], r.forms[hant]; {
		case hans > 2*hant:
			return "Hans"
		case hant > 2*hans:
			return "Hant"
		}
	}
	return r.s.chars.codes[sc]
}

// mainLanguage returns the language of most of the text in script sc, and
// whether that is sure.
func (r *reader) mainLanguage(sc script) (best int, sure bool) {
	best = none
	if l := r.s.sole[sc]; l != none || sc == noScript {
		return l, true
	}
	likely := none // by all the evidence
	for _, i := range r.s.writing[sc] {
		l := int(i)
		if likely == none || r.sum[l] > r.sum[likely] {
			likely = l
		}
		if r.speaks(l) && (best == none || r.total[l] > r.total[best]) {
			best = l
		}
	}
	if best == none || r.total[best] < r.total[likely] {
		best = likely
	}
	for _, i := range r.s.writing[sc] {
		if l := int(i); l != best && !r.speaks(l) && r.sum[l] > r.sum[best]-sureMargin {
			return best, false
		}
	}
	return best, true
}

// speaks reports whether several lines are in language l beyond doubt: if it is
// not the document's main language it is one more.
func (r *reader) speaks(l int) bool { return r.votes[l] > 1 }

// confidence returns the probability that the text is in language l, one of
// those written in sc.
func (r *reader) confidence(l int, sc script) float64 {
	if r.s.sole[sc] == l {
		return most
	}
	mass := 1.0
	for _, i := range r.s.writing[sc] {
		k := int(i)
		if lag := (r.sum[l] - r.sum[k]) / temperature; lag < farBehind && k != l && !r.speaks(k) {
			mass += math.Exp(-lag)
		}
	}
	return min(most, 1/mass)
}

// ask returns what language the text in script sc is in with whatlanggo's help.
func (r *reader) ask(doc *pipeline.Document, sc script) int {
	text, letters := r.longest(doc, sc)
	answer, sure, choice := none, 0.0, 0
	if text != "" {
		list := r.candidates(sc, letters)
		answer, sure = r.s.oracle().ask(text, list)
		choice = len(list)
	}
	if answer != none && r.s.languages[answer].scripts&(1<<sc) != 0 {
		says := oracleBase + oracleSure*sure + oracleLong*min(1, float64(letters)/longText) + oracleChoice*math.Log(float64(choice))
		if r.s.modelled[answer] == none {
			says += unknownLag
		}
		r.sum[answer] += says
	}
	best := none
	for _, l := range r.s.writing[sc] {
		if i := int(l); best == none || r.sum[i] > r.sum[best] {
			best = i
		}
	}
	if best == none || r.confidence(best, sc) < leastAnswer {
		return none
	}
	return best
}

// onlyNames reports whether the text in script sc is a list of names, which says
// nothing of its language.
func (r *reader) onlyNames(sc script) bool {
	words := int32(0)
	for i := range r.lines {
		if l := &r.lines[i]; l.script == sc {
			if l.hits > 0 || !l.title {
				return false
			}
			words += l.words
		}
	}
	return words >= listWords
}

// longest returns the longest line in script sc, and its length in letters.
func (r *reader) longest(doc *pipeline.Document, sc script) (string, int32) {
	best := none
	for i := range r.lines {
		if l := &r.lines[i]; l.script == sc && (best == none || l.letters > r.lines[best].letters) {
			best = i
		}
	}
	if best == none {
		return "", 0
	}
	return doc.Paragraphs[best].Text(), r.lines[best].letters
}

// candidates returns the languages written in sc that are not far behind the
// best one. Few letters are not taken for a rare language, nor for one that the
// model does not know.
func (r *reader) candidates(sc script, letters int32) []int {
	list := r.order[:0]
	for _, i := range r.s.writing[sc] {
		if letters >= rareLetters || !r.s.languages[i].rare && r.s.modelled[i] != none {
			list = append(list, int(i))
		}
	}
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(r.sum[b], r.sum[a]) })
	n := 0
	for _, l := range list {
		lag := float64(candidateLag)
		if r.s.modelled[l] == none {
			lag += unknownLag
		}
		if r.sum[l] > r.sum[list[0]]-lag {
			list[n] = l
			n++
		}
	}
	return list[:n]
}

// lookUp returns the number of the language that a tag names, or none.
func (s *Stage) lookUp(tag string) int {
	for _, t := range packs.Fallback(tag) {
		if i, ok := s.index[t]; ok {
			return i
		}
	}
	return none
}
