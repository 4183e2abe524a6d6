package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"
	"golang.org/x/text/unicode/norm"

	"tamis/pipeline"
	"tamis/pipeline/audit"
	"tamis/pipeline/audit/visible"
	"tamis/stages"
)

var explainFlags = []cli.Flag{
	&cli.StringSliceFlag{Name: "rule", Category: groupOutput, Usage: "show only what a `RULE` did; * stands for any part of its name"},
	&cli.StringSliceFlag{Name: "stage", Category: groupOutput, Usage: "show only what a `STAGE` did"},
}

// An explainSink shows documents as they were read, with what was done to them:
// a row and more for each paragraph, its reasons at the margin.
type explainSink struct {
	out     io.Writer
	colours colours
	width   int                // of the text between the number of the line and the margin
	margin  int                // its width
	rules   []string           // patterns of the rules to show; all if empty
	line    int                // of the document, that the next paragraph stands on
	told    map[string]bool    // the rules whose reasons the document has shown
	lines   map[int64]repeated // by their places in the source
}

// A repeated line is one that a later one may repeat.
type repeated struct {
	number int
	head   string
}

// maxLines bounds the lines that are remembered.
const maxLines = 100_000

// explain is the action of "tamis explain".
func (t *tool) explain(c *cli.Context) error {
	job, err := t.newJob(c, nil)
	if err != nil {
		return err
	}
	out := t.outputs.standard(t.stdout)
	s := &explainSink{out: out, colours: t.colours(c)}
	s.measure(t.columns())
	if s.rules, err = rulesToShow(c, job.pipeline.Stages); err != nil {
		return err
	}
	return t.eachDocument(c, job, out, func(doc *pipeline.Document, _ *origin) error {
		s.document(doc)
		return nil
	})
}

// rulesToShow returns the patterns of the rules that the flags ask for.
func rulesToShow(c *cli.Context, made []pipeline.Stage) ([]string, error) {
	patterns := c.StringSlice("rule")
	for _, pattern := range patterns {
		if err := setRules(new(pipeline.Rules), made, pattern, true); err != nil {
			return nil, misuse("--rule %w", err)
		}
	}
	for _, name := range c.StringSlice("stage") {
		if name != "decode" && !slices.Contains(stages.Names(), name) {
			return nil, misuse("--stage %s: the stages are decode, %s", name, strings.Join(stages.Names(), ", "))
		}
		patterns = append(patterns, name+".*")
	}
	return patterns, nil
}

// columns returns how wide the terminal is, or what a reader is likely to have.
func (t *tool) columns() int {
	for _, f := range []any{t.stdout, t.stderr} { // of a pager, we see the latter
		if file, ok := f.(*os.File); ok {
			if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
				return width
			}
		}
	}
	if width, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && width > 0 {
		return width
	}
	return 80
}

const gutter = 8 // columns of the number of a line and its sign

// measure divides the columns between text and margin.
func (s *explainSink) measure(columns int) {
	columns = min(max(columns, 50), 140)
	s.margin = min(columns/3, 40)
	s.width = columns - gutter - 2 - s.margin
}

