package index

import (
	"encoding/binary"
	"math"
	"math/bits"
)

const (
	// KeyBits is the length of a key. Among a thousand million paragraphs with
	// 12 keys each, one key in a hundred is then found where it does not belong.
	KeyBits = 40

	// PerKey is how many paragraphs are remembered for one key: the earliest,
	// so that a paragraph of which there are a million variants costs no more
	// than another.
	PerKey = 4

	// countBits is the length of the number of a paragraph, and maxCount is how
	// many a table can tell apart.
	countBits = 64 - KeyBits
	maskCount = 1<<countBits - 1
	maxCount  = maskCount
)

// A table finds the numbers of paragraphs by keys that share their upper bits. It
// is an ordered hash table (Amble, Knuth, 1974): the upper bits of a key, which is
// a hash already, give its home, what is displaced stands after it, and all stands
// in the order of keys, and for one key in the order of numbers. A search ends
// where a greater key stands, however full the table is, and to read it in order,
// or to move it to a longer one, is to go through it from its beginning to its end.
//
// A slot has 6 to 8 bytes: in the lowest 24 bits one more than a number, above
// them the lower bits of a key; 0 if it is empty. As no slot is far from the home
// of its key, its place tells the other bits; see reach.
type table struct {
	shape
	slots  []byte // and some bytes more, so that a word can be read where one begins
	used   int
	number int // of the table, among several: the upper bits
}

// A shape is how the slots of a table are laid out.
type shape struct {
	bits  int    // of a key, that are not the same for the whole table
	homes int    // how many slots are a home; some more follow
	width int    // of a slot, in bytes
	mask  uint64 // of a slot, in the word that begins with it
	reach int    // how far from the home of its key a slot may be
}

const (
	minWidth, maxWidth = 6, 8

	// leastReach is how far a slot may be from its home at least. If no more
	// than five slots in six are used, none is likely to be a third as far.
	leastReach = 254
	// leastHomes is how many homes the smallest table has, and largeTable how
	// many a large one.
	leastHomes = 32
	largeTable = 1 << 12
	// spareSlots is how many slots follow the homes at least. The last one of
	// all is always empty.
	spareSlots = 16
)

// shaped returns the shape of so many homes, and slots of a width.
func shaped(keyBits, homes, width int) shape {
	s := shape{bits: keyBits, homes: homes, width: width, mask: 1<<(8*width-1)<<1 - 1, reach: math.MaxInt}
	// Whether one key is less than another is told from the lower bits of both:
	// they must be less than half of what those can hold apart.
	if apart := keyBits - s.keptBits() + 1; apart > 0 {
		s.reach = homes>>apart - 3
	}
	return s
}

// keptBits is how many bits of a key are in a slot.
func (s *shape) keptBits() int { return 8*s.width - countBits }

// narrowest returns the shape with the shortest slots for so many homes.
func narrowest(keyBits, homes int) shape {
	for width := minWidth; ; width++ {
		if s := shaped(keyBits, homes, width); s.reach >= leastReach || width == maxWidth {
			return s
		}
	}
}

// wider returns a shape of which slots may be further from their homes.
func (s *shape) wider() shape {
	if s.width < maxWidth {
		return shaped(s.bits, s.homes, s.width+1)
	}
	return shaped(s.bits, s.homes+s.homes/4+1, s.width)
}

// home returns the place where the search for key begins.
func (s *shape) home(key uint64) int {
	n, _ := bits.Mul64(key<<(64-s.bits), uint64(s.homes))
	return int(n)
}

// slot returns the slot for a paragraph that has key.
func (s *shape) slot(key uint64, number int) uint64 {
	return (key<<countBits | uint64(number+1)) & s.mask
}

// size returns how many bytes so many slots take.
func (s *shape) size(slots int) int { return slots*s.width + 8 - minWidth }

// count returns how many slots there are.
func (t *table) count() int { return (len(t.slots) - (8 - minWidth)) / max(t.width, 1) }

// load returns the slot at a place.
func (t *table) load(place int) uint64 {
	return binary.LittleEndian.Uint64(t.slots[place*t.width:]) & t.mask
}

// search returns the byte where the slots end that have key, or would have it, and
// how many these are. It appends to ids the first most of their paragraphs.
func (t *table) search(ids []uint64, key uint64, most int) (at, same int, found []uint64) {
	slots, width, mask := t.slots, t.width, t.mask
	lost := 64 - t.keptBits() // of the upper bits of a key
	for at = t.home(key) * width; ; at += width {
		slot := binary.LittleEndian.Uint64(slots[at:]) & mask
		if slot == 0 {
			break
		}
		// The keys that stand near each other differ by little.
		order := int64((slot>>countBits - key) << lost)
		if order > 0 {
			break
		}
		if order == 0 {
			if same++; same <= most {
				ids = append(ids, slot&maskCount-1)
			}
		}
	}
	return at, same, ids
}

