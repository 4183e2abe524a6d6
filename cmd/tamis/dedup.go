package main

import (
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/urfave/cli/v2"

	"tamis/pipeline"
	"tamis/pipeline/audit"
	"tamis/stages/dedup"
	"tamis/stages/dedup/index"
)

var (
	indexFlag       = &cli.StringFlag{Name: "index", Category: groupIndex, Usage: "the index, a folder `DIR`"}
	indexMemoryFlag = &cli.StringFlag{
		Name: "index-memory", Category: groupClean, Value: "1GiB",
		Usage: "`SIZE` of the memory that remembers paragraphs of earlier documents; the rest is on disk",
	}
	indexFactsFlag = &cli.StringFlag{
		Name: "dedup-facts", Category: groupIndex, Value: "keep",
		Usage: "`WHAT` a paragraph is that is like an earlier one but for numbers or names: keep (another) or ignore (a copy)",
	}
)

const groupIndex = "Index:"

// indexStages are those that mend the Unicode of what goes into an index, or is
// looked up there. Nothing is judged to be junk.
var indexStages = []string{"mojibake", "norm"}

func (t *tool) dedupCommands() []*cli.Command {
	own := []cli.Flag{indexFlag, indexFactsFlag, indexMemoryFlag}
	return []*cli.Command{
		{
			Name: "build", Usage: "add all paragraphs of the inputs that are not there already; write no text",
			ArgsUsage: "[FILE|FOLDER|PATTERN...]",
			Flags:     slices.Concat(inputFlags, own, runFlags),
			Action:    t.dedupBuild,
		},
		{
			Name: "merge", Usage: "make a new index of what others hold, as if they had been built one after the other",
			ArgsUsage: "DIR...",
			Flags:     []cli.Flag{indexFlag, indexMemoryFlag},
			Action:    t.dedupMerge,
		},
		{
			Name: "query", Usage: "tell for each paragraph which one of the index it repeats, as JSON lines",
			ArgsUsage: "[FILE|FOLDER|PATTERN...]",
			Flags:     slices.Concat(inputFlags, own, runFlags),
			Action:    t.dedupQuery,
		},
		{
			Name: "verify", Usage: "read the whole index and check it",
			Flags: []cli.Flag{indexFlag}, Action: t.dedupVerify,
		},
	}
}

// indexFolder returns the folder that --index names.
func indexFolder(c *cli.Context) (string, error) {
	dir := c.String("index")
	if dir == "" {
		return "", misuse("say which index: --index DIR")
	}
	return dir, nil
}

// newIndexJob returns a job that mends the inputs that c names, and the stage
// that knows the index.
func (t *tool) newIndexJob(c *cli.Context, access index.Access) (*job, *dedup.Stage, error) {
	dir, err := indexFolder(c)
	if err != nil {
		return nil, nil, err
	}
	facts, err := dedup.ParseFacts(c.String("dedup-facts"))
	if err != nil {
		return nil, nil, misuse("--dedup-facts: %v", err)
	}
	job, err := t.newJob(c, indexStages)
	if err != nil {
		return nil, nil, err
	}
	if job.index, err = openIndexFor(c, dir, index.Options{Access: access}); err != nil {
		return nil, nil, err
	}
	return job, dedup.New(dedup.Options{Scope: dedup.Index, Facts: facts, Index: job.index}), nil
}

// dedupBuild is the action of "tamis dedup build".
func (t *tool) dedupBuild(c *cli.Context) error {
	job, stage, err := t.newIndexJob(c, index.Write)
	if err != nil {
		return err
	}
	job.pipeline.Stages = append(job.pipeline.Stages, stage)
	before, known := job.index.Paragraphs(), 0
	err = t.eachDocument(c, job, t.outputs.standard(t.stdout), func(doc *pipeline.Document, _ *origin) error {
		for i := range doc.Paragraphs {
			if doc.Paragraphs[i].Dropped() {
				known++
			}
		}
		return nil
	})
	if after := job.index.Paragraphs(); !t.quiet {
		fmt.Fprintf(t.stderr, "%s: %s added, %d known already, %d now\n", printable(c.String("index")),
			count(after-before, "paragraph"), known, after)
	}
	return err
}

func count(n int64, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// dedupMerge is the action of "tamis dedup merge".
func (t *tool) dedupMerge(c *cli.Context) error {
	dir, err := indexFolder(c)
	if err != nil {
		return err
	}
	memory, err := parseSize(c.String("index-memory"))
	if err != nil {
		return misuse("--index-memory %v", err)
	}
	from := c.Args().Slice()
	if len(from) == 0 {
		return misuse("name the indexes to be merged")
	}
	n, err := dedup.MergeIndexes(dir, from, index.Options{Memory: memory})
	if err != nil {
		return &exitError{exitIO, err}
	}
	fmt.Fprintf(t.stderr, "%s: %s\n", printable(dir), count(n, "paragraph"))
	return nil
}

// dedupVerify is the action of "tamis dedup verify".
func (t *tool) dedupVerify(c *cli.Context) error {
	dir, err := indexFolder(c)
	if err != nil {
		return err
	}
	n, err := dedup.VerifyIndex(dir)
	if err != nil {
		return &exitError{exitIO, err}
	}
	fmt.Fprintf(t.stderr, "%s: sound; %s of %s, %s in %s and %s of text, %d bytes\n", printable(dir),
		count(n.Paragraphs, "paragraph"), count(n.Documents, "document"), count(n.Postings, "key"),
		count(int64(n.Segments), "segment"), count(int64(n.Texts), "file"), n.Bytes)
	return nil
}

// An answer is what "tamis dedup query" tells of a paragraph. Places are in
// bytes of a document as it was read.
type answer struct {
	Document audit.Bytes `json:"document"`
	Offset   int64       `json:"offset"`
	Bytes    int         `json:"bytes"`
	Repeats  *repeat     `json:"repeats"` // null if it is new
}

type repeat struct {
	Document   audit.Bytes `json:"document"`
	Offset     int64       `json:"offset"`
	Similarity float64     `json:"similarity"`
	Rule       string      `json:"rule"`
}

// dedupQuery is the action of "tamis dedup query".
func (t *tool) dedupQuery(c *cli.Context) error {
	job, stage, err := t.newIndexJob(c, index.Read)
	if err != nil {
		return err
	}
	out := t.outputs.standard(t.stdout)
	paragraphs, known := int64(0), 0
	err = t.eachDocument(c, job, out, func(doc *pipeline.Document, _ *origin) error {
		found, err := stage.Repeats(doc)
		if err != nil {
			return &exitError{exitIO, err}
		}
		repeats := make(map[int]*repeat)
		for _, r := range found {
			for i := r.First; i <= r.Last; i++ {
				repeats[i] = &repeat{audit.Bytes(r.Document), r.Offset, r.Similarity, r.Rule}
			}
		}
		for i := range doc.Paragraphs {
			p := &doc.Paragraphs[i]
			data, err := json.Marshal(answer{audit.Bytes(doc.ID), p.Offset, len(p.Source()), repeats[i]}, jsontext.AllowInvalidUTF8(true))
			if err == nil {
				_, err = out.Write(append(data, '\n'))
			}
			if err != nil {
				return err
			}
		}
		paragraphs += int64(len(doc.Paragraphs))
		known += len(repeats)
		return nil
	})
	if !t.quiet {
		fmt.Fprintf(t.stderr, "%s, %d known to %s\n", count(paragraphs, "paragraph"), known, printable(c.String("index")))
	}
	return err
}
