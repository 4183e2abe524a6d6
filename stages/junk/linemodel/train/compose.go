package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// Documents of our own making: articles with headings, lists and the like put
// in, which stay, and with junk at their ends and inside, as pages have it.

// The weight of a line of our own, how many documents are made of each article,
// and the weight of a line of a page that was written as a whole.
const (
	ownWeight     = 2
	ownDraws      = 2
	pageWeight    = 3
	excerptWeight = .5
)

// foldOfText puts each phrase in a fold, and so what is made of it.
func foldOfText(s string) int { return int(hash(s)>>5) % folds }

// phraseRows returns our phrases as rows for the lexicon.
func (c *corpus) phraseRows(without int) (rows []row) {
	for _, t := range c.own {
		for _, side := range []struct {
			phrases []phrase
			junk    bool
		}{{t.junk, true}, {t.keep, false}} {
			for _, p := range side.phrases {
				if k := foldOfText(p.text); k != without {
					rows = append(rows, row{c.gramsOf(p.text), side.junk, ownWeight, k})
				}
			}
		}
	}
	return rows
}

// kinds holds phrases by what they are examples of, and the kinds in order.
type kinds struct {
	of    map[string][]string
	names []string
}

func kindsOf(phrases []phrase, fold int) kinds {
	k := kinds{of: make(map[string][]string)}
	for _, p := range phrases {
		if foldOfText(p.text) != fold {
			continue
		}
		if k.of[p.kind] == nil {
			k.names = append(k.names, p.kind)
		}
		k.of[p.kind] = append(k.of[p.kind], p.text)
	}
	return k
}

// some returns up to n phrases of one kind, in the order in which they stand.
func (k *kinds) some(rng *rand.Rand, n int, names ...string) []string {
	if len(names) == 0 {
		names = k.names
	}
	for range 8 {
		if len(names) == 0 {
			break
		}
		if all := k.of[names[rng.IntN(len(names))]]; len(all) > 0 {
			n = min(n, len(all))
			at := rng.IntN(len(all) - n + 1)
			return all[at : at+n]
		}
	}
	return nil
}

// runKinds are what an author writes line after line; singleKinds stand alone.
var (
	runKinds    = []string{"list-item", "table", "recipe", "definition", "reference", "verse", "dialogue", "interview", "code", "sport-and-lists", "faq"}
	singleKinds = []string{"heading", "caption", "quote", "lead", "short-sentence", "dateline", "closing"}
)

// compose makes documents of our articles in the folds that use allows.
func (c *corpus) compose(use func(fold int) bool, draws int) (samples []*sample, err error) {
	for _, t := range c.own {
		for fold := range folds {
			if !use(fold) {
				continue
			}
			junk, kept := kindsOf(t.junk, fold), kindsOf(t.keep, fold)
			for i, article := range t.articles {
				if i%folds != fold {
					continue
				}
				for draw := range draws {
					s := &sample{id: fmt.Sprintf("%s/%d#%d", t.lang, i, draw), set: "own", lang: t.lang, source: "own", fold: fold, weight: ownWeight}
					rng := rand.New(rand.NewPCG(hash(article[0]), uint64(draw)))
					s.write(rng, article, &junk, &kept, draw)
					if err := s.examine(c.stage); err != nil {
						return nil, err
					}
					samples = append(samples, s)
				}
			}
		}
	}
	return samples, nil
}

// write fills s with an article, or a part of it, and with what is put in.
func (s *sample) write(rng *rand.Rand, article []string, junk, kept *kinds, draw int) {
	if n := len(article); draw%2 == 1 && n > 5 {
		size := 3 + rng.IntN(n-4)
		at := rng.IntN(n - size + 1)
		article = article[at : at+size]
	}
	type piece struct {
		lines []string
		label int8
	}
	inner := make(map[int][]piece)
	put := func(lines []string, label int8) {
		if len(lines) > 0 && len(article) > 1 {
			at := 1 + rng.IntN(len(article)-1)
			inner[at] = append(inner[at], piece{lines, label})
		}
	}
	for range rng.IntN(2) {
		put(kept.some(rng, 3+rng.IntN(6), runKinds...), keep)
	}
	for range rng.IntN(3) {
		put(kept.some(rng, 1, singleKinds...), keep)
	}
	edges := draw%4 < 2
	if draw%4 != 3 {
		for range 1 + rng.IntN(1+len(article)/6) {
			put(junk.some(rng, 1), junkLine)
		}
	}
	if edges {
		for range rng.IntN(3) {
			for _, l := range junk.some(rng, 1+rng.IntN(5)) {
				s.add(l, junkLine)
			}
		}
	}
	for i, l := range article {
		for _, p := range inner[i] {
			for _, l := range p.lines {
				if !slices.Contains(article, l) {
					s.add(l, p.label)
				}
			}
		}
		s.add(l, keep)
	}
	if edges {
		for range rng.IntN(5) {
			for _, l := range junk.some(rng, 1+rng.IntN(7)) {
				s.add(l, junkLine)
			}
		}
	}
}
