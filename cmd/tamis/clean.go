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
		return job.finish(nil)
	}
	return job.finish(t.cleanJob(c, job))
}

// cleanJob cleans the inputs of the job, and writes what the flags of c ask for.
func (t *tool) cleanJob(c *cli.Context, job *job) error {
	opts, err := newCleanOptions(c, job.inputs)
	if err != nil {
		return err
	}
	sink := &cleanSink{t: t, opts: opts}
	if job.ledger != nil {
		defer job.ledger.close()
		sink.resume(job.ledger)
	}
	if job.ledger == nil || !job.ledger.state.Done {
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
		t.outputs.discardAll()
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
func (t *tool) openJob(c *cli.Context, job *job) (err error) {
	output := c.String("output")
	switch {
	case c.Bool("dry-run") || c.Bool("diff"):
		return misuse("--dry-run and --diff do nothing that --job could go on with")
	case (output == "" || output == stdinName) && !c.Bool("in-place"):
		return misuse("--job writes files; give -o or --in-place")
	case job.reading.follow || slices.ContainsFunc(job.inputs, func(in *input) bool { return in.name == stdinName }):
		return misuse("--job reads files, which can be read again; not the standard input")
	}
	if job.ledger, err = openLedger(c.String("job"), commandOf(c), job.inputs); err != nil {
		return err
	}
	t.outputs.ledger, job.reading.start = job.ledger, job.ledger.state.At
	return nil
}

// usesStdout reports whether the command writes text to the standard output.
func usesStdout(c *cli.Context) bool {
	if flagOf(c, "output") == nil {
		return true
	}
	return c.String("output") == "" && !c.Bool("in-place") && !c.Bool("dry-run")
}
