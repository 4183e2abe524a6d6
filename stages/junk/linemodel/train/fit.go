package main

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"

	"tamis/stages/junk"
	"tamis/stages/junk/linemodel"
)

// A corpus is all there is to fit on and to validate with.
type corpus struct {
	stage    *junk.Stage
	gold     []*sample // permissive
	silver   []*sample
	validate []*sample // gold that we don't fit on, and snippets
	own      []*texts
	pages    []*sample // of ours, written as a whole, and excerpts from them
	grams    map[string][]uint32
}

// gramsOf returns the buckets of a line's n-grams.
func (c *corpus) gramsOf(text string) []uint32 {
	g, ok := c.grams[text]
	if !ok {
		var p linemodel.Page
		p.Begin(nil, noStop)
		g = slices.Clone(p.Buckets(text))
		c.grams[text] = g
	}
	return g
}

// noStop knows no function words: n-grams are made without them.
var noStop = linemodel.NewStopWords(nil)

// How the first and the second trees of a model are fitted, and those of the judge
// of votes.
var (
	first  = schedule{320, .08}
	second = schedule{512, .05}
	judges = schedule{60, .2}
)

// fit fits a model on all but a fold (none, if it is negative).
func (c *corpus) fit(without int) (*linemodel.Model, error) {
	use := func(all []*sample) (some []*sample) {
		for _, s := range all {
			if s.fold != without {
				some = append(some, s)
			}
		}
		return some
	}
	gold := use(c.gold)
	injected, err := c.inject(gold)
	if err != nil {
		return nil, err
	}
	gold = append(gold, injected...)
	judge := c.model(gold, nil, false, without)
	silver := relabel(use(c.silver), judge)
	injected, err = c.inject(silver)
	if err != nil {
		return nil, err
	}
	ours, err := c.compose(func(k int) bool { return k != without }, ownDraws)
	if err != nil {
		return nil, err
	}
	rows := c.phraseRows(without)
	return c.model(slices.Concat(gold, silver, injected, ours, use(c.pages)), rows, true, without), nil
}

// model fits a lexicon and trees; the trees see scores of lexicons that were not
// fitted on their own fold, and so the second trees do of the first. More rows may
// go into the lexicon.
func (c *corpus) model(samples []*sample, rows []row, stacked bool, without int) *linemodel.Model {
	for _, s := range samples {
		if s.set == "excerpts" {
			continue // the lexicon has their lines from the pages
		}
		for i, n := range s.line {
			if label := s.label[n]; label != unknown {
				rows = append(rows, row{c.gramsOf(s.told[i].Text), label == junkLine, s.weight, s.fold})
			}
		}
	}
	var outside [folds]*linemodel.Model
	for k := range folds {
		if k != without {
			outside[k] = &linemodel.Model{Lexicon: fitLexicon(rows, func(r *row) bool { return r.fold != k }, uint64(k))}
		}
	}
	t := new(table)
	var p linemodel.Page
	for _, s := range samples {
		s.vectors(&p, outside[s.fold], nil, func(n int, v *linemodel.Vector) { t.add(v, s.label[n], s.weight, s.fold) })
	}
	m := &linemodel.Model{Lexicon: fitLexicon(rows, func(*row) bool { return true }, folds)}
	if !stacked {
		m.Trees[0] = fitTrees(t, t.labelled(none), linemodel.FirstFeatures, judges)
		return m
	}
	m.Trees[0] = fitTrees(t, t.labelled(none), linemodel.FirstFeatures, first)
	scores := t.outside(without)
	at := 0
	for _, s := range samples {
		s.vectors(&p, outside[s.fold], scores[at:at+len(s.told)], func(_ int, v *linemodel.Vector) {
			t.rows[at] = *v
			at++
		})
	}
	m.Trees[1] = fitTrees(t, t.labelled(none), linemodel.Features, second)
	return m
}

// none is no fold.
const none = -1

// outside returns what first trees say of each row that were not fitted on its
// fold.
func (t *table) outside(without int) []float32 {
	scores := make([]float32, len(t.rows))
	for k := range folds {
		if k == without {
			continue
		}
		trees := fitTrees(t, t.labelled(k), linemodel.FirstFeatures, first)
		for i := range t.rows {
			if t.fold[i] == k {
				scores[i] = float32(trees.Score(&t.rows[i]))
			}
		}
	}
	return scores
}

// read gives p the lines of s.
func (s *sample) read(p *linemodel.Page, m *linemodel.Model) {
	p.Begin(m, s.stop)
	for i, l := range s.told {
		p.Add(l.Text)
		p.Tell(i, l.Told)
	}
}

