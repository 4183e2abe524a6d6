// Train fits the weights of the line model, and evaluates it.
//
//	go run ./stages/junk/linemodel/train [-eval] DIR
//
// DIR holds the folder junk of labelled lines (see the corpus it reads). With
// -eval nothing is written: the model is fitted four times, each time without a
// quarter of the sites, and measured on those.
package main

import (
	"embed"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math"
	"os"

	"tamis/stages/junk"
	"tamis/stages/packs"
)

//go:embed texts
var ownTexts embed.FS

func main() {
	eval := flag.Bool("eval", false, "evaluate instead")
	out := flag.String("o", "stages/junk/linemodel/weights.bin", "write the weights to `FILE`")
	kept := flag.String("models", "", "keep the models of an evaluation in `FOLDER`, and use those that are there")
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(flag.Arg(0), *out, *kept, *eval); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(dir, out, kept string, eval bool) error {
	c, err := open(dir)
	if err != nil {
		return err
	}
	if eval {
		return c.evaluate(os.Stdout, kept)
	}
	m, err := c.fit(none)
	if err != nil {
		return err
	}
	return os.WriteFile(out, m.Encode(), 0o644)
}

// open reads what there is to learn from. The gold of the rows whose licence
// doesn't let us fit on it validates only.
func open(dir string) (*corpus, error) {
	c := &corpus{grams: make(map[string][]uint32)}
	var err error
	if c.stage, err = junk.NewWithModel(nil, junk.Normal, packs.FS); err != nil {
		return nil, err
	}
	texts, err := fs.Sub(ownTexts, "texts")
	if err != nil {
		return nil, err
	}
	if c.own, err = own(texts); err != nil {
		return nil, err
	}
	for _, t := range c.own {
		for _, s := range t.pages {
			c.pages = append(c.pages, s)
			if e := s.excerpt(); e != nil {
				c.pages = append(c.pages, e)
			}
		}
	}
	for _, s := range c.pages {
		if err := s.examine(c.stage); err != nil {
			return nil, err
		}
	}
	for _, set := range []string{"residue", "inject", "silver", "snip"} {
		samples, err := read(dir, set)
		if err != nil {
			return nil, err
		}
		c.sort(set, samples)
		for _, s := range samples {
			if err := s.examine(c.stage); err != nil {
				return nil, err
			}
		}
	}
	if len(c.gold) == 0 {
		return nil, errors.New("nothing to learn from")
	}
	return c, nil
}

// sort puts the samples of a set where they serve.
func (c *corpus) sort(set string, samples []*sample) {
	versions := make(map[string]int)
	for _, s := range samples {
		versions[s.page()]++
	}
	for _, s := range samples {
		s.weight = 1 / math.Sqrt(float64(versions[s.page()]))
		switch {
		case set == "silver":
			c.silver = append(c.silver, s)
			continue
		case set != "snip" && s.source != "daniel":
			if set == "inject" {
				s.weight *= 3
			}
			c.gold = append(c.gold, s)
		}
		c.validate = append(c.validate, s)
	}
}
