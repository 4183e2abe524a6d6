package report

import (
	"crypto/sha256"
	_ "embed" // for the parts of the page
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/go-json-experiment/json/jsontext"

	"tamis/pipeline/audit/visible"
)

var (
	// It is parsed when a page is written: most runs write none.
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed page.js
	pageJS string
)

// A page is what the template shows.
type page struct {
	Policy template.HTMLAttr
	Style  template.CSS
	Script template.JS

	Documents, Paragraphs, Dropped, Edits, Share, In, Out string
	Width                                                 string // of the bar of what was dropped
	Notes                                                 []string

	Shown                string
	Drops                []card
	Lines, Mends         []often
	LinesNote, MendsNote string
	Tables               []table
}

// Write writes the page. It asks nothing of any server, runs no script but its
// own, and shows what cannot be seen by its name.
func (t *Tally) Write(w io.Writer) error {
	shown := t.shown()
	p := page{
		Policy: policy(), Style: template.CSS(pageCSS), Script: template.JS(pageJS), // #nosec: both are ours
		Documents: grouped(t.Documents), Paragraphs: grouped(t.Paragraphs), Dropped: grouped(t.Dropped), Edits: grouped(t.Edits),
		Share: percent(t.Dropped, t.Paragraphs), Width: width(t.Dropped, t.Paragraphs), In: size(t.In), Out: size(t.Out),
		Notes:     t.notes(),
		Shown:     fmt.Sprintf("%s of %s drops: the least sure, those with the most text at stake, and a sample of each rule.", grouped(int64(len(shown))), grouped(t.Dropped)),
		LinesNote: t.lines.note("Every line that was dropped is counted."),
		MendsNote: t.mends.note("Every short change inside a line is counted."),
		Tables:    t.tables(),
	}
	if t.lines.forgotten == 0 && len(shown) == len(t.lines.hits) {
		p.Shown = "All drops, each text once, the least sure first."
	}
	for _, d := range shown {
		p.Drops = append(p.Drops, t.card(d))
	}
	for _, h := range t.lines.top(mostOften) {
		o := h.often()
		text := strings.TrimSpace(h.old.text())
		o.textOf(text, h.whole)
		p.Lines = append(p.Lines, o)
	}
	for _, h := range t.mends.top(mostOften) {
		o := h.often()
		o.Old, o.New = mended(h.old.text()), mended(h.new.text())
		p.Mends = append(p.Mends, o)
	}
	if err := template.Must(template.New("page").Parse(pageHTML)).Execute(w, &p); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return nil
}

// mostOften is how many of the lines and changes that recur are shown.
const mostOften = 200

// policy returns the content security policy of the page, as an attribute: nothing
// from anywhere, and of its own only this style and this script.
func policy() template.HTMLAttr {
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return template.HTMLAttr(`content="default-src 'none'; base-uri 'none'; form-action 'none'; script-src ` + hash(pageJS) + "; style-src " + hash(pageCSS) + `"`)
}

func (t *Tally) notes() []string {
	var notes []string
	if t.CutShort {
		notes = append(notes, "The audit is cut short: this is what a run did until it was interrupted.")
	}
	if t.SetAside > 0 {
		notes = append(notes, grouped(t.SetAside)+" documents could not be read or cleaned, and were set aside.")
	}
	if t.LeftOut > 0 {
		notes = append(notes, grouped(t.LeftOut)+" documents were left out by a filter.")
	}
	return notes
}

// note says how good the counts are.
func (f *frequent) note(all string) string {
	if f.forgotten == 0 {
		return all
	}
	return fmt.Sprintf("There are too many to remember each: a count with ≥ may be up to %s too low.", grouped(f.forgotten))
}

// A shownText is the text of a line on the page.
type shownText struct {
	Line     []visible.Part
	Exact    string // the text as JSON, where what is shown is not the text
	Cut      bool   // it goes on
	Keepable bool   // a pack can name it
}

func (s *shownText) textOf(text string, whole bool) {
	s.Cut = !whole
	s.Keepable = text != ""
	hidden := false
	for p := range visible.Parts(text) {
		s.Line = append(s.Line, p)
		hidden = hidden || p.Code != ""
		s.Keepable = s.Keepable && !strings.HasPrefix(p.Code, "0x")
	}
	if hidden && s.Keepable {
		s.Exact = exact(text)
	}
}

