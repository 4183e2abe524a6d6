package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"tamis/pipeline"
	"tamis/stages/junk"
	"tamis/stages/junk/linemodel"
	"tamis/stages/packs"
)

// A tally counts what a stage did to the documents of a set.
type tally struct {
	tp, fp, fn      int
	main, kept      int // characters
	docs            int
	hurt            int // documents that lost more than a twentieth of their text
	unstable        int // documents that a second cleaning would change
	with, without   int // snippets kept and removed, as they must be
	withN, withoutN int // of so many
}

// evaluate fits the model without each fold of the sites and measures the stage
// with it on those. The models are kept in a folder, if it has a name, and those
// that are there are used again.
func (c *corpus) evaluate(w io.Writer, kept string) error {
	tallies := make(map[string]*tally)
	for fold := range folds {
		m, err := c.without(fold, kept)
		if err != nil {
			return err
		}
		ours, err := c.compose(func(f int) bool { return f == fold }, 2)
		if err != nil {
			return err
		}
		stage, err := junk.NewWithModel(m, junk.Normal, packs.FS)
		if err != nil {
			return err
		}
		for _, s := range slices.Concat(ours, c.pages, c.validate) {
			if s.fold != fold {
				continue
			}
			t, err := s.measure(stage)
			if err != nil {
				return err
			}
			for _, name := range []string{s.set, s.set + " " + s.lang} {
				if tallies[name] == nil {
					tallies[name] = new(tally)
				}
				tallies[name].add(t)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(tallies)) {
		if t := tallies[name]; t.docs >= fewest {
			fmt.Fprintf(w, "%-12s %s\n", name, t)
		}
	}
	return nil
}

// fewest is the number of documents from which a figure is worth showing.
const fewest = 15

// without returns the model fitted on all but one fold.
func (c *corpus) without(fold int, kept string) (*linemodel.Model, error) {
	if kept == "" {
		return c.fit(fold)
	}
	name := filepath.Join(kept, fmt.Sprint("fold", fold))
	if b, err := os.ReadFile(name); err == nil {
		return linemodel.Decode(b)
	}
	m, err := c.fit(fold)
	if err != nil {
		return nil, err
	}
	return m, os.WriteFile(name, m.Encode(), 0o644)
}

func (t *tally) String() string {
	share := func(a, b int) float64 { return float64(a) / float64(max(b, 1)) }
	p, r := share(t.tp, t.tp+t.fp), share(t.tp, t.tp+t.fn)
	s := fmt.Sprintf("%5d docs", t.docs)
	if t.main > 0 {
		s += fmt.Sprintf("  P %.3f R %.3f F1 %.3f  main %.2f%%  hurt %.2f%%", p, r, 2*p*r/max(p+r, 1e-9), 100*share(t.kept, t.main), 100*share(t.hurt, t.docs))
	}
	if t.withN > 0 {
		s += fmt.Sprintf("  stay %.3f go %.3f right %.3f", share(t.with, t.withN), share(t.without, t.withoutN), share(t.with+t.without, t.withN+t.withoutN))
	}
	return s + fmt.Sprintf("  unstable %.2f%%", 100*share(t.unstable, t.docs))
}

// clean cleans a text of the sample's language and returns it with what is left.
func (s *sample) clean(stage *junk.Stage, text string) (*pipeline.Document, string, error) {
	doc := pipeline.Parse(s.id, text)
	doc.Lang.Tag = s.lang
	if err := stage.Clean(context.Background(), doc); err != nil {
		return nil, "", err
	}
	var left strings.Builder
	for i := range doc.Paragraphs {
		if p := &doc.Paragraphs[i]; p.Kept() {
			left.WriteString(p.Text())
			left.WriteByte('\n')
		}
	}
	return doc, left.String(), nil
}

// measure cleans s and tells what came of it.
func (s *sample) measure(stage *junk.Stage) (*tally, error) {
	doc, left, err := s.clean(stage, strings.Join(s.text, "\n"))
	if err != nil {
		return nil, err
	}
	t := &tally{docs: 1}
	at := 0
	for i, label := range s.label {
		if s.text[i] != "" {
			t.line(label, doc.Paragraphs[at].Dropped(), utf8.RuneCountInString(s.text[i]))
			at++
		}
	}
	if float64(t.kept) < .95*float64(t.main) {
		t.hurt = 1
	}
	if _, again, err := s.clean(stage, left); err != nil {
		return nil, err
	} else if again != left {
		t.unstable = 1
	}
	t.with, t.withN = found(left, s.with), len(s.with)
	t.without, t.withoutN = len(s.without)-found(left, s.without), len(s.without)
	return t, nil
}

// line counts a line of so many characters.
func (t *tally) line(label int8, dropped bool, runes int) {
	switch {
	case label == junkLine && dropped:
		t.tp++
	case label == junkLine:
		t.fn++
	case label == keep && dropped:
		t.fp++
		t.main += runes
	case label == keep:
		t.main += runes
		t.kept += runes
	}
}

// found returns how many of the snippets text holds.
func found(text string, snippets []string) (n int) {
	for _, x := range snippets {
		if strings.Contains(text, strings.Join(strings.Fields(x), " ")) {
			n++
		}
	}
	return n
}

func (t *tally) add(o *tally) {
	t.tp += o.tp
	t.fp += o.fp
	t.fn += o.fn
	t.main += o.main
	t.kept += o.kept
	t.docs += o.docs
	t.hurt += o.hurt
	t.unstable += o.unstable
	t.with += o.with
	t.without += o.without
	t.withN += o.withN
	t.withoutN += o.withoutN
}
