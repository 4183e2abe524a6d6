package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"tamis/pipeline"
	"tamis/stages"
)

// A tool is one run of the program: what it reads and writes.
type tool struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	outputs        outputs
	quiet, verbose bool
	complaints     int

	mu       sync.Mutex // guards stderr, which progress and warnings share
	progress *progress
}

// complain says on stderr what is wrong with a record; after some of them it
// leaves the rest to their number, unless all are wanted.
func (t *tool) complain(err error) {
	var panicked *pipeline.PanicError
	if t.verbose && errors.As(err, &panicked) {
		t.warn("%v", err)
		fmt.Fprintf(t.stderr, "%s", panicked.Stack)
		return
	}
	switch t.complaints++; {
	case t.verbose || t.complaints < maxComplaints:
		t.warn("%v", err)
	case t.complaints == maxComplaints:
		t.warn("%v (-v names all that follow, --rejects keeps them)", err)
	}
}

const maxComplaints = 10

// warn says on stderr what went wrong without ending the run.
func (t *tool) warn(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	msg := oneLine(fmt.Sprintf(format, args...))
	t.progress.above(func(w io.Writer) { fmt.Fprintf(w, "tamis: %s\n", msg) })
}

// note says what is being done, where that was asked for.
func (t *tool) note(format string, args ...any) {
	if t.verbose && !t.quiet {
		t.warn(format, args...)
	}
}

// oneLine returns s as a line that is safe to print, whatever names it quotes.
func oneLine(s string) string {
	return strings.ReplaceAll(printable(strings.TrimSpace(s)), "\n", "\\n")
}

