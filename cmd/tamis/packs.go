package main

import (
	"fmt"
	"io/fs"

	"github.com/urfave/cli/v2"

	"tamis/pipeline"
	"tamis/stages"
	"tamis/stages/junk"
	"tamis/stages/packs"
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

// loadPacks returns what the packs of the folders, and those of tamis, know of junk.
func loadPacks(dirs []string) (*junk.Rulebook, error) {
	own, err := openPacks(dirs)
	if err != nil {
		return nil, misuse("%v", err)
	}
	book, err := junk.Load(append([]fs.FS{packs.FS}, own...)...)
	if err != nil {
		return nil, misuse("%v", err)
	}
	return book, nil
}

// packsTest is the action of "tamis packs test".
func (t *tool) packsTest(c *cli.Context) error {
	book, err := loadPacks(append(c.StringSlice("packs"), c.Args().Slice()...))
	if err != nil {
		return err
	}
	failures := book.Test()
	for _, f := range failures {
		fmt.Fprintln(t.stderr, printable(f.Error()))
	}
	if len(failures) > 0 {
		return &exitError{exitChanges, fmt.Errorf("%d examples fail", len(failures))}
	}
	return nil
}
