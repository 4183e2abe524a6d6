package langid

import (
	"math"
	"math/bits"
	"unicode/utf8"
)

// What is read of a line. A long one is sampled: its head, and if that leaves
// doubt a stretch further on.
const (
	headSample  = 600
	laterSample = 300
	sureMargin  = 14 // lead of a sure answer …
	knownMargin = 7  // … and once knownLines lines are in the same language
	knownLines  = 3
	checkEvery  = 24 // words after which a sure answer is looked for …
	wantMore    = 5  // … or when so much more speaks for the likely language
)

// How much less a word counts that may belong to a name or to another text.
const (
	nameScale  = .35
	quoteScale = .4
	titleScale = .6
)

// longestAcronym is how many letters a word in capitals may have to be a name. A
// longer one is in a line that is all in capitals.
const longestAcronym = 4

// longestTitle is how many letters an initial or a title before a name has at
// most: the point after it ends no sentence.
const longestTitle = 4

// lackPenalty is how much a letter that a language lacks speaks against it.
const lackPenalty = 1.2

// usualBonus is what speaks for a script's usual language before a word is read.
const usualBonus = 1

// sureScore is what the only language of a script scores.
const sureScore = 20

// byLanguage holds a value for each language that a vote can number.
type byLanguage[T any] [maxLanguages + 1]T

// evidence is what the text of a line says of its language.
type evidence struct {
	hint   int     // the language it is likely to be in
	enough float32 // the lead of a sure answer: less once the document's language is known
	again  bool    // it is read again, to be judged
	leader int     // the language that led last

	told    byLanguage[float32]  // what function words and letters say, as a logarithm
	spelled byLanguage[float32]  // and what n-grams say, before it is tempered
	joined  byLanguage[float32]  // and what both say
	score   *byLanguage[float32] // what counts of these
	hits    byLanguage[int32]    // how many of its function words there are, inside sentences
	spans   [mostSpelled]span    // the first words
	chunks  []uint64             // the letters of a to z, by eight, in words that begin with no capital
	marks

	script script
	best   int
	top    float32 // the best score
	margin float32 // by how much it leads
}

// marks is what has been seen of a line beside what speaks for a language.
type marks struct {
	read    float32 // letters that n-grams have been looked up for
	symbols float32 // the same, with ends of words
	spanned int     // words that are in spans
	letters [maxScripts]int32
	beyond  int32 // letters that are not Latin
	words   int32
	plural  int32      // words of two letters and more
	long    int32      // words of three letters and more
	capital int32      // words that begin with a capital and go on without
	names   int32      // words with a capital that no sentence's beginning explains
	singles [4]uint64  // words of one letter that have been counted, by hash
	met     [16]uint64 // the letters that have spoken, by number
	bytes   int        // of the sample
	forms   forms
}

// A form is a way of writing Han characters.
type form uint8

const (
	anyForm form = iota
	hans
	hant
	jpan
	maxForms
)

// forms counts the Han characters that only one form has.
type forms [maxForms]int32

// reset forgets what has been said, among so many languages, but for what is
// known from other lines.
func (e *evidence) reset(languages int) {
	clear(e.told[:languages])
	clear(e.hits[:languages])
	if e.score = &e.joined; e.again {
		clear(e.joined[:languages])
	}
	e.chunks = e.chunks[:0]
	e.marks = marks{}
	e.script, e.best, e.top, e.margin = 0, 0, 0, 0
}

// weigh fills e with what text says.
func (s *Stage) weigh(e *evidence, text string) {
	e.reset(len(s.languages))
	head := cut(text, headSample)
	if s.scan(e, head, 0) {
		return
	}
	if rest := text[len(head):]; len(rest) > laterSample {
		rest = rest[len(rest)/2:]
		for rest != "" && !utf8.RuneStart(rest[0]) {
			rest = rest[1:]
		}
		if s.scan(e, cut(rest, laterSample), len(text)-len(rest)) {
			return
		}
	}
	s.finish(e)
}

