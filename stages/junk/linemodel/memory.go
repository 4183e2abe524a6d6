package linemodel

import "github.com/zeebo/xxh3"

// A memory holds the lines that were read last. What a template says comes on page
// after page, and what a line is by itself depends on its text, the stop words and
// the lexicon alone.
type memory struct {
	readings []reading
	next     int     // the reading that makes room for another, the oldest
	clues    []clue  // of readings, by what shows at the ends of a line
	fresh    reading // of a line that is too long to be remembered
}

// A clue tells which reading may be that of a line.
type clue struct {
	ends    uint32 // the hash of the ends
	reading uint32
}

// The memory is much smaller than what a processor has at hand, of which the
// lexicon and the rules need their share. Lines that come again do so soon: in
// another version of the page, or on the next one of the site.
const (
	remembered  = 1 << 8 // lines
	cluesEach   = 8
	longestKept = 2 << 10 // bytes
)

// A reading is what a line is by its text.
type reading struct {
	text []byte
	stop *StopWords

	features [firstTold]int16
	scripts  [4]int16
	identity uint64
	words    int32
	runes    int32
	lexicon  float32
	topic    []topicWord

	// Of a short line, which is compared with others as a whole, by hashes:
	short bool
	key   uint32 // the line itself
	shape uint32 // what it looks like
	begin uint32 // its first word, if it has one
}

// find returns the reading of a text that has been read with those stop words, and
// true; or else one to be filled in.
func (m *memory) find(text string, stop *StopWords) (r *reading, met bool) {
	if len(text) > longestKept {
		return &m.fresh, false
	}
	if m.readings == nil {
		m.readings, m.clues = make([]reading, remembered), make([]clue, remembered*cluesEach)
	}
	ends := hashEnds(text)
	at := &m.clues[ends%(remembered*cluesEach)]
	if at.ends == ends {
		if r = &m.readings[at.reading]; r.stop == stop && string(r.text) == text {
			return r, true
		}
	}
	*at = clue{ends, uint32(m.next)}
	r = &m.readings[m.next]
	m.next = (m.next + 1) % remembered
	r.text, r.stop = append(r.text[:0], text...), stop
	return r, false
}

// hashEnds returns a hash of the length of s, its first and its last bytes.
func hashEnds(s string) uint32 {
	const end = 8
	if len(s) < end {
		return wordHash(len(s)).sum(fewer(s))
	}
	h := wordHash(len(s)).add(eight(s)).add(eight(s[len(s)/2-end/2:]))
	return h.sum(eight(s[len(s)-end:]))
}

// forget makes the memory hold no line.
func (m *memory) forget() {
	for i := range m.readings {
		m.readings[i].stop = nil
	}
}

// fill reads text.
func (r *reading) fill(text string, s *scan, stop *StopWords, x *Lexicon) {
	s.read(text, stop)
	r.identity, r.words = s.identity(), int32(len(s.words)-s.ideo+s.runs)
	s.signs(text, stop, &r.features)
	s.grams(text)
	r.lexicon = x.score(s.buckets)
	r.runes = int32(s.runes())
	s.scripts[3] -= s.ideo // counted apart
	for i, n := range s.scripts {
		r.scripts[i] = int16(n)
	}
	r.topic = s.topic(r.topic[:0])
	if r.short = r.runes <= shortRunes && len(text) <= scannedHead+scannedTail; r.short {
		r.key = uint32(xxh3.HashString(text)) | 1
		r.shape = mix(s.shape(), uint32(r.features[endMark])) << 1
		if len(s.words) > 0 {
			r.begin = mix(s.words[0].hash, 77)
		}
	}
	if len(text) > scannedHead+scannedTail {
		s.readMiddle(text, stop)
		r.topic = s.topic(r.topic)
		r.runes += int32(s.runes())
	}
}
