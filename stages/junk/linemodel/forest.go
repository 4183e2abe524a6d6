package linemodel

// A forest asks the trees of several lines at once: the features of each are 16
// bits of a word, and one addition compares them all with a threshold. The answers
// are those of [Trees].
type forest struct {
	*Trees
	trees []packedTree
	first int // of the trees, those that are asked first
	words int // of the features that the trees look at, lanes in each
}

// Most lines are the author's beyond doubt, and the first trees tell: where they
// say no more than that, the others are not asked.
const (
	firstTrees = 60
	settled    = -3.5
)

type packedTree struct {
	addend  [Depth]uint64 // carries into the highest bit of each lane whose value is above the threshold
	feature [Depth]uint8
	leaves  [1 << Depth]int16
}

const (
	lanes    = 4
	laneBits = 16
	laneTop  = 1<<(laneBits-1) - 1 // the greatest value of a lane, which leaves a bit for the carry
	laneZero = featureLimit        // what stands in a lane for a feature of 0
	eachLane = 1<<48 | 1<<32 | 1<<16 | 1
)

// A block holds the features of so many lines, a lane for each line. It has a
// place for every number that a split may have.
type block [256]uint64

// packTrees returns the trees ready to be asked.
func packTrees(t *Trees) *forest {
	f := &forest{Trees: t, trees: make([]packedTree, len(t.Splits)/Depth)}
	f.first = min(firstTrees, len(f.trees))
	for i, s := range t.Splits {
		tree := &f.trees[i/Depth]
		tree.feature[i%Depth] = s.Feature
		tree.addend[i%Depth] = uint64(laneTop-(s.Threshold+laneZero)) * eachLane
		f.words = max(f.words, int(s.Feature)/lanes+1)
	}
	for i := range f.trees {
		copy(f.trees[i].leaves[:], t.Leaves[i<<Depth:])
	}
	return f
}

// set enters so many words of the features of lines, which are rows of a table
// of which b has the columns.
func (b *block) set(words int, lines *[lanes]*line) {
	v0, v1, v2, v3 := &lines[0].v, &lines[1].v, &lines[2].v, &lines[3].v
	for i := range words {
		r0, r1, r2, r3 := v0.word(i), v1.word(i), v2.word(i), v3.word(i)
		// Of each pair of lines, first the features at even places, then those at odd
		// ones; the bit for the carry falls out.
		const even = laneTop<<32 | laneTop
		even0, odd0 := r0&even|r1&even<<16, r0>>16&even|r1>>16&even<<16
		even2, odd2 := r2&even|r3&even<<16, r2>>16&even|r3>>16&even<<16
		const low, bias = 1<<32 - 1, laneZero * eachLane
		at := (*[lanes]uint64)(b[i*lanes:])
		at[0] = (even0&low | even2<<32) ^ bias
		at[1] = (odd0&low | odd2<<32) ^ bias
		at[2] = (even0>>32 | even2&^low) ^ bias
		at[3] = (odd0>>32 | odd2&^low) ^ bias
	}
}

// word returns four features as the lanes of a word.
func (v *padded) word(i int) uint64 {
	w := (*[lanes]int16)(v[i*lanes:])
	return uint64(uint16(w[0])) | uint64(uint16(w[1]))<<laneBits | uint64(uint16(w[2]))<<(2*laneBits) | uint64(uint16(w[3]))<<(3*laneBits)
}

// vote returns for each line the sum of the leaves that it falls into.
func vote(trees []packedTree, b *block) [lanes]int32 {
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
		s0 += int32(t.leaves[leafIn(x)])
		s1 += int32(t.leaves[leafIn(x>>laneBits)])
		s2 += int32(t.leaves[leafIn(x>>(2*laneBits))])
		s3 += int32(t.leaves[leafIn(x>>(3*laneBits))])
	}
	return [lanes]int32{s0, s1, s2, s3}
}

// ask returns the answers of the lines to the question of a level, as the highest
// bits of the lanes.
func (t *packedTree) ask(b *block, level int) uint64 {
	return (b[t.feature[level]] + t.addend[level]) & (eachLane << (laneBits - 1))
}

// leafIn returns the number of the leaf that the answers in the lowest lane lead to.
func leafIn(answers uint64) uint64 { return answers >> (laneBits - Depth) & (1<<Depth - 1) }
