package report

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zeebo/xxh3"
)

// How many drops are kept to be looked at.
const (
	mostDoubtful = 300
	mostAtStake  = 120
	perRule      = 6 // of the least sure, and as many drawn by lot
	perLanguage  = 12
	textBytes    = 1200 // of a text that is shown
	besideBytes  = 160  // of the paragraph above or below
	cutBytes     = 76   // what an audit tells of one has so many if it goes on
)

// A drop is a paragraph that was dropped, to be looked at.
type drop struct {
	rule           *name
	key            uint64 // of the text
	score          float64
	percent        int    // the score, as it is shown
	certain        bool   // the rule does not weigh
	size           int    // bytes of the text's literal
	number         int64  // of the drop, in the audits
	lot            uint64 // drawn by the seed
	text           string // the first of it
	whole          bool   // that is all of it
	runes          int    // of the whole text
	detail         string
	also           string // the rules that mended it before
	id, site, lang string
	above, below   beside
}

// beside is some of the paragraph above or below a dropped one.
type beside struct {
	text string
	lost bool // that is dropped too
}

// drops are those to look at.
type drops struct {
	seed     uint64
	doubtful ranking
	stake    ranking

	number int64
	probe  drop
	last   literal // the drop before, if it is of the same document
	open   *drop   // that drop, if it is kept and awaits the paragraph below it
}

func newDrops(seed uint64) drops {
	return drops{
		seed:     seed,
		doubtful: ranking{limit: mostDoubtful, before: lessSure},
		stake:    ranking{limit: mostAtStake, before: moreAtStake},
	}
}

func newName(text string) *name {
	return &name{
		text:     text,
		doubtful: ranking{limit: perRule, before: lessSure},
		random:   ranking{limit: perRule, before: func(a, b *drop) bool { return a.lot < b.lot }},
	}
}

// lessSure orders drops by their scores as they are shown; of those alike, the
// one with most text is first.
func lessSure(a, b *drop) bool {
	return cmp.Or(cmp.Compare(a.percent, b.percent), cmp.Compare(b.size, a.size), cmp.Compare(a.number, b.number)) < 0
}

// moreAtStake orders drops by how much text is expected to be lost wrongly.
func moreAtStake(a, b *drop) bool {
	return cmp.Or(cmp.Compare(b.stake(), a.stake()), cmp.Compare(a.number, b.number)) < 0
}

func (d *drop) stake() float64 { return (1 - d.score) * float64(min(d.size, 4*textBytes)) }

// enter begins another document.
func (s *drops) enter() { s.last, s.open = s.last[:0], nil }

// consider keeps a drop in the rankings where it belongs.
func (s *drops) consider(doc *where, e *edit, rule *name, text literal, key uint64) {
	s.number++
	follows := len(e.before) == 0 && len(s.last) > 0 // another that was dropped
	if follows && s.open != nil {
		s.open.below = beside{first(text), true}
	}
	s.probe = drop{rule: rule, key: key, score: e.steps[len(e.steps)-1].score, size: len(text), number: s.number, lot: s.draw()}
	d := &s.probe
	if !(d.score > 0 && d.score <= 1) {
		d.score, d.certain = 1, true
	}
	d.percent = int(math.Round(d.score * 100))
	for _, r := range []*ranking{&s.doubtful, &s.stake, &rule.doubtful, &rule.random, &doc.lang.doubtful} {
		if !r.admits(d) {
			continue
		}
		if d == &s.probe {
			d = s.describe(doc, e, text)
			if follows {
				d.above = beside{first(s.last), true}
			}
		}
		r.insert(d)
	}
	if s.open = nil; d != &s.probe && len(e.after) == 0 {
		s.open = d
	}
	s.last = append(s.last[:0], text.cut(6*besideBytes)...)
}

// draw returns the lot of a drop.
func (s *drops) draw() uint64 {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], uint64(s.number))
	return xxh3.HashSeed(b[:], s.seed)
}

