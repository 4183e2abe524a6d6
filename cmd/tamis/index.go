package main

import (
	"context"
	"errors"
	"iter"
	"math"
	"runtime/debug"

	"github.com/urfave/cli/v2"

	"tamis/pipeline"
	"tamis/stages/dedup"
	"tamis/stages/dedup/index"
)

// openIndex returns what remembers the paragraphs of earlier documents, where
// the flags of c ask for that: nil if nothing does. Only clean adds to an index,
// and only if it writes what it cleans.
func openIndex(c *cli.Context, scope dedup.Scope) (*index.Index, error) {
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
	return openIndexFor(c, dir, access)
}

// openIndexFor opens the index in dir with the memory that the flags of c allow.
func openIndexFor(c *cli.Context, dir string, access index.Access) (*index.Index, error) {
	memory, err := parseSize(c.String("index-memory"))
	if err != nil {
		return nil, misuse("--index-memory %v", err)
	}
	x, err := dedup.OpenIndex(dir, index.Options{Access: access, Memory: memory})
	if err != nil {
		return nil, &exitError{exitIO, err}
	}
	// Without a limit, garbage may come to as much as all that is in use.
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(int64(memory) + besideIndex)
	}
	return x, nil
}

// besideIndex is about how much memory a run takes beside its index.
const besideIndex = 512 << 20

// barrierBytes is how much text stands between two barriers.
const barrierBytes = 256 << 20

// withBarriers puts a barrier after each barrierBytes of text, between
// documents, and at the end.
func withBarriers(source iter.Seq2[*pipeline.Document, error]) iter.Seq2[*pipeline.Document, error] {
	return func(yield func(*pipeline.Document, error) bool) {
		size := 0
		for doc, err := range source {
			full := false
			if err == nil {
				size += doc.Size()
				full = size >= barrierBytes && doc.Last
			}
			if !yield(doc, err) || err != nil {
				return
			}
			if full {
				size = 0
				if !yield(&pipeline.Document{Barrier: true}, nil) {
					return
				}
			}
		}
		yield(&pipeline.Document{Barrier: true}, nil)
	}
}

// withoutBarriers returns a sink that hands documents on to sink, and ends the
// run where the memory of earlier documents fails.
func withoutBarriers(sink func([]*pipeline.Document) error) func([]*pipeline.Document) error {
	return func(docs []*pipeline.Document) error {
		rest := docs[:0:len(docs)]
		var failed error
		for _, doc := range docs {
			var memory *dedup.MemoryError
			if errors.As(doc.Err, &memory) {
				failed = &exitError{exitIO, memory}
				break
			}
			if !doc.Barrier {
				rest = append(rest, doc)
			}
		}
		return errors.Join(sink(rest), failed)
	}
}

// documents returns the documents of the job.
func (j *job) documents(ctx context.Context) iter.Seq2[*pipeline.Document, error] {
	docs := j.reading.documents(ctx, j.inputs)
	if j.index == nil || j.index.ReadOnly() {
		return docs
	}
	return withBarriers(docs)
}

// sink returns sink, made to end the run where the index fails.
func (j *job) sink(sink func([]*pipeline.Document) error) func([]*pipeline.Document) error {
	if j.index == nil {
		return sink
	}
	return withoutBarriers(sink)
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
