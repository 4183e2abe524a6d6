package decode

import (
	"sync"
	"unicode"
	"unicode/utf8"

	"tamis/stages/packs"
)

// A language is what one looks like in a legacy encoding.
type language struct {
	latin bool
	rank  map[rune]int // of small letters: up to 20, the most frequent one
	sum   int          // of all ranks
	words map[string]bool
}

// languages reads the packs of those written in alphabets. They come with the
// program, and a test holds them to their form.
var languages = sync.OnceValue(func() []language {
	spellings, err := packs.Spellings(packs.FS)
	if err != nil {
		panic(err)
	}
	var all []language
	for _, s := range spellings {
		first, _ := utf8.DecodeRuneInString(s.Letters)
		if isEastAsian(first) {
			continue
		}
		l := language{latin: unicode.Is(unicode.Latin, first), rank: make(map[rune]int), words: make(map[string]bool)}
		n := utf8.RuneCountInString(s.Letters)
		i := 0
		for _, r := range s.Letters {
			l.rank[r] = 20 - 15*i/n
			l.sum += l.rank[r]
			i++
		}
		for _, word := range s.Words {
			l.words[word] = true
		}
		all = append(all, l)
	}
	return all
})

func isEastAsian(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// worth returns what the letter r is worth in this language: up to 20, and less
// than nothing if it has no such letter.
func (l *language) worth(r rune) int {
	if w, ok := l.rank[r]; ok {
		return w
	}
	if w, ok := l.rank[unicode.ToLower(r)]; ok {
		return w - 3
	}
	return -20
}

// frequentHan holds the frequent ideographs of Chinese, in either spelling, and
// of Japanese.
var frequentHan = sync.OnceValue(func() map[rune]bool {
	spellings, err := packs.Spellings(packs.FS)
	if err != nil {
		panic(err)
	}
	m := make(map[rune]bool)
	for _, s := range spellings {
		for _, r := range s.Letters {
			if unicode.Is(unicode.Han, r) {
				m[r] = true
			}
		}
	}
	return m
})
