// Package report makes a page of audits: what went and what stayed, and the drops
// that a person should look at.
//
// Counts are exact. Of the drops a page shows those that were the least sure,
// those with the most text at stake, and a seeded sample of each rule, so that
// an audit of any length is read in bounded memory and makes a page of a few
// megabytes. The same audits and seed make the same page.
package report

import (
	"bytes"
	"cmp"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zeebo/xxh3"
)

// Counts are those of all documents, or of those of a stage, a rule, a language
// or a site.
type Counts struct {
	Documents  int64
	Paragraphs int64 // that were read
	Dropped    int64 // paragraphs
	Edits      int64 // inside paragraphs, and of separators
	Lost       int64 // bytes of the paragraphs that were dropped
}

func (c *Counts) add(d Counts) {
	c.Documents += d.Documents
	c.Paragraphs += d.Paragraphs
	c.Dropped += d.Dropped
	c.Edits += d.Edits
	c.Lost += d.Lost
}

// Limits on what is remembered, whatever an audit holds.
const (
	maxNames  = 50_000  // rules, languages and sites, each; what comes after them is counted together
	maxLines  = 200_000 // dropped lines that are counted
	maxMends  = 50_000  // pairs of old and new that are counted
	mendBytes = 60      // longer ones are not
	nameBytes = 200     // of the name of a rule, a site or a document
)

// A Tally is what audits come to, in bounded memory.
type Tally struct {
	Counts
	Inputs   int64
	In, Out  int64 // bytes, of files
	LeftOut  int64 // documents that a filter refused
	SetAside int64 // documents that could not be read or cleaned
	CutShort bool  // an audit has no end

	stages, rules, languages, sites names
	lines, mends                    frequent
	drops                           drops

	doc     where
	counted []*name // for the edit that is counted
	key     []byte
}

// where is the document that edits belong to.
type where struct {
	id, siteName, langName literal
	site, lang             *name
}

// NewTally returns a tally that draws its samples by seed.
func NewTally(seed uint64) *Tally {
	return &Tally{
		lines: frequent{limit: maxLines}, mends: frequent{limit: maxMends},
		drops: newDrops(seed),
	}
}

// A name is a stage, a rule, a language or a site, and what is counted of it.
type name struct {
	Counts
	text             string
	why              string // of a rule
	stage            *name  // of a rule
	sum              bool   // of several that are not told apart
	doubtful, random ranking
}

// names finds names by their literals.
type names struct {
	all    map[string]*name
	others *name // all those that there was no room for
}

func (n *names) of(l literal) *name {
	if found := n.all[string(l)]; found != nil {
		return found
	}
	l = l.cut(6 * nameBytes) // an escape is six bytes long
	return n.make(string(l), short(l.text(), nameBytes))
}

// make returns the name of a key, which is made if there is none.
func (n *names) make(key, text string) *name {
	switch found := n.all[key]; {
	case found != nil:
		return found
	case len(n.all) >= maxNames:
		if n.others == nil {
			n.others = newName("others")
			n.others.sum = true
		}
		return n.others
	case n.all == nil:
		n.all = make(map[string]*name)
	}
	made := newName(text)
	n.all[key] = made
	return made
}

// ordered returns the names, those that met most first.
func (n *names) ordered() []*name {
	var all []*name
	for _, found := range n.all {
		all = append(all, found)
	}
	slices.SortFunc(all, func(a, b *name) int {
		return cmp.Or(cmp.Compare(b.Dropped, a.Dropped), cmp.Compare(b.Edits, a.Edits), cmp.Compare(b.Paragraphs, a.Paragraphs), strings.Compare(a.text, b.text))
	})
	if n.others != nil {
		all = append(all, n.others)
	}
	return all
}

// short returns s, cut after n bytes if it is longer.
func short(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// Add reads an audit.
func (t *Tally) Add(r io.Reader) error {
	s := newScanner(r)
	ended := false
	for {
		err := s.next()
		if err == io.EOF {
			t.CutShort = t.CutShort || !ended
			return nil
		}
		if err != nil {
			return err
		}
		switch s.kind {
		case "input":
			t.Inputs++
		case "document":
			t.enter(&s.document)
		case "edit":
			t.edit(&s.edit)
		case "end":
			ended = true
		}
	}
}

// enter begins a document, or a section of one.
func (t *Tally) enter(d *document) {
	t.drops.enter()
	c := Counts{Paragraphs: d.paragraphs}
	if d.section == 0 {
		c.Documents = 1
	}
	t.In += d.in
	t.Out += d.out
	if bytes.HasPrefix(d.err, []byte("filter.")) {
		t.LeftOut++
	} else if len(d.err) > 0 {
		t.SetAside++
	}
	w := &t.doc
	w.id = append(w.id[:0], d.id...)
	if w.site == nil || !bytes.Equal(w.siteName, d.site) {
		w.siteName, w.site = append(w.siteName[:0], d.site...), t.sites.of(d.site)
	}
	if w.lang == nil || !bytes.Equal(w.langName, d.lang) {
		w.langName, w.lang = append(w.langName[:0], d.lang...), t.languages.of(d.lang)
	}
	t.count(c)
}

// count adds c to what is counted of all documents and of the one that is read.
func (t *Tally) count(c Counts) {
	t.add(c)
	t.doc.site.add(c)
	t.doc.lang.add(c)
}

// edit counts an edit, and keeps a drop if it is one to look at. An edit without
// a rule, or before any document, is none of ours.
func (t *Tally) edit(e *edit) {
	if t.doc.site == nil || len(e.steps) == 0 {
		return
	}
	c := Counts{Edits: 1}
	if e.drop {
		c = Counts{Dropped: 1, Lost: e.end - e.start}
	}
	t.count(c)
	rule := t.countSteps(e, c)
	if e.drop {
		text := lineOf(e.old)
		key := xxh3.Hash(text)
		t.lines.count(key, func(h *hit) {
			h.rule, h.old, h.whole = rule, slices.Clone(text.cut(textBytes)), len(text) <= textBytes
		})
		t.drops.consider(&t.doc, e, rule, text, key)
	} else if len(e.old)+len(e.new) <= 2*mendBytes {
		t.key = append(append(append(t.key[:0], e.steps[len(e.steps)-1].rule...), e.old...), e.new...)
		t.mends.count(xxh3.Hash(t.key), func(h *hit) {
			h.rule, h.old, h.new = rule, slices.Clone(e.old), slices.Clone(e.new)
		})
	}
}

// countSteps counts an edit for each rule and stage that took part, once; a drop
// is the last one's, which it returns.
func (t *Tally) countSteps(e *edit, c Counts) *name {
	t.counted = t.counted[:0]
	for _, st := range slices.Backward(e.steps) {
		rule := t.rules.of(st.rule)
		if rule.stage == nil {
			id, _, _ := strings.Cut(rule.text, ".")
			rule.stage, rule.why = t.stages.make(id, id), short(st.why.text(), nameBytes)
		}
		for _, n := range []*name{rule, rule.stage} {
			if !slices.Contains(t.counted, n) {
				t.counted = append(t.counted, n)
				n.add(c)
			}
		}
		c = Counts{Edits: 1}
	}
	return t.counted[0]
}
