package mojibake

import (
	"slices"
	"sync"
	"unicode"
	"unicode/utf8"

	"tamis/stages/packs"
)

// A language is how one is spelt.
type language struct {
	packs.Spelling
	rank        map[rune]int8 // what each small letter is worth
	latin       bool
	ideographic bool // too many characters to list: those that are not are letters too
}

// languages reads the packs of all languages. They come with the program, and a
// test holds them to their form.
var languages = sync.OnceValue(func() []language {
	spellings, err := packs.Spellings(packs.FS)
	if err != nil {
		panic(err)
	}
	var all []language
	for _, s := range spellings {
		l := language{Spelling: s, rank: make(map[rune]int8)}
		n := utf8.RuneCountInString(s.Letters)
		i := 0
		for _, r := range s.Letters {
			l.rank[r] = int8(20 - 15*i/n)
			l.latin = l.latin || unicode.Is(unicode.Latin, r)
			l.ideographic = l.ideographic || unicode.In(r, unicode.Han, unicode.Hangul)
			i++
		}
		all = append(all, l)
	}
	return all
})

// speakers returns the numbers of the languages that have a function word.
var speakers = sync.OnceValue(func() map[string][]uint8 {
	t := make(map[string][]uint8)
	for i, l := range languages() {
		for _, word := range l.Words {
			if !slices.Contains(t[word], uint8(i)) {
				t[word] = append(t[word], uint8(i))
			}
		}
	}
	return t
})

// absent is what a letter is worth that the language does not have.
const absent = -20

// worth returns what the letter r, beyond ASCII, says for a text to be in the
// language: up to 20, and less than nothing if it has no such letter.
func (l *language) worth(r rune) int {
	if w, ok := l.rank[r]; ok {
		return int(w)
	}
	if w, ok := l.rank[unicode.ToLower(r)]; ok {
		return int(w) - 3
	}
	if l.ideographic && isEastAsian(r) {
		return 2
	}
	return absent
}

func isEastAsian(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana)
}

// worths returns what r is worth in every language.
func worths(r rune) []int8 {
	t := worthTable()
	if row, ok := t.known[r]; ok {
		return row
	}
	if r > 0x1100 && isEastAsian(r) {
		return t.eastAsian
	}
	return t.others
}

// worthTable holds the rows that worths returns.
var worthTable = sync.OnceValue(func() (t struct {
	known             map[rune][]int8
	eastAsian, others []int8
},
) {
	row := func(r rune) []int8 {
		all := languages()
		values := make([]int8, len(all))
		for i := range all {
			values[i] = int8(all[i].worth(r))
		}
		return values
	}
	t.known = make(map[rune][]int8)
	for _, l := range languages() {
		for r := range l.rank {
			t.known[r], t.known[unicode.ToUpper(r)] = row(r), row(unicode.ToUpper(r))
		}
	}
	t.eastAsian, t.others = row('\u4E02'), row('\uFFFD') // a rare ideograph, and no letter
	return t
})
