package main

import (
	"fmt"

	"github.com/urfave/cli/v2"
)

// clean is the action of "tamis clean".
func (t *tool) clean(c *cli.Context) error {
	if c.Bool("diff") {
		for _, flag := range []string{"output", "in-place", "audit", "stats", "rejects", "emit-dropped", "keep-lang", "min-chars", "min-paragraphs", "dry-run", "annotate"} {
			if c.IsSet(flag) {
				return misuse("--diff writes nothing, so it does not go with --%s", flag)
			}
		}
		return t.check(c)
	}
	job, err := t.newJob(c, nil)
	if err != nil {
		return err
	}
	if len(job.inputs) == 0 {
		t.warn("there is no file to read")
		return nil
	}
	opts, err := newCleanOptions(c, job.inputs)
	if err != nil {
		return err
	}
	sink := &cleanSink{t: t, opts: opts}
	if err := sink.openAll(); err != nil {
		return err
	}
	err = t.runJob(c, job, sink.batch)
	if closeErr := sink.closeAll(err); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	if !t.quiet && (t.verbose || opts.dryRun) {
		printSummary(t.stderr, sink.summary.Report())
	}
	switch {
	case sink.failed != nil:
		return &exitError{exitIO, nil}
	case sink.summary.SetAside > 0:
		return &exitError{exitSetAside, fmt.Errorf("%d set aside", sink.summary.SetAside)}
	}
	return nil
}

// usesStdout reports whether the command writes text to the standard output.
func usesStdout(c *cli.Context) bool {
	return c.Command.Name != defaultCommand || c.String("output") == "" && !c.Bool("in-place") && !c.Bool("dry-run")
}
