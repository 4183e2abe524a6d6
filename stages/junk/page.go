package junk

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tamis/pipeline"
)

// A page is a document as this stage sees it: the lines that are left of it. It
// is used for one document after another.
type page struct {
	index *index
	lines []line

	first, last int // the first and last line of prose; last < first if there is none
	prose       int // how many lines of prose
	topic       topic
	inBody      []*rule // rules with "once" that match a line between paragraphs

	hits   []int32
	key    []byte
	edits  []pipeline.Edit
	counts map[uint64]int32

	lengths []int32
}

// A line is a paragraph and what speaks against it.
type line struct {
	p        *pipeline.Paragraph
	text     string // without white space, bullet and arrows at its ends
	key      uint64 // of the folded text; 0 for a long line
	shape    shape
	words    int32 // of a short line
	rules    []*rule
	at       place
	evidence []evidence
}

// An evidence is what one voice says against a line.
type evidence struct {
	rule   *pipeline.Rule
	score  float64
	detail string
}

// A shape is what a line looks like.
type shape uint8

const (
	prose   shape = 1 << iota // long, and ends as a sentence does
	item                      // begins with a bullet or a number
	quoted                    // begins with a quotation mark
	ended                     // ends in a mark: . ! ? … : , ;
	capital                   // begins with a capital letter or a digit
	table                     // holds a tab or looks like cells
	wrapped                   // one of the lines that a paragraph was broken into
)

// A place says where in the document a line stands.
type place uint8

const (
	between place = iota // between the first and the last line of prose, or nowhere in particular
	head
	tail
)

const (
	proseRunes = 80  // a shorter line is no prose
	shortBytes = 240 // a longer line isn't compared with others
)

// read takes in doc: it cuts what inline rules match, and notes for every line
// its shape and the rules that speak against it.
func (pg *page) read(doc *pipeline.Document, x *index) {
	pg.index = x
	pg.topic.ready = false
	for i := range doc.Paragraphs {
		p := &doc.Paragraphs[i]
		if p.Dropped() {
			continue
		}
		l := pg.next()
		l.p = p
		l.describe()
		if l.text == "" {
			pg.lines = pg.lines[:len(pg.lines)-1]
			continue
		}
		pg.consult(l)
	}
	pg.unwrap()
}

// minWrapped is the length in bytes of a line that breaks off within a sentence
// because the text was wrapped there.
const minWrapped = 40

// unwrap marks the lines of paragraphs that were broken into lines.
func (pg *page) unwrap() {
	for i := 1; i < len(pg.lines); i++ {
		above, l := &pg.lines[i-1], &pg.lines[i]
		if above.shape&(ended|item) != 0 || l.shape&(capital|item|quoted|table) != 0 || len(above.text) < minWrapped {
			continue
		}
		if first, _ := utf8.DecodeRuneInString(l.text); unicode.IsLower(first) {
			above.shape |= prose | wrapped
			l.shape |= prose | wrapped
		}
	}
}

// next adds an empty line, reusing the memory of an earlier document's.
func (pg *page) next() *line {
	if len(pg.lines) == cap(pg.lines) {
		pg.lines = slices.Grow(pg.lines, max(64, len(pg.lines)))
	}
	pg.lines = pg.lines[:len(pg.lines)+1]
	l := &pg.lines[len(pg.lines)-1]
	*l = line{rules: l.rules[:0], evidence: l.evidence[:0]}
	return l
}

// maxKept bounds the memory that a page keeps for the next document.
const maxKept = 1 << 14

// release forgets the document.
func (pg *page) release() {
	if cap(pg.lines) > maxKept {
		pg.lines = nil
	}
	for i := range pg.lines[:cap(pg.lines)] {
		l := &pg.lines[:cap(pg.lines)][i]
		if l.p == nil {
			break
		}
		l.p, l.text = nil, ""
	}
	pg.lines = pg.lines[:0]
	clear(pg.edits)
}

// consult notes the rules that speak against l, having made the cuts of those
// that are inline until none is left to make.
func (pg *page) consult(l *line) {
	for range maxRounds {
		pg.hits = pg.index.scan(l.text, pg.hits[:0])
		if len(pg.hits) == 0 || !pg.cut(l) {
			break
		}
		l.describe()
		if l.text == "" {
			return
		}
	}
	for _, n := range pg.hits {
		p := pg.index.patterns[n]
		r := p.rule
		switch {
		case r.Inline != nil || len(l.text) > r.Max || slices.Contains(l.rules, r):
		case r.Hint != nil && !l.headline():
		case p.re().MatchString(l.text):
			l.rules = append(l.rules, r)
		}
	}
	if len(l.text) > shortBytes {
		return
	}
	pg.key = appendFold(pg.key[:0], l.text)
	if len(pg.key) > 0 {
		l.key = hashKey(pg.key)
		l.words = 1 + int32(strings.Count(string(pg.key), " "))
	}
	for _, r := range pg.index.phrases[string(pg.key)] {
		if !slices.Contains(l.rules, r) {
			l.rules = append(l.rules, r)
		}
	}
}

