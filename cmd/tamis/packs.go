package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/urfave/cli/v2"
	"golang.org/x/text/language"

	"tamis/pipeline"
	"tamis/stages"
	"tamis/stages/junk"
	"tamis/stages/packs"
	"tamis/stages/typography"
)

func (t *tool) packsCommands() []*cli.Command {
	flags := []cli.Flag{&cli.StringSliceFlag{Name: "packs", Usage: "the packs in `DIR` too"}}
	return []*cli.Command{
		{
			Name: "list", Usage: "list the rules, with what each is for",
			Flags: flags, Action: t.packsList,
		},
		{
			Name: "validate", Usage: "read the packs of a folder and say what is wrong with them",
			ArgsUsage: "DIR...", Action: t.packsValidate,
		},
		{
			Name: "test", Usage: "hold every rule to its own examples of what it drops and keeps",
			Flags: flags, ArgsUsage: "[DIR...]", Action: t.packsTest,
		},
	}
}

// packsList is the action of "tamis packs list".
func (t *tool) packsList(c *cli.Context) error {
	own, err := openPacks(c.StringSlice("packs"))
	if err != nil {
		return misuse("%v", err)
	}
	made, err := stages.New(stages.Options{Packs: own})
	if err != nil {
		return misuse("%v", err)
	}
	var rules []*pipeline.Rule
	for _, s := range made {
		rules = append(rules, s.Rules()...)
	}
	for _, r := range rules {
		off := ""
		if r.Optional {
			off = " (off)"
		}
		if _, err := fmt.Fprintf(t.stdout, "%s%s\t%s\n", r.ID, off, r.Why); err != nil {
			return err
		}
	}
	return nil
}

// packsValidate is the action of "tamis packs validate".
func (t *tool) packsValidate(c *cli.Context) error {
	_, err := loadPacks(c.Args().Slice())
	return err
}

// loadPacks returns the packs in the folders, having made sure that they and
// those of tamis can be read, and that a stage reads each file.
func loadPacks(dirs []string) (*userPacks, error) {
	own, err := openPacks(dirs)
	if err != nil {
		return nil, misuse("%v", err)
	}
	var errs []error
	for i, dir := range dirs {
		errs = append(errs, checkFolders(own[i], dir))
	}
	p := &userPacks{own: own}
	p.junk, err = junk.Load(append([]fs.FS{packs.FS}, own...)...)
	errs = append(errs, err)
	p.typography, err = typography.New(typography.Plain, own...)
	errs = append(errs, err)
	if err := errors.Join(errs...); err != nil {
		return nil, misuse("%w", err)
	}
	return p, nil
}

// checkFolders reports what of a folder of packs no stage would read: a folder
// that is not named by a language, and a file of data that has another name than
// those of packs.
func checkFolders(fsys fs.FS, dir string) error {
	var errs []error
	found := false
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		tag, file := path.Split(name)
		switch {
		case err != nil || name == ".":
			return err
		case strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case tag == "" && entry.IsDir():
			if _, err := language.Parse(name); err != nil {
				errs = append(errs, fmt.Errorf("pack %s: want a folder named by a BCP 47 language tag, or und", packs.Path(fsys, name)))
				return fs.SkipDir
			}
		case slices.Contains(packFiles, file) && strings.Count(name, "/") == 1:
			found = true
		case slices.Contains([]string{".yaml", ".yml", ".txt"}, path.Ext(file)):
			errs = append(errs, fmt.Errorf("pack %s: no stage reads it: want a language's folder, and in it %s", packs.Path(fsys, name), strings.Join(packFiles, ", ")))
		}
		return nil
	})
	if errs = append(errs, err); errors.Join(errs...) == nil && !found {
		errs = append(errs, fmt.Errorf("%s holds no packs: want %s", dir, filepath.Join(dir, "fr", packFiles[0])))
	}
	return errors.Join(errs...)
}

// packFiles are the files of a user's pack that stages read.
var packFiles = []string{"junk.yaml", "typography.yaml", "stopwords.txt"}

// userPacks are packs that have been found to be in order.
type userPacks struct {
	own        []fs.FS
	junk       *junk.Rulebook
	typography *typography.Stage
}

// packsTest is the action of "tamis packs test".
func (t *tool) packsTest(c *cli.Context) error {
	p, err := loadPacks(append(c.StringSlice("packs"), c.Args().Slice()...))
	if err != nil {
		return err
	}
	var failures []error
	for _, f := range p.junk.Test() {
		failures = append(failures, f)
	}
	plain, err := typography.New(typography.Plain)
	if err != nil {
		return err
	}
	for i, layer := range append([]fs.FS{packs.FS}, p.own...) {
		s := p.typography
		if i == 0 {
			s = plain // what a user lays over it is not for its examples
		}
		failed, err := testTypography(c.Context, s, layer)
		if err != nil {
			return err
		}
		failures = append(failures, failed...)
	}
	for _, f := range failures {
		fmt.Fprintln(t.stderr, printable(f.Error()))
	}
	if len(failures) > 0 {
		return &exitError{exitChanges, fmt.Errorf("%d examples fail", len(failures))}
	}
	return nil
}

// examples are those of a typography.yaml.
type examples struct {
	Mends []struct{ From, To example }
	Keeps []example
}

// An example is a text and where a pack has it.
type example struct {
	text      string
	line, col int
}

// UnmarshalYAML reads the text and notes its place.
func (e *example) UnmarshalYAML(n ast.Node) error {
	pos := n.GetToken().Position
	e.line, e.col = pos.Line, pos.Column
	return yaml.NodeToValue(n, &e.text)
}

// testTypography holds s to the examples of the packs of fsys.
func testTypography(ctx context.Context, s *typography.Stage, fsys fs.FS) (failures []error, err error) {
	names, err := fs.Glob(fsys, "*/typography.yaml")
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		var pack examples
		if err := yaml.Unmarshal(data, &pack); err != nil {
			return nil, packs.In(fsys, name, err)
		}
		tag := path.Dir(name)
		if tag == "und" {
			tag = "tlh" // any that has no pack
		}
		try := func(e example, want string) error {
			doc := pipeline.Parse(name, e.text)
			doc.Lang.Tag = tag
			if err := s.Clean(ctx, doc); err != nil {
				return err
			}
			if got := doc.Text(); got != want {
				err := fmt.Errorf("%q becomes %q, not %q", e.text, got, want)
				failures = append(failures, packs.In(fsys, name, &packs.PlaceError{Line: e.line, Column: e.col, Err: err}))
			}
			return nil
		}
		for _, m := range pack.Mends {
			err = errors.Join(err, try(m.From, m.To.text), try(m.To, m.To.text))
		}
		for _, k := range pack.Keeps {
			err = errors.Join(err, try(k, k.text))
		}
		if err != nil {
			return nil, err
		}
	}
	return failures, err
}
