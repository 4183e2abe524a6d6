package junk

import (
	"slices"
	"strings"

	"tamis/pipeline"
	"tamis/stages/junk/linemodel"
)

// voices are what speaks about a page beside the packs. Each adds evidence to
// the lines of a page, and may read what those before it have said.
var voices = []func(*page){recurring, breadcrumbs, echoes, foreigners, repetitions, teasers, strangers, blocks, runs, strays, suspicions, intruders}

var (
	breadcrumbRule = &pipeline.Rule{ID: "junk.breadcrumb", Why: "the path of sections that leads to the page"}
	echoRule       = &pipeline.Rule{ID: "junk.echo", Why: "a count or link that repeats the title of the page"}
	foreignRule    = &pipeline.Rule{ID: "junk.foreign", Why: "a short line in another language than the document"}
	repeatRule     = &pipeline.Rule{ID: "junk.repeat", Why: "a stray word that recurs between paragraphs"}
	teaserRule     = &pipeline.Rule{ID: "junk.teaser", Why: "a title of something else behind a lead-in"}
	topicRule      = &pipeline.Rule{ID: "junk.topic", Why: "a headline that has nothing to do with the document"}
	blockRule      = &pipeline.Rule{ID: "junk.block", Why: "one of the headlines listed under a line of the template"}
	strayRule      = &pipeline.Rule{ID: "junk.stray", Why: "a short line below the author's text that has nothing to do with it"}
	runRule        = &pipeline.Rule{ID: "junk.run", Why: "a short line amid lines of the template"}
)

// echoes speaks against a short line that quotes the title of the page, as
// comment counts do.
func echoes(pg *page) {
	var first map[uint64]int // line of each key, once it is needed
	for i := range pg.lines {
		l := &pg.lines[i]
		if l.at == head || l.shape&(prose|item) != 0 || l.words < 5 || l.words > 40 {
			continue
		}
		open := firstQuote(l.text)
		if open <= 0 {
			continue
		}
		title := l.text[open:]
		if len(title) < minTitle {
			continue
		}
		if first == nil {
			first = make(map[uint64]int, len(pg.lines))
			for j := range slices.Backward(pg.lines) {
				first[pg.lines[j].key] = j
			}
		}
		if j, ok := first[linemodel.Identity(title)]; ok && j < i {
			l.add(echoRule, .6, "repeats a line of the document")
		}
	}
}

// minTitle is the length in bytes of the shortest title worth looking for.
const minTitle = 22

// firstQuote returns the place of the first opening quotation mark of s, or -1.
// To look for one after the other takes less time than for all together.
func firstQuote(s string) int {
	first := -1
	for _, mark := range [...]string{"«", "“", "„", `"`} {
		if i := strings.Index(s, mark); i >= 0 {
			first, s = i, s[:i]
		}
	}
	return first
}
