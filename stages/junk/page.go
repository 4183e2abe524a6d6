package junk

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tamis/pipeline"
	"tamis/stages/junk/linemodel"
)

// A page is a document as this stage sees it: the lines that are left of it. It
// is used for one document after another.
type page struct {
	doc   *pipeline.Document
	index *index
	lines []line

	guests   bool      // the rules of English are heard beside those of another language
	template *template // of the document's site; nil if nothing is known of it
	listed   []int     // the lines that it names

	first, last int            // the first and last line of prose; last < first if there is none
	prose       int            // how many lines of prose
	title       int            // the line that can only be the title; -1 if there is none
	same        map[uint64]int // how many lines have a key; nil until it is asked
	model       linemodel.Page
	fitted      *linemodel.Model // of model; nil if there is none
	sights      sights
	inBody      []*rule // rules with "once" that match a line between paragraphs

	hits    []hit
	key     []byte
	folds   []byte // of those lines of which it has been asked
	edits   []pipeline.Edit
	counts  map[uint64]int32
	teasers []teaser
	keys    []uint64

	lengths  []int32
	openings []int // of sentences of a paragraph

	known acquaintances

	part     line // a part of a paragraph, taken for a line
	partHits []hit
}

// A line is a paragraph and what speaks against it.
type line struct {
	p        *pipeline.Paragraph
	n        int    // its number, counted from 0 before any fell
	text     string // without white space, bullet and arrows at its ends
	key      uint64 // of its words; 0 for a long line
	own      shape  // what it looks like by itself
	shape    shape  // and among the others
	words    int32  // of a short line
	rules    []*rule
	at       place
	halved   bool // a rule that matched says less here
	speaks   bool // it recurs by turns with others, as the names of speakers do
	evidence []evidence

	followed bool // it is known of how many sections its path is
	home     bool // and that the first is the home page
	sections int

	foldAt, foldEnd int // its text folded, in folds; 0 before anyone asks

	looks     float64 // what the line model says
	alike     int     // how many lines like it stand there together
	announced bool    // by a line above them that ends in a colon
}

// read takes in doc: it cuts what inline rules match, and notes for every line
// its shape and the rules that speak against it.
func (pg *page) read(doc *pipeline.Document, x *index, m *linemodel.Model) {
	pg.doc, pg.index = doc, x
	pg.guests = doc.Lang.Tag != "en" && !strings.HasPrefix(doc.Lang.Tag, "en-")
	pg.same = nil
	pg.fitted = m
	pg.model.Begin(m, x.stopWords)
	for i := range doc.Paragraphs {
		p := &doc.Paragraphs[i]
		if p.Dropped() {
			continue
		}
		l := pg.next()
		l.p = p
		l.describe()
		if l.text == "" {
			pg.lines = pg.lines[:len(pg.lines)-1]
			continue
		}
		l.n = len(pg.lines) - 1
		pg.model.Add(l.whole())
		pg.measure(l)
	}
	// What comes next looks into other tables, which the processor has no room for
	// beside those of the model: it takes the less time the more lines are read at once.
	emptied := false
	for i := range pg.lines {
		l := &pg.lines[i]
		pg.consult(l)
		emptied = emptied || l.text == ""
		l.rules = slices.DeleteFunc(l.rules, func(r *rule) bool { return !l.p.On(r.reason) })
		l.own = l.shape
		pg.model.Tell(i, l.told())
	}
	if emptied {
		pg.lines = slices.DeleteFunc(pg.lines, func(l line) bool { return l.text == "" })
	}
}

// whole returns the text of l as the model reads it.
func (l *line) whole() string { return strings.TrimSpace(l.p.Text()) }

// minWrapped is the length in bytes of a line that breaks off within a sentence
// because the text was wrapped there.
const minWrapped = 40

// reshape finds what the lines left look like among one another.
func (pg *page) reshape() {
	for i := range pg.lines {
		pg.lines[i].shape = pg.lines[i].own
	}
	pg.unwrap()
	pg.question()
}

