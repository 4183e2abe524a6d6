package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"
	"golang.org/x/text/language"

	"tamis/pipeline"
	"tamis/pipeline/format/record"
	"tamis/stages"
	"tamis/stages/dedup"
	"tamis/stages/dedup/index"
	"tamis/stages/junk"
	"tamis/stages/packs"
	"tamis/stages/typography"
)

// batchBytes is how much text travels together; 0 leaves it to the pipeline.
// Nothing but speed depends on it, which tests show.
var batchBytes = 0

// Where so few stages run, so little text travels together: it is still in the
// processor's caches when the last one has it, which saves a tenth of the time.
// More stages fill the caches with what they know, and want more text at a time.
const (
	fewStages  = 2
	smallBatch = 64 << 10
)

// maxJobs bounds what a slip of the finger costs.
const maxJobs = 1024

// A job is a command's run over documents: what to read, and how to clean it.
type job struct {
	inputs   []*input
	reading  *reading
	pipeline *pipeline.Pipeline
	index    *index.Index // of earlier documents; may be nil
	ledger   *ledger      // of --job; may be nil
}

// newJob returns what the flags of c ask for. Only names the stages to run; nil
// leaves it to the flags.
func (t *tool) newJob(c *cli.Context, only []string) (*job, error) {
	t.quiet, t.verbose = c.Bool("quiet"), c.Bool("verbose")
	jobs := c.Int("jobs")
	if jobs < 1 || jobs > maxJobs {
		return nil, misuse("--jobs %d: give a number from 1 to %d", jobs, maxJobs)
	}
	for flag, values := range map[string][]string{"color": {"auto", "always", "never"}, "progress": {"auto", "plain", "off"}} {
		if v := c.String(flag); !slices.Contains(values, v) {
			return nil, misuse("--%s %s: give one of %s", flag, v, strings.Join(values, ", "))
		}
	}
	// Permits bound what the stages use; this bounds reading and writing too.
	runtime.GOMAXPROCS(jobs)
	r, err := newReading(c)
	if err != nil {
		return nil, err
	}
	opts, err := newOptions(c, only)
	if err != nil {
		return nil, &exitError{exitMisuse, err}
	}
	if names := c.StringSlice("templates"); len(names) > 0 {
		if opts.Templates, err = t.readTemplates(names); err != nil {
			return nil, err
		}
		r.sites = sitesOf(opts.Templates)
	}
	inputs, err := t.findInputs(c.Args().Slice(), c.String("files-from"))
	if err != nil {
		return nil, err
	}
	j := &job{inputs: inputs, reading: r}
	if flagOf(c, "job") != nil && c.String("job") != "" {
		if err := t.openJob(c, j); err != nil {
			return nil, err
		}
	}
	if opts.Index, err = openIndex(c, opts.Dedup, j.ledger); err != nil {
		return nil, err
	}
	j.index = opts.Index
	r.barriers = j.ledger != nil
	fixed, err := readCorrections(c.StringSlice("packs"))
	if err != nil {
		return nil, &exitError{exitMisuse, err}
	}
	p, err := newPipeline(c, opts, fixed)
	if err != nil {
		return nil, &exitError{exitMisuse, err}
	}
	p.Workers, p.BatchBytes = jobs, batchBytes
	if batchBytes == 0 && len(p.Stages) <= fewStages {
		p.BatchBytes = smallBatch
	}
	j.pipeline = p
	return j, nil
}

// newReading returns how the flags of c say that inputs are read.
func newReading(c *cli.Context) (*reading, error) {
	r := &reading{
		format: c.String("format"),
		fields: record.Fields{Text: c.StringSlice("text-field"), ID: c.String("id-field"), Lang: c.String("lang-field")},
		lang:   c.String("lang"),
		site:   c.String("site"),
		follow: c.Bool("follow"),
	}
	if !slices.Contains(formatNames(), r.format) {
		return nil, misuse("--format %s: the formats are %s", r.format, strings.Join(formatNames(), ", "))
	}
	if r.lang != "" {
		tag, err := language.Parse(r.lang)
		if err != nil {
			return nil, misuse("--lang %s: not a BCP 47 language tag", r.lang)
		}
		r.lang = tag.String()
	}
	if len(c.StringSlice("templates")) > 0 || c.Command.Name == "learn" || c.String("audit") != "" {
		r.fields.URL = c.String("url-field")
	}
	if len(r.fields.Text) == 0 {
		r.fields.Text = []string{"text"}
	}
	if slices.Contains(r.fields.Text, "") {
		return nil, misuse("--text-field is empty")
	}
	var err error
	if r.separator, err = parseSeparator(c.String("separator")); err != nil {
		return nil, misuse("--separator %v", err)
	}
	r.limit, err = parseSize(c.String("max-record-bytes"))
	if err != nil {
		return nil, misuse("--max-record-bytes %v", err)
	}
	return r, limitMemory(c, r)
}