// find appends to ids the first paragraphs that have key, most at most.
func (t *table) find(ids []uint64, key uint64, most int) []uint64 {
	_, _, ids = t.search(ids, key, most)
	return ids
}

// full reports whether there should be more homes for another slot.
func (t *table) full() bool { return 6*(t.used+1) > 5*t.homes }

// more returns the next number of homes. Large tables grow in smaller steps, to
// make the most of the memory there is; and not all at once.
func (t *table) more() int {
	switch {
	case t.homes == 0:
		return leastHomes + t.number*3/8
	case t.homes < largeTable:
		return 2 * t.homes
	}
	return t.homes + 3*t.homes/8
}

// An outcome is what becomes of a slot that is to be inserted.
type outcome int

const (
	done  outcome = iota // it is there, or enough others have its key
	short                // there are not enough slots after the last home
	far                  // a slot would be further from its home than it may be
)

// insert adds a paragraph after those that have key, unless these are enough.
func (t *table) insert(key uint64, number int) outcome {
	at, same, _ := t.search(nil, key, 0)
	if same == PerKey {
		return done
	}
	slots, width := t.slots, t.width
	end := at
	for binary.LittleEndian.Uint64(slots[end:])&maskCount != 0 {
		end += width
	}
	home := t.home(key)
	switch {
	case end/width+1 >= t.count():
		return short
	case end/width-home > t.reach && t.furthest(home, at/width, end/width) > t.reach:
		return far
	}
	copy(slots[at+width:end+width], slots[at:end])
	word := binary.LittleEndian.Uint64(slots[at:])
	binary.LittleEndian.PutUint64(slots[at:], word&^t.mask|t.slot(key, number))
	t.used++
	return done
}

// furthest returns how far from its home a slot would be, if one from home were
// inserted at place, and the others there moved on to the empty one at end.
func (t *table) furthest(home, place, end int) int {
	most, step := place-home, t.step()
	for ; place < end; place++ {
		most = max(most, place+1-t.home(t.key(place, t.load(place), step)))
	}
	return most
}

// reshape moves all paragraphs from number from on to slots of shape s, or of
// a wider one, and numbers them from 0. It returns what it used to do so, of which
// old is what was used last time.
func (t *table) reshape(s shape, from int, old []byte) []byte {
	old = append(old[:0], t.slots...)
	before := *t
	before.slots = old
	for !t.fill(s, &before, from) {
		s = s.wider()
	}
	return old
}

// fill is reshape, where before is t as it was. It reports whether all slots are
// near their homes.
func (t *table) fill(s shape, before *table, from int) bool {
	clear(t.slots)
	t.shape, t.used = s, 0
	t.lengthen(s.homes + spareSlots)
	next, count := 0, t.count()
	step := before.step()
	for place := range before.count() {
		slot := before.load(place)
		number := int(slot&maskCount) - 1 - from
		if number < 0 {
			continue
		}
		key := before.key(place, slot, step)
		home := s.home(key)
		if next = max(next, home); next-home > s.reach {
			return false
		}
		if next+1 >= count {
			t.lengthen(next + spareSlots)
			count = t.count()
		}
		// What follows is empty.
		binary.LittleEndian.PutUint64(t.slots[next*s.width:], s.slot(key, number))
		t.used++
		next++
	}
	if past := next - s.homes; past > 0 {
		t.lengthen(next + past/2 + spareSlots)
	}
	return true
}

// lengthen makes the table n slots long. What is added is empty.
func (t *table) lengthen(n int) {
	size := t.size(n)
	if size > cap(t.slots) {
		t.slots = append(make([]byte, 0, size), t.slots...)
	}
	t.slots = t.slots[:size]
}

// step returns a little more than how many keys have the same home, in parts of
// 1<<16.
func (t *table) step() uint64 { return 1<<(t.bits+16)/uint64(max(t.homes, 1)) + 1 }

// key returns the key of a slot at a place of a table with such a step.
func (t *table) key(place int, slot, step uint64) uint64 {
	// The greatest key whose home is not after the place is not far above.
	greatest := min(uint64(min(place+1, t.homes))*step>>16, 1<<t.bits-1)
	above := (greatest - slot>>countBits) & (1<<t.keptBits() - 1)
	return uint64(t.number)<<t.bits | (greatest-above)&(1<<t.bits-1)
}

// appendOrdered appends to slots those of the paragraphs from number from on, from
// a place on, until there is no more room, and returns where it ended: a key in the
// upper 40 bits, and one more than a number in the others, in order.
func (t *table) appendOrdered(slots []uint64, place, from int) ([]uint64, int) {
	step := t.step()
	for ; place < t.count() && len(slots) < cap(slots); place++ {
		if slot := t.load(place); int(slot&maskCount) > from {
			slots = append(slots, t.key(place, slot, step)<<countBits|slot&maskCount)
		}
	}
	return slots, place
}
