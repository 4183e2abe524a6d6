package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"

	"github.com/urfave/cli/v2"

	"tamis/pipeline"
	"tamis/stages/dedup"
	"tamis/stages/dedup/index"
)

// openIndex returns what remembers the paragraphs of earlier documents, where
// the flags of c ask for that: nil if nothing does. Only clean adds to an index,
// and only if it writes what it cleans.
//
// A job, if there is one, remembers what the run has added so far; with scope
// Run that is in its own folder.
func openIndex(c *cli.Context, scope dedup.Scope, l *ledger) (*index.Index, error) {
	dir, reads := c.String("index"), c.Bool("index-read-only")
	switch {
	case flagOf(c, "dedup") == nil:
		return nil, nil // another command, which sees to it itself
	case scope == dedup.Index && dir == "":
		return nil, misuse("--dedup index needs --index DIR")
	case scope != dedup.Index && (c.IsSet("index") || reads):
		return nil, misuse("--index and --index-read-only go with --dedup index")
	case scope != dedup.Index && scope != dedup.Run:
		return nil, nil
	}
	access := index.Trial
	switch {
	case reads:
		access = index.Read
	case scope == dedup.Index && c.Command.Name == defaultCommand && !c.Bool("dry-run") && !c.Bool("diff"):
		access = index.Write
	}
	if l == nil || reads {
		return openIndexFor(c, dir, index.Options{Access: access})
	}
	if scope == dedup.Run {
		dir = filepath.Join(l.dir, "dedup")
	}
	x, err := openIndexFor(c, dir, index.Options{Run: l.state.ID, Checkpoint: l.state.Checkpoints})
	switch {
	case err != nil:
		return nil, err
	case l.state.Done && x.Checkpoints() == l.state.Checkpoints && !x.Completed():
		err = x.Commit() // the process was killed between the last two steps
	case !l.state.Done && x.Checkpoints() != l.state.Checkpoints:
		err = fmt.Errorf("the index %s no longer holds what the job %s had added; begin another job", dir, l.dir)
	}
	if err != nil {
		x.Close()
		return nil, &exitError{exitIO, err}
	}
	l.index = x
	return x, nil
}

// openIndexFor opens the index in dir with the memory that the flags of c allow.
func openIndexFor(c *cli.Context, dir string, opts index.Options) (*index.Index, error) {
	memory, err := parseSize(c.String("index-memory"))
	if err != nil {
		return nil, misuse("--index-memory %v", err)
	}
	opts.Memory = memory
	x, err := dedup.OpenIndex(dir, opts)
	if err != nil {
		return nil, &exitError{exitIO, err}
	}
	if !memoryIsLimited(c) {
		debug.SetMemoryLimit(int64(memory) + besideIndex)
	}
	return x, nil
}

// besideIndex is about how much memory a run takes beside its index.
const besideIndex = 512 << 20

// watched returns sink, made to end the run where the memory of earlier
// documents fails.
func watched(sink func([]*pipeline.Document) error) func([]*pipeline.Document) error {
	return func(docs []*pipeline.Document) error {
		for i, doc := range docs {
			if memory := (*dedup.MemoryError)(nil); errors.As(doc.Err, &memory) {
				return errors.Join(sink(docs[:i]), &exitError{exitIO, memory})
			}
		}
		return sink(docs)
	}
}

// finish closes the index. What was added is part of it only if the run, which
// ended with err, has written all that it was to write.
func (j *job) finish(err error) error {
	if j.index == nil {
		return err
	}
	var exit *exitError
	if err == nil || errors.As(err, &exit) && exit.status == exitSetAside {
		if failed := j.index.Commit(); failed != nil {
			err = &exitError{exitIO, failed}
		}
	}
	j.index.Close()
	return err
}
