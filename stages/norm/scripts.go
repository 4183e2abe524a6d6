package norm

import (
	"fmt"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"

	"tamis/stages/packs"
)

// scripts is what the stage knows of scripts.
type scripts struct {
	plain      []*unicode.RangeTable
	spaced     []*unicode.RangeTable // the plain ones among them
	markup     []string
	lookalikes []lookalikes
}

// lookalikes pairs letters of a script with the Latin ones they look like.
type lookalikes struct {
	table   *unicode.RangeTable
	toLatin map[rune]rune
	toOther map[rune]rune
	ascii   [utf8.RuneSelf]bool // those of toOther that are ASCII
	rare    map[rune]bool       // letters of the script that few languages have
	inner   map[rune]bool       // letters, of either script, mended only inside a word
}

// load reads und/norm.yaml.
func load(fsys fs.FS) (scripts, error) {
	const name = "und/norm.yaml"
	var file struct {
		Plain      []string `yaml:"plain"`
		Spaced     []string `yaml:"spaced"`
		Markup     []string `yaml:"markup"`
		Lookalikes []struct {
			Script string `yaml:"script"`
			Pairs  string `yaml:"pairs"`
			Rare   string `yaml:"rare"`
			Inner  string `yaml:"inner"`
		} `yaml:"lookalikes"`
	}
	if err := packs.Decode(fsys, name, &file); err != nil {
		return scripts{}, err
	}
	s := scripts{markup: file.Markup}
	for i, script := range append(file.Plain, file.Spaced...) {
		table := unicode.Scripts[script]
		if table == nil {
			return scripts{}, fmt.Errorf("pack %s: no script is called %q", name, script)
		}
		if s.spaced = append(s.spaced, table); i < len(file.Plain) {
			s.plain = s.spaced
		}
	}
	for _, l := range file.Lookalikes {
		table := unicode.Scripts[l.Script]
		if table == nil {
			return scripts{}, fmt.Errorf("pack %s: lookalikes: no script is called %q", name, l.Script)
		}
		like := lookalikes{table: table, toLatin: make(map[rune]rune), toOther: make(map[rune]rune), rare: make(map[rune]bool), inner: make(map[rune]bool)}
		for _, err := range []error{like.add(l.Pairs, nil), like.add(l.Rare, like.rare), like.add(l.Inner, like.inner)} {
			if err != nil {
				return scripts{}, fmt.Errorf("pack %s: lookalikes of %s: %w", name, l.Script, err)
			}
		}
		s.lookalikes = append(s.lookalikes, like)
	}
	return s, nil
}

// add adds pairs of a Latin letter and another, and notes them in marked.
func (l *lookalikes) add(pairs string, marked map[rune]bool) error {
	for pair := range strings.FieldsSeq(pairs) {
		runes := []rune(pair)
		if len(runes) != 2 || !unicode.Is(unicode.Latin, runes[0]) || !unicode.Is(l.table, runes[1]) {
			return fmt.Errorf("%q is not a Latin letter and one of the script", pair)
		}
		if l.toLatin[runes[1]] != 0 || l.toOther[runes[0]] != 0 {
			return fmt.Errorf("%q has a letter that stands in another pair", pair)
		}
		l.toLatin[runes[1]], l.toOther[runes[0]] = runes[0], runes[1]
		if runes[0] < utf8.RuneSelf {
			l.ascii[runes[0]] = true
		}
		if marked != nil {
			marked[runes[0]], marked[runes[1]] = true, true
		}
	}
	return nil
}

// isPlain reports whether joiners mean nothing beside r: a letter of a plain
// script, or no letter at all. Pictographs are not plain, nor is what is not
// known.
func (s *scripts) isPlain(r rune) bool { return isOf(r, s.plain) }

// isSpaced reports whether a space without width means nothing beside r.
func (s *scripts) isSpaced(r rune) bool {
	return isOf(r, s.spaced) || unicode.Is(unicode.M, r) && unicode.In(r, s.spaced...)
}

// isOf reports whether r is a letter of the scripts or no letter at all.
func isOf(r rune, scripts []*unicode.RangeTable) bool {
	switch {
	case r == unknown || r == utf8.RuneError:
		return false
	case r < utf8.RuneSelf:
		return true
	case unicode.IsLetter(r):
		return unicode.In(r, scripts...)
	}
	return !unicode.In(r, unicode.So, unicode.Sk, unicode.M, unicode.Cn, unicode.Co)
}

// speaksOfMarkup reports whether the name of a markup language is a word of
// text.
func (s *scripts) speaksOfMarkup(text string) bool {
	for _, name := range s.markup {
		for rest := text; ; {
			i := indexFold(rest, name)
			if i < 0 {
				break
			}
			before, _ := utf8.DecodeLastRuneInString(rest[:i])
			after, _ := utf8.DecodeRuneInString(rest[i+len(name):])
			if !unicode.IsLetter(before) && !strings.ContainsRune("./_", before) && !unicode.IsLetter(after) {
				return true
			}
			rest = rest[i+len(name):]
		}
	}
	return false
}

// indexFold returns the place of the ASCII word in s, small or capital.
func indexFold(s, word string) int {
	for at := 0; ; at++ {
		i := strings.IndexAny(s[at:], word[:1]+strings.ToUpper(word[:1]))
		if i < 0 || at+i+len(word) > len(s) {
			return -1
		}
		at += i
		if strings.EqualFold(s[at:at+len(word)], word) {
			return at
		}
	}
}
