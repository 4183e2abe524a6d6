package norm

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tamis/pipeline"
)

// evidence counts the letters of a text that can be told apart by sight. A
// repair changes none of them, so it can't change what the next one is judged
// by.
type evidence struct {
	latin, other int
}

// A word is a run of letters and marks, and what it is made of.
type word struct {
	start, end          int
	latin, other, third int // letters of Latin, of the other script, of neither
	sureLatin           int // those that look like none of the other script
	sureOther           int
}

// A survey is what the whole document says of two scripts. It is made when a
// word asks for it.
type survey struct {
	made   bool
	weight evidence
	uses   map[rune]bool // rare letters in words all of the script
}

// homoglyphs mends words in which look-alikes of another script stand, where
// the other letters of the word and of the text agree on the script.
func (w *work) homoglyphs() {
	if len(w.mixed) == 0 {
		return
	}
	// A letter that goes to one script no longer speaks for the script that it
	// was of, when a third is weighed against that.
	for round, changed := 0, true; changed && round < len(w.scripts.lookalikes); round++ {
		changed = false
		for k := range w.scripts.lookalikes {
			changed = w.mendMixed(&w.scripts.lookalikes[k]) || changed
		}
	}
}

// mendMixed mends the words in which two scripts meet.
func (w *work) mendMixed(like *lookalikes) (changed bool) {
	var whole survey
	for _, i := range w.mixed {
		p := &w.doc.Paragraphs[i]
		if w.replaceLookalikes(p, like, &whole) {
			w.mend(p)
			changed = true
		}
	}
	return changed
}

// survey weighs the whole document and lists its rare letters.
func (w *work) survey(like *lookalikes, s *survey) {
	if s.made {
		return
	}
	*s = survey{made: true, uses: make(map[rune]bool)}
	for i := range w.doc.Paragraphs {
		text := w.doc.Paragraphs[i].Text()
		for at := 0; ; {
			x := nextWord(text, at, like)
			if x.end == 0 {
				break
			}
			s.weight.latin += x.sureLatin
			s.weight.other += x.sureOther
			if x.other > 0 && x.latin == 0 && x.third == 0 {
				for _, r := range text[x.start:x.end] {
					if like.rare[r] {
						s.uses[r] = true
					}
				}
			}
			at = x.end
		}
	}
}

// enoughLetters is how many letters a paragraph must have to be judged by.
const enoughLetters = 12

// replaceLookalikes mends the words of a paragraph.
func (w *work) replaceLookalikes(p *pipeline.Paragraph, like *lookalikes, whole *survey) bool {
	text := p.Text()
	var e evidence
	weighed := false
	edits := w.edits[:0]
	for at := 0; ; {
		x := nextWord(text, at, like)
		if x.end == 0 {
			break
		}
		at = x.end
		if x.latin == 0 || x.other == 0 || x.third > 0 || x.sureLatin > 0 && x.sureOther > 0 ||
			p.CutStart && x.start == 0 || p.CutEnd && x.end == len(text) {
			continue
		}
		if !weighed {
			e, weighed = w.weighs(text, like, whole), true
		}
		var table map[rune]rune
		switch {
		case x.sureLatin > 0 && x.latin+x.other > 2 && e.latin >= 2*e.other:
			table = like.toLatin
		case x.sureOther > 0 && e.other >= 2*e.latin:
			table = like.toOther
		case x.sureLatin+x.sureOther+e.other == 0 && x.latin+x.other > 2:
			table = like.toLatin // it could be of either, the text could not
		default:
			continue
		}
		edits = w.mendWord(edits, text[x.start:x.end], x.start, like, table, whole)
	}
	return w.apply(p, edits)
}

// weighs returns the evidence of text, or of the whole document where that is
// too short.
func (w *work) weighs(text string, like *lookalikes, whole *survey) evidence {
	if e := weigh(text, like); e.latin+e.other >= enoughLetters {
		return e
	}
	w.survey(like, whole)
	return whole.weight
}

// weigh counts the letters of text.
func weigh(text string, like *lookalikes) (e evidence) {
	for at := 0; ; {
		x := nextWord(text, at, like)
		if x.end == 0 {
			return e
		}
		e.latin += x.sureLatin
		e.other += x.sureOther
		at = x.end
	}
}

// mendWord appends the edits that bring word, at start, into one script, if it
// is shaped as words are.
func (w *work) mendWord(edits []pipeline.Edit, word string, start int, like *lookalikes, table map[rune]rune, whole *survey) []pipeline.Edit {
	if !isWordShaped(word) {
		return edits
	}
	made := edits
	for i, r := range word {
		repl, n := table[r], utf8.RuneLen(r)
		if repl == 0 {
			continue
		}
		if like.rare[repl] && unicode.Is(like.table, repl) {
			if w.survey(like, whole); !whole.uses[repl] {
				return edits
			}
		}
		if like.inner[r] && (i == 0 || i+n == len(word)) {
			return edits
		}
		made = append(made, pipeline.Edit{Rule: homoglyph, Start: start + i, End: start + i + n, New: string(repl)})
	}
	return made
}

// isWordShaped reports whether word is small, capital, or small after its first
// letter. TNFα and PDFа are not.
func isWordShaped(word string) bool {
	_, n := utf8.DecodeRuneInString(word)
	rest := word[n:]
	return rest == strings.ToLower(rest) || word == strings.ToUpper(word)
}

// nextWord returns the first word of text from at on; its end is 0 if there is
// none.
func nextWord(text string, at int, like *lookalikes) word {
	var x word
	for i := at; i < len(text); {
		r, n := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(text[i:])
		}
		isWord := r < utf8.RuneSelf && isLetter(byte(r)) || r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.Is(unicode.Mn, r))
		if !isWord {
			if x.end > 0 {
				return x
			}
			i += n
			continue
		}
		if x.end == 0 {
			x.start = i
		}
		i += n
		x.end = i
		x.count(r, like)
	}
	return x
}

// count adds the letter r to the word.
func (x *word) count(r rune, like *lookalikes) {
	switch {
	case r < utf8.RuneSelf:
		x.latin++
		if !like.ascii[r] {
			x.sureLatin++
		}
	case unicode.Is(like.table, r):
		x.other++
		if like.toLatin[r] == 0 {
			x.sureOther++
		}
	case unicode.Is(unicode.Latin, r):
		x.latin++
		if like.toOther[r] == 0 {
			x.sureLatin++
		}
	case unicode.IsLetter(r):
		x.third++
	}
}
