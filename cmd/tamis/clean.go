package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/urfave/cli/v2"
	"golang.org/x/text/language"

	"tamis/pipeline"
	"tamis/pipeline/audit"
	"tamis/pipeline/format/jsonl"
	"tamis/stages"
	"tamis/stages/dedup"
	"tamis/stages/junk"
	"tamis/stages/typography"
)

// What to do with a record that can't be read or cleaned.
const (
	onErrorSkip = "skip"
	onErrorKeep = "keep"
	onErrorFail = "fail"
)

// A job is a command's run over documents: what to read, and how to clean it.
type job struct {
	inputs   []*input
	reading  *reading
	pipeline *pipeline.Pipeline
}

// cleanOptions say what becomes of clean documents.
type cleanOptions struct {
	output                   string
	inPlace, backup          bool
	dryRun, annotate         bool
	onError                  string
	audit, stats, rejectsTo  string
	verbose, toFolder, quiet bool
}

// newJob returns what the flags of c ask for. Only names the stages to run; nil
// leaves it to the flags.
func (t *tool) newJob(c *cli.Context, only []string) (*job, error) {
	if err := applyConfig(c); err != nil {
		return nil, err
	}
	t.quiet, t.verbose = c.Bool("quiet"), c.Bool("verbose")
	jobs := c.Int("jobs")
	if jobs < 1 {
		return nil, misuse("--jobs %d: give a number from 1", jobs)
	}
	// Permits bound what the stages use; this bounds reading and writing too.
	runtime.GOMAXPROCS(jobs)
	r, err := newReading(c)
	if err != nil {
		return nil, err
	}
	p, err := newPipeline(c, only)
	if err != nil {
		return nil, &exitError{exitMisuse, err}
	}
	p.Workers = jobs
	inputs, err := t.findInputs(c.Args().Slice())
	return &job{inputs, r, p}, err
}

// newReading returns how the flags of c say that inputs are read.
func newReading(c *cli.Context) (*reading, error) {
	r := &reading{
		format: c.String("format"),
		fields: jsonl.Fields{Text: c.String("text-field"), ID: c.String("id-field"), Lang: c.String("lang-field")},
		lang:   c.String("lang"),
		follow: c.Bool("follow"),
	}
	if !slices.Contains([]string{formatAuto, formatText, formatJSONL}, r.format) {
		return nil, misuse("--format %s: the formats are auto, text and jsonl", r.format)
	}
	if r.lang != "" {
		tag, err := language.Parse(r.lang)
		if err != nil {
			return nil, misuse("--lang %s: not a BCP 47 language tag", r.lang)
		}
		r.lang = tag.String()
	}
	if r.fields.Text == "" {
		return nil, misuse("--text-field is empty")
	}
	var err error
	r.limit, err = parseSize(c.String("max-record-bytes"))
	if err != nil {
		return nil, misuse("--max-record-bytes %v", err)
	}
	return r, nil
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

// newPipeline returns the pipeline that the flags of c ask for.
func newPipeline(c *cli.Context, only []string) (*pipeline.Pipeline, error) {
	opts := stages.Options{Only: only}
	if only == nil {
		for _, list := range c.StringSlice("stages") {
			for name := range strings.SplitSeq(list, ",") {
				opts.Only = append(opts.Only, strings.TrimSpace(name))
			}
		}
		var err error
		if opts.Typography, err = typography.ParseProfile(c.String("typography")); err != nil {
			return nil, fmt.Errorf("--typography: %w", err)
		}
		if opts.Strictness, err = junk.ParseStrictness(c.String("strictness")); err != nil {
			return nil, fmt.Errorf("--strictness: %w", err)
		}
		if opts.Dedup, err = dedup.ParseScope(c.String("dedup")); err != nil {
			return nil, fmt.Errorf("--dedup: %w", err)
		}
		if opts.Facts, err = dedup.ParseFacts(c.String("dedup-facts")); err != nil {
			return nil, fmt.Errorf("--dedup-facts: %w", err)
		}
		if opts.Packs, err = openPacks(c.StringSlice("packs")); err != nil {
			return nil, err
		}
	}
	made, err := stages.New(opts)
	if err != nil {
		return nil, err
	}
	rules, err := newRules(made, c.StringSlice("enable"), c.StringSlice("disable"))
	return &pipeline.Pipeline{Stages: made, Rules: rules}, err
}

// openPacks returns the packs in the folders.
func openPacks(dirs []string) ([]fs.FS, error) {
	var opened []fs.FS
	for _, dir := range dirs {
		info, err := os.Stat(dir)
		if err == nil && !info.IsDir() {
			err = fmt.Errorf("%s is not a folder", dir)
		}
		if err != nil {
			return nil, fmt.Errorf("--packs: %w", err)
		}
		opened = append(opened, os.DirFS(dir))
	}
	return opened, nil
}

// newRules switches the rules of the stages on and off by patterns of names.
func newRules(made []pipeline.Stage, enable, disable []string) (*pipeline.Rules, error) {
	rules := new(pipeline.Rules)
	set := func(flag string, patterns []string, on bool) error {
		for _, pattern := range patterns {
			matched := false
			for _, s := range made {
				for _, rule := range s.Rules() {
					ok, err := path.Match(pattern, rule.ID)
					if err != nil {
						return fmt.Errorf("%s %q: %w", flag, pattern, err)
					}
					if ok {
						rules.Set(rule, on)
						matched = true
					}
				}
			}
			if !matched {
				return fmt.Errorf("%s %q: no such rule (tamis packs list --rules)", flag, pattern)
			}
		}
		return nil
	}
	return rules, errors.Join(set("--enable", enable, true), set("--disable", disable, false))
}

// newCleanOptions returns what the flags of c say of the output.
func newCleanOptions(c *cli.Context, inputs []*input) (*cleanOptions, error) {
	o := &cleanOptions{
		output: c.String("output"), inPlace: c.Bool("in-place"), backup: c.Bool("backup"),
		dryRun: c.Bool("dry-run"), annotate: c.Bool("annotate"), onError: c.String("on-error"),
		audit: c.String("audit"), stats: c.String("stats"), rejectsTo: c.String("rejects"),
		verbose: c.Bool("verbose"), quiet: c.Bool("quiet"),
	}
	switch {
	case !slices.Contains([]string{onErrorSkip, onErrorKeep, onErrorFail}, o.onError):
		return nil, misuse("--on-error %s: give skip, keep or fail", o.onError)
	case o.inPlace && o.output != "":
		return nil, misuse("give one of --in-place and --output")
	case o.backup && !o.inPlace:
		return nil, misuse("--backup goes with --in-place")
	}
	if o.output == stdinName {
		o.output = ""
	}
	o.toFolder = o.output != "" && isFolder(o.output, inputs)
	for _, in := range inputs {
		if in.name == stdinName && (o.inPlace || o.toFolder) {
			return nil, misuse("the standard input has no place in a folder; write it with -o FILE")
		}
		for _, out := range []string{o.target(in), o.audit, o.stats, o.rejectsTo} {
			if !o.inPlace && out != "" && sameFile(out, in.name) {
				return nil, misuse("%s is an input; tamis writes over it only with --in-place", out)
			}
		}
	}
	return o, nil
}

// target returns the file that in is written to, empty for the standard output.
func (o *cleanOptions) target(in *input) string {
	if o.toFolder {
		return filepath.Join(o.output, in.relative)
	}
	return o.output
}

// isFolder reports whether name, which is to hold what the inputs come to, is
// meant as a folder.
func isFolder(name string, inputs []*input) bool {
	if info, err := os.Stat(name); err == nil {
		return info.IsDir()
	}
	nested := func(in *input) bool { return in.relative != filepath.Base(in.name) }
	return strings.HasSuffix(name, string(filepath.Separator)) ||
		filepath.Ext(name) == "" && (len(inputs) > 1 || slices.ContainsFunc(inputs, nested))
}

func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && x.Mode().IsRegular() && os.SameFile(x, y)
}

