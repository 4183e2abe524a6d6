package templates

// A sketch counts the most frequent of any number of keys in a fixed number of
// counters, by the SpaceSaving algorithm (Metwally, Agrawal and El Abbadi,
// "Efficient computation of frequent and top-k elements in data streams", ICDT
// 2005): a key without a counter takes that of the least frequent, and with it
// its count, which bounds by how much the new one may be too high. Of n
// occurrences, any key that has more than n/capacity is among the counters.
type sketch struct {
	capacity int
	counters []counter
	places   map[uint64]int32 // of the counter of each key
	heap     []int32          // counters, the least frequent on top
}

// A counter counts the documents that hold a key.
type counter struct {
	key    uint64
	text   string
	count  uint32
	over   uint32 // count is too high by this much at most
	inside uint32 // documents of count-over that hold it inside
	said   uint32 // the same, as speech or a sentence
	at     int32  // in the heap
}

// atLeast returns how many documents hold the key for certain.
func (c *counter) atLeast() int { return int(c.count - c.over) }

func newSketch(capacity int) *sketch {
	return &sketch{capacity: capacity, places: make(map[uint64]int32)}
}

// get returns the counter of key, nil if it has none. A key that has one has
// been met.
func (s *sketch) get(key uint64) *counter {
	if i, ok := s.places[key]; ok {
		return &s.counters[i]
	}
	return nil
}

// add counts key once more and returns its counter, for use before the next add.
func (s *sketch) add(key uint64) *counter {
	i, ok := s.places[key]
	switch {
	case ok:
	case len(s.counters) < s.capacity:
		i = int32(len(s.counters))
		s.counters = append(s.counters, counter{key: key, at: i})
		s.heap = append(s.heap, i)
		s.places[key] = i
		s.up(int(i))
	default:
		i = s.heap[0]
		c := &s.counters[i]
		delete(s.places, c.key)
		s.places[key] = i
		*c = counter{key: key, count: c.count, over: c.count}
	}
	c := &s.counters[i]
	c.count++
	s.down(int(c.at))
	return c
}

// up restores the order of the heap for what has become too small at i.
func (s *sketch) up(i int) {
	for i > 0 && s.less(i, (i-1)/2) {
		s.swap(i, (i-1)/2)
		i = (i - 1) / 2
	}
}

// down restores the order of the heap for what has become too large at i.
func (s *sketch) down(i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(s.heap); child++ {
			if s.less(child, least) {
				least = child
			}
		}
		if least == i {
			return
		}
		s.swap(i, least)
		i = least
	}
}

func (s *sketch) less(i, j int) bool {
	return s.counters[s.heap[i]].count < s.counters[s.heap[j]].count
}

func (s *sketch) swap(i, j int) {
	s.heap[i], s.heap[j] = s.heap[j], s.heap[i]
	s.counters[s.heap[i]].at, s.counters[s.heap[j]].at = int32(i), int32(j)
}
