// Package stages names the stages of tamis and their order. Each stage is a
// package below this one; it knows the pipeline and the packs, and no other
// stage.
package stages

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"tamis/pipeline"
	"tamis/stages/decode"
	"tamis/stages/dedup"
	"tamis/stages/dedup/index"
	"tamis/stages/junk"
	"tamis/stages/junk/templates"
	"tamis/stages/langid"
	"tamis/stages/mojibake"
	"tamis/stages/norm"
	"tamis/stages/packs"
	"tamis/stages/typography"
)

// Options say how documents are to be cleaned. The zero Options are the
// defaults of the command.
type Options struct {
	Only       []string // names of the stages to run; all of them if empty
	Packs      []fs.FS  // the user's own, beside those of tamis
	Typography typography.Profile
	Strictness junk.Strictness
	Dedup      dedup.Scope
	Facts      dedup.Facts
	Templates  *templates.List // what recurs on the documents of each site; may be nil
	Index      *index.Index    // of earlier documents, where Dedup asks for one
}

// order is the order of the stages. The Unicode is mended first because
// language identification fails on mojibake, and typography needs the language.
var order = []struct {
	name string
	make func(Options) (pipeline.Stage, error)

	always bool     // every stage after it counts on it
	serves []string // runs, without changing text, where one of these does
}{
	{name: "decode", always: true, make: func(Options) (pipeline.Stage, error) { return decode.New(), nil }},
	{name: "mojibake", make: func(Options) (pipeline.Stage, error) { return mojibake.New(), nil }},
	{name: "norm", make: func(Options) (pipeline.Stage, error) { return norms(struct{}{}) }},
	{name: "langid", serves: []string{"typography", "junk"}, make: func(Options) (pipeline.Stage, error) { return langids(struct{}{}) }},
	{name: "typography", make: newTypography},
	{name: "junk", make: newJunk},
	{name: "dedup", make: func(o Options) (pipeline.Stage, error) {
		return dedup.New(dedup.Options{Scope: o.Dedup, Facts: o.Facts, Index: o.Index}), nil
	}},
}

// Stages that know nothing but the packs of tamis are read once and shared: a
// program may make a pipeline for each of its requests.
var (
	norms        = shared(func(struct{}) (pipeline.Stage, error) { return norm.New(packs.FS) })
	langids      = shared(func(struct{}) (pipeline.Stage, error) { return langid.New(packs.FS) })
	typographies = shared(func(p typography.Profile) (pipeline.Stage, error) { return typography.New(p) })
	junks        = shared(func(s junk.Strictness) (pipeline.Stage, error) { return junk.New(s, packs.FS) })
)

// shared returns make, made to give what it gave before for the same key.
func shared[K comparable](make func(K) (pipeline.Stage, error)) func(K) (pipeline.Stage, error) {
	var made sync.Map
	return func(key K) (pipeline.Stage, error) {
		once, _ := made.LoadOrStore(key, sync.OnceValues(func() (pipeline.Stage, error) { return make(key) }))
		return once.(func() (pipeline.Stage, error))()
	}
}

// newTypography returns the stage that knows the user's packs too, if there are any.
func newTypography(o Options) (pipeline.Stage, error) {
	if len(o.Packs) > 0 {
		return typography.New(o.Typography, o.Packs...)
	}
	return typographies(o.Typography)
}

// newJunk returns the stage that knows the user's packs and templates too, if
// there are any.
func newJunk(o Options) (pipeline.Stage, error) {
	made, err := junks(o.Strictness)
	if len(o.Packs) > 0 {
		made, err = junk.New(o.Strictness, append([]fs.FS{packs.FS}, o.Packs...)...)
	}
	if err == nil && o.Templates != nil {
		made = made.(*junk.Stage).WithTemplates(o.Templates)
	}
	return made, err
}

// Names returns the names of the stages that a user may choose, in order.
func Names() []string {
	var names []string
	for _, s := range order {
		if !s.always {
			names = append(names, s.name)
		}
	}
	return names
}

// New returns the stages that o asks for, in order. A name that is none of
// [Names], or a pack that can't be read, is an error.
func New(o Options) ([]pipeline.Stage, error) {
	for _, name := range o.Only {
		if !slices.Contains(Names(), name) {
			return nil, fmt.Errorf("no stage %q: the stages are %s", name, strings.Join(Names(), ", "))
		}
	}
	wanted := func(name string) bool { return len(o.Only) == 0 || slices.Contains(o.Only, name) }
	var made []pipeline.Stage
	for _, s := range order {
		if s.name == "dedup" && o.Dedup == dedup.Off {
			continue
		}
		if !s.always && !wanted(s.name) && !slices.ContainsFunc(s.serves, wanted) {
			continue
		}
		stage, err := s.make(o)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		made = append(made, stage)
		if n := len(made); s.name == "norm" && made[n-2].Name() == "mojibake" {
			made = append(made, settle{made[n-2], stage})
		} else if s.name == "dedup" && made[n-2].Name() == "junk" {
			made = append(made, again{stage: made[n-2], since: stage})
		}
	}
	return made, nil
}
