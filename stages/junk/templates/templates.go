// Package templates knows the lines that the template of a site puts on its
// pages: it finds those that recur on many documents of a site ([Counter]),
// keeps them in a file that a person can read and edit ([Read], [List.Write]),
// and adds up what was found in the parts of a dump ([Merge]).
//
// It refuses to list a line of more than [MaxWords] words: what is longer may
// be an author's sentence. What a listed line is worth as evidence is for the
// reader of the list to say.
package templates

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A List is what recurs on the documents of each site: the sites by name, the
// lines of each by [Key] different and the most frequent first.
type List struct {
	Sites []Site
}

// A Site is a host or a folder, and the lines of its template.
type Site struct {
	Name      string `yaml:"site"`
	Documents int    `yaml:"documents"` // that were looked at
	Lines     []Line `yaml:"lines"`
}

// A Line is one that recurs. Its counts are lower bounds: at least so many
// documents have it. A line that somebody wrote into the list has none.
type Line struct {
	Text      string `yaml:"line"`
	Documents int    `yaml:"documents"` // that have the line, or 0
	Inside    int    `yaml:"inside"`    // those of them that have it amid the author's lines
}

// MostlyInside reports whether the line stands amid the author's lines at least
// as often as before or after all of them.
func (l Line) MostlyInside() bool { return 2*l.Inside >= l.Documents && l.Inside > 0 }

// MaxWords is the number of words in the longest line that is listed, and
// maxBytes its length.
const (
	MaxWords = 12
	maxBytes = 240
)

// Words counts the words of a line. Where a script writes none apart, as Chinese
// does, two characters count as one.
func Words(s string) int {
	words, dense, inWord := 0, 0, false
	for _, r := range s {
		switch {
		case r >= 0x0E00 && unicode.In(r, unspaced...):
			dense++
			inWord = false
		case unicode.IsSpace(r):
			inWord = false
		case !inWord:
			inWord = true
			words++
		}
	}
	return words + (dense+1)/2
}

var unspaced = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan,
}

// Listable reports whether a line may be in a list: it holds a letter and no
// line break, and is short.
func Listable(s string) bool {
	return len(s) <= maxBytes && utf8.ValidString(s) && strings.IndexFunc(s, unicode.IsLetter) >= 0 &&
		!strings.ContainsAny(s, "\r\n") && Words(s) <= MaxWords
}

// AppendKey appends to b what is the same for lines that are taken for one:
// their letters in lower case, a 0 for each number, and one space for all that
// stands between words.
func AppendKey(b []byte, line string) []byte {
	start, gap := len(b), false
	for _, r := range line {
		switch {
		case 'a' <= r && r <= 'z':
		case unicode.IsLetter(r) || unicode.IsMark(r):
			r = unicode.ToLower(r)
		case unicode.IsDigit(r):
			if r = '0'; !gap && len(b) > start && b[len(b)-1] == '0' {
				continue
			}
		default:
			gap = true
			continue
		}
		if gap && len(b) > start {
			b = append(b, ' ')
		}
		gap = false
		b = utf8.AppendRune(b, r)
	}
	return b
}

// Key returns what [AppendKey] appends.
func Key(line string) string { return string(AppendKey(nil, line)) }

// A Floor is how often a line must recur to be listed.
type Floor struct {
	Documents int     // of the site, at least
	Share     float64 // of the documents of the site, in [0, 1], at least
}

// Authors repeat themselves too: in the headings of their sections, and in
// quantities. So a line that stands amid the author's lines, or begins with a
// number, is listed if these shares of the documents of its site have it.
const (
	oftenShare  = .5
	alwaysShare = .8 // does both
)

// admits reports whether l recurs often enough on the documents of a site.
func (f Floor) admits(l Line, documents int) bool {
	share := f.Share
	first, _ := utf8.DecodeRuneInString(l.Text)
	switch number := unicode.IsDigit(first); {
	case number && l.MostlyInside():
		share = max(share, alwaysShare)
	case number || l.MostlyInside():
		share = max(share, oftenShare)
	}
	return l.Documents >= f.Documents && float64(l.Documents) >= share*float64(documents)
}

// Above returns the lines of l that recur often enough, and those that somebody
// wrote into it.
func (l *List) Above(f Floor) *List {
	above := new(List)
	for _, site := range l.Sites {
		documents := site.Documents
		site.Lines = slices.DeleteFunc(slices.Clone(site.Lines), func(l Line) bool {
			return l.Documents > 0 && !f.admits(l, documents)
		})
		if len(site.Lines) > 0 {
			above.Sites = append(above.Sites, site)
		}
	}
	return above
}

// Merge adds up lists that were made of different documents. The order of the
// lists does not matter. A count of the sum is a lower bound too: of a line that
// one of the lists leaves out nothing is known there.
func Merge(lists ...*List) *List {
	sites := make(map[string]*Site)
	lines := make(map[string]map[string]*Line)
	for _, list := range lists {
		for _, from := range list.Sites {
			to := sites[from.Name]
			if to == nil {
				to = &Site{Name: from.Name}
				sites[from.Name], lines[from.Name] = to, make(map[string]*Line)
			}
			to.Documents += from.Documents
			for _, line := range from.Lines {
				key := Key(line.Text)
				sum := lines[from.Name][key]
				if sum == nil {
					lines[from.Name][key] = &line
					continue
				}
				sum.Text = min(sum.Text, line.Text)
				sum.Documents += line.Documents
				sum.Inside += line.Inside
			}
		}
	}
	merged := new(List)
	for name, site := range sites {
		for _, line := range lines[name] {
			site.Lines = append(site.Lines, *line)
		}
		merged.Sites = append(merged.Sites, *site)
	}
	return merged.sorted()
}

// sorted returns l with the sites and lines in the order of a list.
func (l *List) sorted() *List {
	slices.SortFunc(l.Sites, func(a, b Site) int { return cmp.Compare(a.Name, b.Name) })
	for _, site := range l.Sites {
		slices.SortFunc(site.Lines, func(a, b Line) int {
			return cmp.Or(cmp.Compare(b.Documents, a.Documents), cmp.Compare(a.Text, b.Text))
		})
	}
	return l
}
