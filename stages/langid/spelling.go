package langid

import (
	"math"

	"github.com/zeebo/xxh3"

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

// A speller reads words for the n-grams in them. It remembers what it has read:
// most words of a text, and of the next one, come again.
type speller struct {
	word   []rune
	scores ngram.Scores
	known  [knownWords]spelling
	steps  []int16 // by place in known and number in the model
}

// A spelling is a word that has been read.
type spelling struct {
	word   [longestKnown]byte
	length int8 // of it, 0 if there is none
	// How many letters were read in how many parts.
	letters, parts int16
}

const (
	knownWords   = 1 << 12
	longestKnown = 27 // bytes; of so few letters the scores fit 16 bits
)

// spell adds to e, which text has been weighed in, what its n-grams say. Where
// the home of the document is known a word or two that are at home there are
// enough.
func (r *reader) spell(e *evidence, text string, h *home) {
	if e.script == noScript || r.s.sole[e.script] != none {
		return
	}
	clear(e.spelled[:len(r.s.languages)])
	look := float32(lookAfter)
	for _, sp := range e.spans[:e.spanned] {
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

// spellWord adds what the n-grams of a word say.
func (r *reader) spellWord(e *evidence, word string, scale float32) {
	if len(word) > longestKnown {
		letters, parts := r.readWord(word)
		addSpelling(r.s, e, letters, parts, r.speller.scores[:], scale)
		return
	}
	known, steps := r.recall(word)
	addSpelling(r.s, e, int(known.letters), int(known.parts), steps, scale)
}

// addSpelling adds to e a word of so many letters in so many parts and its scores,
// by number in the model.
func addSpelling[Step int16 | int32](s *Stage, e *evidence, letters, parts int, steps []Step, scale float32) {
	e.read += scale * float32(letters)
	e.symbols += scale * float32(letters+parts)
	for _, l := range s.writing[e.script] {
		if m := s.modelled[l]; m != none {
			e.spelled[l] += scale * float32(steps[m]) / ngram.Steps
		}
	}
}

// recall returns what is known of a word and its scores, and reads it if that is
// nothing.
func (r *reader) recall(word string) (*spelling, []int16) {
	sp := &r.speller
	languages := len(r.s.model.Tags())
	if sp.steps == nil {
		sp.steps = make([]int16, knownWords*languages)
	}
	i := int(xxh3.HashString(word) % knownWords)
	known, steps := &sp.known[i], sp.steps[i*languages:][:languages]
	if string(known.word[:known.length]) == word && known.length > 0 {
		return known, steps
	}
	letters, parts := r.readWord(word)
	known.length, known.letters, known.parts = int8(copy(known.word[:], word)), int16(letters), int16(parts)
	for m := range steps {
		steps[m] = int16(sp.scores[m])
	}
	return known, steps
}

// readWord puts what the n-grams of a word say in the speller's scores. Marks
// part it, as they do in the text that the model has been made from.
func (r *reader) readWord(word string) (letters, parts int) {
	sp := &r.speller
	sp.scores = ngram.Scores{}
	part := func() {
		if n := len(sp.word) - 1; n > 0 {
			r.s.model.Add(&sp.scores, append(sp.word, ngram.Edge))
			letters, parts = letters+n, parts+1
		}
		sp.word = append(sp.word[:0], ngram.Edge)
	}
	sp.word = append(sp.word[:0], ngram.Edge)
	for _, c := range word {
		class := r.s.chars.of(c)
		switch {
		case class.mark:
			part()
			continue
		case class.lower != 0:
			c = rune(class.lower)
		}
		sp.word = append(sp.word, c)
	}
	part()
	return letters, parts
}

// combine makes the score of each language of the script from what has been told
// and spelled.
func (s *Stage) combine(e *evidence) {
	if e.read == 0 {
		if e.score = &e.told; e.again {
			e.keepTold()
		}
		return
	}
	e.keepTold()
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

// keepTold makes the score of each language what it has been told so far.
func (e *evidence) keepTold() { e.joined, e.score = e.told, &e.joined }

// A worth tells how much a likelihood counts, by the letters it is of.
type worth [256]float32

func newWorth() (w worth) {
	for i := range w {
		w[i] = float32(firmness * math.Pow(max(1, float64(i)), -fatigue))
	}
	return w
}

func (w *worth) at(letters float32) float32 { return w[min(int(letters), len(w)-1)] }
