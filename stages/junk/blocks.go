package junk

import (
	"slices"
)

// blocks speaks against the headlines under a line that opens a list of links at
// the end of the document (in the midst of it the last headline may head what
// follows), and against all that follows where the author's text must have ended.
func blocks(pg *page) {
	if !pg.mayEnd() {
		return
	}
	before, after, paragraphs, certain, lastLong := 0, 0, 0, 0, -1 // but for before, of the lines that are left
	for i := range pg.lines {
		l := &pg.lines[i]
		if long(l.text) {
			after += len(l.text)
			paragraphs++
		}
		certain += one(l.certain())
		if l.shape&(prose|wrapped) != 0 || len(l.text) > shortBytes {
			lastLong = i
		}
	}
	listed := false
	for i := range pg.lines {
		l := &pg.lines[i]
		switch {
		case !listed && i >= lastLong && pg.opens(i):
			// In a short text the list is short, and the author may go on below it.
			pg.below(i, .65, "under a line that opens a list of links", pg.sights.little > 0)
			listed = true
		case i+1 < len(pg.lines) && l.ends() && endsText(before, after, paragraphs, certain):
			pg.below(i, .75, "below the end of the author's text", false)
			return
		}
		if long(l.text) {
			before += len(l.text)
			after -= len(l.text)
			paragraphs--
		}
		certain -= one(l.certain())
	}
}

// mayEnd reports whether the author's text may end above some line.
func (pg *page) mayEnd() bool {
	for i := range pg.lines {
		if pg.lines[i].ends() || pg.opens(i) {
			return true
		}
	}
	return false
}

// below speaks against all lines below line i, or all but those that are trusted.
func (pg *page) below(i int, score float64, detail string, butTrusted bool) {
	for j := i + 1; j < len(pg.lines); j++ {
		if l := &pg.lines[j]; !butTrusted || !l.trusted() {
			l.add(blockRule, score, detail)
		}
	}
}

// opens reports whether a rule that opens a list is sure of line i.
func (pg *page) opens(i int) bool {
	for _, r := range pg.lines[i].rules {
		if r.Opens && r.scoreAt(pg.lines[i].at) >= .7 {
			return true
		}
	}
	return false
}

// ends reports whether a rule is sure that the author's text ends above l.
func (l *line) ends() bool {
	return slices.ContainsFunc(l.rules, func(r *rule) bool { return r.Ends && r.Score >= .7 })
}

// endsText reports whether an author's text may end where there is so much prose
// before, in bytes, and so much after, in so many paragraphs, with so many lines
// that are certainly the template's.
func endsText(before, after, paragraphs, certain int) bool {
	return before > minAuthor && before > after && (certain >= max(2, paragraphs) || after == 0)
}

// minAuthor is the length in bytes of the shortest prose that may be all of an
// author's text.
const minAuthor = 600

// runs speaks against short lines at the ends of a document that stand between
// lines of the template.
func runs(pg *page) {
	if pg.prose == 0 {
		return
	}
	pg.runsIn(0, pg.first)
	pg.runsIn(pg.last+1, len(pg.lines))
}

const reach = 3 // lines between two of the template that they may speak for

func (pg *page) runsIn(start, end int) {
	before := -1
	for i := start; i < end; i++ {
		if !pg.lines[i].certain() {
			continue
		}
		if before >= 0 && i-before <= reach+1 {
			for j := before + 1; j < i; j++ {
				l := &pg.lines[j]
				if l.shape&wrapped != 0 || !pg.unattached(j) {
					continue
				}
				if all, shared := pg.shared(l); shared == 0 || l.at != head && shared*3 <= all {
					l.add(runRule, .6, "between lines of the template")
				}
			}
		}
		before = i
	}
}

// unattached reports whether line i is a short one that heads no text, and that the line
// model does not take for the author's.
func (pg *page) unattached(i int) bool {
	l := &pg.lines[i]
	return l.words > 0 && l.words <= 12 && l.lone() && !l.trusted() && !pg.headsText(i)
}

// certain reports whether the packs alone condemn l.
func (l *line) certain() bool {
	for _, r := range l.rules {
		if r.scoreAt(l.at) >= .7 {
			return true
		}
	}
	return false
}

// strays speaks against short lines that share no word with the author's text,
// where lines of the template have begun below it.
func strays(pg *page) {
	if pg.prose < 3 {
		return
	}
	begun := false
	for i := pg.last + 1; i < len(pg.lines); i++ {
		l := &pg.lines[i]
		if l.certain() {
			begun = true
			continue
		}
		if !begun || '0' <= l.text[0] && l.text[0] <= '9' || !pg.unattached(i) {
			continue
		}
		if all, shared := pg.shared(l); shared == 0 && all > 0 {
			l.add(strayRule, .6, "below lines of the template, and shares no word with the text")
		}
	}
}