// cut removes the stretches of l that inline rules match, and reports whether
// there were any.
func (pg *page) cut(l *line) bool {
	text := l.p.Text()
	pg.edits = pg.edits[:0]
	for _, n := range pg.hits {
		p := pg.index.patterns[n]
		if p.rule.Inline == nil {
			continue
		}
		for _, m := range p.re().FindAllStringSubmatchIndex(text, -1) {
			// What a group matches is cut, and what stands round it stays.
			start, end := withSpace(text, m[len(m)-2], m[len(m)-1])
			pg.edits = append(pg.edits, pipeline.Edit{Rule: p.rule.reason, Start: start, End: end, Score: p.rule.Score})
		}
	}
	if len(pg.edits) == 0 {
		return false
	}
	slices.SortStableFunc(pg.edits, func(a, b pipeline.Edit) int { return cmp.Compare(a.Start, b.Start) })
	kept := pg.edits[:1]
	for _, e := range pg.edits[1:] {
		if e.Start >= kept[len(kept)-1].End {
			kept = append(kept, e)
		}
	}
	return l.p.Apply(kept...)
}

// withSpace widens a stretch to be removed by the space that would be left over.
func withSpace(s string, start, end int) (int, int) {
	left := len(strings.TrimRightFunc(s[:start], unicode.IsSpace))
	right := len(s) - len(strings.TrimLeftFunc(s[end:], unicode.IsSpace))
	switch {
	case right == len(s):
		return left, right
	case left == 0:
		return start, right
	case left < start && right > end:
		return start, right
	}
	return start, end
}

// describe sets the text and the shape of l.
func (l *line) describe() {
	source := l.p.Text()
	l.text = strip(source)
	l.shape = 0
	if l.text == "" {
		return
	}
	head, _ := utf8.DecodeRuneInString(l.text)
	if unicode.IsUpper(head) || unicode.IsDigit(head) || unicode.Is(unicode.Han, head) {
		l.shape |= capital
	}
	if strings.ContainsRune("«»“”„\"‘‹'’「『—–-", head) {
		l.shape |= quoted
	}
	if isItem(source) {
		l.shape |= item
	}
	if strings.IndexByte(source, '\t') >= 0 || strings.Count(l.text, "|") > 2 {
		l.shape |= table
	}
	bare := strings.TrimRight(l.text, "\"'”’»›)] \u00a0")
	end, size := utf8.DecodeLastRuneInString(bare)
	if strings.ContainsRune(".!?…:;,。！？；：,،؟।", end) && size > 0 {
		l.shape |= ended
		if strings.ContainsRune(".!?…。！？؟।", end) && long(l.text) {
			l.shape |= prose
		}
	}
}

// long reports whether s is long enough for prose. A character of Chinese or
// Japanese says as much as two or three letters.
func long(s string) bool {
	if len(s) > 4*proseRunes {
		return true
	}
	return len(s) > proseRunes && (utf8.RuneCountInString(s) > proseRunes || s[0] >= 0xE3 && s[0] <= 0xED)
}

const bullets = "•·*‣▪■●◦–—-»>›→▶►+"

// ornament reports whether r is a bullet, an arrow or a pictogram in front of a
// line, or white space.
func ornament(r rune) bool {
	return strings.ContainsRune(bullets+" \t\u00a0\ufe0f", r) || r >= '←' && r < '\ue000' && unicode.In(r, unicode.So, unicode.Sm) || r >= 0x1F000 && unicode.Is(unicode.So, r)
}

// strip cuts white space, bullets, arrows and pictograms off the ends of s.
func strip(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || s[0] < utf8.RuneSelf && s[0] != '*' && s[0] != '-' && s[0] != '>' && s[0] != '+' {
		// The usual case: no bullet in front.
	} else {
		s = strings.TrimLeftFunc(s, ornament)
	}
	if s == "" {
		return s
	}
	if c := s[len(s)-1]; c >= utf8.RuneSelf || c == '>' {
		if t := strings.TrimRight(s, ">›→▶► \u00a0"); t != "" {
			return t
		}
	}
	return s
}

// isItem reports whether s begins as an item of a list does.
func isItem(s string) bool {
	t := strings.TrimLeft(s, " \t\u00a0")
	if t == "" {
		return false
	}
	if r, size := utf8.DecodeRuneInString(t); strings.ContainsRune(bullets, r) {
		return strings.HasPrefix(t[size:], " ") || strings.HasPrefix(t[size:], "\t") || strings.HasPrefix(t[size:], "\u00a0")
	}
	digits := strings.TrimLeft(t, "0123456789")
	return len(digits) < len(t) && digits != "" && strings.ContainsRune(".)", rune(digits[0]))
}

// headline reports whether l could be a heading by its looks.
func (l *line) headline() bool {
	return l.shape&(prose|item|quoted|ended|table) == 0 || l.shape&(prose|item|quoted|table) == 0 && strings.HasSuffix(l.text, "!")
}

// lone reports whether l is a line to which the weaker voices may speak.
func (l *line) lone() bool {
	return l.shape&(prose|item|quoted|ended|table) == 0
}

