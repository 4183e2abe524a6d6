package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/urfave/cli/v2"

	"tamis/pipeline"
	"tamis/pipeline/audit"
	"tamis/stages/dedup"
)

// An engine that joins and groups more paragraphs than one machine holds drops
// the same ones as "clean --dedup run" with three commands: "sign" tells by which
// keys copies are found, "dedup judge" decides on the pairs that share some, and
// "dedup drop" cleans without those that it names.

// signVersion is that of the form in which "sign" writes.
const signVersion = 1

func (t *tool) signCommand() *cli.Command {
	return &cli.Command{
		Name: "sign", Usage: "tell the keys by which copies of each paragraph are found, as JSON lines",
		ArgsUsage: "[FILE|FOLDER|PATTERN...]",
		Description: `Cleans as clean does, without removing copies, and tells of each paragraph that
is left its place and its keys, for an engine that finds copies in more text than
one machine holds. The form is described in docs/sign.md.`,
		Flags: slices.Concat(inputFlags, []cli.Flag{
			&cli.BoolFlag{Name: "with-text", DisableDefaultText: true, Category: groupOutput, Usage: "tell the texts too"},
		}, cleaningFlags, runFlags),
		Action: t.sign,
	}
}

// engineCommands are those below "dedup" that an engine takes.
func (t *tool) engineCommands() []*cli.Command {
	return []*cli.Command{
		{
			Name: "judge", Usage: "tell of pairs of paragraphs whether the later repeats the earlier; JSON lines in and out",
			Flags: slices.Concat(cleaningFlags, runFlags), Action: t.dedupJudge,
		},
		{
			Name: "drop", Usage: "clean JSON lines, dropping as copies the paragraphs that each record names in its field drops",
			ArgsUsage: "[FILE|FOLDER|PATTERN...]",
			Flags:     slices.Concat(inputFlags, outputFlags, cleaningFlags, runFlags),
			Action:    t.dedupDrop,
		},
	}
}

// A signLine is a line of "sign": a paragraph, or the document whose paragraphs
// came before.
type signLine struct {
	Paragraph *signedParagraph `json:"paragraph,omitzero"`
	Document  *signedDocument  `json:"document,omitzero"`
}

type signedParagraph struct {
	Document audit.Bytes `json:"document"`
	Offset   int64       `json:"offset"`
	Lines    int         `json:"lines"`
	Bytes    int         `json:"bytes"`
	Fold     uint64      `json:"fold"`
	Verify   string      `json:"verify"`
	Long     bool        `json:"long"`
	Broken   bool        `json:"broken"`
	Stays    bool        `json:"stays,omitzero"` // whatever it repeats
	Keys     []uint64    `json:"keys"`
	Text     audit.Bytes `json:"text,omitempty"`
}

type signedDocument struct {
	Version    int         `json:"version"`
	Keys       string      `json:"keys"`
	ID         audit.Bytes `json:"id"`
	Paragraphs int         `json:"paragraphs"`
	Error      string      `json:"error,omitempty"`
}

// sign is the action of "tamis sign".
func (t *tool) sign(c *cli.Context) error {
	job, err := t.newJob(c, nil)
	if err != nil {
		return err
	}
	job.pipeline.Stages = slices.DeleteFunc(job.pipeline.Stages, isDedup)
	s := &signer{out: t.outputs.standard(t.stdout), text: c.Bool("with-text")}
	status := exitDone
	err = t.runJob(c, job, func(docs []*pipeline.Document) error {
		for _, doc := range docs {
			switch o := doc.Origin.(*origin); {
			case o.failed():
				status = exitIO
				t.warn("%v", o.err)
			case doc.Barrier, o.end:
			default:
				if doc.Err != nil {
					status = max(status, exitSetAside)
					t.complain(doc.Err)
				}
				if err := s.add(doc, o); err != nil {
					return err
				}
			}
		}
		return s.out.flush()
	})
	if err == nil && status != exitDone {
		err = &exitError{status, nil}
	}
	return job.finish(err)
}

func isDedup(s pipeline.Stage) bool { return s.Name() == "dedup" }

// A signer writes the signatures of documents.
type signer struct {
	out  *output
	text bool // is wanted

	found []dedup.Signature
	count int // of paragraphs of the document
	err   error
}

// add writes those of doc, or of a section of one.
func (s *signer) add(doc *pipeline.Document, o *origin) error {
	if doc.Section == 0 && (o.record == nil || !o.record.TooLong || o.record.Part == 0) {
		s.count, s.err = 0, nil
	}
	if doc.Err != nil {
		s.err = doc.Err
	} else {
		s.found = dedup.Signatures(s.found[:0], doc)
		rest := doc.Paragraphs
		for i := range s.found {
			p := s.signed(doc.ID, &s.found[i])
			for rest[0].Offset != p.Offset {
				rest = rest[1:]
			}
			p.Stays = slices.ContainsFunc(rest[:p.Lines], func(p pipeline.Paragraph) bool { return p.Protected })
			if err := s.write(signLine{Paragraph: p}); err != nil {
				return err
			}
		}
		s.count += len(s.found)
		clear(s.found)
	}
	if !doc.Last || o.record != nil && o.record.TooLong && o.record.More {
		return nil
	}
	end := &signedDocument{Version: signVersion, Keys: dedup.Keys, ID: audit.Bytes(doc.ID), Paragraphs: s.count}
	if s.err != nil {
		end.Error = s.err.Error()
	}
	return s.write(signLine{Document: end})
}