// describe returns the drop that is considered, with all that is shown of it.
func (s *drops) describe(doc *where, e *edit, text literal) *drop {
	d := s.probe
	last := e.steps[len(e.steps)-1]
	line := strings.TrimLeft(text.text(), "\r\n\t ")
	d.runes = utf8.RuneCountInString(line)
	d.text = short(line, textBytes)
	d.whole = len(d.text) == len(line)
	d.detail = short(last.detail.text(), textBytes)
	var also []string
	for _, st := range e.steps[:len(e.steps)-1] {
		if id := short(st.rule.text(), nameBytes); !slices.Contains(also, id) && len(also) < 8 {
			also = append(also, id)
		}
	}
	d.also = strings.Join(also, ", ")
	d.id, d.site, d.lang = short(doc.id.text(), nameBytes), doc.site.text, doc.lang.text
	d.above, d.below = beside{text: ending(first(e.before))}, beside{text: beginning(first(e.after))}
	return &d
}

// lineOf returns the literal of a dropped paragraph without the separator that
// fell with it.
func lineOf(l literal) literal {
	for {
		switch {
		case bytes.HasPrefix(l, []byte(`\n`)), bytes.HasPrefix(l, []byte(`\r`)), bytes.HasPrefix(l, []byte(`\t`)):
			l = l[2:]
		case bytes.HasPrefix(l, []byte(" ")):
			l = l[1:]
		default:
			return l
		}
	}
}

// first returns some of the beginning of a line.
func first(line literal) string {
	return short(line.cut(6*besideBytes).text(), besideBytes)
}

// ending and beginning return what an audit tells of a paragraph beside a drop
// without the word that was cut, if one was.
func ending(s string) string {
	if _, rest, ok := strings.Cut(s, " "); ok && len(s) >= cutBytes {
		return "… " + rest
	}
	return s
}

func beginning(s string) string {
	if at := strings.LastIndexByte(s, ' '); at > 0 && len(s) >= cutBytes {
		return s[:at] + " …"
	}
	return s
}

// A ranking holds the drops that come first in an order, each text once.
type ranking struct {
	limit  int
	before func(a, b *drop) bool
	drops  []*drop
	keys   map[uint64]*drop
}

// admits reports whether d belongs in r.
func (r *ranking) admits(d *drop) bool {
	if len(r.drops) >= r.limit && !r.before(d, r.drops[len(r.drops)-1]) {
		return false
	}
	same := r.keys[d.key]
	return same == nil || r.before(d, same)
}

// insert puts d, which r admits, in its place.
func (r *ranking) insert(d *drop) {
	if r.keys == nil {
		r.keys = make(map[uint64]*drop)
	}
	if same := r.keys[d.key]; same != nil {
		r.drops = slices.DeleteFunc(r.drops, func(other *drop) bool { return other == same })
	}
	at, _ := slices.BinarySearchFunc(r.drops, d, func(other, d *drop) int {
		if r.before(other, d) {
			return -1
		}
		return 1
	})
	r.drops = slices.Insert(r.drops, at, d)
	r.keys[d.key] = d
	if n := len(r.drops); n > r.limit {
		delete(r.keys, r.drops[n-1].key)
		r.drops = r.drops[:n-1]
	}
}

// shown returns all drops that are kept, the least sure first.
func (t *Tally) shown() []*drop {
	seen := make(map[uint64]*drop)
	keep := func(r *ranking) {
		for _, d := range r.drops {
			if same := seen[d.key]; same == nil || lessSure(d, same) {
				seen[d.key] = d
			}
		}
	}
	keep(&t.drops.doubtful)
	keep(&t.drops.stake)
	for _, n := range slices.Concat(t.rules.ordered(), t.languages.ordered()) {
		if len(seen) < mostShown {
			keep(&n.doubtful)
			keep(&n.random)
		}
	}
	shown := make([]*drop, 0, len(seen))
	for _, d := range seen {
		shown = append(shown, d)
	}
	slices.SortFunc(shown, func(a, b *drop) int {
		if lessSure(a, b) {
			return -1
		}
		return 1
	})
	return shown
}

// mostShown bounds the page: a drop takes about a kilobyte and a half.
const mostShown = 2000
