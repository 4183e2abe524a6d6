package main

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"tamis/pipeline"
	"tamis/stages/junk"
	"tamis/stages/junk/linemodel"
)

// The labels of a line.
const (
	keep int8 = iota
	junkLine
	unknown
)

// A sample is a document of labelled lines.
type sample struct {
	id, set, lang, source, site string

	text   []string
	label  []int8
	weight float64 // of its lines; 0 for those that only serve to validate
	fold   int

	with, without []string // snippets that must stay and go

	told []linemodel.Line // the lines of the document that are not empty
	line []int            // their numbers in text
	stop *linemodel.StopWords
}

// page names the page of which s is one version.
func (s *sample) page() string {
	id, _, _ := strings.Cut(s.id, "#")
	return id
}

const folds = 4

// foldOf puts each site in a fold.
func foldOf(site string) int {
	h := fnv.New32a()
	h.Write([]byte(strings.TrimPrefix(site, "www.")))
	return int(h.Sum32()>>3) % folds
}

// read reads the rows of a set below dir.
func read(dir, set string) ([]*sample, error) {
	f, err := os.Open(filepath.Join(dir, "junk", set+".jsonl.gz"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", set, err)
	}
	d := json.NewDecoder(bufio.NewReaderSize(z, 1<<20))
	var all []*sample
	for d.More() {
		var row struct {
			ID, Lang, Source, Site string
			Lines                  []struct{ Text, Label string }
			Snippets               struct{ With, Without []string }
		}
		if err := d.Decode(&row); err != nil {
			return nil, fmt.Errorf("read %s: %w", set, err)
		}
		s := &sample{
			id: row.ID, set: set, lang: row.Lang, source: row.Source, site: row.Site,
			fold: foldOf(row.Site), with: row.Snippets.With, without: row.Snippets.Without,
		}
		for _, l := range row.Lines {
			s.add(l.Text, map[string]int8{"keep": keep, "junk": junkLine, "skip": unknown}[l.Label])
		}
		all = append(all, s)
	}
	return all, nil
}

func (s *sample) add(text string, label int8) {
	s.text = append(s.text, strings.Join(strings.Fields(text), " "))
	s.label = append(s.label, label)
}

// examine asks the stage what the model is told of each line.
func (s *sample) examine(stage *junk.Stage) error {
	doc := pipeline.Parse(s.id, strings.Join(s.text, "\n"))
	doc.Lang.Tag = s.lang
	at := make([]int, 0, len(s.text)) // the line of each paragraph
	for i, t := range s.text {
		if t != "" {
			at = append(at, i)
		}
	}
	if len(at) != len(doc.Paragraphs) {
		return fmt.Errorf("%s: %d lines make %d paragraphs", s.id, len(at), len(doc.Paragraphs))
	}
	return stage.Examine(doc, func(lines []linemodel.Line, paragraphs []int, stop *linemodel.StopWords) {
		s.told, s.stop = lines, stop
		s.line = make([]int, len(paragraphs))
		for i, p := range paragraphs {
			s.line[i] = at[p]
		}
	})
}

// texts holds what we wrote ourselves in one language.
type texts struct {
	lang       string
	junk, keep []phrase
	articles   [][]string
	pages      []*sample
}

// A phrase is a line of our own and what it is an example of.
type phrase struct{ kind, text string }

// own reads the texts below the folder of each language.
func own(fsys fs.FS) ([]*texts, error) {
	names, err := fs.Glob(fsys, "*/*.txt")
	if err != nil {
		return nil, err
	}
	more, err := fs.Glob(fsys, "*/articles/*.txt")
	if err != nil {
		return nil, err
	}
	whole, err := fs.Glob(fsys, "*/pages/*.txt")
	if err != nil {
		return nil, err
	}
	byLang := make(map[string]*texts)
	for _, name := range slices.Concat(names, more, whole) {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		lang, _, _ := strings.Cut(name, "/")
		t := byLang[lang]
		if t == nil {
			t = &texts{lang: lang}
			byLang[lang] = t
		}
		switch path.Base(path.Dir(name)) {
		case "articles":
			t.articles = append(t.articles, linesOf(string(data)))
			continue
		case "pages":
			t.pages = append(t.pages, pagesOf(name, lang, string(data))...)
			continue
		}
		phrases := phrasesOf(string(data))
		if path.Base(name) == "junk.txt" {
			t.junk = phrases
		} else {
			t.keep = phrases
		}
	}
	var all []*texts
	for _, t := range byLang {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b *texts) int { return cmp.Compare(a.lang, b.lang) })
	return all, nil
}

// linesOf returns the lines of s that are not blank.
func linesOf(s string) (lines []string) {
	for l := range strings.Lines(s) {
		if l = strings.TrimSpace(l); l != "" {
			lines = append(lines, l)
		}
	}
	return lines
}