func (s *signer) signed(document string, sig *dedup.Signature) *signedParagraph {
	p := &signedParagraph{
		Document: audit.Bytes(document), Bytes: len(sig.Text()), Fold: sig.Fold, Verify: fmt.Sprintf("%016x%016x", sig.Whole.Hi, sig.Whole.Lo),
		Long: sig.Long(), Broken: sig.Broken(), Keys: sig.Keys,
	}
	p.Offset, p.Lines = sig.Place()
	if s.text {
		p.Text = audit.Bytes(sig.Text())
	}
	return p
}

func (s *signer) write(line signLine) error {
	data, err := json.Marshal(&line, jsontext.AllowInvalidUTF8(true))
	if err == nil {
		_, err = s.out.Write(append(data, '\n'))
	}
	return err
}

// A pair is what "dedup judge" reads: two paragraphs that share a key, and whether
// the later one is long, as "sign" told.
type pair struct {
	Later   string `json:"later"`
	Earlier string `json:"earlier"`
	Long    bool   `json:"long"`
}

// A verdict is what "dedup judge" writes of a pair.
type verdict struct {
	Rule       *string `json:"rule"` // null if both say something of their own
	Similarity float64 `json:"similarity"`
	Off        bool    `json:"off,omitzero"` // the rule is: the later one stays, and is compared with no other
}

// dedupJudge is the action of "tamis dedup judge".
func (t *tool) dedupJudge(c *cli.Context) error {
	j, err := newPairJudge(c)
	if err != nil {
		return &exitError{exitMisuse, err}
	}
	in, out := bufio.NewReaderSize(t.stdin, 256<<10), t.outputs.standard(t.stdout)
	for number := 1; ; number++ {
		if in.Buffered() == 0 {
			if err := out.flush(); err != nil {
				return err
			}
		}
		line, err := in.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return out.flush()
		}
		if err != nil && err != io.EOF {
			return &exitError{exitIO, fmt.Errorf("read -: %w", err)}
		}
		if err := j.answer(line, out); err != nil {
			return misuse("-:%d: %v", number, err)
		}
	}
}

// A pairJudge decides on pairs of paragraphs.
type pairJudge struct {
	comparer *dedup.Comparer
	off      map[string]bool // rules that are switched off
}

// newPairJudge returns one that decides as the stage does that c asks for.
func newPairJudge(c *cli.Context) (*pairJudge, error) {
	opts, err := newOptions(c, nil)
	if err != nil {
		return nil, err
	}
	fixed, err := readCorrections(c.StringSlice("packs"))
	if err != nil {
		return nil, err
	}
	// Every rule has a name that may be switched off, so all stages are made.
	opts.Only, opts.Dedup = nil, dedup.Document
	p, err := newPipeline(c, opts, fixed)
	if err != nil {
		return nil, err
	}
	j := &pairJudge{dedup.NewComparer(opts.Facts), make(map[string]bool)}
	for _, stage := range p.Stages[slices.IndexFunc(p.Stages, isDedup):] {
		for _, rule := range stage.Rules() {
			j.off[rule.ID] = !p.Rules.On(rule)
		}
	}
	return j, nil
}

// answer decides on the pair in line.
func (j *pairJudge) answer(line []byte, out io.Writer) error {
	var p pair
	if err := json.Unmarshal(line, &p, jsontext.AllowInvalidUTF8(true), json.RejectUnknownMembers(true)); err != nil {
		return err
	}
	var v verdict
	if rule, similarity, repeats := j.comparer.Repeats(p.Later, p.Earlier, p.Long); repeats {
		v = verdict{&rule, similarity, j.off[rule]}
	}
	data, err := json.Marshal(&v)
	if err == nil {
		_, err = out.Write(append(data, '\n'))
	}
	return err
}

// dedupDrop is the action of "tamis dedup drop".
func (t *tool) dedupDrop(c *cli.Context) error {
	job, err := t.newJob(c, nil)
	if err != nil {
		return err
	}
	for i, s := range job.pipeline.Stages {
		if isDedup(s) {
			job.pipeline.Stages[i] = dropper{s}
		}
	}
	return job.finish(t.cleanJob(c, job))
}

// A dropper takes the place of the stage that finds copies.
type dropper struct{ pipeline.Stage }

// Clean drops the paragraphs that the document's record names.
func (dropper) Clean(_ context.Context, doc *pipeline.Document) error {
	o, _ := doc.Origin.(*origin)
	if o == nil || o.record == nil {
		return nil
	}
	var named struct {
		Drops []dedup.Removal `json:"drops"`
	}
	if err := json.Unmarshal(o.record.Raw, &named, jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true)); err != nil {
		return fmt.Errorf("field drops: %w", err)
	}
	dedup.Remove(doc, named.Drops)
	return nil
}
