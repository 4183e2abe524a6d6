package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/urfave/cli/v2"

	"tamis/pipeline/audit/report"
	"tamis/pipeline/format"
)

func (t *tool) reportCommand() *cli.Command {
	return &cli.Command{
		Name: "report", Usage: "make a page of audits: what went and what stayed, and the drops to look at",
		ArgsUsage: "AUDIT...",
		Description: `Writes one HTML file that opens in any browser and asks nothing of any server.
Drops that are marked there as wrong are saved as corrections.yaml, a file that
clean --packs takes.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write to `FILE`"},
			&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "draw the examples by the number `N`"},
		},
		Action: t.report,
	}
}

// report is the action of "tamis report".
func (t *tool) report(c *cli.Context) error {
	audits := c.Args().Slice()
	if len(audits) == 0 {
		return misuse("give the audits, which clean --audit writes")
	}
	tally := report.NewTally(c.Uint64("seed"))
	paths, read := newPaths(), make(map[string]bool)
	for _, name := range audits {
		if name != stdinName {
			read[paths.real(name)] = true
		}
		if err := t.addAudit(tally, name); err != nil {
			return err
		}
	}
	name := c.String("output")
	if name == "" || name == stdinName {
		out := t.outputs.standard(t.stdout)
		return errors.Join(tally.Write(out), out.flush())
	}
	if read[paths.real(name)] {
		return misuse("%s is an audit, and would be written over", name)
	}
	out, err := t.outputs.create(name, false)
	if err != nil {
		return err
	}
	err = tally.Write(out)
	return errors.Join(err, out.close(err == nil))
}

// addAudit adds the audit in a file, or on the standard input, to tally.
func (t *tool) addAudit(tally *report.Tally, name string) error {
	in := t.stdin
	if name != stdinName {
		file, err := os.Open(name)
		if err != nil {
			return &exitError{exitIO, err}
		}
		defer file.Close()
		in = file
	}
	log, err := format.Decompress(in)
	if err == nil {
		err = tally.Add(log)
	}
	if err != nil {
		return &exitError{exitIO, fmt.Errorf("%s: %w", name, err)}
	}
	return nil
}
