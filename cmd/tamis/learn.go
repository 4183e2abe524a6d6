package main

import (
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"tamis/pipeline"
	"tamis/pipeline/format"
	"tamis/stages/junk"
	"tamis/stages/junk/templates"
)

const groupLearn = "Learning:"

var learnFlags = []cli.Flag{
	&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Category: groupLearn, Usage: "write to `FILE`, e.g. site.templates.yaml, compressed if it ends in .gz or .zst"},
	&cli.IntFlag{Name: "min-documents", Category: groupLearn, Value: 5, Usage: "list lines that `N` documents of their site have, or more"},
	&cli.Float64Flag{Name: "min-share", Category: groupLearn, Value: .1, Usage: "and this `SHARE` of them; amid the authors' lines, half of them at least"},
	&cli.BoolFlag{Name: "merge", DisableDefaultText: true, Category: groupLearn, Usage: "the inputs are files that learn has made of parts of a dump: add them up"},
	&cli.StringFlag{Name: "learn-memory", Category: groupLearn, Value: "256MiB", Usage: "take about `SIZE`; where it does not do, the sites with the fewest documents are forgotten"},
	&cli.IntFlag{Name: "site-lines", Category: groupLearn, Value: 8192, Usage: "keep an eye on `N` lines of a site"},
}

// learnStages are those whose work junk sees.
var learnStages = []string{"mojibake", "norm", "langid", "typography"}

// learn is the action of "tamis learn".
func (t *tool) learn(c *cli.Context) error {
	floor := templates.Floor{Documents: c.Int("min-documents"), Share: c.Float64("min-share")}
	memory, err := parseSize(c.String("learn-memory"))
	switch {
	case err != nil:
		return misuse("--learn-memory %v", err)
	case floor.Documents < 1:
		return misuse("--min-documents %d: give a number from 1 on", floor.Documents)
	case !(floor.Share >= 0 && floor.Share <= 1):
		return misuse("--min-share %v: give a number from 0 to 1", floor.Share)
	case c.Int("site-lines") < 1:
		return misuse("--site-lines %d: give a number from 1 on", c.Int("site-lines"))
	case c.Bool("merge"):
		return t.mergeTemplates(c, floor)
	}
	job, err := t.newJob(c, learnStages)
	if err != nil {
		return err
	}
	if err := (&cleanOptions{output: fileOutput(c)}).claim(job.inputs); err != nil {
		return err
	}
	counter := templates.NewCounter(templates.Limits{Lines: c.Int("site-lines"), Memory: memory})
	job.pipeline.Stages = append(job.pipeline.Stages, junk.NewLearner(counter))
	out, err := t.outputOf(c)
	if err != nil {
		return err
	}
	err = t.eachDocument(c, job, out, func(*pipeline.Document, *origin) error { return nil })
	if counter.Forgotten > 0 && !t.quiet {
		t.warn("sites were forgotten %d times for want of memory; raise --learn-memory, or learn by parts and --merge", counter.Forgotten)
	}
	// What a record is that was set aside, the others don't depend on.
	var exit *exitError
	whole := err == nil || errors.As(err, &exit) && exit.status == exitSetAside
	return errors.Join(err, t.writeTemplates(out, counter.List(floor), whole))
}

// mergeTemplates adds up the files that the arguments of c name. All lines stay,
// unless a flag says how often they must recur.
func (t *tool) mergeTemplates(c *cli.Context, floor templates.Floor) error {
	t.quiet, t.verbose = c.Bool("quiet"), c.Bool("verbose")
	inputs, err := t.findInputs(c.Args().Slice(), c.String("files-from"))
	if err != nil {
		return err
	}
	var names []string
	for _, in := range inputs {
		names = append(names, in.name)
	}
	merged, err := t.readTemplates(names)
	if err != nil {
		return err
	}
	if !c.IsSet("min-documents") {
		floor.Documents = 0
	}
	if !c.IsSet("min-share") {
		floor.Share = 0
	}
	if floor != (templates.Floor{}) {
		merged = merged.Above(floor)
	}
	out, err := t.outputOf(c)
	if err != nil {
		return err
	}
	return t.writeTemplates(out, merged, true)
}

// fileOutput returns the file that --output names, empty for the standard output.
func fileOutput(c *cli.Context) string {
	if name := c.String("output"); name != stdinName && name != "/dev/stdout" {
		return name
	}
	return ""
}

func (t *tool) outputOf(c *cli.Context) (*output, error) {
	if name := fileOutput(c); name != "" {
		return t.outputs.create(name, false)
	}
	return t.outputs.standard(t.stdout), nil
}

// writeTemplates writes list, which is whole or not.
func (t *tool) writeTemplates(out *output, list *templates.List, whole bool) error {
	lines := 0
	for _, site := range list.Sites {
		lines += len(site.Lines)
	}
	t.note("%d lines of %d sites recur", lines, len(list.Sites))
	err := list.Write(out)
	return errors.Join(err, out.close(err == nil && whole))
}

// readTemplates returns the sum of the files.
func (t *tool) readTemplates(names []string) (*templates.List, error) {
	var lists []*templates.List
	for _, name := range names {
		list, err := t.readTemplate(name)
		if err != nil {
			return nil, err
		}
		lists = append(lists, list)
	}
	return templates.Merge(lists...), nil
}

func (t *tool) readTemplate(name string) (*templates.List, error) {
	raw, err := openNamed(name, t.stdin)
	if err != nil {
		return nil, &exitError{exitIO, err}
	}
	defer raw.Close()
	plain, err := format.Decompress(raw)
	if err != nil {
		return nil, &exitError{exitIO, fmt.Errorf("read %s: %w", name, err)}
	}
	list, err := templates.Read(plain)
	if err != nil {
		return nil, misuse("%s:%w", name, err)
	}
	return list, nil
}

// sitesOf returns the names of the sites that are listed.
func sitesOf(list *templates.List) map[string]bool {
	sites := make(map[string]bool)
	for _, site := range list.Sites {
		sites[site.Name] = true
	}
	return sites
}
