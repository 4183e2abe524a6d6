package mojibake

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/transform"

	"tamis/pipeline"
	"tamis/stages/packs"
)

// A legacy encoding is one, other than UTF-8, that a text may have been in when
// it was read as something else.
type legacy struct {
	rule  *pipeline.Rule
	kin   bool              // of the pages of Windows and ISO 8859 for Latin letters
	multi encoding.Encoding // of several bytes a character
	runes [128]rune         // of single bytes above ASCII
	worth [128][]int8       // of those that are letters, by language
	gaps  byteSet           // those that no text has
}

// A byteSet is a set of bytes above ASCII, each less 0x80.
type byteSet [2]uint64

func (s *byteSet) add(b int) { s[b/64] |= 1 << (b % 64) }

func (s *byteSet) meets(other *byteSet) bool { return s[0]&other[0]|s[1]&other[1] != 0 }

// written lists the encodings, the likelier ones first.
var written = []struct {
	name   string
	single *charmap.Charmap
	multi  encoding.Encoding
}{
	{name: "cp1252", single: charmap.Windows1252},
	{name: "cp1251", single: charmap.Windows1251},
	{name: "cp1250", single: charmap.Windows1250},
	{name: "koi8-r", single: charmap.KOI8R},
	{name: "koi8-u", single: charmap.KOI8U},
	{name: "cp1253", single: charmap.Windows1253},
	{name: "cp1254", single: charmap.Windows1254},
	{name: "cp1255", single: charmap.Windows1255},
	{name: "cp1256", single: charmap.Windows1256},
	{name: "cp1257", single: charmap.Windows1257},
	{name: "cp874", single: charmap.Windows874},
	{name: "cp866", single: charmap.CodePage866},
	{name: "iso-8859-2", single: charmap.ISO8859_2},
	{name: "iso-8859-5", single: charmap.ISO8859_5},
	{name: "iso-8859-7", single: charmap.ISO8859_7},
	{name: "macroman", single: charmap.Macintosh},
	{name: "cp850", single: charmap.CodePage850},
	{name: "cp852", single: charmap.CodePage852},
	{name: "maccyrillic", single: charmap.MacintoshCyrillic},
	{name: "gb18030", multi: simplifiedchinese.GB18030},
	{name: "shift_jis", multi: japanese.ShiftJIS},
	{name: "euc-jp", multi: japanese.EUCJP},
	{name: "euc-kr", multi: korean.EUCKR},
	{name: "big5", multi: traditionalchinese.Big5},
}

// legacyRules holds the rule of each encoding.
var legacyRules = func() []*pipeline.Rule {
	var rules []*pipeline.Rule
	for _, w := range written {
		rules = append(rules, &pipeline.Rule{
			ID:  "mojibake.from-" + w.name,
			Why: "text in " + w.name + " that was read as another legacy encoding",
		})
	}
	return rules
}()

// kin are the pages of Windows and ISO 8859 for Latin letters.
var kin = map[string]bool{
	"cp1252": true, "cp1250": true, "cp1254": true, "cp1257": true, "iso-8859-2": true,
}

// legacies makes the tables of the encodings, on first use.
var legacies = sync.OnceValue(func() []legacy {
	all := make([]legacy, len(written))
	for i, w := range written {
		l := &all[i]
		l.rule, l.multi, l.kin = legacyRules[i], w.multi, kin[w.name]
		if w.single == nil {
			continue
		}
		for b := range l.runes {
			r := reads(w.single, byte(0x80+b))
			l.runes[b] = r
			if isChance(r) {
				l.gaps.add(b)
			}
			if unicode.IsLetter(r) || unicode.IsMark(r) {
				l.worth[b] = worths(r)
			}
		}
	}
	return all
})

// readers are the pages as which legacy text is read by those who don't know
// better, by number.
var readers = sync.OnceValue(func() []int {
	var numbers []int
	for _, name := range []string{"cp1252", "cp1251", "cp1250", "macroman", "cp850", "cp437", "koi8-r", "cp866", "cp1253", "cp1254", "cp852"} {
		numbers = append(numbers, slices.IndexFunc(pages, func(p page) bool { return p.name == name }))
	}
	return numbers
})

