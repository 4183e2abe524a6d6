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
	"github.com/urfave/cli/v2"
	"golang.org/x/text/language"

	"tamis/pipeline"
	"tamis/stages"
	"tamis/stages/junk"
	"tamis/stages/packs"
	"tamis/stages/typography"
)

func (t *tool) packsCommands() []*cli.Command {
	flags := []cli.Flag{&cli.StringSliceFlag{Name: "packs", Usage: "the packs in `DIR` too, or a file of corrections"}}
	return []*cli.Command{
		{
			Name: "list", Usage: "list the rules, with what each is for",
			Flags: flags, Action: t.packsList,
		},
		{
			Name: "validate", Usage: "read the packs of a folder, or a file of corrections, and say what is wrong",
			ArgsUsage: "DIR...", Action: t.packsValidate,
		},
		{
			Name: "test", Usage: "hold every rule to its own examples of what it drops and keeps, and show what packs change on a text",
			ArgsUsage: "[DIR...] [FILE...]",
			Description: `The rules of the packs in DIR, and of those of --packs, are tried on their
examples. Of a FILE it shows, as a diff, what the packs of --packs change in what
comes of it.`,
			Flags:  slices.Concat(inputFlags, cleaningFlags, runFlags),
			Action: t.packsTest,
		},
		{
			Name: "protect", Usage: "write corrections: lines that must stay, and rules that are to be off",
			ArgsUsage: "[LINE...]",
			Description: `LINE is a paragraph that was dropped, as it was read or would have been written;
- reads lines from the standard input. With -o they are added to those of the
file, which --packs takes.`,
			Flags: []cli.Flag{
				&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "add to the corrections in `FILE`"},
				&cli.StringSliceFlag{Name: "off", Usage: "switch the `RULE` off"},
			},
			Action: t.packsProtect,
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
	fixed, err := readCorrections(dirs)
	errs := []error{err}
	for _, dir := range own {
		errs = append(errs, checkFolders(dir, packs.Path(dir, ".")))
	}
	p := &userPacks{own: own}
	p.junk, err = junk.Load(append([]fs.FS{packs.FS}, own...)...)
	errs = append(errs, err)
	p.typography, err = typography.New(typography.Plain, own...)
	errs = append(errs, err)
	if err := errors.Join(errs...); err != nil {
		return nil, misuse("%w", err)
	}
	made, err := stages.New(stages.Options{Packs: own})
	if err != nil {
		return nil, misuse("%w", err)
	}
	if _, err := newRules(made, fixed, nil, nil); err != nil {
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
var packFiles = []string{"junk.yaml", "typography.yaml", "stopwords.txt", correctionsName}

// userPacks are packs that have been found to be in order.
type userPacks struct {
	own        []fs.FS
	junk       *junk.Rulebook
	typography *typography.Stage
}

// packsTest is the action of "tamis packs test".
func (t *tool) packsTest(c *cli.Context) error {
	dirs, texts := c.StringSlice("packs"), []string(nil)
	for _, arg := range c.Args().Slice() {
		if info, err := os.Stat(arg); err == nil && !info.IsDir() && !isCorrections(arg) {
			texts = append(texts, arg)
		} else {
			dirs = append(dirs, arg)
		}
	}
	p, err := loadPacks(dirs)
	if err != nil {
		return err
	}
	failures, err := p.failures(c.Context)
	if err == nil && len(texts) > 0 {
		err = t.packsDiff(c, dirs, texts)
	}
	if err != nil {
		return err
	}
	for _, f := range failures {
		fmt.Fprintln(t.stderr, printable(f.Error()))
	}
	if len(failures) > 0 {
		return &exitError{exitChanges, fmt.Errorf("%d examples fail", len(failures))}
	}
	return nil
}

// failures holds the rules to their examples.
func (p *userPacks) failures(ctx context.Context) (failures []error, err error) {
	for _, f := range p.junk.Test() {
		failures = append(failures, f)
	}
	plain, err := typography.New(typography.Plain)
	if err != nil {
		return nil, err
	}
	for i, layer := range append([]fs.FS{packs.FS}, p.own...) {
		s := p.typography
		if i == 0 {
			s = plain // what a user lays over it is not for its examples
		}
		failed, err := testTypography(ctx, s, layer)
		if err != nil {
			return nil, err
		}
		failures = append(failures, failed...)
	}
	return failures, nil
}

// packsDiff shows what the packs change in what comes of texts.
func (t *tool) packsDiff(c *cli.Context, dirs, texts []string) error {
	r, err := newReading(c)
	if err != nil {
		return err
	}
	inputs, err := t.findInputs(texts, "")
	if err != nil {
		return err
	}
	opts, err := newOptions(c, nil)
	if err != nil {
		return &exitError{exitMisuse, err}
	}
	fixed, err := readCorrections(dirs)
	if err != nil {
		return err
	}
	var both [2]*pipeline.Pipeline // without the packs, and with them
	opts.Packs = nil
	if both[0], err = newPipeline(c, opts, nil); err != nil {
		return &exitError{exitMisuse, err}
	}
	if opts.Packs, err = openPacks(dirs); err != nil {
		return err
	}
	if both[1], err = newPipeline(c, opts, fixed); err != nil {
		return &exitError{exitMisuse, err}
	}
	out, changed := t.outputs.standard(t.stdout), false
	for doc, err := range r.documents(c.Context, inputs) {
		o, _ := doc.Origin.(*origin)
		switch {
		case err != nil || o.err != nil:
			return &exitError{exitIO, errors.Join(err, o.err)}
		case o.end || doc.Err != nil || doc.Binary:
			continue
		}
		doc.Split()
		twin := twinOf(doc)
		if err := errors.Join(both[0].Clean(c.Context, doc), both[1].Clean(c.Context, twin)); err != nil {
			return err
		}
		if before, after := textOf(doc, o), textOf(twin, o); before != after {
			changed = true
			t.colours(c).diff(out, doc.ID, doc.ID+" (with the packs)", before, after)
		}
	}
	if !changed {
		fmt.Fprintln(out, "the packs change nothing here")
	}
	return out.flush()
}

// textOf returns what is left of a document.
func textOf(doc *pipeline.Document, o *origin) string {
	var b strings.Builder
	layout := o.layout(doc)
	for piece := range layout.Pieces(doc) {
		b.WriteString(piece.Text)
	}
	return b.String()
}

// twinOf returns another document of the text of doc.
func twinOf(doc *pipeline.Document) *pipeline.Document {
	var source strings.Builder
	source.WriteString(doc.Head)
	for i := range doc.Paragraphs {
		source.WriteString(doc.Paragraphs[i].Source())
		source.WriteString(doc.Paragraphs[i].Break)
	}
	twin := pipeline.Parse(doc.ID, source.String())
	twin.Lang, twin.Site = doc.Lang, doc.Site
	return twin
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