// unwrap marks the lines of paragraphs that were broken into lines.
func (pg *page) unwrap() {
	for i := 1; i < len(pg.lines); i++ {
		above, l := &pg.lines[i-1], &pg.lines[i]
		if above.shape&(ended|item) != 0 || l.shape&(capital|item|quoted|table) != 0 || len(above.text) < minWrapped {
			continue
		}
		if first, _ := utf8.DecodeRuneInString(l.text); unicode.IsLower(first) {
			above.shape |= prose | wrapped
			l.shape |= prose | wrapped
		}
	}
}

// question takes the only question of the document for a heading, which may do
// without the mark; several are an interview.
func (pg *page) question() {
	only := -1
	for i := range pg.lines {
		switch {
		case !pg.lines[i].asks():
		case only >= 0:
			return
		default:
			only = i
		}
	}
	if only >= 0 {
		pg.lines[only].shape &^= ended
	}
}

// next adds an empty line, reusing the memory of an earlier document's.
func (pg *page) next() *line {
	if len(pg.lines) == cap(pg.lines) {
		pg.lines = slices.Grow(pg.lines, max(64, len(pg.lines)))
	}
	pg.lines = pg.lines[:len(pg.lines)+1]
	l := &pg.lines[len(pg.lines)-1]
	*l = line{rules: l.rules[:0], evidence: l.evidence[:0]}
	return l
}

// The lines and the bytes of them folded that a page keeps memory of for the next
// document.
const (
	maxKept  = 1 << 14
	maxFolds = 1 << 20
)

// release forgets the document.
func (pg *page) release() {
	if cap(pg.lines) > maxKept {
		pg.lines = nil
	}
	for i := range pg.lines[:cap(pg.lines)] {
		l := &pg.lines[:cap(pg.lines)][i]
		if l.p == nil {
			break
		}
		l.p, l.text = nil, ""
	}
	if cap(pg.folds) > maxFolds {
		pg.folds = nil
	}
	pg.doc, pg.lines, pg.folds = nil, pg.lines[:0], pg.folds[:0]
	clear(pg.edits)
}

// consult notes the rules that speak against l, having made the cuts of those
// that are inline until none is left to make.
func (pg *page) consult(l *line) {
	known, met := pg.known.find(pg.index, l)
	if met {
		l.rules = append(l.rules, known.rules...)
		return
	}
	if known != nil && len(l.text) >= minTailed && hangs(l.text) {
		known = nil // what is cut of it depends on the next line
	}
	for range maxRounds {
		pg.hits = pg.index.scan(l.text, l.class(), pg.hits[:0])
		if !pg.cutInsets(l) && !pg.cut(l) && !pg.cutTail(l) {
			pg.match(l, pg.hits)
			pg.matchPhrases(l)
			if l.suspicion() >= partScore || !pg.cutSentences(l) {
				break
			}
			l.rules = l.rules[:0]
		}
		l.describe()
		pg.model.Replace(l.n, l.whole())
		pg.measure(l)
		if l.text == "" {
			pg.model.Remove(l.n)
			if cut := &pg.edits[0]; l.whole() != "" {
				l.p.Drop(cut.Rule, cut.Score, "no more than signs is left")
			}
			return
		}
		known = nil
	}
	if known != nil {
		known.keep(pg.index, l)
	}
}

// match notes the rules of the patterns that match l, of the hits in it.
func (pg *page) match(l *line, hits []hit) {
	for _, h := range hits {
		p := pg.index.patterns[h.pattern]
		r := p.rule
		switch {
		case r.Inline != nil || len(l.text) > r.Max || slices.Contains(l.rules, r):
		case r.Hint != nil && !l.headline() && !l.asks():
		case p.may(l.text) && p.matches(l.text):
			l.rules = append(l.rules, r)
		}
	}
}

// measure notes what the words of l are, if it is short.
func (pg *page) measure(l *line) {
	if l.key, l.words = 0, 0; len(l.text) <= shortBytes {
		n, id := pg.model.Words(l.n)
		l.key, l.words = id, int32(n)
	}
}