// A reading says that a text was in one encoding and read as a page.
type reading struct {
	from *legacy
	page int
}

// A reread is a text as a reading gives it.
type reread struct {
	reading
	text  string
	score int
}

// sureReading is how much better a text must read than as it is, by itself and
// in a document other lines of which have been read so.
const sureReading, likelyReading = 60, 15

// legacyText mends a paragraph that was in a legacy encoding and was read as
// another one, if it then reads far better. It reports whether it was.
//
// What mending it otherwise would gain counts against it.
func (m *mender) legacyText(p *pipeline.Paragraph, otherwise int) bool {
	whole := p.Text()
	text := whole[:sample(whole)]
	if spoofed(text) {
		return false
	}
	misread := m.misreadings(text)
	if len(misread) == 0 {
		return false
	}
	now := m.readsAs(strings.Map(withoutC1, text))
	if now.right() {
		return false
	}
	best := reread{score: now.score + max(sureReading, 6*otherwise)}
	if strings.Count(text, " ") < 2 {
		best.score += sureReading // a word or two can be anything
	}
	for _, r := range m.readings(text, misread) {
		then := m.readsAs(r.text)
		if r.score = then.score; r.score > best.score && then.good() && m.differ(text, r.text) {
			best = r
		}
	}
	if best.from == nil {
		return false
	}
	m.readSo[best.reading]++
	return !best.kindred() && m.reread(p, best.reading)
}

// reread replaces the text of p by what it is in another reading.
func (m *mender) reread(p *pipeline.Paragraph, r reading) bool {
	was, _, ok := m.misread(p.Text(), r.page)
	if !ok {
		return false
	}
	to := reread{reading: r, text: r.from.decode(was)}
	return !strings.ContainsFunc(to.text, isChance) && p.Apply(m.replaced(p.Text(), to)...)
}

// sample returns how much of text, at most, is looked at to judge it.
func sample(text string) int {
	n := min(len(text), 4<<10)
	for n < len(text) && n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return n
}

// lookalikes are letters of other scripts that look like Latin ones.
const lookalikes = "аеорсхуіјѕԁһԛԝәАВЕКМНОРСТХІЈЅҮԚԜӘοΑΒΕΗΙΚΜΝΟΡΤΧΥΖνρ"

// spoofed reports whether the letters of text beyond Latin are all look-alikes
// of Latin ones: somebody, or a keyboard, has put them there.
func spoofed(text string) bool {
	found := false
	for _, r := range text {
		if r < 0x370 || !unicode.IsLetter(r) || unicode.Is(unicode.Latin, r) {
			continue
		}
		if !strings.ContainsRune(lookalikes, r) {
			return false
		}
		found = true
	}
	return found
}

// legacyLines reads the other lines of doc as most of those that were found to
// be in a legacy encoding are read. It reports whether there were any.
func (m *mender) legacyLines(doc *pipeline.Document) (changed bool) {
	var home reading
	for r, n := range m.readSo {
		if most := m.readSo[home]; n > most || n == most && (r.page < home.page || r.page == home.page && r.from.rule.ID < home.from.rule.ID) {
			home = r
		}
	}
	lines := m.readSo[home]
	if home.from == nil || home.kindred() && (lines < 2 || 2*m.otherLines(doc, home.page) > lines) {
		return false
	}
	for i := range doc.Paragraphs {
		p := &doc.Paragraphs[i]
		text := p.Text()[:sample(p.Text())]
		was, _, ok := m.misread(text, home.page)
		if p.Dropped() || !ok || spoofed(text) {
			continue
		}
		now, then := m.readsAs(strings.Map(withoutC1, text)), m.readsAs(home.from.decode(was))
		if then.score >= now.score+likelyReading {
			changed = m.reread(p, home) || changed
		}
	}
	return changed
}

