package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"tamis/pipeline"
	"tamis/pipeline/audit"
)

// colours mark text on a terminal, or leave it as it is.
type colours bool

// colours returns how the flag --color and the environment want it
// (no-color.org).
func (t *tool) colours(c *cli.Context) colours {
	switch c.String("color") {
	case "always":
		return true
	case "never":
		return false
	}
	return colours(isTerminal(t.stdout) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb")
}

func (c colours) mark(code, s string) string {
	if !c || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (c colours) removed(s string) string { return c.mark("31", s) }
func (c colours) added(s string) string   { return c.mark("32", s) }
func (c colours) faint(s string) string   { return c.mark("2", s) }
func (c colours) strong(s string) string  { return c.mark("1", s) }

// An explainSink shows what was done to each document.
type explainSink struct {
	out     io.Writer
	colours colours
	line    int // of the document, that the next paragraph stands on
}

// explain is the action of "tamis explain".
func (t *tool) explain(c *cli.Context) error {
	job, err := t.newJob(c, nil)
	if err != nil {
		return err
	}
	out := t.outputs.standard(t.stdout)
	s := &explainSink{out: out, colours: t.colours(c)}
	return t.eachDocument(c, job, out, func(doc *pipeline.Document, _ *origin) error {
		s.document(doc)
		return nil
	})
}

// document shows the edits of a document, or of a section of one.
func (s *explainSink) document(doc *pipeline.Document) {
	if doc.Section == 0 {
		s.line = 1
		fmt.Fprintf(s.out, "%s %s\n", s.colours.strong(printable(doc.ID)), s.colours.faint(languageOf(doc.Lang)))
	}
	s.line += lineBreaks(doc.Head)
	changed := false
	for i := range doc.Paragraphs {
		p := &doc.Paragraphs[i]
		if !p.Kept() {
			s.dropped(p)
		} else if hunks := p.Hunks(); len(hunks) > 0 {
			s.mended(p, hunks)
		}
		changed = changed || p.Text() != p.Source()
		s.line += lineBreaks(p.Break)
	}
	if !changed && doc.Section == 0 && doc.Last {
		fmt.Fprintln(s.out, s.colours.faint("  nothing to change"))
	}
}

func languageOf(l pipeline.Language) string {
	if l.Tag == "" {
		return ""
	}
	return fmt.Sprintf("%s %s %.2f", l.Tag, l.Script, l.Confidence)
}

func lineBreaks(s string) int {
	return strings.Count(s, "\n") + strings.Count(s, "\r") - strings.Count(s, "\r\n")
}

func (s *explainSink) place(p *pipeline.Paragraph) string {
	return s.colours.faint(fmt.Sprintf("  line %d, byte %d: ", s.line, p.Offset))
}

// dropped shows a paragraph that is gone, and why.
func (s *explainSink) dropped(p *pipeline.Paragraph) {
	fmt.Fprintf(s.out, "\n%sdropped\n", s.place(p))
	fmt.Fprintln(s.out, "    "+s.colours.removed("- "+visible(p.Source())))
	s.reasons(p.Edits())
}

// mended shows what changed inside a paragraph, each change with some of the
// text around it.
func (s *explainSink) mended(p *pipeline.Paragraph, hunks []pipeline.Hunk) {
	fmt.Fprintf(s.out, "\n%smended\n", s.place(p))
	for _, h := range hunks {
		before := tail(p.Source()[:h.Start], around)
		after := head(p.Source()[h.End:], around)
		fmt.Fprintf(s.out, "    %s%s%s%s\n", visible(before), s.colours.removed("["+visible(h.Old)+"]"),
			s.colours.added("{"+visible(h.New)+"}"), visible(after))
		s.reasons(h.Steps)
	}
}

// around is how much of the text on either side of a change is shown, in bytes.
const around = 40

func (s *explainSink) reasons(edits []pipeline.Edit) {
	for _, step := range audit.Steps(edits) {
		line := fmt.Sprintf("      %s: %s", step.Rule, step.Why)
		if step.Score != 0 {
			line += fmt.Sprintf(" (%.2f)", step.Score)
		}
		if step.Detail != "" {
			line += "; " + printable(step.Detail)
		}
		fmt.Fprintln(s.out, s.colours.faint(line))
	}
}

// tail returns about n bytes of the end of s, head of its beginning.
func tail(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[len(s)-n]) {
		n--
	}
	return "…" + s[len(s)-n:]
}

func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// visible returns s with invisible characters shown by their numbers, so that
// they can be seen and can do nothing to the terminal.
func visible(s string) string {
	if !utf8.ValidString(s) {
		s = strings.Trim(fmt.Sprintf("%+q", s), `"`)
	}
	return spaces.Replace(printable(s))
}

var spaces = strings.NewReplacer("\u00a0", "⍽", "\u202f", "⍽", "\u00ad", "\\u00ad", "\t", "\\t", "\n", "\\n")
