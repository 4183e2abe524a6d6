package index

// A cursor walks through the postings of a segment. It reads many blocks at a
// time.
type cursor struct {
	segment *segment
	shift   uint64 // to be added to every position
	order   int    // of two postings with the same key, that of the lower order comes first

	postings postings
	blocks   []byte // that were read
	at       int    // in blocks, of the block that postings reads
	first    int64  // number of the first of blocks
}

// blocksAhead is how many blocks a cursor reads at once.
const blocksAhead = 128

func newCursor(s *segment, shift uint64, order int) *cursor {
	return &cursor{segment: s, shift: shift, order: order}
}

// next moves to the next posting and reports whether there is one.
func (c *cursor) next() (bool, error) {
	for !c.postings.next() {
		if err := c.segment.damaged(&c.postings, postingsAt(c.first)+int64(c.at)); err != nil {
			return false, err
		}
		if more, err := c.nextBlock(); !more {
			return false, err
		}
	}
	return true, nil
}

func (c *cursor) nextBlock() (bool, error) {
	if c.at += postingsBytes; c.at >= len(c.blocks) {
		c.first += int64(len(c.blocks) / postingsBytes)
		n := min(blocksAhead, c.segment.head.blocks-c.first)
		if n <= 0 {
			return false, nil
		}
		if c.blocks == nil {
			c.blocks = make([]byte, blocksAhead*postingsBytes)
		}
		c.blocks, c.at = c.blocks[:n*postingsBytes], 0
		if err := readFull(c.segment.file, c.blocks, postingsAt(c.first)); err != nil {
			return false, err
		}
	}
	block := c.blocks[c.at:][:postingsBytes]
	if err := checkBlock(c.segment.file.Name(), block, postingsAt(c.first)+int64(c.at)); err != nil {
		return false, err
	}
	c.postings = newPostings(block)
	return true, nil
}

func (c *cursor) before(d *cursor) bool {
	if c.postings.key != d.postings.key {
		return c.postings.key < d.postings.key
	}
	return c.order < d.order
}

// A merger walks through the postings of several segments in order. It is a
// heap of cursors.
type merger []*cursor

// newMerger returns a merger of cursors that are not yet at their first posting.
func newMerger(cursors []*cursor) (merger, error) {
	var m merger
	for _, c := range cursors {
		more, err := c.next()
		if err != nil {
			return nil, err
		}
		if more {
			m = append(m, c)
		}
	}
	for i := len(m) / 2; i >= 0; i-- {
		m.down(i)
	}
	return m, nil
}

func (m merger) down(i int) {
	for {
		least := i
		for _, child := range [...]int{2*i + 1, 2*i + 2} {
			if child < len(m) && m[child].before(m[least]) {
				least = child
			}
		}
		if least == i {
			return
		}
		m[i], m[least] = m[least], m[i]
		i = least
	}
}

// writeTo passes all postings to w.
func (m merger) writeTo(w *segmentWriter) error {
	for len(m) > 0 {
		c := m[0]
		if err := w.add(posting{c.postings.key, c.postings.position + c.shift}); err != nil {
			return err
		}
		more, err := c.next()
		if err != nil {
			return err
		}
		if !more {
			m[0] = m[len(m)-1]
			m = m[:len(m)-1]
		}
		m.down(0)
	}
	return nil
}