// otherLines counts the lines of doc that hold a letter the page lacks.
func (m *mender) otherLines(doc *pipeline.Document, page int) int {
	n := 0
	for i := range doc.Paragraphs {
		if strings.ContainsFunc(doc.Paragraphs[i].Text(), func(r rune) bool {
			return r >= utf8.RuneSelf && unicode.IsLetter(r) && pages[page].bytes[m.glyph(r)] == 0
		}) {
			n++
		}
	}
	return n
}

// kindred reports whether the two encodings are so alike that letters of one
// language become letters of another, as in Turkish read as cp1252: a line by
// itself does not tell that from a language not known here.
func (r *reading) kindred() bool { return r.from.kin && kin[pages[r.page].name] }

// isChance reports whether r is a sign that a text is read as what it is not.
func isChance(r rune) bool { return r == utf8.RuneError || 0x80 <= r && r < 0xA0 }

// withoutC1 returns what a control character is in cp1252, where it is one.
func withoutC1(r rune) rune {
	if 0x80 <= r && r < 0xA0 {
		return reads(charmap.Windows1252, byte(r))
	}
	return r
}

// differ reports whether enough characters of a are others in b: two, and not
// the same one that somebody may have typed twice, as a capital after a full stop
// and no space. Marks count for nothing: they are often typed where they do not
// belong.
func (m *mender) differ(a, b string) bool {
	first, same := rune(-1), 0
	for a != "" && b != "" {
		r, i := utf8.DecodeRuneInString(a)
		s, k := utf8.DecodeRuneInString(b)
		if c := m.class(r); r != s && c != accent && c != quote && c != joint && r != '„' {
			same++
			if first >= 0 && (r != first || c != latinUpper || same > 2 || !standsAlone(r)) {
				return true
			}
			first = r
		}
		a, b = a[i:], b[k:]
	}
	return false
}

// A misreading is what a text was, if it was read as a page.
type misreading struct {
	page    int
	bytes   []byte
	present []highByte
	set     byteSet // of these
}

// misreadings returns what text may have been: something else for each page.
func (m *mender) misreadings(text string) []misreading {
	var all []misreading
	for _, page := range readers() {
		was, counts, ok := m.misread(text, page)
		if !ok || slices.ContainsFunc(all, func(o misreading) bool { return string(o.bytes) == string(was) }) {
			continue
		}
		one := misreading{page: page, bytes: slices.Clone(was)}
		for b, n := range counts {
			if n > 0 {
				one.present = append(one.present, highByte{b, n})
				one.set.add(b)
			}
		}
		all = append(all, one)
	}
	return all
}

// readings returns the likeliest readings of a text that may be good.
func (m *mender) readings(text string, misread []misreading) []reread {
	type guess struct {
		reread
		of *misreading
	}
	var guesses []guess
	for k := range misread {
		of := &misread[k]
		for i := range legacies() {
			l := &legacies()[i]
			if written[i].single == pages[of.page].as {
				continue
			}
			score := 1 << 20
			if l.multi == nil {
				score = m.frequency(l, of.present)
			}
			guesses = append(guesses, guess{reread{reading: reading{l, of.page}, score: score}, of})
		}
	}
	slices.SortStableFunc(guesses, func(a, b guess) int { return cmp.Compare(b.score, a.score) })
	var likely []reread
	singles := 0
	for _, g := range guesses {
		if g.from.multi == nil {
			if singles++; singles > 8 {
				continue
			}
		}
		if !m.mayBeGood(g.from, g.of) {
			continue
		}
		if g.text = g.from.decode(g.of.bytes); g.text != text {
			likely = append(likely, g.reread)
		}
	}
	return likely
}

// mayBeGood reports whether what text is in l may read good: there is no sign of
// chance in it, and some language has its letters often enough.
func (m *mender) mayBeGood(l *legacy, text *misreading) bool {
	if l.gaps.meets(&text.set) {
		return false
	}
	m.counts = m.counts[:0]
	if l.multi == nil {
		for _, c := range text.present {
			m.count(l.runes[c.b], c.n)
		}
	} else if !m.countIn(l.multi.NewDecoder(), text.bytes) {
		return false
	}
	high := 0
	for _, c := range m.counts {
		high += c.n
	}
	m.weighLetters()
	return slices.Max(m.letters) >= frequent*high
}

