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

// evidence is what the text of a line says of its language.
type evidence struct {
	hint    int       // the language it is likely to be in
	enough  float32   // the lead of a sure answer: less once the document's language is known
	score   []float32 // by language: what speaks for it, as a logarithm
	told    []float32 // of that, what function words and letters say
	spelled []float32 // and what n-grams say, before it is tempered
	spans   []span    // its first words
	read    float32   // letters that n-grams have been looked up for
	symbols float32   // the same, with ends of words
	hits    []int32   // by language: how many of its function words, inside sentences
	letters [maxScripts]int32
	beyond  int32 // letters that are not Latin
	words   int32
	plural  int32 // words of two letters and more
	long    int32 // words of three letters and more
	capital int32 // words that begin with a capital and go on without
	names   int32 // words with a capital that no sentence's beginning explains
	lacked  uint32
	singles [4]uint64  // words of one letter that have been counted, by hash
	met     [16]uint64 // the letters that have spoken, by number
	bytes   int        // of the sample
	forms   forms

	script script
	best   int
	top    float32 // the best score
	margin float32 // by how much it leads
}

// forms counts the Han characters that only one way of writing them has.
type forms struct{ hans, hant, jpan int32 }

func newEvidence(languages int) evidence {
	return evidence{
		score: make([]float32, languages), told: make([]float32, languages),
		spelled: make([]float32, languages), hits: make([]int32, languages),
	}
}

func (e *evidence) reset() {
	clear(e.score)
	clear(e.told)
	clear(e.spelled)
	clear(e.hits)
	*e = evidence{hint: e.hint, enough: e.enough, score: e.score, told: e.told, spelled: e.spelled, hits: e.hits, spans: e.spans[:0]}
}