// document shows a document, or a section of one.
func (s *explainSink) document(doc *pipeline.Document) {
	if doc.Section == 0 {
		s.line, s.told, s.lines = 1, map[string]bool{}, map[int64]repeated{}
		fmt.Fprintf(s.out, "%s %s\n", s.colours.strong(visible.Line(doc.ID)), s.colours.faint(languageOf(doc.Lang)))
	}
	s.line += lineBreaks(doc.Head)
	if doc.Section == 0 && doc.Last && !slices.ContainsFunc(doc.Paragraphs, func(p pipeline.Paragraph) bool { return s.shows(&p) }) {
		fmt.Fprintln(s.out, s.colours.faint("  nothing to change"))
	} else {
		for i := range doc.Paragraphs {
			p := &doc.Paragraphs[i]
			s.paragraph(doc, p)
			if len(s.lines) == maxLines {
				clear(s.lines)
			}
			s.lines[p.Offset] = repeated{s.line, head(p.Source(), 40)}
			s.line += lineBreaks(p.Break)
		}
	}
	if doc.Last {
		fmt.Fprintln(s.out)
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

// wants reports whether what a rule did or saw is to be shown.
func (s *explainSink) wants(rule *pipeline.Rule) bool {
	return len(s.rules) == 0 || slices.ContainsFunc(s.rules, func(pattern string) bool {
		ok, _ := path.Match(pattern, rule.ID) // it was tried before
		return ok
	})
}

// wanted returns those of the edits that are to be shown.
func (s *explainSink) wanted(edits []pipeline.Edit) []pipeline.Edit {
	return slices.DeleteFunc(slices.Clone(edits), func(e pipeline.Edit) bool { return !s.wants(e.Rule) })
}

// shows reports whether there is more to say of p than what it is.
func (s *explainSink) shows(p *pipeline.Paragraph) bool {
	return p.Text() != p.Source() && len(s.wanted(p.Edits())) > 0 || len(s.remarks(p)) > 0 || p.Foreign && len(s.rules) == 0
}

// remarks returns what was seen in p and left alone.
func (s *explainSink) remarks(p *pipeline.Paragraph) []audit.Step {
	var steps []audit.Step
	for _, r := range p.Remarks() {
		if s.wants(r.Rule) {
			steps = append(steps, audit.Step{Rule: r.Rule.ID, Why: r.Rule.Why, Detail: r.Detail})
		}
	}
	return steps
}

// paragraph shows p: all of it if something was done to it, else its beginning.
func (s *explainSink) paragraph(doc *pipeline.Document, p *pipeline.Paragraph) {
	edits := s.wanted(p.Edits())
	sign, text := " ", []span(nil)
	switch {
	case len(edits) > 0 && !p.Kept():
		sign, text = "-", s.enclosed(mark(p.Source(), removedSpan), "[-", "-]")
	case len(edits) > 0 && p.Text() != p.Source():
		sign, text = "~", s.mended(p)
	case s.shows(p) || len(s.rules) == 0:
		text = []span{{text: s.oneRow(visible.Line(p.Source()))}}
	default:
		return
	}
	if len(s.remarks(p)) > 0 && sign == " " {
		sign = "?"
	}
	notes := s.reasons(slices.Concat(audit.Steps(edits), s.remarks(p)))
	s.row(sign, text, append(notes, s.foreign(doc, p)...))
}

// foreign tells the language of a paragraph that is not in the document's.
func (s *explainSink) foreign(doc *pipeline.Document, p *pipeline.Paragraph) []string {
	if !p.Foreign {
		return nil
	}
	return []string{fmt.Sprintf("in %s (%.2f), not %s", p.Lang.Tag, p.Lang.Confidence, doc.Lang.Tag)}
}

// mended returns the text of p with its changes marked in it. Stretches far from
// any change are left out.
func (s *explainSink) mended(p *pipeline.Paragraph) (text []span) {
	source, at := p.Source(), 0
	for _, h := range p.Hunks() {
		if len(s.wanted(h.Steps)) > 0 {
			text = append(text, between(source[at:h.Start], at == 0, false)...)
			text = append(text, s.changed(h)...)
			at = h.End
		}
	}
	return append(text, between(source[at:], at == 0, true)...)
}

// around is how much of the text on either side of a change is shown, in bytes.
const around = 60

// between returns the text between two changes, or at an end of the paragraph.
func between(s string, start, end bool) []span {
	if start && end || len(s) <= 3*around {
		return []span{{text: visible.Line(s)}}
	}
	before, after := "", ""
	if !start {
		before = head(s, around)
		before = before[:strings.LastIndexByte(before, ' ')+1]
	}
	if !end {
		after = tail(s, around)
		after = after[max(0, strings.IndexByte(after, ' ')):]
	}
	return []span{{text: visible.Line(before) + "…" + visible.Line(after)}}
}

// changed returns what stood in the place of a change, and what stands there.
func (s *explainSink) changed(h pipeline.Hunk) []span {
	removed, added := mark(h.Old, removedSpan), mark(h.New, addedSpan)
	if alike(h.Old, h.New) {
		removed = []span{{named(h.Old), removedSpan, true}}
	}
	return append(s.enclosed(removed, "[-", "-]"), s.enclosed(added, "{+", "+}")...)
}

// enclosed returns spans between two signs, which say without colour what they
// are.
func (s *explainSink) enclosed(spans []span, open, end string) []span {
	if len(spans) > 0 && !bool(s.colours) {
		spans[0].text = open + spans[0].text
		spans[len(spans)-1].text += end
	}
	return spans
}

// alike reports whether two texts look the same, as letters with their marks
// apart do, and letters of two scripts.
func alike(before, after string) bool {
	a, b := []rune(before), []rune(after)
	if len(a) == 1 && len(b) == 1 {
		return unicode.IsLetter(a[0]) && unicode.IsLetter(b[0]) && unicode.Is(unicode.Latin, a[0]) != unicode.Is(unicode.Latin, b[0])
	}
	return len(before) <= around && before != after && norm.NFC.String(before) == norm.NFC.String(after)
}

// named returns the characters of s by their names.
func named(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < utf8.RuneSelf {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "⟨U+%04X %s⟩", r, visible.Name(r))
		}
	}
	return b.String()
}