// countIn counts the letters of text beyond ASCII, and gives up at a sign of
// chance. There is one in the first characters of most.
func (m *mender) countIn(decoder *encoding.Decoder, text []byte) bool {
	for {
		var part [128]byte
		n, read, err := decoder.Transform(part[:], text, true)
		for _, r := range string(part[:n]) {
			if isChance(r) {
				return false
			}
			if r >= utf8.RuneSelf {
				m.count(r, 1)
			}
		}
		if err == nil {
			return true
		}
		if !errors.Is(err, transform.ErrShortDst) {
			return false
		}
		text = text[read:]
	}
}

// misread returns the bytes that text was, if it was read as a page, and how
// often each above ASCII is among them. The bytes are good until the next call.
func (m *mender) misread(text string, page int) (bytes []byte, counts [128]int, ok bool) {
	high := false
	m.bytes = m.bytes[:0]
	for _, r := range text {
		if r < utf8.RuneSelf {
			m.bytes = append(m.bytes, byte(r))
			continue
		}
		b := pages[page].bytes[m.glyph(r)]
		if b == 0 && r < 0xA0 {
			b = byte(r)
		}
		if b == 0 {
			return nil, counts, false
		}
		m.bytes = append(m.bytes, b)
		high = true
		counts[b-0x80]++
	}
	return m.bytes, counts, high
}

// A highByte is one above ASCII, less 0x80, and how often it occurs.
type highByte struct{ b, n int }

// frequency returns what bytes, counted, say for a text to be in l and in the
// language that suits them best.
func (m *mender) frequency(l *legacy, counts []highByte) int {
	m.letters = zeros(m.letters, len(packs.Spellings()))
	for _, c := range counts {
		for i, worth := range l.worth[c.b] {
			m.letters[i] += c.n * int(worth)
		}
	}
	return slices.Max(m.letters)
}

// decode reads bytes in l.
func (l *legacy) decode(bytes []byte) string {
	if l.multi != nil {
		text, err := l.multi.NewDecoder().Bytes(bytes)
		if err != nil {
			return string(utf8.RuneError)
		}
		return string(text)
	}
	var b strings.Builder
	for _, c := range bytes {
		if c < utf8.RuneSelf {
			b.WriteByte(c)
		} else {
			b.WriteRune(l.runes[c-0x80])
		}
	}
	return b.String()
}

// A verdict says how a text reads in the language that suits it best.
type verdict struct {
	// score is about 15 for every frequent letter beyond ASCII and for every
	// function word, less than nothing for letters that no one language has and
	// for characters out of place.
	score   int
	letters int // what the letters alone are worth
	in      *packs.Spelling
	tally
}

// good reports whether the text reads good in its own right: its letters are
// frequent ones, enough of them where they are not Latin, and stand where letters
// do.
func (v *verdict) good() bool {
	return v.letters >= frequent*v.high && v.odd <= v.high+10 &&
		(v.in.Latin || v.longest > 2 && (v.high >= 5 && 2*v.high >= v.ascii || v.high >= 20))
}

// right reports whether there is no reason to doubt the text.
func (v *verdict) right() bool {
	return v.letters >= natural*v.high && v.odd <= v.high/2 && v.high > 0
}

// readsAs returns how text reads in the language that suits it best.
func (m *mender) readsAs(text string) verdict {
	all := packs.Spellings()
	m.spoken = zeros(m.spoken, len(all))
	v := verdict{score: -1 << 20, tally: m.tally(text)}
	m.weighLetters()
	for i, letters := range m.letters {
		score := letters
		if all[i].Ideographic {
			score *= 2 // what is two letters elsewhere is one here
		}
		score += m.spoken[i]
		if score > v.score {
			v.score, v.letters, v.in = score, letters, &all[i]
		}
	}
	v.score -= v.odd
	return v
}

// weighLetters puts what the letters in m.counts are worth into m.letters.
func (m *mender) weighLetters() {
	m.letters = zeros(m.letters, len(packs.Spellings()))
	for _, c := range m.counts {
		for i, w := range worths(c.r) {
			m.letters[i] += c.n * int(w)
		}
	}
}

