package typography

import (
	"iter"
	"strings"
	"unicode/utf8"
)

// A lexicon knows the function words of many languages, each with the set of
// those that have it.
type lexicon struct {
	words     map[string]uint64 // bits by place in languages
	languages []string
}

// add notes the function words of the language with the given tag.
func (x *lexicon) add(tag string, words []string) {
	const most = 64
	if len(x.languages) == most {
		return
	}
	bit := uint64(1) << len(x.languages)
	x.languages = append(x.languages, tag)
	for _, word := range words {
		x.words[word] |= bit
	}
}

// isForeign reports whether text has no function word of l, and two or more of
// another language: a title, or what somebody said.
func (l *language) isForeign(text string) bool {
	const longest = 200
	text = text[:min(len(text), longest)]
	for word := range wordsOf(text) {
		if l.known[word] {
			return false
		}
	}
	var once uint64
	for word := range wordsOf(text) {
		in := l.library.lexicon().words[word]
		if once&in != 0 {
			return true
		}
		once |= in
	}
	return false
}

// wordsOf returns the words of text that are of two bytes or more, in lower case.
func wordsOf(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := 0; i < len(text); {
			end := wordAfter(text, i)
			if end == i {
				_, n := utf8.DecodeRuneInString(text[i:])
				i += n
				continue
			}
			if end-i > 1 && !yield(strings.ToLower(text[i:end])) {
				return
			}
			i = end
		}
	}
}

// isQuotedForeign reports whether the mark at i stands in a quotation of another
// language.
func (w *mender) isQuotedForeign(i int) bool {
	const longest = 120
	head := w.text[max(0, i-longest):i]
	n := strings.LastIndexAny(head, "«»“”„")
	if n < 0 {
		return false
	}
	r, size := utf8.DecodeRuneInString(head[n:])
	return w.l.opensWith(r) && w.l.isForeign(head[n+size:])
}
