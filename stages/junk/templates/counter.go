package templates

import (
	"cmp"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"
)

// A Met is a line of a document, as a [Counter] is told of it.
type Met struct {
	Key    uint64 // of the line: [MetLine] or [MetText]
	Text   string // empty for a line that can't be listed
	Speech bool   // looks like speech, a sentence or an item of a list
}

// MetLine returns a line that could be a template's.
func MetLine(text string, speech bool) Met {
	var buf [maxBytes]byte
	return Met{xxh3.Hash(AppendKey(buf[:0], text)), text, speech}
}

// MetText returns a line that is the text of the page, or too long to be listed.
// Where most documents have it, it is the template's too.
func MetText(text string) Met { return Met{Key: xxh3.HashString(text)} }

// Limits bound what a [Counter] takes.
type Limits struct {
	Lines  int // that it keeps an eye on, for each site
	Memory int // bytes, about, for all sites
}

// What things cost in bytes, text and the share of maps and slices included.
const (
	siteBytes    = 1 << 10
	lineBytes    = 128 + maxBytes
	textBytes    = 128
	minLines     = 16
	maxDocument  = 1 << 16 // lines of a document, the rest of which isn't counted
	forgetFactor = 4       // of the memory, one part is freed when there is none left
)

// A Counter finds the lines that recur on the documents of each site. What it
// finds is a function of what it is told, and of the order.
//
// It looks at how a line stands in its documents: outside, if all lines before
// it have been met in other documents of the site, or all lines after it, and
// else inside. Of documents that repeat an earlier one the first counts.
type Counter struct {
	// Forgotten is how many times a site had to be forgotten, for want of
	// memory. One that comes up again is counted from there.
	Forgotten int

	limits Limits
	sites  map[string]*site
	used   int // bytes, about

	// The document whose sections are being told.
	skip    bool // it is a copy
	stances map[uint64]stance
}

// A site is what has been met of one.
type site struct {
	name      string
	documents int
	lines     *sketch // that could be a template's
	texts     *sketch // the others
}

// NewCounter returns a counter that keeps to the limits, but for what little any
// site takes.
func NewCounter(limits Limits) *Counter {
	limits.Lines = max(min(limits.Lines, limits.Memory/2/(lineBytes+textBytes)), minLines)
	return &Counter{limits: limits, sites: make(map[string]*site), stances: make(map[uint64]stance)}
}

// Add tells of the lines of a document, or of a section of one, in order. Begins
// says that it is the first.
func (c *Counter) Add(name string, lines []Met, begins bool) {
	if len(lines) == 0 {
		return
	}
	s := c.sites[name]
	if s == nil {
		s = &site{name: name, lines: newSketch(c.limits.Lines), texts: newSketch(c.limits.Lines)}
		c.sites[s.name] = s
		c.used += s.bytes()
	}
	before := s.bytes()
	if begins {
		clear(c.stances)
		c.skip = s.repeats(lines)
	}
	if begins && !c.skip {
		s.documents++
	}
	c.count(s, lines)
	if c.used += s.bytes() - before; c.used > c.limits.Memory {
		c.forget(s)
	}
}

func (s *site) bytes() int {
	return siteBytes + 2*len(s.name) + lineBytes*len(s.lines.counters) + textBytes*len(s.texts.counters)
}

// met returns the counter of a line, nil if it hasn't been met.
func (s *site) met(l Met) *counter {
	if l.Text == "" {
		return s.texts.get(l.Key)
	}
	return s.lines.get(l.Key)
}

// minTemplate is the number of documents that must have a long line for it to be
// the template's: fewer may be copies.
const minTemplate = 3

// repeats reports whether a document is a copy of one that was told before: most
// of its text has been met, or, if it has none of its own, all its lines.
func (s *site) repeats(lines []Met) bool {
	met, own, all := 0, 0, true
	for _, l := range lines {
		c := s.met(l)
		all = all && c != nil
		if l.Text != "" || c != nil && c.atLeast() >= minTemplate {
			continue
		}
		own++
		if c != nil {
			met++
		}
	}
	return all || own > 1 && 2*met > own
}

// A stance is how a line stands in a document.
type stance uint8

const (
	inside  stance = 1 << iota // somewhere amid the author's lines
	said                       // and there as speech
	counted                    // has been counted
)

// count counts the lines of a document, each once; of a copy only its text.
func (c *Counter) count(s *site, lines []Met) {
	c.place(s, lines)
	for _, l := range lines {
		as, ok := c.stances[l.Key]
		if !ok || as&counted != 0 || c.skip && l.Text != "" {
			continue
		}
		c.stances[l.Key] |= counted
		if l.Text == "" {
			s.texts.add(l.Key)
			continue
		}
		n := s.lines.add(l.Key)
		if n.text == "" && n.atLeast() > 1 {
			n.text = strings.Clone(l.Text) // most lines are met once, and need none
		}
		n.inside += uint32(as & inside)
		n.said += uint32(as & said / said)
	}
}

// place notes how each line stands in the document: inside between the first and
// the last that are new.
func (c *Counter) place(s *site, lines []Met) {
	first, last := len(lines), -1
	for i, l := range lines {
		if s.met(l) == nil {
			first, last = min(first, i), i
		}
	}
	for i, l := range lines {
		as, ok := c.stances[l.Key]
		if !ok && len(c.stances) >= maxDocument {
			continue
		}
		if first < i && i < last {
			as |= inside
			if l.Speech {
				as |= said
			}
		}
		c.stances[l.Key] = as
	}
}

// forget frees memory by forgetting the sites with the fewest documents, but
// not current.
func (c *Counter) forget(current *site) {
	all := make([]*site, 0, len(c.sites))
	for _, s := range c.sites {
		if s != current {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(a, b *site) int {
		return cmp.Or(cmp.Compare(a.documents, b.documents), cmp.Compare(a.name, b.name))
	})
	for _, s := range all {
		if c.used <= c.limits.Memory-c.limits.Memory/forgetFactor {
			return
		}
		c.used -= s.bytes()
		c.Forgotten++
		delete(c.sites, s.name)
	}
}

// maxSaid is the share of the documents with a line in which it may stand as
// speech: one that does more often is the authors'.
const maxSaid = .25

// List returns the lines that recur often enough.
func (c *Counter) List(floor Floor) *List {
	list := new(List)
	for _, s := range c.sites {
		found := Site{Name: s.name, Documents: s.documents}
		for i := range s.lines.counters {
			n := &s.lines.counters[i]
			if n.text != "" && float64(n.said) <= maxSaid*float64(n.atLeast()) {
				found.Lines = append(found.Lines, Line{n.text, n.atLeast(), int(n.inside)})
			}
		}
		list.Sites = append(list.Sites, found)
	}
	return list.sorted().Above(floor)
}
