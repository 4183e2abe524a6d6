package main

import (
	"fmt"
	"slices"

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
	if c.String("job") != "" {
		l, err := t.openJob(c, job, opts)
		if err != nil {
			return err
		}
		defer l.close()
		sink.resume(l)
	}
	if sink.ledger == nil || !sink.ledger.state.Done {
		if err := t.cleanAll(c, job, sink); err != nil {
			return err
		}
	} else if !t.quiet {
		fmt.Fprintf(t.stderr, "tamis: the job %s is done already\n", c.String("job"))
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

// cleanAll passes the documents of the job to sink.
func (t *tool) cleanAll(c *cli.Context, job *job, sink *cleanSink) error {
	if err := sink.openAll(); err != nil {
		return err
	}
	err := t.runJob(c, job, sink.batch)
	if closeErr := sink.closeAll(err); err == nil {
		err = closeErr
	}
	return err
}

// openJob opens the ledger that --job asks for, and makes the run go on where
// the job has come to.
func (t *tool) openJob(c *cli.Context, job *job, opts *cleanOptions) (*ledger, error) {
	switch {
	case opts.dryRun:
		return nil, misuse("--dry-run does nothing that --job could go on with")
	case opts.output == "" && !opts.inPlace:
		return nil, misuse("--job writes files; give -o or --in-place")
	case job.reading.follow || slices.ContainsFunc(job.inputs, func(in *input) bool { return in.name == stdinName }):
		return nil, misuse("--job reads files, which can be read again; not the standard input")
	}
	l, err := openLedger(c.String("job"), commandOf(c), job.inputs)
	if err != nil {
		return nil, err
	}
	t.outputs.ledger = l
	job.reading.barriers, job.reading.start = true, l.state.At
	return l, nil
}

// usesStdout reports whether the command writes text to the standard output.
func usesStdout(c *cli.Context) bool {
	return c.Command.Name != defaultCommand || c.String("output") == "" && !c.Bool("in-place") && !c.Bool("dry-run")
}