const (
	removedSpan = "31;9"
	addedSpan   = "32;4"
)

// mark returns text in a colour, with the names of the characters in it that
// can't be seen; in a short one that goes for spaces too.
func mark(text, code string) []span {
	var spans []span
	short := len(text) <= 2*around
	if !short && len(text) > 12*around {
		text = head(text, 6*around) + " " + tail(text, 3*around)
	}
	for p := range visible.Parts(text) {
		switch {
		case p.Code != "" && short:
			p.Text = "⟨" + p.Code + " " + p.Name + "⟩"
		case p.Code != "":
			p.Text = p.Sign()
		case strings.TrimSpace(p.Text) == "":
			p.Text = strings.ReplaceAll(p.Text, " ", "␣")
		}
		spans = append(spans, span{p.Text, code, p.Code != ""})
	}
	return spans
}

// reasons returns why things were done: each rule, with its evidence, and once in
// a document what it is for.
func (s *explainSink) reasons(steps []audit.Step) []string {
	var notes []string
	seen := make(map[audit.Step]bool)
	for _, step := range steps {
		if seen[step] {
			continue
		}
		seen[step] = true
		note := step.Rule
		if step.Score != 0 {
			note += fmt.Sprintf(" %.2f", step.Score)
		}
		notes = append(notes, note)
		why, evidence := "", s.evidence(step.Detail)
		if !s.told[step.Rule] {
			s.told[step.Rule] = true
			why = step.Why
		}
		if evidence != "" && why != "" {
			why += " (" + evidence + ")"
		}
		if why = cmp.Or(why, evidence); why != "" {
			notes = append(notes, why)
		}
	}
	return notes
}

// evidence returns a detail, in which the place of a paragraph that is repeated
// is told as the line it stands on.
func (s *explainSink) evidence(detail string) string {
	rest, ok := strings.CutPrefix(detail, "repeats byte ")
	digits := strings.TrimLeft(rest, "0123456789")
	offset, err := strconv.ParseInt(rest[:len(rest)-len(digits)], 10, 64)
	if !ok || err != nil || strings.HasPrefix(digits, " of ") {
		return visible.Line(detail)
	}
	if earlier, ok := s.lines[offset]; ok {
		return fmt.Sprintf("repeats line %d%s: “%s”", earlier.number, digits, visible.Line(earlier.head))
	}
	return detail
}
