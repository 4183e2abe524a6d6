package linemodel

import "github.com/zeebo/xxh3"

// A memory holds lines that were read more than once of late. What a template says
// comes on page after page, and what a line is by itself depends on its text, the
// stop words and the lexicon alone. Texts and terms are written one behind the
// other: to fetch a place for each from somewhere else takes longer than to write it.
type memory struct {
	lines  []memorised // of which the oldest makes room for another
	next   uint32
	clues  []clue // by what shows at the ends of a line
	texts  ring[byte]
	topics ring[term]
	fresh  reading // of the line that was read last
}

// The memory is much smaller than what a processor has at hand, of which the
// lexicon and the rules need their share. Lines that come again do so soon: in
// another version of the page, or on the next one of the site.
const (
	memorisedLines  = 1 << 8
	memorisedBytes  = 1 << 16
	memorisedTopics = 1 << 13
	longestLine     = 2 << 10 // bytes
	manyClues       = 8 * memorisedLines
)

// A clue tells which line may be one with such ends.
type clue struct{ ends, line uint32 }

// A memorised line is one that was read. It is forgotten with its text or its topic.
type memorised struct {
	reading
	stop *StopWords
	text []byte
	from [2]uint64 // where the text and the topic begin in what was ever put in the rings
}

// A reading is what a line is by its text.
type reading struct {
	features [firstTold]int16
	scripts  [4]int16
	identity uint64
	words    int32
	runes    int32
	lexicon  float32
	topic    []term
	own      [ownTerms]term
	owns     int // how many of them it has: none unless it is short, and compared with others as a whole
}

// find returns what was read in that text with those stop words, nil if it is not
// remembered, and the clue to it, nil if it is not worth remembering: most lines
// never come again, and one that does is kept from the second time on.
func (m *memory) find(text string, stop *StopWords) (*reading, *clue) {
	if len(text) > longestLine {
		return nil, nil
	}
	if m.lines == nil {
		m.lines, m.clues = make([]memorised, memorisedLines), make([]clue, manyClues)
		m.texts.all, m.topics.all = make([]byte, memorisedBytes), make([]term, memorisedTopics)
	}
	ends := hashEnds(text)
	c := &m.clues[ends%manyClues]
	if c.ends != ends {
		c.ends = ends
		return nil, nil
	}
	if l := &m.lines[c.line]; l.stop == stop && string(l.text) == text && m.texts.holds(l.from[0]) && m.topics.holds(l.from[1]) {
		return &l.reading, c
	}
	return nil, c
}

// keep keeps what was just read.
func (m *memory) keep(c *clue, text string, stop *StopWords) {
	l := &m.lines[m.next]
	c.line = m.next
	m.next = (m.next + 1) % memorisedLines
	l.reading, l.stop = m.fresh, stop
	l.text, l.from[0] = m.texts.next(len(text))
	copy(l.text, text)
	l.topic, l.from[1] = m.topics.next(len(m.fresh.topic))
	copy(l.topic, m.fresh.topic)
}

// A ring holds what was put in last.
type ring[T any] struct {
	all []T
	at  int
	put uint64 // how many have been put in, with those left out at the end of all
}

// next returns room for n together, of which there are not more than the ring
// holds, and what has been put in before.
func (r *ring[T]) next(n int) (room []T, from uint64) {
	if r.at+n > len(r.all) {
		r.put += uint64(len(r.all) - r.at)
		r.at = 0
	}
	room, from = r.all[r.at:r.at+n], r.put
	r.at += n
	r.put += uint64(n)
	return room, from
}

// holds reports whether nothing has been put in the place of what was from there
// on.
func (r *ring[T]) holds(from uint64) bool { return r.put-from <= uint64(len(r.all)) }

// hashEnds returns a hash of the length of s, its first, last and middle bytes.
func hashEnds(s string) uint32 {
	const end = 8
	if len(s) < end {
		return wordHash(len(s)).sum(fewer(s))
	}
	return wordHash(len(s)).add(eight(s)).add(eight(s[(len(s)-end)/2:])).sum(eight(s[len(s)-end:]))
}

// forget makes the memory hold no line.
func (m *memory) forget() {
	for i := range m.lines {
		m.lines[i].stop = nil
	}
}

// fill reads text.
func (r *reading) fill(text string, s *scan, stop *StopWords, x *Lexicon) {
	s.read(text, stop)
	r.identity, r.words = s.identity, int32(len(s.words)-s.ideo+s.runs)
	s.signs(text, stop, &r.features)
	r.ask(x, s.grams(text, x.weights()))
	r.runes = int32(s.runes())
	s.scripts[3] -= s.ideo // counted apart
	for i, n := range s.scripts {
		r.scripts[i] = int16(n)
	}
	r.topic = append(r.topic[:0], s.found...)
	r.owns = 0
	if r.runes <= shortRunes && len(text) <= scannedHead+scannedTail {
		r.own[wholeLine].hash = uint32(xxh3.HashString(text)) | 1
		r.own[looksOfLine].hash = mix(s.shape(), uint32(r.features[endMark])) << 1
		r.owns = firstWord
		if len(s.words) > 0 {
			r.own[firstWord].hash = mix(s.words[0].hash, 77)
			r.owns = ownTerms
		}
	}
	if len(text) > scannedHead+scannedTail {
		s.readMiddle(text, stop)
		r.topic = append(r.topic, s.found...)
		r.runes += int32(s.runes())
	}
}

// ask notes what the lexicon makes of the n-grams of the line.
func (r *reading) ask(x *Lexicon, g gramVotes) {
	r.lexicon = x.score(g.all())
	r.features[lexicon] = unit32(r.lexicon)
	r.features[lexWords] = unit32(x.score(g.words))
	r.features[lexTail] = unit32(x.score(g.tail))
	r.features[lexBest] = unit32(x.Scale * float32(g.best))
}