// isTerminal reports whether f is one.
func isTerminal(f any) bool {
	file, ok := f.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// version is set when a release is built.
var version = ""

// programVersion returns the version, or what the build knows of it.
func programVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// Flags stand in groups in the help.
const (
	groupInput  = "Input:"
	groupOutput = "Output:"
	groupClean  = "Cleaning:"
	groupRun    = "The run:"
)

// app returns the command line: what it takes, and what it means.
func (t *tool) app() *cli.App {
	return &cli.App{
		Name:  "tamis",
		Usage: "clean text that somebody else has scraped",
		UsageText: `tamis < scraped.txt > clean.txt
tamis clean [options] [FILE|FOLDER|PATTERN...]
tamis COMMAND --help`,
		Description: `Reads plain text or JSON lines, finds the language, mends the Unicode and the
typography, removes what a page's template put between the author's words, and
drops paragraphs that say again what an earlier one said.
What it removed and why: tamis explain FILE, or --audit.`,
		Version:                   programVersion(),
		HideVersion:               true,
		HideHelpCommand:           true,
		EnableBashCompletion:      true,
		DisableSliceFlagSeparator: true,
		Suggest:                   true,
		Reader:                    t.stdin,
		Writer:                    t.stdout,
		ErrWriter:                 t.stderr,
		OnUsageError:              usageError,
		ExitErrHandler:            func(*cli.Context, error) {}, // only main exits
		Commands:                  t.commands(),
	}
}

func usageError(c *cli.Context, err error, _ bool) error {
	name := "tamis"
	if c.Command != nil && c.Command.Name != "" && c.Command.Name != "tamis" {
		name += " " + c.Command.Name
	}
	return misuse("%v (see %s --help)", err, name)
}

func (t *tool) commands() []*cli.Command {
	commands := []*cli.Command{
		{
			Name: "clean", Usage: "clean files, or the standard input (the default command)",
			ArgsUsage: "[FILE|FOLDER|PATTERN...]",
			Flags:     slices.Concat(inputFlags, outputFlags, cleaningFlags, runFlags),
			Action:    t.clean,
		},
		{
			Name: "check", Usage: "exit with status 1 if cleaning would change something",
			ArgsUsage: "[FILE|FOLDER|PATTERN...]",
			Flags:     slices.Concat(inputFlags, []cli.Flag{diffFlag}, cleaningFlags, runFlags),
			Action:    t.check,
		},
		{
			Name: "explain", Usage: "show documents with what is done to them, line by line, and why",
			ArgsUsage: "[FILE|FOLDER|PATTERN...]",
			Flags:     slices.Concat(inputFlags, explainFlags, cleaningFlags, runFlags),
			Action:    t.explain,
		},
		{
			Name: "detect", Usage: "tell language, script and confidence of each document and paragraph, as JSON lines",
			ArgsUsage: "[FILE|FOLDER|PATTERN...]",
			Flags:     slices.Concat(inputFlags, runFlags),
			Action:    t.detect,
		},
		{
			Name: "learn", Usage: "find what recurs on each site of a dump, for clean --templates",
			ArgsUsage: "[FILE|FOLDER|PATTERN...]",
			Description: `Counts, for each site, the documents that have each short line, and lists those
that recur: menus, notices, labels. A site is the host of the record's URL, else
the folder of the file. The list is YAML, to be read and edited.
In parts: tamis learn --min-share 0 --min-documents 2 PART -o PART.yaml for each,
then tamis learn --merge --min-share 0.1 *.yaml -o site.templates.yaml`,
			Flags:  slices.Concat(inputFlags, learnFlags, runFlags),
			Action: t.learn,
		},
		{
			Name: "dedup", Usage: "build, merge, query or verify an index of paragraphs, for clean --dedup index",
			Subcommands: slices.Concat(t.dedupCommands(), t.engineCommands()),
			Action:      missingCommand,
		},
		{
			Name: "restore", Usage: "rebuild the input, byte for byte, from the clean text and its audit",
			ArgsUsage: "[CLEAN]",
			Flags: []cli.Flag{
				&cli.StringFlag{Name: "audit", Usage: "the audit `FILE`"},
				&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write to `FILE`, or below a folder"},
			},
			Action: t.restore,
		},
		t.reportCommand(),
		t.signCommand(),
		{
			Name: "packs", Usage: "list, validate or test rule packs, or protect lines from them",
			Subcommands: t.packsCommands(),
			Action:      missingCommand,
		},
		{
			Name: "completion", Usage: "print what a shell needs to complete tamis: bash, zsh or fish",
			ArgsUsage: "bash|zsh|fish", Action: t.completion,
		},
		{Name: "man", Usage: "print the manual page", Action: t.man},
		{
			Name: "version", Usage: "print the version",
			Action: func(*cli.Context) error {
				_, err := fmt.Fprintf(t.stdout, "tamis %s %s %s/%s\n", programVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
				return err
			},
		},
	}
	for _, c := range commands {
		finish(c)
	}
	return commands
}

// finish gives c and those below it what all commands share.
func finish(c *cli.Command) {
	c.OnUsageError = usageError
	c.HideHelpCommand = true
	if slices.Contains(c.Flags, configFlag) {
		c.Before = applyConfig
	}
	for _, sub := range c.Subcommands {
		finish(sub)
	}
}

func missingCommand(c *cli.Context) error {
	if name := c.Args().First(); name != "" {
		return misuse("no command %q (see tamis %s --help)", name, c.Command.Name)
	}
	return cli.ShowSubcommandHelp(c)
}

var inputFlags = []cli.Flag{
	&cli.StringFlag{Name: "files-from", Category: groupInput, Usage: "read also the files that `FILE` lists, one a line or each ended by a NUL; - is the standard input"},
	&cli.StringFlag{Name: "format", Category: groupInput, Value: formatAuto, Usage: "`FORMAT` of the input: " + strings.Join(formatNames(), ", ")},
	&cli.StringSliceFlag{Name: "text-field", Category: groupInput, DefaultText: "text", Usage: "`FIELD` of a record that holds a text; dots lead into objects; give it again for further texts"},
	&cli.StringFlag{Name: "id-field", Category: groupInput, Value: "id", Usage: "`FIELD` that names the record"},
	&cli.StringFlag{Name: "url-field", Category: groupInput, Value: "url", Usage: "`FIELD` that holds the URL of the page, whose host is the site that templates are of"},
	&cli.StringFlag{Name: "site", Category: groupInput, Usage: "take everything as of the site `NAME`"},
	&cli.StringFlag{Name: "lang-field", Category: groupInput, Usage: "`FIELD` that tells the language, where it is known"},
	&cli.StringFlag{Name: "lang", Category: groupInput, Usage: "the language `TAG` (BCP 47) of everything, if known"},
	&cli.StringFlag{Name: "max-record-bytes", Category: groupInput, Value: "16MiB", Usage: "set records longer than `SIZE` aside"},
	&cli.StringFlag{Name: "separator", Category: groupInput, Usage: "`TEXT` that ends each document of a file of text: ff, nul, or characters such as \"\\n---\\n\""},
	&cli.BoolFlag{Name: "follow", DisableDefaultText: true, Category: groupInput, Usage: "write the lines of a text as they come, judged by what has been seen"},
}

var diffFlag = &cli.BoolFlag{Name: "diff", DisableDefaultText: true, Category: groupOutput, Usage: "print a unified diff instead, and exit with status 1 if there is one"}

var outputFlags = []cli.Flag{
	&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Category: groupOutput, Usage: "write to `FILE`, compressed if it ends in .gz or .zst, or below a folder that mirrors the input"},
	&cli.BoolFlag{Name: "in-place", DisableDefaultText: true, Category: groupOutput, Usage: "replace the input files, each as a whole"},
	&cli.BoolFlag{Name: "backup", DisableDefaultText: true, Category: groupOutput, Usage: "with --in-place, keep the old file as FILE.bak"},
	&cli.BoolFlag{Name: "dry-run", DisableDefaultText: true, Category: groupOutput, Usage: "write nothing; say what would be done"},
	diffFlag,
	&cli.BoolFlag{Name: "annotate", DisableDefaultText: true, Category: groupOutput, Usage: "add an object \"tamis\" to each record: languages, counts, what was dropped"},
	&cli.StringFlag{Name: "audit", Category: groupOutput, Usage: "write every edit to `FILE` (JSON lines), from which tamis restore rebuilds the input"},
	&cli.StringFlag{Name: "stats", Category: groupOutput, Usage: "write counts by stage, rule and language to `FILE` (JSON); - is the standard error, as a table on a terminal"},
	&cli.StringFlag{Name: "rejects", Category: groupOutput, Usage: "write what was set aside, and why, to `FILE` (JSON lines)"},
	&cli.StringFlag{Name: "emit-dropped", Category: groupOutput, Usage: "write the paragraphs that are dropped to `FILE`, each after the rule that dropped it"},
	&cli.StringSliceFlag{Name: "keep-lang", Category: groupOutput, Usage: "leave out documents in other languages than `TAGS`, e.g. fr,en"},
	&cli.IntFlag{Name: "min-chars", Category: groupOutput, Usage: "leave out documents of which fewer than `N` characters are left"},
	&cli.IntFlag{Name: "min-paragraphs", Category: groupOutput, Usage: "leave out documents of which fewer than `N` paragraphs are left"},
	&cli.StringFlag{Name: "on-error", Category: groupOutput, Value: onErrorSkip, Usage: "`WHAT` to do with a record that can't be read or cleaned: skip, keep or fail"},
}

var cleaningFlags = []cli.Flag{
	&cli.StringSliceFlag{Name: "stages", Category: groupClean, Usage: "run only these `STAGES`, of " + strings.Join(stages.Names(), ",")},
	&cli.StringFlag{Name: "typography", Category: groupClean, Value: "plain", Usage: "`PROFILE`: plain, print (no-break spaces as the language prints them), ascii or off"},
	&cli.StringFlag{Name: "strictness", Category: groupClean, Value: "normal", Usage: "`HOW` readily a line counts as junk: timid, normal or bold"},
	&cli.StringFlag{Name: "dedup", Category: groupClean, Value: "document", Usage: "`WHERE` to look for near-identical paragraphs: document, run, index (also earlier runs) or off"},
	&cli.StringFlag{Name: "dedup-facts", Category: groupClean, Value: "keep", Usage: "`WHAT` becomes of a paragraph like an earlier one but for numbers or names: keep or ignore the difference"},
	&cli.StringFlag{Name: "index", Category: groupClean, Usage: "what earlier runs have kept, in the folder `DIR`, for --dedup index; this run adds to it"},
	&cli.BoolFlag{Name: "index-read-only", DisableDefaultText: true, Category: groupClean, Usage: "add nothing to the index"},
	indexMemoryFlag,
	&cli.StringSliceFlag{Name: "enable", Category: groupClean, Usage: "switch a `RULE` on; * stands for any part of its name"},
	&cli.StringSliceFlag{Name: "disable", Category: groupClean, Usage: "switch a `RULE` off, e.g. junk.fr.*"},
	&cli.StringSliceFlag{Name: "templates", Category: groupClean, Usage: "drop the lines that tamis learn has found to recur on a site, and listed in `FILE`"},
	&cli.StringSliceFlag{Name: "packs", Category: groupClean, Usage: "use the packs in `DIR` beside those that come with tamis"},
}

var configFlag cli.Flag = &cli.StringFlag{Name: "config", Aliases: []string{"c"}, Category: groupRun, EnvVars: []string{"TAMIS_CONFIG"}, Usage: "take options from `FILE` (YAML) instead of .tamis.yaml"}

var runFlags = []cli.Flag{
	&cli.IntFlag{Name: "jobs", Aliases: []string{"j"}, Category: groupRun, Value: runtime.NumCPU(), DefaultText: "all there are", Usage: "use `N` cores"},
	&cli.StringFlag{Name: "memory", Category: groupRun, Usage: "try to use no more memory than `SIZE`, instead of about 256MiB beside an index; a record may then have a sixteenth of it, if --max-record-bytes says nothing else"},
	&cli.StringFlag{Name: "job", Category: groupRun, Usage: "remember in the folder `DIR` how far clean has come, so that the same command goes on there"},
	configFlag,
	&cli.StringFlag{Name: "color", Category: groupRun, Value: "auto", Usage: "`WHEN` to use colour: auto, always or never"},
	&cli.StringFlag{Name: "progress", Category: groupRun, Value: "auto", Usage: "`HOW` to show progress on the standard error: auto, plain or off"},
	&cli.BoolFlag{Name: "quiet", DisableDefaultText: true, Aliases: []string{"q"}, Category: groupRun, Usage: "say nothing but errors"},
	&cli.BoolFlag{Name: "verbose", DisableDefaultText: true, Aliases: []string{"v"}, Category: groupRun, Usage: "name each input, and end with a summary"},
}

// run parses the command line and runs the command that it names.
func (t *tool) run(ctx context.Context, args []string) error {
	app := t.app()
	arranged, err := arrange(app, args[1:])
	if err != nil {
		return err
	}
	strip(app, arranged)
	return app.RunContext(ctx, append(args[:1:1], arranged...))
}

// strip leaves app the flags of the command alone that args names, unless that
// tells of all: the library makes each of them ready, and there are hundreds.
func strip(app *cli.App, args []string) {
	if len(args) == 0 || args[0] == "man" || args[0] == "completion" {
		return
	}
	for _, c := range app.Commands {
		if !c.HasName(args[0]) {
			c.Flags, c.Subcommands = nil, nil
		}
	}
}
