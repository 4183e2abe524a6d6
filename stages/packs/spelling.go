package packs

import (
	"fmt"
	"io/fs"
	"path"
	"unicode/utf8"
)

// A Spelling is how a language is spelt, as far as it tells the encoding of a
// text.
type Spelling struct {
	Tag     string
	Letters string   // those beyond ASCII, the most frequent first
	Finals  string   // those of them that end words and are seldom inside
	Words   []string // function words, the most frequent first
}

// Spellings reads decode.yaml and stopwords.txt of every language of fsys that
// has the former, in the order of their tags.
func Spellings(fsys fs.FS) ([]Spelling, error) {
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
		tag := path.Dir(name)
		words, err := Words(fsys, path.Join(tag, "stopwords.txt"))
		if err != nil {
			return nil, err
		}
		all = append(all, Spelling{Tag: tag, Letters: file.Letters, Finals: file.Finals, Words: words})
	}
	return all, nil
}
