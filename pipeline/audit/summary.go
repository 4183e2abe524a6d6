package audit

import (
	"maps"
	"slices"
	"strings"

	"tamis/pipeline"
)

// A Summary counts what was done to documents. The zero Summary is ready.
type Summary struct {
	Totals
	paragraphs Count
	stages     map[string]*tally
	languages  map[string]*tally
	rules      map[*pipeline.Rule]*tally
	before     Report // of the part of the run that another process did
}

// Totals count documents and bytes.
type Totals struct {
	Inputs    int64 `json:"inputs"`
	Documents int64 `json:"documents"`
	Changed   int64 `json:"changed"`   // documents, or sections of large ones
	SetAside  int64 `json:"set_aside"` // that could not be read or cleaned
	BytesIn   int64 `json:"bytes_in"`  // of text
	BytesOut  int64 `json:"bytes_out"`

	LeftOut map[string]int64 `json:"left_out,omitempty"` // documents, by the rule that left them out
}

// A Count says how many paragraphs were read, mended and dropped: in all, in a
// language, or by a stage or a rule, which counts a paragraph once however many
// edits it made there.
type Count struct {
	Read    int64 `json:"read,omitzero"`
	Mended  int64 `json:"mended,omitzero"`
	Dropped int64 `json:"dropped,omitzero"`
	Edits   int64 `json:"edits,omitzero"`
}

// A Report is what a Summary comes to.
type Report struct {
	Totals
	Paragraphs Count            `json:"paragraphs"`
	Stages     map[string]Count `json:"stages"`
	Rules      map[string]Count `json:"rules"`
	Languages  map[string]Count `json:"languages"`
}

// A tally is a Count that knows which paragraph it has counted last.
type tally struct {
	Count
	last int64
}

// Add counts doc, or a section of one, which was written as pieces.
func (s *Summary) Add(doc *pipeline.Document, pieces []pipeline.Piece) {
	if s.rules == nil {
		s.stages, s.languages, s.rules = map[string]*tally{}, map[string]*tally{}, map[*pipeline.Rule]*tally{}
	}
	if doc.Last {
		s.Documents++
	}
	changed := false
	for _, p := range pieces {
		s.BytesIn += int64(len(p.Source))
		s.BytesOut += int64(len(p.Text))
		changed = changed || p.Source != p.Text
	}
	if changed {
		s.Changed++
	}
	for i := range doc.Paragraphs {
		s.paragraph(doc, &doc.Paragraphs[i])
	}
}

// LeaveOut counts a document that is left out because of rule.
func (s *Summary) LeaveOut(rule *pipeline.Rule) {
	if s.LeftOut == nil {
		s.LeftOut = make(map[string]int64)
	}
	s.LeftOut[rule.ID]++
}

// paragraph counts p of doc.
func (s *Summary) paragraph(doc *pipeline.Document, p *pipeline.Paragraph) {
	lang := p.Lang.Tag
	if lang == "" {
		lang = doc.Lang.Tag
	}
	of := tallyOf(s.languages, lang)
	for _, c := range []*Count{&s.paragraphs, &of.Count} {
		c.Read++
		switch {
		case !p.Kept():
			c.Dropped++
		case p.Text() != p.Source():
			c.Mended++
		}
	}
	edits := p.Edits()
	for i := range edits {
		rule := edits[i].Rule
		stage, _, _ := strings.Cut(rule.ID, ".")
		tallyOf(s.rules, rule).edit(&edits[i], s.paragraphs.Read)
		tallyOf(s.stages, stage).edit(&edits[i], s.paragraphs.Read)
	}
}

// edit counts e, an edit of the paragraph of that number.
func (t *tally) edit(e *pipeline.Edit, paragraph int64) {
	t.Edits++
	switch {
	case e.Drops():
		t.Dropped++
	case t.last != paragraph:
		t.Mended++
	}
	t.last = paragraph
}

func tallyOf[K comparable](tallies map[K]*tally, key K) *tally {
	t := tallies[key]
	if t == nil {
		t = new(tally)
		tallies[key] = t
	}
	return t
}

// Resume makes s go on where another Summary had come to before.
func (s *Summary) Resume(before Report) {
	s.Totals, s.paragraphs = before.Totals, before.Paragraphs
	s.before = before
}

// Paragraphs returns the counts of all paragraphs so far.
func (s *Summary) Paragraphs() Count { return s.paragraphs }

// plus returns the sum of c and d.
func (c Count) plus(d Count) Count {
	return Count{c.Read + d.Read, c.Mended + d.Mended, c.Dropped + d.Dropped, c.Edits + d.Edits}
}

// Report returns the counts so far.
func (s *Summary) Report() Report {
	r := Report{Totals: s.Totals, Paragraphs: s.paragraphs, Stages: map[string]Count{}, Rules: map[string]Count{}, Languages: map[string]Count{}}
	for rule, t := range s.rules {
		r.Rules[rule.ID] = t.Count
	}
	for stage, t := range s.stages {
		r.Stages[stage] = t.Count
	}
	for lang, t := range s.languages {
		if lang != "" {
			r.Languages[lang] = t.Count
		}
	}
	for _, sum := range []struct{ to, from map[string]Count }{{r.Rules, s.before.Rules}, {r.Stages, s.before.Stages}, {r.Languages, s.before.Languages}} {
		for key, count := range sum.from {
			sum.to[key] = sum.to[key].plus(count)
		}
	}
	r.LeftOut = maps.Clone(s.LeftOut)
	return r
}

// Ordered returns the keys of counts, those that met most paragraphs first.
func Ordered(counts map[string]Count) []string {
	met := func(c Count) int64 { return c.Read + c.Mended + c.Dropped }
	return slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		if x, y := met(counts[a]), met(counts[b]); x != y {
			return int(max(min(y-x, 1), -1))
		}
		return strings.Compare(a, b)
	})
}