// How a line of a page of our own begins that is a template's, and one of which
// nobody can tell.
const (
	junkSign    = "✗ "
	unknownSign = "? "
	pageBreak   = "===="
)

// pagesOf returns the pages of a file of ours.
func pagesOf(name, lang, text string) (pages []*sample) {
	var s *sample
	for _, l := range linesOf(text) {
		if l == pageBreak {
			s = nil
			continue
		}
		if s == nil {
			s = &sample{id: fmt.Sprintf("%s#%d", name, len(pages)), set: "pages", lang: lang, source: "own", fold: foldOfText(l), weight: pageWeight}
			pages = append(pages, s)
		}
		if t, ok := strings.CutPrefix(l, junkSign); ok {
			s.add(t, junkLine)
		} else if t, ok := strings.CutPrefix(l, unknownSign); ok {
			s.add(t, unknown)
		} else {
			s.add(l, keep)
		}
	}
	return pages
}

// The lines of an excerpt, and the bytes of the shortest line that it must hold one of.
const (
	leastExcerpt, mostExcerpt = 2, 9
	minExcerpted              = 80
)

// excerpt returns some lines of a page that follow one another, as somebody may have kept
// them; nil if the author says too little there.
func (s *sample) excerpt() *sample {
	rng := rand.New(rand.NewPCG(hash(s.id), 1))
	n := min(leastExcerpt+rng.IntN(mostExcerpt-leastExcerpt+1), len(s.text))
	from := rng.IntN(len(s.text) - n + 1)
	e := &sample{id: s.id + "#excerpt", set: "excerpts", lang: s.lang, source: s.source, fold: s.fold, weight: excerptWeight}
	says := false
	for i := from; i < from+n; i++ {
		e.add(s.text[i], s.label[i])
		says = says || s.label[i] == keep && len(s.text[i]) >= minExcerpted
	}
	if !says {
		return nil
	}
	return e
}

// phrasesOf returns the lines of s under the kinds that comments give them.
func phrasesOf(s string) (phrases []phrase) {
	kind := ""
	for _, l := range linesOf(s) {
		if comment, ok := strings.CutPrefix(l, "#"); ok {
			if k, ok := strings.CutPrefix(strings.TrimSpace(comment), "kind:"); ok {
				kind = strings.TrimSpace(k)
			}
			continue
		}
		phrases = append(phrases, phrase{kind, l})
	}
	return phrases
}

// A pool holds lines of junk to put into documents.
type pool struct{ page, site, lang []string }

// inject returns a copy of s, of its kept lines alone, with junk put among them:
// single lines inside, and in the last draw runs at the ends too.
func (s *sample) inject(rng *rand.Rand, p pool, draw int) *sample {
	var kept []string
	for i, t := range s.text {
		if s.label[i] == keep && t != "" {
			kept = append(kept, t)
		}
	}
	if len(kept) < 4 {
		return nil
	}
	planted := make(map[int][]string)
	p.plant(rng, planted, len(kept))
	if draw == 2 {
		for range rng.IntN(4) {
			planted[0] = append(planted[0], p.pick(rng))
		}
		for range rng.IntN(10) {
			planted[len(kept)] = append(planted[len(kept)], p.pick(rng))
		}
	}
	c := &sample{id: s.id + "#injected", set: "injected", lang: s.lang, source: s.source, site: s.site, fold: s.fold}
	for i := range len(kept) + 1 {
		for _, t := range planted[i] {
			if t != "" && !slices.Contains(kept, t) {
				c.add(t, junkLine)
			}
		}
		if i < len(kept) {
			c.add(kept[i], keep)
		}
	}
	return c
}

// plant puts junk between n lines: 3 to 15 for each hundred of them. In one copy
// of four a short line is planted again and again.
func (p *pool) plant(rng *rand.Rand, planted map[int][]string, n int) {
	count := min(max(int(float64(n)*(.03+.12*rng.Float64())), 1), 8)
	repeat := ""
	if rng.IntN(4) == 0 {
		for range 8 {
			if repeat = p.pick(rng); len(repeat) < 30 && repeat != "" {
				break
			}
			repeat = ""
		}
	}
	for k := range count {
		text := p.pick(rng)
		if repeat != "" && (k < 3 || rng.IntN(2) == 0) {
			text = repeat
		}
		at := 1 + rng.IntN(n-1)
		planted[at] = append(planted[at], text)
	}
}

// pick returns a line of junk: of the same page, the same site or the same
// language.
func (p *pool) pick(rng *rand.Rand) string {
	from := p.lang
	switch x := rng.Float64(); {
	case x < .35 && len(p.page) > 0:
		from = p.page
	case x < .5 && len(p.site) > 0:
		from = p.site
	}
	if len(from) == 0 {
		return ""
	}
	return from[rng.IntN(len(from))]
}
