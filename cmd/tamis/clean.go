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
	"tamis/pipeline/format"
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

// maxJobs bounds what a slip of the finger costs.
const maxJobs = 1024

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
	// Rules are looked for in all stages, so that a configuration that switches
	// some off goes with any choice of stages.
	enable, disable := c.StringSlice("enable"), c.StringSlice("disable")
	all := made
	if len(enable)+len(disable) > 0 && len(opts.Only) > 0 {
		opts.Only = nil
		if all, err = stages.New(opts); err != nil {
			return nil, err
		}
	}
	rules, err := newRules(all, enable, disable)
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
				return fmt.Errorf("%s %q: no such rule (tamis packs list)", flag, pattern)
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
	if o.output == stdinName || o.output == "/dev/stdout" {
		o.output = ""
	}
	o.toFolder = o.output != "" && isFolder(o.output, inputs)
	return o, o.claim(inputs)
}

// target returns the file that in is written to, empty for the standard output.
func (o *cleanOptions) target(in *input) string {
	switch {
	case o.inPlace:
		return in.name
	case o.toFolder:
		return filepath.Join(o.output, in.place())
	}
	return o.output
}

// claim makes sure that no two files to be written are the same, and that none
// of them is an input, unless that is what was asked for.
func (o *cleanOptions) claim(inputs []*input) error {
	claimed := make(map[string]string) // what a file is used for
	paths := newPaths()
	for _, in := range inputs {
		switch {
		case in.name != stdinName:
			claimed[paths.real(in.name)] = "an input"
		case o.inPlace || o.toFolder:
			return misuse("the standard input has no place in a folder; write it with -o FILE")
		}
	}
	claim := func(name, use string) error {
		if name == "" || paths.isDevice(name) {
			return nil
		}
		real := paths.real(name)
		if other := claimed[real]; other != "" {
			return misuse("%s is %s and %s; tamis writes over an input only with --in-place, and over nothing twice", name, other, use)
		}
		claimed[real] = use
		return nil
	}
	var errs []error
	for i, in := range inputs {
		if o.inPlace {
			if _, compression := format.Extension(in.name); !format.Writes(compression) {
				errs = append(errs, misuse("%s can't be written in place: tamis reads %s, and does not write it", in.name, compression))
			}
		} else if i == 0 || o.toFolder {
			errs = append(errs, claim(o.target(in), "the output of "+in.name))
		}
	}
	errs = append(errs, claim(o.audit, "the audit"), claim(o.stats, "the statistics"), claim(o.rejectsTo, "the rejects"))
	for _, err := range errs {
		if err != nil {
			return err // one is enough
		}
	}
	return nil
}

// isFolder reports whether name, which is to hold what the inputs come to, is
// meant as a folder: it is one, or ends as one does, or a folder was named, or
// there are several inputs and it has no extension.
func isFolder(name string, inputs []*input) bool {
	if info, err := os.Stat(name); err == nil {
		return info.IsDir()
	}
	several := len(inputs) > 1 || slices.ContainsFunc(inputs, func(in *input) bool { return in.pattern })
	return strings.HasSuffix(name, string(filepath.Separator)) || several && filepath.Ext(name) == "" ||
		slices.ContainsFunc(inputs, func(in *input) bool { return in.folder })
}

// paths knows files by their real names. It asks for each folder once.
type paths struct{ dirs map[string]string }

func newPaths() *paths { return &paths{make(map[string]string)} }

// real returns an absolute name without links; of a file that is not there, the
// name that it would have.
func (p *paths) real(name string) string {
	if info, err := os.Lstat(name); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		if to, err := filepath.EvalSymlinks(name); err == nil {
			name = to
		}
	}
	dir, base := filepath.Split(name)
	known, ok := p.dirs[dir]
	if !ok {
		known = dir
		if abs, err := filepath.Abs(dir); err == nil {
			known = abs
		}
		if to, err := filepath.EvalSymlinks(known); err == nil {
			known = to
		}
		p.dirs[dir] = known
	}
	return filepath.Join(known, base)
}

// isDevice reports whether name is there and is neither a file nor a folder.
func (*paths) isDevice(name string) bool {
	info, err := os.Stat(name)
	return err == nil && !info.Mode().IsRegular() && !info.IsDir()
}

// clean is the action of "tamis clean".
func (t *tool) clean(c *cli.Context) error {
	if err := applyConfig(c); err != nil {
		return err
	}
	if c.Bool("diff") {
		for _, flag := range []string{"output", "in-place", "audit", "stats", "rejects", "dry-run", "annotate"} {
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
	stop := t.showProgress(c.String("progress"), job, usesStdout(c))
	defer stop()
	return job.pipeline.Run(ctx, job.reading.documents(ctx, job.inputs), sink)
}

// usesStdout reports whether the command writes text to the standard output.
func usesStdout(c *cli.Context) bool {
	return c.Command.Name != defaultCommand || c.String("output") == "" && !c.Bool("in-place") && !c.Bool("dry-run")
}

// openAll creates the files that the whole run writes.
func (s *cleanSink) openAll() error {
	o, err := s.opts, error(nil)
	switch {
	case o.dryRun, o.output == "" && !o.inPlace:
		s.shared = s.t.outputs.standard(s.t.stdout)
	case !o.inPlace && !o.toFolder:
		if s.shared, err = s.t.outputs.create(o.output, false); err != nil {
			return err
		}
	}
	if o.dryRun {
		return nil
	}
	if o.audit != "" {
		out, err := s.t.outputs.create(o.audit, false)
		if err != nil {
			return err
		}
		s.sidecar = append(s.sidecar, out)
		if s.audit, err = audit.NewWriter(out, "tamis "+programVersion()); err != nil {
			return err
		}
	}
	if o.rejectsTo != "" {
		if s.rejects, err = s.t.outputs.create(o.rejectsTo, false); err != nil {
			return err
		}
		s.sidecar = append(s.sidecar, s.rejects)
	}
	return nil
}

// closeAll ends the files that openAll created, and those of an input that was
// being written when the run ended with err. What is whole takes its place; what
// tells of an output that is not whole is not whole either.
func (s *cleanSink) closeAll(err error) error {
	whole := err == nil && s.failed == nil
	var errs []error
	if err != nil && s.out != nil && s.out != s.shared {
		errs = append(errs, s.out.close(false))
	}
	if s.shared != nil {
		errs = append(errs, s.shared.close(whole))
	}
	err = errors.Join(append(errs, err)...)
	if err == nil && s.audit != nil {
		err = s.audit.End()
	}
	for _, out := range s.sidecar {
		errs = append(errs, out.close(err == nil && whole))
	}
	if err == nil && s.opts.stats != "" && !s.opts.dryRun {
		errs = append(errs, s.writeStats())
	}
	return errors.Join(errs...)
}

func (s *cleanSink) writeStats() error {
	out, err := s.t.outputs.create(s.opts.stats, false)
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
