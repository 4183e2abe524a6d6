package junk

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"tamis/pipeline"
	"tamis/stages/junk/linemodel"
)

var lineRule = &pipeline.Rule{ID: "junk.line", Why: "a line that looks like a template's, by its words, its form and its neighbours"}

// What the line model must say of a line, in logits, for it to fall by the model
// alone, and how much more for each character: to lose a paragraph hurts more
// than to keep a label. The figures were chosen on pages of sites that the model
// was not fitted on, for the most junk with 99.3% of the main text kept.
const (
	headLogit  = -2
	bodyLogit  = -.9
	tailLogit  = -1.9
	runeLogit  = .008
	chargeable = 600 // characters
)

var logits = [...]float64{between: bodyLogit, head: headLogit, tail: tailLogit}

// minSuspicion is the least evidence for which the model is heard: the trees see
// what the packs say, and a weak yes would count that twice.
const (
	minSuspicion    = .4
	unsureSuspicion = .69 // where no line is certainly a template's
)

// look asks the line model about each line.
func (pg *page) look() {
	if pg.fitted == nil {
		return
	}
	at, colon := 0, -1
	pg.model.Scores(func(_ int, score float64, alike int) {
		l := &pg.lines[at]
		l.looks, l.alike, l.announced = score, alike, colon >= 0 && at-colon <= alike
		if strings.HasSuffix(l.text, ":") || strings.HasSuffix(l.text, "：") {
			colon = at
		}
		at++
	})
	pg.sights = pg.sight()
}

// trusted reports whether the line model takes l for the author's.
func (l *line) trusted() bool { return l.looks < 0 }

// minTrust is what the model must say at most of a line, in logits, to be believed rather
// than a rule of the packs: it has been told of the rule.
const minTrust = -1

// suspicions speaks against the lines of which the line model is sure enough.
func suspicions(pg *page) {
	if pg.fitted == nil {
		return
	}
	s := &pg.sights
	least := minSuspicion
	if !s.sure {
		least = unsureSuspicion
	}
	for i := range pg.lines {
		l := &pg.lines[i]
		need, threshold := logits[l.at], Normal.threshold(l.at)
		// What follows only adds to it, and takes time to find.
		if conviction(l.looks, need, threshold) < least {
			continue
		}
		need += runeLogit * float64(min(utf8.RuneCountInString(l.text), chargeable))
		need += pg.excuse(i, s)
		if p := conviction(l.looks, need, threshold); p >= least {
			l.add(lineRule, p, "its looks")
		}
	}
}

// conviction returns the evidence that a score is: where it is what is needed,
// the threshold, so that the line falls.
func conviction(score, need, threshold float64) float64 {
	return 1 / (1 + math.Exp(need-score)*(1-threshold)/threshold)
}

// What excuses a line before the model, in logits. The model has seen few texts
// without a template, and few lists among the pages of news that it was fitted on.
const (
	unsure     = 4   // there is no text to speak of, and no line is certainly a template's
	hinted     = 9   // the same, and no more than a hint matches
	littleText = 4.7 // there is no text to speak of, and no rule matches
	enumerated = 2   // an item of a list, one of several alike that a line announces, or where no line is certainly a template's
	cells      = 6   // a row of a table
	titled     = 2   // the title or the first line, which no rule matches
	related    = 1.6 // at an end, shares half of its words with other lines, and no rule matches
	paragraph  = 1.2 // a paragraph that ends as a sentence does
	closed     = .6  // a short line that does
	figure     = 1.5 // and gives one, at an end: an attendance, a price
	heads      = 1.7 // over a paragraph in the body, and as long as the heading of a section
	plain      = 4.5 // a longer one that does not speak as bait does, where no line is certainly a template's
	onTopic    = 1.2 // the heading of a paragraph that speaks of it
	sectioned  = 2.8 // one of the short lines that head most paragraphs
	spoken     = 4   // one of the lines that recur by turns
	asked      = 3   // one of several questions, each over what may answer it
	unfooted   = .8  // below the text, where no line so far is certainly a template's
	never      = 9   // the packs say that it may be the author's, or a wrapped line
)

// enoughText is the size of a document from which it is not little, in bytes.
const enoughText = 2000

// sights is what the excuses of all lines of a page depend on.
type sights struct {
	sure   bool    // some line is certainly a template's
	little float64 // how little text there is, from 0 to 1
	headed bool    // most paragraphs have a line over them that parts them from the one before
	asked  int     // questions over what may answer them
	foot   int     // the first line below the text that is certainly a template's; the number of lines if there is none
}

func (pg *page) sight() sights {
	s := sights{foot: len(pg.lines)}
	size, over := 0, 0
	for i := range pg.lines {
		l := &pg.lines[i]
		size += len(l.text)
		if l.certain() {
			s.sure = true
			if l.at == tail {
				s.foot = min(s.foot, i)
			}
		}
		over += one(pg.parts(i))
		s.asked += one(pg.isAnswered(i))
	}
	s.little = max(0, 1-float64(size)/enoughText)
	s.headed = over > 2 && over*4 >= pg.prose*3 && !pg.strewn(over)
	return s
}