// exact returns a text as JSON in which all characters can be read.
func exact(text string) string {
	quoted, err := jsontext.AppendQuote(nil, text)
	if err != nil {
		return ""
	}
	var b strings.Builder
	for p := range visible.Parts(string(quoted)) {
		if p.Code == "" {
			b.WriteString(p.Text)
			continue
		}
		for _, unit := range utf16.Encode([]rune(p.Text)) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}

// A card is a drop on the page.
type card struct {
	shownText
	Rule, Stage, Lang, Site string
	Why, Detail             string
	Score, Sure             string
	Percent, Runes          int
	Stake, Number           int64
	Above, Below            *besideText
	Facts                   []string
}

type besideText struct {
	Parts []visible.Part
	Lost  bool
}

func (t *Tally) card(d *drop) card {
	c := card{
		Rule: visible.Line(d.rule.text), Stage: visible.Line(d.rule.stage.text), Lang: visible.Line(d.lang), Site: visible.Line(d.site),
		Why: visible.Line(d.rule.why), Detail: visible.Line(d.detail),
		Percent: d.percent, Score: strconv.Itoa(d.percent) + "%", Runes: d.runes, Stake: int64(d.stake()), Number: d.number,
		Above: besideOf(d.above), Below: besideOf(d.below),
	}
	c.Sure = c.Score + " sure"
	if d.certain {
		c.Score, c.Sure = "–", "not weighed"
	}
	c.textOf(d.text, d.whole)
	site := d.site
	if strings.HasPrefix(d.id, site) {
		site = "" // the folder of the file
	}
	for _, fact := range []string{d.lang, site, d.id, t.times(d), d.also} {
		if fact != "" {
			c.Facts = append(c.Facts, visible.Line(fact))
		}
	}
	return c
}

// times says how often the text of d was dropped, if more than once.
func (t *Tally) times(d *drop) string {
	if h := t.lines.hits[d.key]; h != nil && h.count > 1 {
		return "dropped " + grouped(h.count) + " times"
	}
	return ""
}

func besideOf(b beside) *besideText {
	if b.text == "" {
		return nil
	}
	return &besideText{slices.Collect(visible.Parts(b.text)), b.lost}
}

// An often is a row of what recurs.
type often struct {
	shownText
	Count       string
	Rule, Stage string
	Old, New    []visible.Part
}

func (h *hit) often() often {
	o := often{Count: grouped(h.count), Rule: visible.Line(h.rule.text), Stage: visible.Line(h.rule.stage.text)}
	if h.missed > 0 {
		o.Count = "≥ " + o.Count
	}
	return o
}

// mended returns the parts of a text that was changed, of which every character
// counts, spaces too.
func mended(text string) []visible.Part {
	var parts []visible.Part
	for p := range visible.Parts(text) {
		p.Text = strings.ReplaceAll(p.Text, " ", "␣")
		parts = append(parts, p)
	}
	return parts
}

// A table tells the counts by stage, rule, language or site.
type table struct {
	By, Title, Beside string
	Rows              []row
	Hidden            string // what brings the rest to light
}

type row struct {
	Name, Label, Why       string
	Width, Dropped, Beside string
	More                   bool // than are shown at first
	Sum                    bool // of names that are not told
}

// The rows of a table: those shown at first, and those it has at most.
const (
	firstRows = 12
	allRows   = 300
)

func (t *Tally) tables() []table {
	edits := func(n *name) string { return grouped(n.Edits) }
	share := func(n *name) string { return percent(n.Dropped, n.Paragraphs) }
	return []table{
		tableOf("stage", "stage", "edits", &t.stages, edits),
		tableOf("rule", "rule", "edits", &t.rules, edits),
		tableOf("lang", "language", "of its lines", &t.languages, share),
		tableOf("site", "site", "of its lines", &t.sites, share),
	}
}

func tableOf(by, title, beside string, names *names, besideOf func(*name) string) table {
	tb := table{By: by, Title: title, Beside: beside}
	all := names.ordered()
	most := int64(1)
	for _, n := range all {
		most = max(most, n.Dropped)
	}
	if len(all) > allRows {
		rest := newName(fmt.Sprintf("%s more", grouped(int64(len(all)-allRows))))
		rest.sum = true
		for _, n := range all[allRows:] {
			rest.add(n.Counts)
		}
		all = append(all[:allRows:allRows], rest)
	}
	for i, n := range all {
		r := row{Name: visible.Line(n.text), Why: visible.Line(n.why), Width: width(n.Dropped, most), Dropped: grouped(n.Dropped), Beside: besideOf(n), More: i >= firstRows, Sum: n.sum}
		if r.Label = r.Name; r.Label == "" {
			r.Label = "not known"
		}
		tb.Rows = append(tb.Rows, r)
	}
	if len(all) > firstRows {
		tb.Hidden = fmt.Sprintf("All %s", grouped(int64(len(all))))
	}
	return tb
}

// grouped returns n with a comma between thousands.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// percent returns which share of all part is.
func percent(part, all int64) string {
	if all <= 0 {
		return "–"
	}
	return strconv.FormatFloat(100*float64(part)/float64(all), 'f', 1, 64) + "%"
}

// width returns the same as the width of a bar.
func width(part, all int64) string {
	share := 100 * float64(part) / float64(max(all, 1))
	return strconv.FormatFloat(math.Max(0, math.Min(share, 100)), 'f', 1, 64)
}

// size returns a number of bytes with its unit.
func size(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB", "PB"}
	x := float64(n)
	for x >= 1000 && len(units) > 1 {
		x, units = x/1000, units[1:]
	}
	if units[0] == "B" {
		return strconv.FormatInt(n, 10) + " B"
	}
	return strconv.FormatFloat(x, 'f', 1, 64) + " " + units[0]
}
