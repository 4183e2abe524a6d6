package junk

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// breadcrumbs speaks against paths of sections, with separators between them
// ("Home > News > Town") or none ("HomeNewsTown").
func breadcrumbs(pg *page) {
	for i := range pg.lines {
		l := &pg.lines[i]
		if l.at == between && i > 0 && i < len(pg.lines)-1 || len(l.text) > 160 || l.shape&(prose|item|ended) != 0 {
			continue
		}
		if !l.followed {
			l.followed = true
			l.sections, l.home = pg.path(l.text)
		}
		if n, home := l.sections, l.home; n > 1 && home || n > 2 && l.at != between {
			score := .75
			if home {
				score = .95
			}
			l.add(breadcrumbRule, score, "sections apart by a sign")
		} else if n, home := pg.glued(l.text); n > 1 && home || n > 2 && i < 3 && l.at == head {
			score := .65
			if home {
				score = .95
			}
			l.add(breadcrumbRule, score, "sections run together")
		}
	}
}

// paths are the signs that stand between sections. Only the arrows do so often
// enough to be believed where the first section is not the home page.
var paths = [...]struct {
	sign  string
	last  byte // of it but for space
	arrow bool
}{
	{">", '>', true},
	{"›", "›"[2], true},
	{"»", "»"[1], true},
	{"→", "→"[2], true},
	{"/", '/', false},
	{"\\", '\\', false},
	{"|", '|', false},
	{"•", "•"[2], false},
	{"·", "·"[1], false},
	{"::", ':', false},
	{" - ", '-', false},
	{" – ", "–"[2], false},
	{", ", ',', false},
}

// path returns the number of sections that s lists, and whether the first is
// the home page.
func (pg *page) path(s string) (n int, home bool) {
	var has [4]uint64 // a bit for each that s has: few lines have those of a sign
	for i := range len(s) {
		has[s[i]/64] |= 1 << (s[i] % 64)
	}
	for _, path := range &paths {
		if has[path.last/64]&(1<<(path.last%64)) == 0 || !strings.Contains(s, path.sign) || path.sign == "»" && strings.Contains(s, "«") {
			continue
		}
		parts := strings.Split(s, path.sign)
		home = pg.isHome(parts[0])
		if !home && !path.arrow || path.sign == ", " && len(parts) < 3 {
			return 0, false
		}
		for i, part := range parts {
			part = strings.TrimSpace(part)
			if part == "" || strings.Count(part, " ") > 3 && !(home && (i == 0 || i == len(parts)-1)) {
				return 0, false
			}
			if first, _ := utf8.DecodeRuneInString(part); (!home || path.sign == ", ") && !unicode.IsUpper(first) && !unicode.IsDigit(first) {
				return 0, false
			}
		}
		return len(parts), home
	}
	return pg.spaced(s)
}

// maxCrumbs is the number of words in the longest path without signs.
const maxCrumbs = 8

// spaced is path for sections with nothing but a space between them, all known
// and the first the home page.
func (pg *page) spaced(s string) (n int, home bool) {
	first, _, _ := strings.Cut(s, " ")
	pg.key = appendFold(pg.key[:0], first)
	if start, _, _ := bytes.Cut(pg.key, []byte{' '}); !pg.index.homeStart[string(start)] {
		return 0, false
	}
	words := strings.Fields(s)
	if len(words) < 3 || len(words) > maxCrumbs {
		return 0, false
	}
	known := pg.index.home
	for at := 0; at < len(words); n++ {
		end := len(words)
		for end > at && !known[fold(strings.Join(words[at:end], " "))] {
			end--
		}
		if end == at {
			return 0, false
		}
		at, known = end, pg.index.sections
	}
	return n, n > 2
}

// isHome reports whether s names the home page, or leads in to it: "You are
// here: Home".
func (pg *page) isHome(s string) bool {
	if before, after, ok := strings.Cut(s, ":"); ok && pg.index.home[fold(before)] {
		return after == "" || pg.index.home[fold(after)]
	}
	pg.key = appendFold(pg.key[:0], s)
	return pg.index.home[string(pg.key)]
}

// minGlued is the number of letters in the shortest section that a capital
// sets off from the one before; those of a name written so are often shorter.
const minGlued = 4

// maxGlued is the length in bytes of the longest sections run together.
const maxGlued = 90

// glued returns the number of sections that s runs together without a space
// between them, and whether the first is known as one. If it isn't, names that
// are written so must be told from them: the first word is of three.
func (pg *page) glued(s string) (n int, known bool) {
	if len(s) > maxGlued {
		return 0, false
	}
	start, first, home, short := 0, 0, false, false
	part := func(end int) bool {
		p := s[start:end]
		capital, _ := utf8.DecodeRuneInString(p)
		if strings.Count(p, " ") > 2 || !unicode.IsUpper(capital) || strings.HasSuffix(p, " ") {
			return false
		}
		pg.key = appendFold(pg.key[:0], p)
		if n == 0 {
			home = pg.index.home[string(pg.key)]
			known = home || pg.index.sections[string(pg.key)]
		}
		short = short || len(pg.key) < minGlued
		n++
		start = end
		return true
	}
	var previous rune
	for i, r := range s {
		switch {
		case unicode.IsUpper(r) && unicode.IsLower(previous):
			if !part(i) {
				return 0, false
			}
		case r == ' ' && first == 0:
			first = n + 1
		case !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" -’'&", r):
			return 0, false
		}
		previous = r
	}
	switch {
	case start == 0, !part(len(s)), !home && short, !known && first != 0 && first < 3, pg.heard(s):
		return 0, false
	}
	return n, known
}

// heard reports whether a line of the text says the words with a capital inside
// that s has: then they are names.
func (pg *page) heard(s string) bool {
	for w := range strings.FieldsSeq(s) {
		rest := strings.TrimLeftFunc(w, unicode.IsUpper)
		if strings.IndexFunc(rest, unicode.IsUpper) < 0 {
			continue
		}
		for i := range pg.lines {
			if l := &pg.lines[i]; l.shape&prose != 0 && strings.Contains(l.text, w) {
				return true
			}
		}
	}
	return false
}