// limitMemory makes the garbage collector keep what is used within what the user
// allows, or else within what a run needs.
func limitMemory(c *cli.Context, r *reading) error {
	if !memoryIsLimited(c) {
		// What is in use is little, so garbage may come to several times as much.
		if os.Getenv("GOGC") == "" {
			debug.SetGCPercent(garbage)
		}
		debug.SetMemoryLimit(stagesMemory + memoryPerJob*int64(c.Int("jobs")) + memoryPerByte*int64(r.limit))
	}
	if c.String("memory") == "" {
		return nil
	}
	memory, err := parseSize(c.String("memory"))
	if err != nil || memory < leastMemory {
		return misuse("--memory %s: give a size of at least 64MiB", c.String("memory"))
	}
	debug.SetMemoryLimit(int64(memory))
	if !c.IsSet("max-record-bytes") {
		r.limit = min(r.limit, memory/16)
	}
	return nil
}

// memoryIsLimited reports whether the user says how much memory may be used.
func memoryIsLimited(c *cli.Context) bool {
	return c.String("memory") != "" || os.Getenv("GOMEMLIMIT") != ""
}

// garbage is how much there may be, in hundredths of what is in use, before it is
// collected: with 400 a run takes 6 to 9% less time than with 100.
const garbage = 400

const (
	leastMemory   = 64 << 20 // what the stages need to know what they know
	stagesMemory  = 80 << 20 // the same, with ease
	memoryPerJob  = 24 << 20 // for the batches on their way
	memoryPerByte = 8        // of the longest record: read, cleaned, and written, while the next is read
)

// parseSeparator reads what stands between documents: a name, or the text itself
// with the escapes of C.
func parseSeparator(s string) (string, error) {
	switch strings.ToLower(s) {
	case "ff", "form-feed":
		return "\f", nil
	case "nul", `\0`:
		return "\x00", nil
	}
	text, err := strconv.Unquote(`"` + strings.ReplaceAll(s, `"`, `\"`) + `"`)
	if err != nil {
		return "", fmt.Errorf(`%q: give ff, nul, or a text such as "\n---\n"`, s)
	}
	return text, nil
}

// parseSize reads a number of bytes, with or without a unit: 100, 64KiB, 2GB.
func parseSize(s string) (int, error) {
	number := strings.TrimRight(s, "KMGTBikmgtb ")
	n, err := strconv.ParseInt(number, 10, 64)
	unit, ok := map[string]int64{
		"": 1, "b": 1, "k": 1 << 10, "kib": 1 << 10, "kb": 1e3, "m": 1 << 20, "mib": 1 << 20, "mb": 1e6, "g": 1 << 30, "gib": 1 << 30, "gb": 1e9,
	}[strings.ToLower(strings.TrimSpace(s[len(number):]))]
	if err != nil || !ok || n < 1 || n > (1<<40)/unit {
		return 0, fmt.Errorf("%q: give a size such as 64MiB", s)
	}
	return int(n * unit), nil
}

// newOptions returns what the flags of c say of the stages. Only names those to
// run; nil leaves it to the flags.
func newOptions(c *cli.Context, only []string) (opts stages.Options, err error) {
	opts.Only = only
	if only != nil {
		return opts, nil
	}
	for _, list := range c.StringSlice("stages") {
		for name := range strings.SplitSeq(list, ",") {
			opts.Only = append(opts.Only, strings.TrimSpace(name))
		}
	}
	if opts.Typography, err = typography.ParseProfile(c.String("typography")); err != nil {
		return opts, fmt.Errorf("--typography: %w", err)
	}
	if opts.Strictness, err = junk.ParseStrictness(c.String("strictness")); err != nil {
		return opts, fmt.Errorf("--strictness: %w", err)
	}
	if opts.Dedup, err = dedup.ParseScope(c.String("dedup")); err != nil {
		return opts, fmt.Errorf("--dedup: %w", err)
	}
	if opts.Facts, err = dedup.ParseFacts(c.String("dedup-facts")); err != nil {
		return opts, fmt.Errorf("--dedup-facts: %w", err)
	}
	opts.Packs, err = openPacks(c.StringSlice("packs"))
	return opts, err
}

