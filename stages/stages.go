// Package stages names the stages of tamis and their order. Each stage is a
// package below this one; it knows the pipeline and the packs, and no other
// stage.
package stages

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"tamis/pipeline"
	"tamis/stages/decode"
	"tamis/stages/dedup"
	"tamis/stages/junk"
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
	{name: "norm", make: func(Options) (pipeline.Stage, error) { return norm.New(packs.FS) }},
	{name: "langid", serves: []string{"typography", "junk"}, make: func(Options) (pipeline.Stage, error) { return langid.New(packs.FS) }},
	{name: "typography", make: func(o Options) (pipeline.Stage, error) { return typography.New(o.Typography) }},
	{name: "junk", make: func(o Options) (pipeline.Stage, error) { return junk.New(o.Strictness, o.Packs...) }},
	{name: "dedup", make: func(o Options) (pipeline.Stage, error) { return dedup.New(o.Dedup, o.Facts), nil }},
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
	o.Packs = append([]fs.FS{packs.FS}, o.Packs...)
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
	}
	return made, nil
}