// may reports whether p, which takes time to try, may match s.
func (p *pattern) may(s string) bool {
	return !p.NotFirst.has(s[0]) && !p.NotLast.has(s[len(s)-1]) && (len(s) <= p.Most || utf8.RuneCountInString(s) <= p.Most)
}

// cut removes the stretches of l that inline rules match, and reports whether
// there were any.
func (pg *page) cut(l *line) bool {
	if len(pg.hits) == 0 {
		return false
	}
	text := l.p.Text()
	pg.edits = pg.edits[:0]
	lead := -1 // where l.text begins in it, once an inline rule asks
	for _, h := range pg.hits {
		p := pg.index.patterns[h.pattern]
		if p.rule.Inline == nil {
			continue
		}
		if lead < 0 {
			lead = strings.Index(text, l.text)
		}
		from, to := p.within(text, lead+int(h.first), lead+int(h.last))
		if from == to {
			continue
		}
		for _, m := range p.re().FindAllStringSubmatchIndex(text[from:to], -1) {
			// What a group matches is cut, and what stands round it stays.
			start, end := withSpace(text, from+m[len(m)-2], from+m[len(m)-1])
			pg.edits = append(pg.edits, pipeline.Edit{Rule: p.rule.reason, Start: start, End: end, Score: p.rule.Score})
		}
	}
	return pg.applyCuts(l)
}

// applyCuts makes the cuts of l in pg.edits, of those that overlap the first, and reports
// whether there were any.
func (pg *page) applyCuts(l *line) bool {
	if len(pg.edits) == 0 {
		return false
	}
	slices.SortStableFunc(pg.edits, func(a, b pipeline.Edit) int { return cmp.Compare(a.Start, b.Start) })
	kept := pg.edits[:1]
	for _, e := range pg.edits[1:] {
		if e.Start >= kept[len(kept)-1].End {
			kept = append(kept, e)
		}
	}
	return l.p.Apply(kept...)
}

// within returns the part of a text in which an inline pattern may match whose
// literals begin at the first place and at the last; nothing if it can't.
func (p *pattern) within(text string, first, last int) (from, to int) {
	if first == last && !p.mayBegin(text, first) {
		return 0, 0
	}
	from, to = 0, len(text)
	if p.Most > len(text) {
		return from, to
	}
	if rest := text[last:]; p.Edges&closing != 0 && len(rest) > p.Most && utf8.RuneCountInString(rest) > p.Most {
		return 0, 0
	}
	// One character more, for what asks where a word ends.
	if p.Edges&looksAtStart == 0 {
		from = first
		for n := p.Most; n >= 0 && from > 0; n-- {
			_, size := utf8.DecodeLastRuneInString(text[:from])
			from -= size
		}
	}
	if p.Edges&looksAtEnd == 0 {
		to = last
		for n := p.Most; n >= 0 && to < len(text); n-- {
			_, size := utf8.DecodeRuneInString(text[to:])
			to += size
		}
	}
	return from, to
}

// mayBegin reports whether a match may begin where the only literal in text does, or
// a little before.
func (p *pattern) mayBegin(text string, literal int) bool {
	if p.Need.Lead > maxBefore {
		return true
	}
	for n := p.Need.Lead; ; n-- {
		if !p.NotFirst.has(text[literal]) {
			return true
		}
		if n == 0 || literal == 0 {
			return false
		}
		_, size := utf8.DecodeLastRuneInString(text[:literal])
		literal -= size
	}
}

// maxBefore is how far before a literal it is worth to look for the beginning of a
// match, in characters.
const maxBefore = 32

// withSpace widens a stretch to be removed by the space that would be left over.
func withSpace(s string, start, end int) (int, int) {
	left := len(strings.TrimRightFunc(s[:start], unicode.IsSpace))
	right := len(s) - len(strings.TrimLeftFunc(s[end:], unicode.IsSpace))
	switch {
	case right == len(s):
		return endBefore(s, start), right
	case left == 0:
		return start, right
	case left < start && right > end:
		return start, right
	case left < start && strings.ContainsAny(s[end:end+1], ".,;:!?)"):
		return left, end
	}
	return start, end
}
