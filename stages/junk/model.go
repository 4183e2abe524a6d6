package junk

import (
	"math"
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
	bodyLogit  = -.7
	edgeLogit  = -2.5
	runeLogit  = .004
	chargeable = 600 // characters
)

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
	sure, headed := pg.anyCertain(), pg.headed()
	least := minSuspicion
	if !sure {
		least = unsureSuspicion
	}
	at := 0
	pg.model.Scores(func(_ int, score float64, alike int) {
		l := &pg.lines[at]
		need, threshold := edgeLogit, Normal.threshold(l.at)
		if l.at == between {
			need = bodyLogit
		}
		need += runeLogit * float64(min(utf8.RuneCountInString(l.text), chargeable))
		need += pg.excuse(at, alike, sure)
		if headed && pg.parts(at) {
			need += sectioned
		}
		// At that logit the evidence is what it takes to fall.
		p := 1 / (1 + math.Exp(need-score)*(1-threshold)/threshold)
		if p >= least {
			l.add(lineRule, p, "its looks")
		}
		at++
	})
}

// What excuses a line before the model, in logits. The model has seen few texts
// without a template, and few lists among the pages of news that it was fitted on.
const (
	noProse    = 2   // there is no prose to tell the template from
	littleText = 1.5 // there is hardly any
	shortText  = .5
	cleanText  = 4.5 // the text is short, and no line of it certainly a template's
	enumerated = 1.5 // one of several alike in the body
	titled     = 2.5 // the first line, which no rule matches
	byTurns    = 2   // recurs as an author's lines do
	sectioned  = 3   // one of the short lines that head most paragraphs
	onTopic    = 1   // the heading of a paragraph that speaks of it
	never      = 9   // the packs say that it may be the author's, or a wrapped line
)

// excuse returns how much surer the model must be of line i, which is one of so
// many alike. With sure, some line is certainly a template's.
func (pg *page) excuse(i, alike int, sure bool) float64 {
	l := &pg.lines[i]
	x := 0.
	switch {
	case pg.prose == 0:
		x += noProse
	case pg.prose < 3:
		x += littleText
	case pg.prose < 6:
		x += shortText
	}
	if !sure && pg.prose < 6 && len(pg.lines) < 16 {
		x += cleanText
	}
	if alike > 2 && l.at == between || alike > 3 && !sure {
		x += enumerated
	}
	if i == 0 && len(l.rules) == 0 {
		x += titled
	}
	if l.byTurns {
		x += byTurns
	}
	if l.halved || l.shape&wrapped != 0 {
		x += never
	}
	if l.heading() && pg.headsTopic(i) {
		x += onTopic
	}
	return x
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
