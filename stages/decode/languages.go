package decode

import (
	"sync"
	"unicode"

	"tamis/stages/packs"
)

// A language is what one looks like in a legacy encoding.
type language struct {
	packs.Spelling
	sum   int // of the ranks of all letters
	words map[string]bool
}

// languages returns those written in alphabets.
var languages = sync.OnceValue(func() []language {
	var all []language
	for _, s := range packs.Spellings() {
		if s.Ideographic {
			continue
		}
		l := language{Spelling: s, words: make(map[string]bool)}
		for _, rank := range s.Ranks {
			l.sum += rank
		}
		for _, word := range s.Words {
			l.words[word] = true
		}
		all = append(all, l)
	}
	return all
})

// frequentHan holds the frequent ideographs of Chinese, in either spelling, and
// of Japanese.
var frequentHan = sync.OnceValue(func() map[rune]bool {
	m := make(map[rune]bool)
	for _, s := range packs.Spellings() {
		for _, r := range s.Letters {
			if unicode.Is(unicode.Han, r) {
				m[r] = true
			}
		}
	}
	return m
})
