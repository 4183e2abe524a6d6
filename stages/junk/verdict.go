package junk

import (
	"bytes"
	"slices"
	"strings"
	"unicode"

	"tamis/pipeline"
)

// An evidence is what one voice says against a line.
type evidence struct {
	rule   *pipeline.Rule
	score  float64
	detail string
}

// A place says where in the document a line stands.
type place uint8

const (
	between place = iota // between the first and the last line of prose, or nowhere in particular
	head
	tail
)

// locate finds the author's prose and the place of each line, and asks the line model
// and the packs.
func (pg *page) locate() {
	pg.reshape()
	pg.first, pg.last, pg.prose = len(pg.lines), -1, 0
	for i := range pg.lines {
		if pg.lines[i].shape&prose != 0 && pg.lines[i].suspicion() < .5 {
			pg.first, pg.last = min(pg.first, i), i
			pg.prose++
		}
	}
	for i := range pg.lines {
		l := &pg.lines[i]
		l.at = between
		if pg.prose > 0 && i < pg.first {
			l.at = head
		} else if pg.prose > 0 && i > pg.last {
			l.at = tail
		}
	}
	pg.inBody = pg.inBody[:0]
	for i := pg.first; i <= pg.last; i++ {
		for _, r := range pg.lines[i].rules {
			if r.Once && !slices.Contains(pg.inBody, r) {
				pg.inBody = append(pg.inBody, r)
			}
		}
	}
	pg.title = pg.findTitle()
	pg.look()
	for i := range pg.lines {
		pg.consider(i)
	}
}

// How long the shortest line is that is taken for a title: in words, and in bytes in
// a script that doesn't part them.
const (
	titleWords = 4
	titleBytes = 24
)

// findTitle returns the line above the text that must be its title: the only one
// that no rule condemns, or of several the one that shares the most words with the
// text; -1 if there is none. However it sells, the page is about it.
func (pg *page) findTitle() int {
	title, most := -1, -1 // most words are counted once they tell of two lines
	for i := range pg.first {
		l := &pg.lines[i]
		switch {
		case !pg.mayTitle(l):
		case title < 0:
			title = i
		default:
			if most < 0 {
				_, most = pg.shared(&pg.lines[title])
			}
			if _, shared := pg.shared(l); shared > most {
				title, most = i, shared
			}
		}
	}
	if most == 0 {
		return -1
	}
	return title
}

// mayTitle reports whether l, above the text, has the form of a title.
func (pg *page) mayTitle(l *line) bool {
	return l.at == head && !l.ruled() && l.shape&(item|table) == 0 && !strings.ContainsAny(l.text, ">›»→") &&
		(l.words >= titleWords || len(l.text) >= titleBytes && unspaced(l.text))
}

// consider turns the rules that matched line i into evidence. Hints speak about the
// same thing, and only the strongest counts.
func (pg *page) consider(i int) {
	l := &pg.lines[i]
	l.evidence = l.evidence[:0]
	l.halved, l.speaks = false, false
	var hint *rule
	for _, r := range l.rules {
		switch {
		case r.Hint != nil && (!l.headline() || i == pg.title):
		case r.Hint != nil && (hint == nil || r.Score > hint.Score):
			hint = r
		case r.Hint == nil:
			l.add(r.reason, pg.weigh(i, r), "its words")
		}
	}
	if hint != nil {
		l.add(hint.reason, pg.weigh(i, hint), "its words")
	}
}

// weigh returns what r, having matched line i, says against it. It says half as
// much where the line is a part of what there is to read, where it is a speech and r
// names it word for word, where the author speaks of the same thing, where the line is
// one of a series between paragraphs, of a button that doesn't stand below a line of the
// template, of the label of a list that the author's text goes on after, of one that
// authors put over their sentences, of a few words over a paragraph if r is a hint, where
// r knows another language than the line, and where the line model is sure of the author,
// unless the user brought the rule.
func (pg *page) weigh(i int, r *rule) float64 {
	l := &pg.lines[i]
	score := r.scoreAt(l.at)
	switch {
	case l.shape&wrapped != 0,
		l.looks < minTrust && !r.users,
		r.Button && !pg.follows(i),
		r.Lines != nil && l.says(),
		pg.guests && strings.HasPrefix(r.reason.ID, guest) && (pg.native(l) || r.Hint != nil && accented(l.text)),
		l.shape&capital != 0 && pg.headsText(i) && pg.isLabel(l),
		r.Hint != nil && !r.Sells && l.words <= shortHeading && pg.parts(i),
		r.Opens && l.at == between && i+1 < len(pg.lines) && pg.lines[i+1].shape&item != 0,
		l.at == between && pg.prose > 0 && r.Lines != nil && score > .5 && pg.about(l),
		l.at != between && r.Once && slices.Contains(pg.inBody, r):
		score /= 2
		l.halved = true
	}
	return score
}

