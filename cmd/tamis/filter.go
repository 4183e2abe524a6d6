package main

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/urfave/cli/v2"
	"golang.org/x/text/language"

	"tamis/pipeline"
)

// The reasons for which a whole document is left out.
var (
	ruleLang       = &pipeline.Rule{ID: "filter.lang", Why: "in none of the languages to keep"}
	ruleChars      = &pipeline.Rule{ID: "filter.chars", Why: "fewer characters are left than a document must have"}
	ruleParagraphs = &pipeline.Rule{ID: "filter.paragraphs", Why: "fewer paragraphs are left than a document must have"}
)

// A filter says which clean documents are to be kept. The zero filter keeps all.
type filter struct {
	langs      []string
	chars      int
	paragraphs int
}

// newFilter returns what the flags of c say.
func newFilter(c *cli.Context) (filter, error) {
	f := filter{chars: c.Int("min-chars"), paragraphs: c.Int("min-paragraphs")}
	for _, list := range c.StringSlice("keep-lang") {
		for name := range strings.SplitSeq(list, ",") {
			tag, err := language.Parse(strings.TrimSpace(name))
			if err != nil {
				return f, misuse("--keep-lang %s: not a BCP 47 language tag", name)
			}
			f.langs = append(f.langs, tag.String())
		}
	}
	if f.chars < 0 || f.paragraphs < 0 {
		return f, misuse("--min-chars and --min-paragraphs can't be negative")
	}
	return f, nil
}

// active reports whether f may leave something out.
func (f *filter) active() bool { return len(f.langs) > 0 || f.chars > 0 || f.paragraphs > 0 }

// A content is what is left of a document, and its language.
type content struct {
	chars, paragraphs int
	lang              string
	source            int // bytes of the text whose language this is
}

// add adds a document, or a section of one.
func (c *content) add(doc *pipeline.Document) {
	source := 0
	for i := range doc.Paragraphs {
		p := &doc.Paragraphs[i]
		source += len(p.Source())
		if p.Kept() {
			c.paragraphs++
			c.chars += utf8.RuneCountInString(p.Text())
		}
	}
	if source >= c.source {
		c.source, c.lang = source, doc.Lang.Tag
	}
}

// refuses returns why a document is not to be kept, nil if it is. Of a document
// that goes on, only its language is known.
func (f *filter) refuses(c content, whole bool) *pipeline.Rule {
	switch {
	case len(f.langs) > 0 && !slices.ContainsFunc(f.langs, func(tag string) bool { return c.lang == tag || strings.HasPrefix(c.lang, tag+"-") }):
		return ruleLang
	case whole && c.chars < f.chars:
		return ruleChars
	case whole && c.paragraphs < f.paragraphs:
		return ruleParagraphs
	}
	return nil
}

// looksLikeHTML reports whether doc is a page rather than the text of one: it
// begins as a page does, or one line in three has a closing tag.
func looksLikeHTML(doc *pipeline.Document) bool {
	const enough = 300 // lines that are looked at
	tagged, n := 0, min(len(doc.Paragraphs), enough)
	for i := range n {
		source := doc.Paragraphs[i].Source()
		if i == 0 {
			start := strings.ToLower(source[:min(len(source), 20)])
			if strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<html") {
				return true
			}
		}
		if at := strings.Index(source, "</"); at >= 0 && at+2 < len(source) && 'a' <= source[at+2]|0x20 && source[at+2]|0x20 <= 'z' {
			tagged++
		}
	}
	return n >= 3 && tagged*3 >= n
}
