package packs

import (
	"fmt"
	"io/fs"
	"path"
	"sync"
	"unicode"
	"unicode/utf8"
)

// A Spelling is how a language is spelt, as far as it tells the encoding of a
// text.
type Spelling struct {
	Tag     string
	Letters string   // those beyond ASCII, the most frequent first
	Finals  string   // those of them that end words and are seldom inside
	Words   []string // function words, the most frequent first

	Ranks       map[rune]int // what each small letter is worth: up to 20, the most frequent one
	Latin       bool
	Ideographic bool // too many characters to list: those that are not are letters too
}

// Spellings returns those of the languages that tamis knows, in the order of
// their tags. They come with the program, and a test holds them to their form.
var Spellings = sync.OnceValue(func() []Spelling {
	all, err := spellings(FS)
	if err != nil {
		panic(err)
	}
	return all
})

// spellings reads decode.yaml and stopwords.txt of every language of fsys that
// has the former.
func spellings(fsys fs.FS) ([]Spelling, error) {
	names, err := fs.Glob(fsys, "*/decode.yaml")
	if err != nil {
		return nil, fmt.Errorf("find packs: %w", err)
	}
	var all []Spelling
	for _, name := range names {
		var file struct{ Letters, Finals string }
		if err := Decode(fsys, name, &file); err != nil {
			return nil, err
		}
		if file.Letters == "" || !utf8.ValidString(file.Letters) {
			return nil, fmt.Errorf("pack %s: want letters", name)
		}
		s := Spelling{Tag: path.Dir(name), Letters: file.Letters, Finals: file.Finals}
		if s.Words, err = Words(fsys, path.Join(s.Tag, "stopwords.txt")); err != nil {
			return nil, err
		}
		s.rank()
		all = append(all, s)
	}
	return all, nil
}

// rank sets what follows from the letters.
func (s *Spelling) rank() {
	n := utf8.RuneCountInString(s.Letters)
	s.Ranks = make(map[rune]int, n)
	i := 0
	for _, r := range s.Letters {
		s.Ranks[r] = 20 - 15*i/n
		s.Latin = s.Latin || unicode.Is(unicode.Latin, r)
		s.Ideographic = s.Ideographic || unicode.In(r, unicode.Han, unicode.Hangul)
		i++
	}
}

// absent is what a letter is worth that the language does not have.
const absent = -20

// Worth returns what the letter r, beyond ASCII, says for a text to be in the
// language: up to 20, and less than nothing if it has no such letter.
func (s *Spelling) Worth(r rune) int {
	if w, ok := s.Ranks[r]; ok {
		return w
	}
	if w, ok := s.Ranks[unicode.ToLower(r)]; ok {
		return w - 3
	}
	if s.Ideographic && IsEastAsian(r) {
		return 2
	}
	return absent
}

// IsEastAsian reports whether r is of a script of Chinese, Japanese or Korean.
func IsEastAsian(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana)
}