// weigh fills e with what text says.
func (s *Stage) weigh(e *evidence, text string) {
	e.reset()
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

// A scanner goes through a text word by word.
type scanner struct {
	from    int // where the word begins in the line
	to      int // and where it ends
	key     [longestWord]byte
	length  int // of the word so far, in bytes
	chars   int
	upper   int  // capitals in it
	capital bool // it begins with one
	lacked  uint32
	special [8]uint16 // numbers of its letters that speak
	nspec   int
	start   bool // no word of the sentence has been met
	title   bool // the word before may be an initial or a title, as Dr is
	open    bool // inside quotation marks
	quote   bool // inside quotation marks that do not open the text
}

// scan adds what text, which is at a place in the line, says to e, and reports
// whether that is enough: it stops once the answer is sure.
func (s *Stage) scan(e *evidence, text string, place int) (sure bool) {
	w := scanner{start: true}
	limit, want := e.words+checkEvery, e.enough
	i := 0
	for i < len(text) {
		c := text[i]
		if c < utf8.RuneSelf {
			if c|0x20-'a' < 26 {
				if w.chars == 0 {
					w.from = place + i
					w.capital = c < 'a'
				}
				n := w.letters(text[i:])
				e.letters[latn] += int32(n)
				i += n
				continue
			}
			if w.chars > 0 {
				w.to = place + i
				s.word(e, &w)
				if e.told[e.hint] >= want || e.words >= limit {
					if s.conclude(e); e.margin >= e.enough {
						e.bytes += i
						return true
					}
					limit, want = e.words+checkEvery, max(want, e.told[e.hint])+wantMore
				}
			}
			i += w.punctuation(text, i)
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		class := s.chars.of(r)
		if class.script == noScript {
			if w.chars > 0 {
				w.to = place + i
				s.word(e, &w)
			}
			w.mark(r, i)
			i += n
			continue
		}
		if w.chars == 0 {
			w.from = place + i
		}
		s.letter(e, &w, r, class)
		i += n
	}
	if w.chars > 0 {
		w.to = place + i
		s.word(e, &w)
	}
	e.bytes += i
	return false
}

// letters adds the letters of ASCII that text begins with to the word, and
// returns how many they are.
func (w *scanner) letters(text string) int {
	n, upper, lacked := 0, 0, w.lacked
	for ; n < len(text); n++ {
		lower := text[n] | 0x20
		if lower-'a' >= 26 {
			break
		}
		if at := w.length + n; at < longestWord {
			w.key[at] = lower
		}
		upper += int(text[n]>>5&1 ^ 1)
		lacked |= 1 << (lower - 'a')
	}
	w.length += n
	w.chars += n
	w.upper += upper
	w.lacked = lacked
	return n
}

// letter adds a letter that is not ASCII to the word.
func (s *Stage) letter(e *evidence, w *scanner, r rune, class class) {
	e.letters[class.script]++
	if class.script != latn {
		e.beyond++
	}
	if class.script == hani {
		switch s.variants[r] {
		case "Hans":
			e.forms.hans++
		case "Hant":
			e.forms.hant++
		case "Jpan":
			e.forms.jpan++
		}
	}
	if class.lower != 0 {
		if lower := rune(class.lower); lower != r {
			if w.chars == 0 {
				w.capital = true
			}
			w.upper++
			r = lower
		}
		// Small letters may lie beyond the table, as Cherokee's do.
		if r < tabled {
			if number := s.letters.numbers[r]; number != 0 && w.nspec < len(w.special) {
				w.special[w.nspec] = number
				w.nspec++
			}
		}
	}
	if w.length+utf8.UTFMax <= longestWord {
		w.length += utf8.EncodeRune(w.key[w.length:], r)
	} else {
		w.length = longestWord + 1
	}
	w.chars++
}

// word counts the word that w has come to the end of, and begins the next.
func (s *Stage) word(e *evidence, w *scanner) {
	scale := float32(1)
	switch {
	case !w.capital || w.chars == 1:
	case w.upper == w.chars && w.chars <= longestAcronym:
		e.names++
		scale = nameScale
	case !w.start && w.upper < w.chars:
		e.names++
		scale = nameScale
	}
	if w.quote {
		scale *= quoteScale
	}
	if len(e.spans) < mostSpelled && w.chars > 1 {
		e.spans = append(e.spans, span{int32(w.from), int32(w.to), scale})
	}
	if w.length <= longestWord {
		key := keyOf(&w.key)
		if w.chars == 1 {
			s.single(e, &key, scale)
		} else {
			for _, v := range s.words.find(&key) {
				e.told[v.language] += v.weight * scale
				if scale == 1 && !w.start {
					e.hits[v.language]++
				}
			}
		}
	}
	switch {
	case !w.capital:
		e.lacked |= w.lacked
	case w.upper < w.chars:
		e.capital++
	}
	if w.capital && w.upper == 1 {
		scale *= nameScale
	}
	if w.chars == 1 {
		w.nspec = 0 // it has spoken as a word
	} else {
		e.plural++
	}
	for _, number := range w.special[:w.nspec] {
		if bit := uint64(1) << (number % 64); e.met[number/64]&bit == 0 {
			e.met[number/64] |= bit
			for _, v := range s.letters.votes[number] {
				e.told[v.language] += v.weight * scale
			}
		}
	}
	e.words++
	if w.chars > 2 {
		e.long++
	}
	*w = scanner{open: w.open, quote: w.quote, title: w.capital && w.chars <= longestTitle}
}

// single counts a word of one letter, the first time that it comes: in a formula
// or in a list of initials it comes again and again.
func (s *Stage) single(e *evidence, key *wordKey, scale float32) {
	votes := s.words.find(key)
	if len(votes) == 0 {
		return
	}
	hash := key[0] * 0x9E3779B97F4A7C15 >> 56
	bit := uint64(1) << (hash % 64)
	if e.singles[hash/64]&bit != 0 {
		return
	}
	e.singles[hash/64] |= bit
	for _, v := range votes {
		e.told[v.language] += v.weight * scale
	}
}

// punctuation takes note of the ASCII character at text[i], which is not a
// letter, and returns how many bytes to skip.
func (w *scanner) punctuation(text string, i int) int {
	switch text[i] {
	case '.', '!', '?':
		w.start = !w.title
		fallthrough
	case ':':
		if isAddress(text, i) {
			return wordEnd(text[i:]) // an address is in no language
		}
	case '@', '#':
		return wordEnd(text[i:])
	case '"':
		w.mark('"', i)
	}
	return 1
}

// isAddress reports whether the point or colon at text[i] is inside an address
// or the name of a file.
func isAddress(text string, i int) bool {
	next := text[i+1:]
	switch text[i] {
	case ':':
		return len(next) > 1 && next[0] == '/' && next[1] == '/'
	case '.':
		return i > 0 && next != "" && text[i-1] > ' ' && text[i-1] != '.' && next[0]-'a' < 26
	}
	return false
}

// wordEnd returns the length of text up to its first space.
func wordEnd(text string) int {
	for i := range len(text) {
		if text[i] <= ' ' {
			return i
		}
	}
	return len(text)
}

// mark takes note of a mark at i that may be a quotation mark. What a text
// quotes, titles above all, may be in another language; quotation marks that
// open the text say nothing. Which mark opens and which closes differs between
// languages, so that they only take turns.
func (w *scanner) mark(r rune, i int) {
	switch r {
	case '«', '»', '“', '”', '„', '"':
		w.open = !w.open
		w.quote = w.open && i > 0
		w.start = w.open
	case '…', '。', '؟', '।', '–', '—', '•', '¿', '¡':
		w.start = true
	}
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
	if e.script = latn; e.letters[latn] <= 3*e.beyond {
		e.script = dominant(&e.letters)
	}
	if e.script == hani && e.forms.jpan > max(e.forms.hans, e.forms.hant) {
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
	leanings := s.leanings[e.script]
	for k, i := range s.writing[e.script] {
		l := &leanings[k]
		told := e.told[i] * scale
		told += l.bonus
		told -= lackPenalty * float32(bits.OnesCount32(e.lacked&l.lacks))
		e.told[i] = told
	}
	s.rank(e)
}

// A leaning is what is weighed of a language in one of its scripts beside its
// words and own letters.
type leaning struct {
	bonus float32 // usualBonus, or 0
	lacks uint32  // a bit for each letter of a to z
}

// title reports whether most words begin with a capital, as in a title or a list
// of names.
func (e *evidence) title() bool {
	return e.capital == e.words || e.words >= 2 && e.names*5 >= (e.words-1)*3
}
