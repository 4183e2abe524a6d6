package mojibake

import (
	"slices"
	"sync"
	"unicode"

	"tamis/stages/packs"
)

// speakers returns the numbers of the languages that have a function word.
var speakers = sync.OnceValue(func() map[string][]uint8 {
	t := make(map[string][]uint8)
	for i, l := range packs.Spellings() {
		for _, word := range l.Words {
			if !slices.Contains(t[word], uint8(i)) {
				t[word] = append(t[word], uint8(i))
			}
		}
	}
	return t
})

// worths returns what r is worth in every language.
func worths(r rune) []int8 {
	t := worthTable()
	if row, ok := t.known[r]; ok {
		return row
	}
	if r > 0x1100 && packs.IsEastAsian(r) {
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
		all := packs.Spellings()
		values := make([]int8, len(all))
		for i := range all {
			values[i] = int8(all[i].Worth(r))
		}
		return values
	}
	t.known = make(map[rune][]int8)
	for _, l := range packs.Spellings() {
		for r := range l.Ranks {
			t.known[r], t.known[unicode.ToUpper(r)] = row(r), row(unicode.ToUpper(r))
		}
	}
	t.eastAsian, t.others = row('\u4E02'), row('\uFFFD') // a rare ideograph, and no letter
	return t
})