// conclude finds the script, the best language and its lead.
func (s *Stage) conclude(e *evidence) {
	if s.settleScript(e) {
		s.rank(e)
	}
}

// settleScript finds the script, and reports whether more than one language is
// written in it. If only one is, that is the language.
func (s *Stage) settleScript(e *evidence) bool {
	switch {
	case e.letters[latn] > 3*e.beyond:
		e.script = latn
	case e.letters[latn]+e.beyond == 0:
		e.script = noScript
	default:
		e.script = dominant(&e.letters)
	}
	if e.script == hani && e.forms[jpan] > max(e.forms[hans], e.forms[hant]) {
		e.script = kana
	}
	e.best, e.top, e.margin = none, 0, 0
	if e.script == noScript {
		return false
	}
	if l := s.sole[e.script]; l != none {
		e.best, e.top, e.margin = l, sureScore, sureScore
		return false
	}
	return true
}

// rank finds the best language of the script and its lead.
func (s *Stage) rank(e *evidence) {
	s.combine(e)
	if s.leadsAgain(e) {
		return
	}
	first, second, best := float32(math.Inf(-1)), float32(math.Inf(-1)), none
	for _, i := range s.writing[e.script] {
		if x := e.score[i]; x > second {
			if x > first {
				first, second, best = x, first, int(i)
			} else {
				second = x
			}
		}
	}
	e.top = first
	if first == 0 && e.read == 0 {
		return // nothing speaks for any
	}
	e.best, e.margin = best, first-second
	e.leader = max(best, 0)
}

// leadsAgain reports whether the language that has been the best one before, of
// this line or another, is so again, and notes its lead. It is most of the time,
// and all it takes to see that is the best score of the others. Those above 0 are
// in the order of their bits, taken for whole numbers, and the greater of two
// whole numbers is found without a branch.
func (s *Stage) leadsAgain(e *evidence) bool {
	if s.languages[e.leader].scripts>>e.script&1 == 0 {
		return false
	}
	score := e.score
	first := score[e.leader]
	score[e.leader] = -1
	a, b := int32(0), int32(0)
	for _, four := range s.fours[e.script] {
		a = max(a, int32(math.Float32bits(score[four[0]])))
		b = max(b, int32(math.Float32bits(score[four[1]])))
		a = max(a, int32(math.Float32bits(score[four[2]])))
		b = max(b, int32(math.Float32bits(score[four[3]])))
	}
	score[e.leader] = first
	second := math.Float32frombits(uint32(max(a, b)))
	if second == 0 || first <= second {
		return false
	}
	e.best, e.top, e.margin = e.leader, first, first-second
	return true
}

// finish weighs what can be weighed only once, when the line has been read.
func (s *Stage) finish(e *evidence) {
	if !s.settleScript(e) {
		return
	}
	scale := float32(1)
	if e.title() {
		scale = titleScale
	}
	lacked := e.lacked()
	for _, l := range s.leanings[e.script] {
		told := e.told[l.language] * scale
		told += l.bonus
		told -= lackPenalty * float32(bits.OnesCount32(lacked&l.lacks))
		e.told[l.language] = told
	}
	s.rank(e)
}

// A leaning is what is weighed of a language in one of its scripts beside its
// words and own letters.
type leaning struct {
	language uint8
	bonus    float32 // usualBonus, or 0
	lacks    uint32  // a bit for each letter of a to z
}

// lacked returns a bit for each letter of a to z in words that are no names.
func (e *evidence) lacked() uint32 {
	set := uint32(0)
	for _, c := range e.chunks {
		set |= 1<<(c&31) | 1<<(c>>8&31) | 1<<(c>>16&31) | 1<<(c>>24&31) |
			1<<(c>>32&31) | 1<<(c>>40&31) | 1<<(c>>48&31) | 1<<(c>>56&31)
	}
	return set >> ('a' & 31)
}

// title reports whether most words begin with a capital, as in a title or a list
// of names.
func (e *evidence) title() bool {
	return e.capital == e.words || e.words >= 2 && e.names*5 >= (e.words-1)*3
}
