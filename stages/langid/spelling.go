package langid

import (
	"math"

	"tamis/stages/langid/ngram"
)

// How n-grams are weighed.
const (
	mostSpelled = 64 // words of a line that are looked up
	lookAfter   = 8  // letters after which it is seen whether the answer is sure
	lineLetters = 48 // that tell a foreign line
	homeLead    = 1  // that tells a line at home

	// A letter depends on those before it by more than the model sees, so that
	// a likelihood is worth less than its face, and the less the longer the text:
	// it is raised to the power of firmness / letters ^ fatigue.
	firmness = 1.2
	fatigue  = .2

	toldWeight = .5 // function words and letters say in part what n-grams say

	// The log-likelihood, for each symbol, of text in a language that the model
	// does not know, if it did: somewhat less than that of one it knows. Without
	// more to speak for it, such a language is less likely besides; function
	// words, which alone may speak for it, count for more.
	unknownFit  = -2.4
	unknownLag  = 4
	unknownTold = .8

	rareLag = .7 // by which a rare language is less likely than others
)

// A span is a word of a line.
type span struct {
	from, to int32
	scale    float32 // how much it counts
}

// A speller reads words for the n-grams in them.
type speller struct {
	word   []rune
	scores ngram.Scores
}

// spell adds to e, which text has been weighed in, what its n-grams say. Where
// the home of the document is known a word or two that are at home there are
// enough.
func (r *reader) spell(e *evidence, text string, h *home) {
	if e.script == noScript || r.s.sole[e.script] != none {
		return
	}
	look := float32(lookAfter)
	for _, sp := range e.spans {
		r.spellWord(e, text[sp.from:sp.to], sp.scale)
		if e.read >= look {
			if r.s.conclude(e); e.margin >= sureMargin || h != nil && (e.read >= lineLetters || e.margin >= homeLead && h.at[e.best]) {
				return
			}
			look = e.read + lookAfter
		}
	}
	r.s.conclude(e)
}

// spellWord adds what the n-grams of a word say. Marks part it, as they do in
// the text that the model has been made from.
func (r *reader) spellWord(e *evidence, word string, scale float32) {
	sp := &r.speller
	sp.word = append(sp.word[:0], ngram.Edge)
	for _, c := range word {
		class := r.s.chars.of(c)
		switch {
		case class.mark:
			r.spellPart(e, scale)
			continue
		case class.lower != 0:
			c = rune(class.lower)
		}
		sp.word = append(sp.word, c)
	}
	r.spellPart(e, scale)
	for _, l := range r.s.writing[e.script] {
		if m := r.s.modelled[l]; m != none {
			e.spelled[l] += scale * float32(sp.scores[m]) / ngram.Steps
		}
	}
	sp.scores = ngram.Scores{}
}

// spellPart looks up the letters since the last mark.
func (r *reader) spellPart(e *evidence, scale float32) {
	sp := &r.speller
	if letters := len(sp.word) - 1; letters > 0 {
		sp.word = append(sp.word, ngram.Edge)
		r.s.model.Add(&sp.scores, sp.word)
		e.read += scale * float32(letters)
		e.symbols += scale * float32(letters+1)
	}
	sp.word = sp.word[:1]
}

// combine makes the score of each language of the script from what has been told
// and spelled.
func (s *Stage) combine(e *evidence) {
	if e.read == 0 {
		copy(e.score, e.told)
		return
	}
	fit := float32(0)
	for _, l := range s.writing[e.script] {
		fit = max(fit, e.spelled[l])
	}
	worth := s.worth.at(e.read)
	unknown := worth*min(0, unknownFit*e.symbols-ngram.Floor*e.read-fit) - unknownLag
	for _, l := range s.writing[e.script] {
		score := unknownTold*e.told[l] + unknown
		if s.modelled[l] != none {
			score = toldWeight*e.told[l] + worth*(e.spelled[l]-fit)
		}
		if s.languages[l].rare {
			score -= rareLag
		}
		e.score[l] = score
	}
}

// A worth tells how much a likelihood counts, by the letters it is of.
type worth [256]float32

func newWorth() (w worth) {
	for i := range w {
		w[i] = float32(firmness * math.Pow(max(1, float64(i)), -fatigue))
	}
	return w
}

func (w *worth) at(letters float32) float32 { return w[min(int(letters), len(w)-1)] }
