package linemodel

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// A forest asks the trees of several lines at once: the features of each are 16
// bits of a word, and one addition compares them all with a threshold. Features
// keep their order and lose only what lies beyond all thresholds, so the answers
// are those of [Trees].
type forest struct {
	*Trees
	columns []column
	trees   []packedTree
	first   []packedTree // those that are asked first
	firstOf int          // columns that these look at, which come first
}

// Most lines are the author's beyond doubt, and the first trees tell: where they
// say no more than that, the others are not asked.
const (
	firstTrees = 60
	settled    = -3.5
)

// A column is a feature less the lowest of its thresholds.
type column struct {
	feature   uint8
	low, most int32 // the value that is 0, and the greatest that is told from those above
}

type packedTree struct {
	addend [Depth]uint64 // carries into the highest bit of each lane whose value is above the threshold
	column [Depth]uint8
}

const (
	lanes    = 4
	laneBits = 16
	laneTop  = 1<<(laneBits-1) - 1 // the greatest value of a lane, which leaves a bit for the carry
	eachLane = 1<<48 | 1<<32 | 1<<16 | 1
)

// A block holds the columns of so many lines, 16 bits for each.
type block [maxColumns * 8]byte

const maxColumns = 256

// packTrees returns the trees ready to be asked.
func packTrees(t *Trees) *forest {
	f := &forest{Trees: t, trees: make([]packedTree, len(t.Splits)/Depth)}
	f.first = f.trees[:min(firstTrees, len(f.trees))]
	late := [256]int{} // by feature: 1 unless the first trees look at it
	order := make([]int, len(f.trees)*Depth)
	for i := range slices.Backward(order) {
		order[i] = i
		late[t.Splits[i].Feature] = one(i >= len(f.first)*Depth)
	}
	slices.SortFunc(order, func(a, b int) int {
		x, y := t.Splits[a], t.Splits[b]
		return cmp.Or(cmp.Compare(late[x.Feature], late[y.Feature]), cmp.Compare(x.Feature, y.Feature), cmp.Compare(x.Threshold, y.Threshold))
	})
	for _, i := range order {
		s := t.Splits[i]
		n := len(f.columns) - 1
		if n < 0 || f.columns[n].feature != s.Feature || int64(s.Threshold)-int64(f.columns[n].low) >= laneTop {
			// The thresholds of a feature are near one another; should some not be,
			// they have a column of their own.
			f.columns = append(f.columns, column{feature: s.Feature, low: s.Threshold})
			n++
			f.firstOf += 1 - late[s.Feature]
		}
		c := &f.columns[n]
		c.most = s.Threshold - c.low + 1
		tree := &f.trees[i/Depth]
		tree.column[i%Depth] = uint8(n)
		tree.addend[i%Depth] = uint64(laneTop-(s.Threshold-c.low)) * eachLane
	}
	return f
}

// set enters columns of a line, whose features are v.
func set(columns []column, b *block, lane int, v *padded) {
	for i := range columns {
		c := &columns[i]
		x := min(max(int64(v[c.feature])-int64(c.low), 0), int64(c.most))
		binary.LittleEndian.PutUint16(b[i*8+lane*2:], uint16(x))
	}
}

// vote returns for each line the sum of the leaves that it falls into.
func vote(trees []packedTree, leaves []int16, b *block) [lanes]int32 {
	var s0, s1, s2, s3 int32
	for i := range trees {
		t := &trees[i]
		// The answer to each question goes in at the top of a lane.
		x := t.ask(b, 0)
		x = x>>1 | t.ask(b, 1)
		x = x>>1 | t.ask(b, 2)
		x = x>>1 | t.ask(b, 3)
		x = x>>1 | t.ask(b, 4)
		x = x>>1 | t.ask(b, 5)
		values := (*[1 << Depth]int16)(leaves[i<<Depth:])
		s0 += int32(values[leafIn(x)])
		s1 += int32(values[leafIn(x>>laneBits)])
		s2 += int32(values[leafIn(x>>(2*laneBits))])
		s3 += int32(values[leafIn(x>>(3*laneBits))])
	}
	return [lanes]int32{s0, s1, s2, s3}
}

// ask returns the answers of the lines to the question of a level, as the highest
// bits of the lanes.
func (t *packedTree) ask(b *block, level int) uint64 {
	x := binary.LittleEndian.Uint64(b[int(t.column[level])*8:])
	return (x + t.addend[level]) & (eachLane << (laneBits - 1))
}

// leafIn returns the number of the leaf that the answers in the lowest lane lead to.
func leafIn(answers uint64) uint64 { return answers >> (laneBits - Depth) & (1<<Depth - 1) }
