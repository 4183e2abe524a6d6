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
	headLogit  = -3.2
	bodyLogit  = -.75
	tailLogit  = -2.8
	runeLogit  = .004
	chargeable = 600 // characters
)

var logits = [...]float64{between: bodyLogit, head: headLogit, tail: tailLogit}

// minSuspicion is the least evidence for which the model is heard: the trees see
// what the packs say, and a weak yes would count that twice.
const (
	minSuspicion    = .4
	unsureSuspicion = .6 // where no line is certainly a template's
)

// suspicions asks the line model about each line.
func suspicions(pg *page) {
	if pg.fitted == nil {
		return
	}
	sights, headed := pg.sight(), pg.headed()
	least := minSuspicion
	if !sights.sure {
		least = unsureSuspicion
	}
	at := 0
	pg.model.Scores(func(_ int, score float64, alike int) {
		i := at
		at++
		l := &pg.lines[i]
		need, threshold := logits[l.at], Normal.threshold(l.at)
		// What follows only adds to it, and takes time to find.
		if conviction(score, need, threshold) < least {
			return
		}
		need += runeLogit * float64(min(utf8.RuneCountInString(l.text), chargeable))
		need += pg.excuse(i, alike, sights)
		if headed && pg.parts(i) {
			need += sectioned
		}
		if p := conviction(score, need, threshold); p >= least {
			l.add(lineRule, p, "its looks")
		}
	})
}

// conviction returns the evidence that a score is: where it is what is needed,
// the threshold, so that the line falls.
func conviction(score, need, threshold float64) float64 {
	return 1 / (1 + math.Exp(need-score)*(1-threshold)/threshold)
}

// What excuses a line before the model, in logits. The model has seen few texts
// without a template, and few lists among the pages of news that it was fitted on.
const (
	noProse    = 2   // there is no prose to tell the template from
	littleText = 8   // there is no text to speak of, and no rule matches; and where no line is certainly a template's
	enumerated = 2.5 // one of several alike in the body
	titled     = 4   // the title or the first line, which no rule matches
	related    = 1.5 // at an end, shares half of its words with other lines, and no rule matches
	heads      = 2   // over a paragraph in the body, as the heading of a section is
	paragraph  = 1.5 // a paragraph that ends as a sentence does
	closed     = .5  // a short line that does
	sectioned  = 3   // one of the short lines that head most paragraphs
	onTopic    = 1   // the heading of a paragraph that speaks of it
	never      = 9   // the packs say that it may be the author's, or a wrapped line
)

const (
	enoughText = 2000 // bytes from which a document is not little
	titleWords = 4    // of the shortest line that is taken for the title
)

// sights is what the excuses of all lines of a page depend on.
type sights struct {
	sure   bool    // some line is certainly a template's
	little float64 // how little text there is, from 0 to 1
	title  int     // the line of the title above the text; -1 if there is none
}

func (pg *page) sight() sights {
	s := sights{sure: pg.anyCertain(), title: -1}
	size := 0
	for i := range pg.lines {
		l := &pg.lines[i]
		size += len(l.text)
		if s.title < 0 && l.at == head && !l.ruled() && l.words >= titleWords && !l.accused() {
			s.title = i
		}
	}
	s.little = max(0, 1-float64(size)/enoughText)
	return s
}

// excuse returns how much surer the model must be of line i, which is one of so
// many alike. It is never negative.
func (pg *page) excuse(i, alike int, s sights) float64 {
	l := &pg.lines[i]
	x := 0.
	if pg.prose == 0 {
		x += noProse
	}
	if !s.sure {
		x += littleText * s.little
	}
	if alike > 2 && l.at == between || alike > 3 && !s.sure {
		x += enumerated
	}
	if len(l.rules) == 0 {
		x += littleText * s.little
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
	return x
}

// authors returns how much speaks for it that line i, which no rule condemns, is
// the author's.
func (pg *page) authors(i int, s sights) float64 {
	l := &pg.lines[i]
	x := 0.
	switch {
	case i == 0 || i == s.title:
		x += titled
	case l.shape&prose != 0:
		x += paragraph
	case l.shape&ended != 0:
		x += closed
	case l.at == between && pg.parts(i):
		x += heads
	}
	if l.at != between && pg.related(l) {
		x += related
	}
	return x
}

// accused reports whether a voice has spoken against l with some weight.
func (l *line) accused() bool {
	return slices.ContainsFunc(l.evidence, func(e evidence) bool { return e.score >= .5 })
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

// parts reports whether line i is a short one over a paragraph, as the headings
// of sections are.
func (pg *page) parts(i int) bool {
	return pg.lines[i].lone() && i+1 < len(pg.lines) && pg.lines[i+1].shape&prose != 0
}

// headed reports whether most paragraphs have a line over them that parts them
// from the one before: then the author put it there, whatever it says.
func (pg *page) headed() bool {
	n := 0
	for i := range pg.lines {
		n += one(pg.parts(i))
	}
	return n > 2 && n*4 >= pg.prose*3
}

// anyCertain reports whether the packs alone condemn a line.
func (pg *page) anyCertain() bool {
	for i := range pg.lines {
		if pg.lines[i].certain() {
			return true
		}
	}
	return false
}

// told returns what the line model is told of l.
func (l *line) told() linemodel.Line {
	told := linemodel.Line{Text: strings.TrimSpace(l.p.Text())}
	for _, r := range l.rules {
		if r.Hint != nil {
			told.Hint = max(told.Hint, r.Score)
			continue
		}
		told.Rule = max(told.Rule, r.Score)
		told.Opens = told.Opens || r.Opens
		told.Ends = told.Ends || r.Ends
	}
	return told
}

// Examine calls yield for the line model's view of doc: lines are what it is
// told, and paragraphs the number in doc of each, both good until yield returns.
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
		lines = append(lines, l.told())
		paragraphs = append(paragraphs, at)
	}
	yield(lines, paragraphs, x.stopWords)
	return nil
}
