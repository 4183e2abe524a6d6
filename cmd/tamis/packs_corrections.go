package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"tamis/pipeline"
	"tamis/stages/packs"
)

// correctionsName is the file of a pack that corrects what earlier runs did.
const correctionsName = "corrections.yaml"

// corrections are what a user has found to be wrong: paragraphs that were
// dropped and must stay, and rules that are to be off.
type corrections struct {
	Keeps []keep      `yaml:"keeps"`
	Off   []switchOff `yaml:"off"`

	tag string // the language that the lines are of; und for any
	err func(error) error
}

// A keep is a line that must stay. In YAML it is the line, or "starts: " and so
// much of a long one that it can't be taken for another.
type keep struct {
	line   string
	starts bool
}

// UnmarshalYAML reads a line, or the beginning of one.
func (k *keep) UnmarshalYAML(n ast.Node) error {
	err := yaml.NodeToValue(n, &k.line)
	if n.Type() == ast.MappingType || n.Type() == ast.MappingValueType {
		var long struct {
			Starts string `yaml:"starts"`
		}
		err = yaml.NodeToValue(n, &long, yaml.Strict())
		k.line, k.starts = long.Starts, true
	}
	if k.line = oneSpaced(k.line); err == nil && k.line == "" {
		err = placed(n, errors.New("want a line, or starts: and the beginning of one"))
	}
	return err
}

// A switchOff names rules; * stands for any part of a name.
type switchOff struct {
	pattern string
	at      func(error) error // says of an error where this stands
}

// UnmarshalYAML reads the name and notes its place.
func (s *switchOff) UnmarshalYAML(n ast.Node) error {
	s.at = func(err error) error { return placed(n, err) }
	return yaml.NodeToValue(n, &s.pattern)
}

func placed(n ast.Node, err error) error {
	pos := n.GetToken().Position
	return &packs.PlaceError{Line: pos.Line, Column: pos.Column, Err: err}
}

// oneSpaced returns s with one space for any white space, and none at its ends.
func oneSpaced(s string) string { return strings.Join(strings.Fields(s), " ") }

// isCorrections reports whether name, which --packs gives, is a file of
// corrections and not a folder of packs.
func isCorrections(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular() && slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(name))
}

// readCorrections reads those of the packs that --packs names: folders, in which
// they stand by language, and files.
func readCorrections(names []string) ([]corrections, error) {
	var all []corrections
	var errs []error
	read := func(fsys fs.FS, name, tag string) {
		c := corrections{tag: tag, err: func(err error) error { return packs.In(fsys, name, err) }}
		errs = append(errs, packs.Decode(fsys, name, &c))
		all = append(all, c)
	}
	for _, name := range names {
		if isCorrections(name) {
			read(packs.Dir(filepath.Dir(name)), filepath.Base(name), "und")
			continue
		}
		found, err := fs.Glob(packs.Dir(name), "*/"+correctionsName)
		errs = append(errs, err)
		for _, file := range found {
			read(packs.Dir(name), file, path.Dir(file))
		}
	}
	return all, errors.Join(errs...)
}

// switchOff switches the rules off that the corrections name.
func (c *corrections) switchOff(rules *pipeline.Rules, made []pipeline.Stage) error {
	var errs []error
	for _, off := range c.Off {
		if err := setRules(rules, made, off.pattern, false); err != nil {
			errs = append(errs, c.err(off.at(err)))
		}
	}
	return errors.Join(errs...)
}

// protected are the lines that must stay.
type protected struct {
	lines  map[string][]string // the languages of each
	starts []start
}

type start struct{ text, tag string }

// protect returns the lines that the corrections keep, nil if there are none.
func protect(all []corrections) *protected {
	p := &protected{lines: make(map[string][]string)}
	for _, c := range all {
		for _, k := range c.Keeps {
			if k.starts {
				p.starts = append(p.starts, start{k.line, c.tag})
			} else {
				p.lines[k.line] = append(p.lines[k.line], c.tag)
			}
		}
	}
	if len(p.lines)+len(p.starts) == 0 {
		return nil
	}
	return p
}

// has reports whether a line of a document in one of the languages must stay.
func (p *protected) has(line string, tags []string) bool {
	line = oneSpaced(line)
	if slices.ContainsFunc(p.lines[line], func(tag string) bool { return slices.Contains(tags, tag) }) {
		return true
	}
	return slices.ContainsFunc(p.starts, func(s start) bool {
		return strings.HasPrefix(line, s.text) && slices.Contains(tags, s.tag)
	})
}

// Name returns "protect".
func (*protected) Name() string { return "protect" }

// Rules returns none: no text is changed.
func (*protected) Rules() []*pipeline.Rule { return nil }

// Clean protects the paragraphs of doc that must stay, as they were read or as
// they have been mended.
func (p *protected) Clean(_ context.Context, doc *pipeline.Document) error {
	tags := append(packs.Fallback(doc.Lang.Tag), "und")
	for i := range doc.Paragraphs {
		para := &doc.Paragraphs[i]
		para.Protected = para.Protected || p.has(para.Source(), tags) || para.Text() != para.Source() && p.has(para.Text(), tags)
	}
	return nil
}

// stages returns the stages with p before the first that drops paragraphs.
func (p *protected) stages(made []pipeline.Stage) []pipeline.Stage {
	if p == nil {
		return made
	}
	first := slices.IndexFunc(made, func(s pipeline.Stage) bool { return s.Name() == "junk" || s.Name() == "dedup" })
	if first < 0 {
		return made
	}
	return slices.Insert(slices.Clone(made), first, pipeline.Stage(p))
}

// setRules switches the rules that a pattern names on or off.
func setRules(rules *pipeline.Rules, made []pipeline.Stage, pattern string, on bool) error {
	matched := false
	for _, s := range made {
		for _, rule := range s.Rules() {
			ok, err := path.Match(pattern, rule.ID)
			if err != nil {
				return fmt.Errorf("%q: %w", pattern, err)
			}
			if ok {
				rules.Set(rule, on)
				matched = true
			}
		}
	}
	if !matched {
		return fmt.Errorf("%q: no such rule (tamis packs list)", pattern)
	}
	return nil
}