// locate finds the author's prose and the place of each line, and asks the
// packs.
func (pg *page) locate() {
	pg.first, pg.last, pg.prose = len(pg.lines), -1, 0
	for i := range pg.lines {
		if pg.lines[i].shape&prose != 0 && pg.lines[i].suspicion() < .5 {
			pg.first, pg.last = min(pg.first, i), i
			pg.prose++
		}
	}
	for i := range pg.lines {
		l := &pg.lines[i]
		l.at = between
		if pg.prose > 0 && i < pg.first {
			l.at = head
		} else if pg.prose > 0 && i > pg.last {
			l.at = tail
		}
	}
	pg.inBody = pg.inBody[:0]
	for i := pg.first; i <= pg.last; i++ {
		for _, r := range pg.lines[i].rules {
			if r.Once && !slices.Contains(pg.inBody, r) {
				pg.inBody = append(pg.inBody, r)
			}
		}
	}
	for i := range pg.lines {
		pg.consider(i)
	}
}

// consider turns the rules that matched line i into evidence. Hints speak about the
// same thing, and only the strongest counts.
func (pg *page) consider(i int) {
	l := &pg.lines[i]
	l.evidence = l.evidence[:0]
	var hint *rule
	for _, r := range l.rules {
		switch {
		case r.Hint != nil && (hint == nil || r.Score > hint.Score):
			hint = r
		case r.Hint == nil:
			l.add(r.reason, pg.weigh(i, r), "its words")
		}
	}
	if hint != nil {
		l.add(hint.reason, pg.weigh(i, hint), "its words")
	}
}

// weigh returns what r, having matched line i, says against it. It says half as
// much where the line is a part of what there is to read, where the author
// speaks of the same thing, where the line is one of a series between
// paragraphs, of a button that doesn't stand below a line of the template, and
// of the label of a list that the author's text goes on after.
func (pg *page) weigh(i int, r *rule) float64 {
	l := &pg.lines[i]
	score := r.scoreAt(l.at)
	switch {
	case l.shape&wrapped != 0,
		r.Button && !pg.follows(i),
		r.Opens && l.at == between && i+1 < len(pg.lines) && pg.lines[i+1].shape&item != 0,
		l.at == between && pg.prose > 0 && r.Lines != nil && score > .5 && pg.about(l),
		l.at != between && r.Once && slices.Contains(pg.inBody, r):
		score /= 2
	}
	return score
}

// follows reports whether line i stands right below a line of the template, or
// below other buttons that do.
func (pg *page) follows(i int) bool {
	for i--; i >= 0; i-- {
		if pg.lines[i].certain() {
			return true
		}
		if !slices.ContainsFunc(pg.lines[i].rules, func(r *rule) bool { return r.Button }) {
			return false
		}
	}
	return false
}

// suspicion returns the score of the surest rule that matched l, wherever it is.
func (l *line) suspicion() float64 {
	best := 0.
	for _, r := range l.rules {
		best = max(best, r.Score)
	}
	return best
}

func (l *line) add(rule *pipeline.Rule, score float64, detail string) {
	l.evidence = append(l.evidence, evidence{rule, score, detail})
}

// score weighs what was said against l together, as if the voices were
// independent.
func (l *line) score() float64 {
	innocent := 1.
	for _, e := range l.evidence {
		innocent *= 1 - e.score
	}
	return 1 - innocent
}

// decide drops the lines against which there is enough evidence, forgets them,
// and reports whether there were any.
func (pg *page) decide(s Strictness) bool {
	guilty := 0
	for i := range pg.lines {
		if l := &pg.lines[i]; l.score() >= s.threshold(l.at) {
			guilty++
		}
	}
	if guilty == 0 || guilty == len(pg.lines) {
		return false
	}
	kept := 0
	for i := range pg.lines {
		l := &pg.lines[i]
		if l.score() >= s.threshold(l.at) && l.drop(s) {
			continue
		}
		if kept != i {
			pg.lines[kept], pg.lines[i] = pg.lines[i], pg.lines[kept]
		}
		kept++
	}
	dropped := kept < len(pg.lines)
	pg.lines = pg.lines[:kept]
	pg.topic.ready = false
	return dropped
}

// drop removes l by the strongest evidence. Should the user have switched off
// that rule, the rest of the evidence must be enough.
func (l *line) drop(s Strictness) bool {
	if l.p.Cut() {
		return false
	}
	for score := l.score(); len(l.evidence) > 0 && score >= s.threshold(l.at); score = l.score() {
		best := 0
		for i, e := range l.evidence {
			if e.score > l.evidence[best].score {
				best = i
			}
		}
		if l.p.Drop(l.evidence[best].rule, score, l.detail(best)) {
			return true
		}
		l.evidence = slices.Delete(l.evidence, best, best+1)
	}
	return false
}

// detail names the evidence: what the strongest found, and who agreed.
func (l *line) detail(best int) string {
	detail := l.evidence[best].detail
	for i, e := range l.evidence {
		if i == best || e.score == 0 {
			continue
		}
		if detail != "" {
			detail += "; "
		}
		detail += "also " + e.rule.ID
		if e.detail != "" {
			detail += ": " + e.detail
		}
	}
	return detail
}
