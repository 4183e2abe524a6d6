package index

import (
	"encoding/binary"
	"math/bits"
)

// A filter tells most keys that a segment lacks from those that it may have. It
// is a blocked Bloom filter (Putze, Sanders, Singler: Cache-, hash- and
// space-efficient Bloom filters, 2007): a key sets one bit in each of the eight
// words of one cache line, so that asking waits for memory once.
//
// The lines stand in blocks as all of a segment does; see segment.go. Blocks
// holds them, one after the other, and is nil if they stay in the file.
type filter struct {
	lines  uint64 // number of lines
	blocks []byte
	memory memory // of blocks
}

const (
	lineBytes     = 64
	linesPerBlock = blockBytes/lineBytes - 1 // the block's checksum takes the place of one

	// filterBits is how many bits a key takes. Of the keys that a segment
	// lacks, about one in 250 then passes.
	filterBits = 13
)

// filterBlocks returns how many blocks a filter for n keys takes.
func filterBlocks(n int64) int64 {
	lines := (n*filterBits + 8*lineBytes - 1) / (8 * lineBytes)
	return (lines + linesPerBlock - 1) / linesPerBlock
}

// newFilter returns a filter of so many blocks that no key passes.
func newFilter(blocks int64) filter {
	f := filter{lines: uint64(blocks) * linesPerBlock}
	f.allocate(blocks)
	return f
}

// allocate has memory for so many blocks.
func (f *filter) allocate(blocks int64) {
	f.memory = newMemory(int(blocks) * blockBytes)
	f.blocks = f.memory.bytes
}

// free gives the memory back.
func (f *filter) free() {
	f.memory.free()
	f.blocks = nil
}

// place returns the block that key is looked for in, where its line begins
// there, and which bits it sets. The lines are in the order of the keys, so that
// a filter is filled from its beginning to its end, and not all over memory.
func (f *filter) place(key uint64) (block int64, line int, pattern uint64) {
	n, _ := bits.Mul64(key<<(64-KeyBits), f.lines)
	h := key * 0x9E3779B97F4A7C15
	h = (h ^ h>>32) * 0xD6E8FEB86659FD93
	return int64(n / linesPerBlock), int(lineBytes * (1 + n%linesPerBlock)), (h ^ h>>32) * 0x9E3779B97F4A7C15 >> 16
}

// add makes key pass.
func (f *filter) add(key uint64) {
	block, line, pattern := f.place(key)
	words := f.blocks[block*blockBytes+int64(line):][:lineBytes]
	for i := 0; i < lineBytes; i += 8 {
		word := binary.LittleEndian.Uint64(words[i:])
		binary.LittleEndian.PutUint64(words[i:], word|1<<(pattern&63))
		pattern >>= 6
	}
}

// has reports whether a key passes the line at its place.
func has(words []byte, pattern uint64) bool {
	words = words[:lineBytes]
	for i := 0; i < lineBytes; i += 8 {
		if binary.LittleEndian.Uint64(words[i:])>>(pattern&63)&1 == 0 {
			return false
		}
		pattern >>= 6
	}
	return true
}