// vectors calls yield with the features of each line; see [linemodel.Page.Vectors].
func (s *sample) vectors(p *linemodel.Page, m *linemodel.Model, scores []float32, yield func(n int, v *linemodel.Vector)) {
	s.read(p, m)
	p.Vectors(scores, func(i int, v *linemodel.Vector) { yield(s.line[i], v) })
}

// scores returns what m says of each line, NaN where it says nothing.
func (s *sample) scores(p *linemodel.Page, m *linemodel.Model) []float64 {
	scores := make([]float64, len(s.text))
	for i := range scores {
		scores[i] = math.NaN()
	}
	s.read(p, m)
	p.Scores(func(i int, score float64, _ int) { scores[s.line[i]] = score })
	return scores
}

// The judge of votes: a vote for junk of which it believes less than this is no
// vote, nor is one for the author of which it believes more than that.
var (
	leastJunk = logit(.25)
	mostKept  = logit(.9)
)

func logit(p float64) float64 { return math.Log(p / (1 - p)) }

// relabel takes the labels from lines of which extractors judged otherwise than
// the judge, and from the junk among the first two and from what looks like a
// heading of what they kept, which are often the author's.
func relabel(samples []*sample, judge *linemodel.Model) []*sample {
	var p linemodel.Page
	all := make([]*sample, len(samples))
	for i, s := range samples {
		c := *s
		c.label = slices.Clone(s.label)
		scores := s.scores(&p, judge)
		told := s.keptStems()
		for n, label := range c.label {
			switch {
			case label == junkLine && (n < 2 || !(scores[n] >= leastJunk) || s.heads(n, told)), label == keep && scores[n] > mostKept:
				c.label[n] = unknown
			}
		}
		all[i] = &c
	}
	return all
}

// keptStems returns the stems of the lines that are kept.
func (s *sample) keptStems() map[string]bool {
	kept := make(map[string]bool)
	for i, t := range s.text {
		if s.label[i] == keep {
			for _, w := range stems(t) {
				kept[w] = true
			}
		}
	}
	return kept
}

// heads reports whether line n stands above all that is kept, as a title does, or over
// a line that is, as the heading of a section, and shares half of its words with it.
func (s *sample) heads(n int, kept map[string]bool) bool {
	first := slices.Index(s.label, keep)
	if first < n && (n+1 == len(s.label) || s.label[n+1] != keep) {
		return false
	}
	words, shared := stems(s.text[n]), 0
	for _, w := range words {
		if kept[w] {
			shared++
		}
	}
	return len(words) > 2 && shared*2 >= len(words)
}

// stems returns the beginnings of the long words of a line, in lower case.
func stems(text string) (stems []string) {
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if r := []rune(w); len(r) > 3 {
			stems = append(stems, string(r[:min(len(r), 6)]))
		}
	}
	return stems
}

// inject returns copies of the fullest version of each page with junk put in.
func (c *corpus) inject(samples []*sample) ([]*sample, error) {
	fullest := make(map[string]*sample)
	versions := make(map[string]int)
	type pools struct{ page, site, lang map[string][]string }
	all := pools{map[string][]string{}, map[string][]string{}, map[string][]string{}}
	langKey := func(s *sample) string { return s.lang + string(rune('0'+s.fold)) }
	var pages []string
	for _, s := range samples {
		kept := 0
		for i, t := range s.text {
			switch s.label[i] {
			case keep:
				kept += len(t)
			case junkLine:
				all.page[s.page()] = append(all.page[s.page()], t)
				all.site[s.site] = append(all.site[s.site], t)
				all.lang[langKey(s)] = append(all.lang[langKey(s)], t)
			}
		}
		versions[s.page()]++
		best := fullest[s.page()]
		if best == nil {
			pages = append(pages, s.page())
		}
		if best == nil || kept > best.kept() {
			fullest[s.page()] = s
		}
	}
	var copies []*sample
	for _, page := range pages {
		s := fullest[page]
		rng := rand.New(rand.NewPCG(hash(page), 3))
		draws := 3
		if s.source == "daniel" {
			draws = 2
		}
		for draw := range draws {
			x := s.inject(rng, pool{all.page[page], all.site[s.site], all.lang[langKey(s)]}, draw)
			if x == nil {
				continue
			}
			x.weight = 1
			if err := x.examine(c.stage); err != nil {
				return nil, err
			}
			copies = append(copies, x)
		}
	}
	return copies, nil
}

func (s *sample) kept() int {
	n := 0
	for i, t := range s.text {
		if s.label[i] == keep {
			n += len(t)
		}
	}
	return n
}

func hash(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return h.Sum64()
}