// strewn reports whether one line recurs over paragraphs, and too few of the so
// many lines over paragraphs are others for these to be the headings of sections.
// Where several recur, they are speakers.
func (pg *page) strewn(over int) bool {
	pg.keys = pg.keys[:0]
	for i := range pg.lines {
		if key := pg.lines[i].key; key != 0 && pg.parts(i) {
			pg.keys = append(pg.keys, key)
		}
	}
	slices.Sort(pg.keys)
	recurring, copies := 0, 0
	for i := 1; i < len(pg.keys); i++ {
		if pg.keys[i] != pg.keys[i-1] {
			continue
		}
		copies++
		if i == 1 || pg.keys[i-2] != pg.keys[i] {
			recurring++
			copies++
		}
	}
	return recurring == 1 && (over-copies)*2 < pg.prose
}

// excuse returns how much surer the model must be of line i. It is never
// negative.
func (pg *page) excuse(i int, s *sights) float64 {
	l := &pg.lines[i]
	x := 0.
	if l.alike > 2 && l.at == between && (l.announced || !s.sure || l.shape&item != 0) || l.alike > 3 && !s.sure {
		x += enumerated
	}
	if l.alike > 2 && l.shape&table != 0 {
		x += cells
	}
	switch {
	case len(l.rules) == 0:
		x += littleText * s.little
	case !s.sure && !l.ruled():
		x += hinted * s.little
	case !s.sure:
		x += unsure * s.little
	}
	if !l.ruled() {
		x += pg.authors(i, s)
	}
	if l.halved || l.shape&wrapped != 0 {
		x += never
	}
	if l.heading() && pg.headsTopic(i) {
		x += onTopic
	}
	if s.headed && pg.parts(i) {
		x += sectioned
	}
	if l.at == tail && i < s.foot {
		x += unfooted
	}
	if l.speaks {
		x += spoken
	}
	if s.asked > 2 && pg.isAnswered(i) {
		x += asked
	}
	return x
}

// authors returns how much speaks for it that line i, which no rule condemns, is
// the author's.
func (pg *page) authors(i int, s *sights) float64 {
	l := &pg.lines[i]
	x := 0.
	switch {
	case i == 0 || i == pg.title:
		x += titled
	case l.shape&prose != 0:
		x += paragraph
	case l.shape&ended != 0:
		x += closed
		if l.at != between && strings.ContainsAny(l.text, "0123456789") {
			x += figure
		}
	case l.at == between && l.words >= minBait && !s.sure && l.heading() && !pg.baits(l):
		x += plain
	case l.at == between && pg.parts(i) && l.heading() && l.words < minBait:
		x += heads
	}
	if l.at != between && pg.related(l) {
		x += related
	}
	return x
}

// ruled reports whether a rule that is more than a hint matches l.
func (l *line) ruled() bool {
	return slices.ContainsFunc(l.rules, func(r *rule) bool { return r.Hint == nil })
}

// related reports whether other lines hold half of the content words of l.
func (pg *page) related(l *line) bool {
	all, shared := pg.shared(l)
	return shared > 0 && shared*2 >= all
}

// parts reports whether line i is a short one over a paragraph, over a list of
// sentences or over what announces one, as the headings of sections are.
func (pg *page) parts(i int) bool {
	if i+1 == len(pg.lines) || !pg.lines[i].lone() {
		return false
	}
	below := &pg.lines[i+1]
	return below.shape&prose != 0 || below.shape&(item|ended) == item|ended || strings.HasSuffix(below.text, ":") && long(below.text)
}

// isAnswered reports whether line i, in the body, asks what the line below it may
// answer.
func (pg *page) isAnswered(i int) bool {
	l := &pg.lines[i]
	return l.at == between && l.asks() && i+1 < len(pg.lines) && !pg.lines[i+1].asks()
}

// told returns what the line model is told of l.
func (l *line) told() (told linemodel.Told) {
	for _, r := range l.rules {
		if r.Hint != nil {
			if !strings.HasSuffix(l.text, "?") {
				told.Hint = max(told.Hint, r.Score)
			}
			continue
		}
		told.Rule = max(told.Rule, r.Score)
		told.Opens = told.Opens || r.Opens
		told.Ends = told.Ends || r.Ends
	}
	return told
}

// Examine calls yield for the line model's view of doc: lines are what it
// knows, and paragraphs the number in doc of each, both good until yield returns.
// The model is fitted on it.
func (s *Stage) Examine(doc *pipeline.Document, yield func(lines []linemodel.Line, paragraphs []int, stop *linemodel.StopWords)) error {
	x, err := s.book.lookup(doc.Lang.Tag)
	if err != nil {
		return err
	}
	pg := s.pages.Get().(*page)
	defer s.pages.Put(pg)
	defer pg.release()
	pg.read(doc, x, nil)
	var lines []linemodel.Line
	var paragraphs []int
	at := 0
	for i := range pg.lines {
		l := &pg.lines[i]
		for &doc.Paragraphs[at] != l.p {
			at++
		}
		lines = append(lines, linemodel.Line{Text: l.whole(), Told: l.told()})
		paragraphs = append(paragraphs, at)
	}
	yield(lines, paragraphs, x.stopWords)
	return nil
}