// says reports whether l is a speech of a dialogue, with its full stop.
func (l *line) says() bool {
	return l.shape&ended != 0 && (l.shape&quoted != 0 || l.dialogue()) && !strings.HasSuffix(l.text, "…") && !strings.HasSuffix(l.text, "...")
}

// shortHeading is how many words a line has at most that heads a paragraph before it
// sells anything.
const shortHeading = 4

// guest begins the names of the rules that are heard in a document of any
// language.
const guest = "junk.en."

// native reports whether l is in the language of the document, by the stop words
// that it holds.
func (pg *page) native(l *line) bool {
	n := 0
	pg.key = appendFold(pg.key[:0], l.text)
	for w := range bytes.FieldsSeq(pg.key) {
		n += one(pg.index.stop[string(w)])
	}
	return n > 1
}

// accented reports whether s holds a letter that English does without.
func accented(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 'À' && unicode.IsLetter(r) }) >= 0
}

// follows reports whether line i stands right below a line of the template, or
// below other buttons that do.
func (pg *page) follows(i int) bool {
	for i--; i >= 0; i-- {
		if pg.lines[i].certain() {
			return true
		}
		if !slices.ContainsFunc(pg.lines[i].rules, func(r *rule) bool { return r.Button }) {
			return false
		}
	}
	return false
}

// suspicion returns the score of the surest rule that matched l, wherever it is.
func (l *line) suspicion() float64 {
	best := 0.
	for _, r := range l.rules {
		best = max(best, r.Score)
	}
	return best
}

// weight ranks the evidence against a line, to name the line's fall by it: what
// the line model says is told last, for the others give better reasons.
func (e *evidence) weight() float64 {
	if e.rule == lineRule {
		return e.score / 4
	}
	return e.score
}

// add notes what a rule says against l, unless it is switched off.
func (l *line) add(rule *pipeline.Rule, score float64, detail string) {
	if l.p.On(rule) {
		l.evidence = append(l.evidence, evidence{rule, score, detail})
	}
}

// score weighs what was said against l together, as if the voices were
// independent.
func (l *line) score() float64 {
	innocent := 1.
	for _, e := range l.evidence {
		innocent *= 1 - e.score
	}
	return 1 - innocent
}

// decide drops the lines against which there is enough evidence, forgets them,
// and reports whether there were any.
func (pg *page) decide(s Strictness) bool {
	guilty := 0
	for i := range pg.lines {
		if l := &pg.lines[i]; l.score() >= s.threshold(l.at) {
			guilty++
		}
	}
	if guilty == 0 || guilty == len(pg.lines) {
		return false
	}
	kept := 0
	for i := range pg.lines {
		l := &pg.lines[i]
		if l.score() >= s.threshold(l.at) && pg.drop(l) {
			if pg.fitted != nil {
				pg.model.Remove(l.n)
			}
			continue
		}
		if kept != i {
			pg.lines[kept], pg.lines[i] = pg.lines[i], pg.lines[kept]
		}
		kept++
	}
	dropped := kept < len(pg.lines)
	pg.lines = pg.lines[:kept]
	pg.same = nil
	return dropped
}

// drop removes l by the strongest evidence, and reports whether it may go.
func (pg *page) drop(l *line) bool {
	best := 0
	for i, e := range l.evidence {
		if e.weight() > l.evidence[best].weight() {
			best = i
		}
	}
	return l.p.Drop(l.evidence[best].rule, l.score(), pg.detail(l, best))
}

// detail names the evidence against l: what the strongest found, and who agreed.
func (pg *page) detail(l *line, best int) string {
	strongest := l.evidence[best].detail
	pg.key = append(pg.key[:0], strongest...)
	for i, e := range l.evidence {
		if i == best || e.score == 0 {
			continue
		}
		if len(pg.key) > 0 {
			pg.key = append(pg.key, "; "...)
		}
		pg.key = append(append(pg.key, "also "...), e.rule.ID...)
		if e.detail != "" {
			pg.key = append(append(pg.key, ": "...), e.detail...)
		}
	}
	if len(pg.key) == len(strongest) {
		return strongest
	}
	return pg.doc.Keep(pg.key)
}