// clean is the action of "tamis clean".
func (t *tool) clean(c *cli.Context) error {
	if c.Bool("diff") {
		return t.check(c)
	}
	job, err := t.newJob(c, nil)
	if err != nil {
		return err
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
	if !opts.quiet && (opts.verbose || opts.dryRun) {
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

// runJob passes the documents of the job to sink, showing progress.
func (t *tool) runJob(c *cli.Context, job *job, sink func([]*pipeline.Document) error) error {
	ctx, cancel := context.WithCancel(c.Context)
	defer cancel()
	stop := t.showProgress(c.String("progress"), job)
	defer stop()
	return job.pipeline.Run(ctx, job.reading.documents(ctx, job.inputs), sink)
}

// openAll creates the files that the whole run writes.
func (s *cleanSink) openAll() error {
	o, err := s.opts, error(nil)
	switch {
	case o.dryRun, o.output == "" && !o.inPlace:
		s.shared = s.t.outputs.standard(s.t.stdout)
	case !o.inPlace && !o.toFolder:
		if s.shared, err = s.t.outputs.create(o.output, ""); err != nil {
			return err
		}
	}
	if o.dryRun {
		return nil
	}
	if o.audit != "" {
		out, err := s.t.outputs.create(o.audit, "")
		if err != nil {
			return err
		}
		s.sidecar = append(s.sidecar, out)
		if s.audit, err = audit.NewWriter(out, "tamis "+programVersion()); err != nil {
			return err
		}
	}
	if o.rejectsTo != "" {
		if s.rejects, err = s.t.outputs.create(o.rejectsTo, ""); err != nil {
			return err
		}
		s.sidecar = append(s.sidecar, s.rejects)
	}
	return nil
}

// closeAll ends the files that openAll created, and those of an input that was
// being written when the run ended with err. What is whole takes its place.
func (s *cleanSink) closeAll(err error) error {
	whole := err == nil && s.failed == nil
	var errs []error
	if err != nil && s.out != nil && s.out != s.shared {
		errs = append(errs, s.out.close(false))
	}
	for _, out := range append(s.sidecar, s.shared) {
		if out != nil {
			errs = append(errs, out.close(whole))
		}
	}
	if err == nil && s.opts.stats != "" && !s.opts.dryRun {
		errs = append(errs, s.writeStats())
	}
	return errors.Join(errs...)
}

func (s *cleanSink) writeStats() error {
	out, err := s.t.outputs.create(s.opts.stats, "")
	if err != nil {
		return err
	}
	report := s.summary.Report()
	data, err := json.Marshal(&report, json.Deterministic(true), jsontext.WithIndent("  "))
	if err == nil {
		_, err = out.Write(append(data, '\n'))
	}
	return errors.Join(err, out.close(err == nil))
}