// zeros returns n zeros, in the memory of s if there is room.
func zeros(s []int, n int) []int {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}

// What the letters of a text are worth on average, if they may be and if they are
// the right ones.
const frequent, natural = 8, 13

// A tally is what the score of a text is made of, beside its letters and words.
type tally struct {
	high    int // letters beyond ASCII
	ascii   int // and others
	longest int // run of letters beyond ASCII
	odd     int
}

type letter struct {
	r rune
	n int
}

// mostSpoken is how many words of a text are looked at.
const mostSpoken = 64

// tally counts the letters beyond ASCII of text in m.counts, notes in m.spoken
// which languages have its words, and tells how odd it is.
func (m *mender) tally(text string) tally {
	var t tally
	var odds meter
	m.counts = m.counts[:0]
	inRow, word, words := 0, 0, 0
	for i, r := range text {
		k := m.class(r)
		odds.add(r, k)
		if !k.letter() && k != mark {
			if i > word && words < mostSpoken {
				words++
				m.speak(text[word:i])
			}
			word = i + utf8.RuneLen(r)
		}
		if r < utf8.RuneSelf || !k.letter() && k != mark {
			if inRow = 0; k.letter() {
				t.ascii++
			}
			continue
		}
		inRow++
		t.longest = max(t.longest, inRow)
		if inRow > 2 && (k == latinLower || k == latinUpper) && (r < 0x1EA0 || r >= 0x1F00) {
			t.odd += 20
		}
		t.high++
		m.count(r, 1)
	}
	odds.add(' ', m.class(' '))
	if len(text) > word && words < mostSpoken {
		m.speak(text[word:])
	}
	t.odd += 3 * odds.sum
	return t
}

// count counts n more of a character beyond ASCII, if it is a letter.
func (m *mender) count(r rune, n int) {
	if k := m.class(r); !k.letter() && k != mark {
		return
	}
	at := slices.IndexFunc(m.counts, func(c letter) bool { return c.r == r })
	if at < 0 {
		at = len(m.counts)
		m.counts = append(m.counts, letter{r: r})
	}
	m.counts[at].n += n
}

// speak notes which languages have a word.
func (m *mender) speak(word string) {
	m.word = m.word[:0]
	for i := range len(word) {
		c := word[i]
		if c >= utf8.RuneSelf {
			m.word = append(m.word[:0], strings.ToLower(word)...)
			break
		}
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		m.word = append(m.word, c)
	}
	for _, i := range speakers()[string(m.word)] {
		m.spoken[i] += 4 + min(2*len(m.word), 12)
	}
}

// replaced returns the edits that make text what r says it was: one for each run
// of characters beyond ASCII or, in an encoding of several bytes a character, one
// for all.
func (m *mender) replaced(text string, r reread) []pipeline.Edit {
	m.edits = m.edits[:0]
	if r.from.multi != nil {
		from, to := span(text, r.text)
		return append(m.edits, pipeline.Edit{Rule: r.from.rule, Start: from, End: len(text) - to, New: r.text[from : len(r.text)-to]})
	}
	mended := r.text
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			i, mended = i+1, mended[1:]
			continue
		}
		start, k := i, 0
		for i < len(text) && text[i] >= utf8.RuneSelf {
			_, n := utf8.DecodeRuneInString(text[i:])
			_, size := utf8.DecodeRuneInString(mended[k:])
			i, k = i+n, k+size
		}
		m.edits = append(m.edits, pipeline.Edit{Rule: r.from.rule, Start: start, End: i, New: mended[:k]})
		mended = mended[k:]
	}
	return m.edits
}

// span returns how many bytes a and b have in common at either end, all ASCII.
func span(a, b string) (head, tail int) {
	for head < len(a) && head < len(b) && a[head] == b[head] && a[head] < utf8.RuneSelf {
		head++
	}
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] && a[len(a)-1-tail] < utf8.RuneSelf {
		tail++
	}
	return head, tail
}