// newPipeline returns the pipeline that opts, the corrections of packs, and the
// rules that c switches on and off ask for.
func newPipeline(c *cli.Context, opts stages.Options, fixed []corrections) (*pipeline.Pipeline, error) {
	made, err := stages.New(opts)
	if err != nil {
		return nil, err
	}
	// Rules are looked for in all stages, so that a configuration that switches
	// some off goes with any choice of stages.
	enable, disable := c.StringSlice("enable"), c.StringSlice("disable")
	all := made
	if len(enable)+len(disable)+len(fixed) > 0 && len(opts.Only) > 0 {
		opts.Only = nil
		if all, err = stages.New(opts); err != nil {
			return nil, err
		}
	}
	rules, err := newRules(slices.Concat(made, all), fixed, enable, disable)
	return &pipeline.Pipeline{Stages: protect(fixed).stages(made), Rules: rules}, err
}

// openPacks returns the packs in the folders. Files of corrections are none.
func openPacks(dirs []string) ([]fs.FS, error) {
	var opened []fs.FS
	for _, dir := range dirs {
		if isCorrections(dir) {
			continue
		}
		info, err := os.Stat(dir)
		if err == nil && !info.IsDir() {
			err = fmt.Errorf("%s is not a folder", dir)
		}
		if err != nil {
			return nil, fmt.Errorf("--packs: %w", err)
		}
		opened = append(opened, packs.Dir(dir))
	}
	return opened, nil
}

// newRules switches the rules of the stages on and off: as the corrections of
// packs have it, then by patterns of names.
func newRules(made []pipeline.Stage, fixed []corrections, enable, disable []string) (*pipeline.Rules, error) {
	rules := new(pipeline.Rules)
	var errs []error
	for _, c := range fixed {
		errs = append(errs, c.switchOff(rules, made))
	}
	set := func(flag string, patterns []string, on bool) {
		for _, pattern := range patterns {
			if err := setRules(rules, made, pattern, on); err != nil {
				errs = append(errs, fmt.Errorf("%s %w", flag, err))
			}
		}
	}
	set("--enable", enable, true)
	set("--disable", disable, false)
	return rules, errors.Join(errs...)
}

// runJob passes the documents of the job to sink, showing progress.
func (t *tool) runJob(c *cli.Context, job *job, sink func([]*pipeline.Document) error) error {
	ctx, cancel := context.WithCancel(c.Context)
	defer cancel()
	stop := t.showProgress(c.String("progress"), job, usesStdout(c))
	defer stop()
	err := job.pipeline.Run(ctx, job.reading.documents(ctx, job.inputs), watched(sink))
	if r := job.reading; err == nil && len(r.sites) > 0 && !r.found && len(job.inputs) > 0 {
		t.warn("--templates: no document is of a site that is listed there, but of %q (see --url-field and --site)", r.strange)
	}
	return err
}

// eachDocument passes to f the documents of the job that could be read and
// cleaned, flushing out whenever the input pauses. It complains of the others,
// and gives the run the exit status that they call for.
func (t *tool) eachDocument(c *cli.Context, job *job, out *output, f func(*pipeline.Document, *origin) error) error {
	status := exitDone
	err := t.runJob(c, job, func(docs []*pipeline.Document) error {
		for _, doc := range docs {
			o := doc.Origin.(*origin)
			switch {
			case doc.Barrier:
			case o.failed():
				status = exitIO
				t.warn("%v", o.err)
			case doc.Err != nil:
				status = max(status, exitSetAside)
				t.complain(doc.Err)
			case !o.end:
				if err := f(doc, o); err != nil {
					return err
				}
			}
		}
		return out.flush()
	})
	if err == nil && status != exitDone {
		err = &exitError{status, nil}
	}
	return job.finish(err)
}
