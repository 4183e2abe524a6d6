package junk

import (
	"context"
	"fmt"
	"sync"
	"unicode"
	"unicode/utf8"

	"tamis/pipeline"
	"tamis/stages/junk/templates"
)

var templateRule = &pipeline.Rule{ID: "junk.template", Why: "a line that recurs on the documents of the site"}

// WithTemplates returns a stage like s that also knows the lines of list, each
// on the documents of its site ([pipeline.Document.Site]).
func (s *Stage) WithTemplates(list *templates.List) *Stage {
	sites := make(map[string]*template, len(list.Sites))
	for _, site := range list.Sites {
		t := &template{site.Name, site.Documents, make(map[string]templates.Line, len(site.Lines))}
		for _, line := range site.Lines {
			t.lines[templates.Key(line.Text)] = line
		}
		sites[site.Name] = t
	}
	with := &Stage{book: s.book, strictness: s.strictness, model: s.model, templates: sites}
	with.pages.New = s.pages.New
	return with
}

// A template is what is known of the pages of a site.
type template struct {
	site      string
	documents int
	lines     map[string]templates.Line // by key
}

// of returns what t says of a line.
func (t *template) of(pg *page, l *line) (templates.Line, bool) {
	if l.shape&(prose|wrapped) != 0 || len(l.text) > shortBytes {
		return templates.Line{}, false
	}
	pg.key = templates.AppendKey(pg.key[:0], l.text)
	known, ok := t.lines[string(pg.key)]
	return known, ok
}

// recurring speaks against the lines that the template of the site is known to
// have. It is sure by itself, unless the line may be the author's here. Of one
// that somebody wrote into the list it has no doubts.
func recurring(pg *page) {
	if pg.template == nil {
		return
	}
	pg.listed = pg.listed[:0]
	for i := range pg.lines {
		l := &pg.lines[i]
		if known, ok := pg.template.of(pg, l); ok && (known.Documents == 0 || !pg.isLabel(l)) {
			pg.listed = append(pg.listed, i)
		}
	}
	headings := pg.ownHeadings()
	for n, i := range pg.listed {
		l := &pg.lines[i]
		known, _ := pg.template.of(pg, l)
		score := .95
		if known.Documents > 0 && pg.mayBeAuthors(n, known, headings) {
			score /= 2
		}
		l.add(templateRule, score, pg.template.detail(known))
	}
}

// mayBeAuthors reports whether the nth of the listed lines may be the author's
// here: a title, or, not beside another listed line, a heading or an item of a
// list. Headings says that the listed ones head all sections.
func (pg *page) mayBeAuthors(n int, known templates.Line, headings bool) bool {
	i := pg.listed[n]
	switch {
	case pg.mayBeTitle(i):
		return true
	case n > 0 && pg.listed[n-1] == i-1, n+1 < len(pg.listed) && pg.listed[n+1] == i+1:
		return false
	case pg.mayHead(i) && (headings || !known.MostlyInside() || pg.about(&pg.lines[i])):
		return true
	}
	return known.MostlyInside() && pg.amidItems(i)
}

// ownHeadings reports whether the listed lines between the paragraphs are the
// headings that the authors of a site give all their sections: several
// different ones, each over its own text.
func (pg *page) ownHeadings() bool {
	keys := make(map[uint64]bool)
	for _, i := range pg.listed {
		l := &pg.lines[i]
		if l.at != between || pg.prose == 0 {
			continue
		}
		if keys[l.key] || !pg.mayHead(i) {
			return false
		}
		keys[l.key] = true
	}
	return len(keys) > 1
}

// mayHead reports whether line i stands among the author's paragraphs as the
// heading of a section does, over its text or list.
func (pg *page) mayHead(i int) bool {
	l := &pg.lines[i]
	return l.at == between && pg.prose > 0 && l.shape&capital != 0 && (pg.headsText(i) || i+1 < len(pg.lines) && pg.lines[i+1].shape&item != 0)
}

// mayBeTitle reports whether line i stands a little above the text, as its title
// does, and shares its words: on other pages of the site the same line is a link
// to this one.
func (pg *page) mayBeTitle(i int) bool {
	l := &pg.lines[i]
	if i >= pg.first || i < pg.first-titleReach || !l.heading() {
		return false
	}
	all, shared := pg.shared(l)
	return all > 1 && 3*shared >= 2*all
}

// titleReach is how many lines above the text its title may stand.
const titleReach = 5

// amidItems reports whether line i stands between short lines, as an item of a
// list does: the next document of the site may well have the same.
func (pg *page) amidItems(i int) bool {
	return i > 0 && i+1 < len(pg.lines) && pg.lines[i-1].shape&prose == 0 && pg.lines[i+1].shape&prose == 0
}

// detail says on how many documents the line recurs.
func (t *template) detail(l templates.Line) string {
	if l.Documents == 0 {
		return "listed for " + t.name()
	}
	return fmt.Sprintf("on %d of %d documents of %s", l.Documents, max(t.documents, l.Documents), t.name())
}

func (t *template) name() string {
	if t.site == "" {
		return "the input"
	}
	return t.site
}

// A Learner is a stage that changes nothing and tells a [templates.Counter] of
// the lines of every document. It stands where the [Stage] would, so that it
// sees the lines that the stage will see.
type Learner struct {
	counter *templates.Counter
	pages   sync.Pool
}

// NewLearner returns a stage that tells counter, from one goroutine.
func NewLearner(counter *templates.Counter) *Learner {
	return &Learner{counter, sync.Pool{New: func() any { return new(page) }}}
}

// Name returns "learn".
func (*Learner) Name() string { return "learn" }

// Rules returns none.
func (*Learner) Rules() []*pipeline.Rule { return nil }

// Clean tells of one document.
func (s *Learner) Clean(ctx context.Context, doc *pipeline.Document) error {
	lines, err := s.Prepare(ctx, doc)
	if err != nil {
		return err
	}
	return s.Decide(ctx, doc, lines)
}

// Prepare returns the lines of doc as the counter takes them.
func (s *Learner) Prepare(_ context.Context, doc *pipeline.Document) (any, error) {
	pg := s.pages.Get().(*page)
	defer s.pages.Put(pg)
	defer pg.release()
	for i := range doc.Paragraphs {
		l := pg.next()
		l.p = &doc.Paragraphs[i]
		if l.describe(); l.text == "" || l.p.Cut() {
			pg.lines = pg.lines[:len(pg.lines)-1]
		}
	}
	pg.unwrap()
	met := make([]templates.Met, 0, len(pg.lines))
	for i := range pg.lines {
		switch l := &pg.lines[i]; {
		case l.shape&(prose|wrapped) == 0 && templates.Listable(l.text):
			met = append(met, templates.MetLine(l.text, l.speech()))
		case l.shape&(prose|wrapped) != 0 || len(l.text) > shortBytes || templates.Words(l.text) > templates.MaxWords:
			met = append(met, templates.MetText(l.text))
		}
	}
	return met, nil
}

// speech reports whether l, were it the author's, could be part of a dialogue, a
// sentence or a list.
func (l *line) speech() bool {
	first, _ := utf8.DecodeRuneInString(l.text)
	return l.shape&(ended|item|quoted|table) != 0 || unicode.IsLower(first)
}

// Decide tells the counter of the lines.
func (s *Learner) Decide(_ context.Context, doc *pipeline.Document, lines any) error {
	s.counter.Add(doc.Site, lines.([]templates.Met), doc.Section == 0)
	return nil
}
