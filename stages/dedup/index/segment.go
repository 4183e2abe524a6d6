package index

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"os"
	"path/filepath"
	"slices"

	"github.com/zeebo/xxh3"
)

// A segment is an immutable file of postings, in order of key and then of
// position. It consists of blocks, each of which begins with its checksum:
//
//	header     magic, version, and how many there are of what follows
//	postings   of 1 KiB: a count, and for each posting the difference of its
//	           key to the one before (uvarint) and its position (6 bytes)
//	filter     of 4 KiB, as the others: lines; see filter.go
//	fences     the first key of each block of postings
//
// All postings of a key stand in the same block. Numbers are little endian.
type segment struct {
	info   segmentInfo
	file   *os.File
	head   header
	filter filter
	fences []uint64
	synced bool
}

const (
	blockBytes     = 4 << 10
	postingsBytes  = 1 << 10 // of a block of postings: to read and search it costs little
	blockHead      = 8       // the checksum
	postingsHead   = 10      // and the count
	fencesPerBlock = (blockBytes - blockHead) / 8
	positionBytes  = 6
	maxPosition    = 1<<(8*positionBytes) - 1

	segmentMagic   = "tamis ix"
	segmentVersion = 2
)

// A posting says that the paragraph at a position has a key.
type posting struct {
	key, position uint64
}

// A header is what the first block of a segment tells.
type header struct {
	postings             int64
	blocks, filterBlocks int64
	hash                 uint64 // of the checksums of all other blocks
}

func (h *header) encode(block []byte) {
	copy(block[blockHead:], segmentMagic)
	for i, v := range []uint64{segmentVersion, uint64(h.postings), uint64(h.blocks), uint64(h.filterBlocks), h.hash} {
		binary.LittleEndian.PutUint64(block[16+8*i:], v)
	}
}

func (h *header) decode(block []byte) error {
	var v [5]uint64
	for i := range v {
		v[i] = binary.LittleEndian.Uint64(block[16+8*i:])
	}
	if string(block[blockHead:16]) != segmentMagic {
		return fmt.Errorf("no segment of an index")
	}
	if v[0] != segmentVersion {
		return fmt.Errorf("a segment of version %d; this is for version %d", v[0], segmentVersion)
	}
	*h = header{int64(v[1]), int64(v[2]), int64(v[3]), v[4]}
	return nil
}

// The places of blocks in the file.
func postingsAt(n int64) int64           { return blockBytes + n*postingsBytes }
func (h *header) filterAt(n int64) int64 { return postingsAt(h.blocks) + n*blockBytes }
func (h *header) fencesAt() int64        { return h.filterAt(h.filterBlocks) }
func (h *header) size() int64 {
	return h.fencesAt() + (h.blocks+fencesPerBlock-1)/fencesPerBlock*blockBytes
}

// fits reports whether a file of size bytes holds what the header tells of. It
// is not led astray by numbers whose sum overflows.
func (h *header) fits(size int64) bool {
	most := size / postingsBytes
	return h.blocks > 0 && h.blocks <= most && h.filterBlocks > 0 && h.filterBlocks <= most && h.size() == size
}

// seal writes the checksum of the block at a place.
func seal(block []byte, at int64) uint64 {
	sum := xxh3.HashSeed(block[blockHead:], uint64(at))
	binary.LittleEndian.PutUint64(block, sum)
	return sum
}

// readBlock reads the block at a place of a file.
func readBlock(file *os.File, block []byte, at int64) error {
	if err := readFull(file, block, at); err != nil {
		return err
	}
	return checkBlock(file.Name(), block, at)
}

func checkBlock(name string, block []byte, at int64) error {
	if binary.LittleEndian.Uint64(block) != xxh3.HashSeed(block[blockHead:], uint64(at)) {
		return &DamageError{name, at, "the checksum of the block is wrong"}
	}
	return nil
}

// openSegment opens the segment that info tells of, in dir. Its filter stays in
// the file; see load.
func openSegment(dir string, info segmentInfo) (*segment, error) {
	file, err := os.Open(filepath.Join(dir, info.File))
	if err != nil {
		return nil, err
	}
	s := &segment{info: info, file: file, synced: true}
	if err := s.open(); err != nil {
		file.Close()
		return nil, err
	}
	return s, nil
}

func (s *segment) open() error {
	var buf [blockBytes]byte
	block := buf[:]
	if err := readBlock(s.file, block, 0); err != nil {
		return err
	}
	if err := s.head.decode(block); err != nil {
		return fmt.Errorf("%s: %w", s.file.Name(), err)
	}
	if s.head.hash != uint64(s.info.Hash) || !s.head.fits(s.info.Size) {
		return &DamageError{s.file.Name(), 0, "it is not the segment that the manifest tells of"}
	}
	s.filter.lines = uint64(s.head.filterBlocks) * linesPerBlock
	s.fences = make([]uint64, 0, s.head.blocks)
	for at := s.head.fencesAt(); at < s.head.size(); at += blockBytes {
		if err := readBlock(s.file, block, at); err != nil {
			return err
		}
		for i := blockHead; i < blockBytes && len(s.fences) < cap(s.fences); i += 8 {
			s.fences = append(s.fences, binary.LittleEndian.Uint64(block[i:]))
		}
	}
	return nil
}

// sync makes the segment last.
func (s *segment) sync() (err error) {
	if !s.synced {
		err = s.file.Sync()
		s.synced = err == nil
	}
	return err
}

// load reads the filter into memory.
func (s *segment) load() error {
	if s.filter.blocks != nil {
		return nil
	}
	s.filter.allocate(s.head.filterBlocks)
	for n := range s.head.filterBlocks {
		if err := readBlock(s.file, s.filter.blocks[n*blockBytes:][:blockBytes], s.head.filterAt(n)); err != nil {
			s.unload()
			return err
		}
	}
	return nil
}

// unload leaves the filter in the file.
func (s *segment) unload() { s.filter.free() }

// close lets go of the file and of all memory.
func (s *segment) close() {
	s.unload()
	s.file.Close()
}

// memory returns the number of bytes that the segment takes, and those that its
// filter takes or would take.
func (s *segment) memory() (all, filter int) {
	filter = int(s.head.filterBlocks) * blockBytes
	all = 8 * len(s.fences)
	if s.filter.blocks != nil {
		all += filter
	}
	return all, filter
}

// touch reads what find will look at first, as far as it is in memory.
func (s *segment) touch(keys []uint64) (waited uint64) {
	if s.filter.blocks == nil {
		return 0
	}
	for _, key := range keys {
		n, line, _ := s.filter.place(key)
		waited |= uint64(s.filter.blocks[n*blockBytes+int64(line)])
	}
	return waited
}

// findAll appends to ids the positions of the first paragraphs that have each of
// keys, of which found counts those that are known.
func (s *segment) findAll(ids, keys []uint64, found []uint8, block []byte) ([]uint64, error) {
	for i, key := range keys {
		if found[i] == PerKey {
			continue
		}
		before, err := len(ids), error(nil)
		if ids, err = s.find(ids, key, PerKey-int(found[i]), block); err != nil {
			return ids, err
		}
		found[i] += uint8(len(ids) - before)
	}
	return ids, nil
}

// find appends to ids the positions of the first paragraphs that have key, most
// at most. It reads blocks into block.
func (s *segment) find(ids []uint64, key uint64, most int, block []byte) ([]uint64, error) {
	n, line, pattern := s.filter.place(key)
	if s.filter.blocks != nil {
		if !has(s.filter.blocks[n*blockBytes+int64(line):], pattern) {
			return ids, nil
		}
	} else {
		if err := readBlock(s.file, block, s.head.filterAt(n)); err != nil {
			return ids, err
		}
		if !has(block[line:], pattern) {
			return ids, nil
		}
	}
	fence := s.blockOf(key)
	if fence < 0 {
		return ids, nil
	}
	at := postingsAt(int64(fence))
	block = block[:postingsBytes]
	if err := readBlock(s.file, block, at); err != nil {
		return ids, err
	}
	r := newPostings(block)
	for r.next() && r.key <= key && most > 0 {
		if r.key == key {
			ids = append(ids, r.position)
			most--
		}
	}
	return ids, s.damaged(&r, at)
}

// blockOf returns the number of the block that key would stand in, less than 0 if
// it would come before the first. Keys are hashes: the search begins where one
// of its size should be, and does not go far.
func (s *segment) blockOf(key uint64) int {
	guess, _ := bits.Mul64(key<<(64-KeyBits), uint64(len(s.fences)))
	from, to := int(guess), int(guess) // of the fences, those before from are not above key, those after to are
	for step := 1; from > 0 && s.fences[from-1] > key; step *= 2 {
		to = from - 1
		from = max(0, from-step)
	}
	for step := 1; to < len(s.fences) && s.fences[to] <= key; step *= 2 {
		from = to + 1
		to = min(len(s.fences), to+step)
	}
	n, found := slices.BinarySearch(s.fences[from:to], key)
	if found {
		return from + n
	}
	return from + n - 1
}

// damaged returns the error of postings that can't be, though their checksum is
// right.
func (s *segment) damaged(r *postings, at int64) error {
	if !r.bad {
		return nil
	}
	return &DamageError{s.file.Name(), at, "the block makes no sense"}
}

// postings reads the postings of a block.
type postings struct {
	posting
	rest []byte
	left int
	bad  bool
}

func newPostings(block []byte) postings {
	return postings{rest: block[postingsHead:postingsBytes], left: int(binary.LittleEndian.Uint16(block[blockHead:]))}
}

// next reads the next posting, if there is one.
func (r *postings) next() bool {
	if r.left == 0 || r.bad {
		return false
	}
	r.left--
	delta, n := binary.Uvarint(r.rest)
	if n <= 0 || len(r.rest) < n+positionBytes {
		r.bad = true
		return false
	}
	r.key += delta
	r.position = positionAt(r.rest[n:])
	r.rest = r.rest[n+positionBytes:]
	return true
}

// positionAt returns the position that b begins with.
func positionAt(b []byte) uint64 {
	return uint64(binary.LittleEndian.Uint32(b)) | uint64(binary.LittleEndian.Uint16(b[4:positionBytes]))<<32
}

func appendPosition(b []byte, position uint64) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(position))
	return binary.LittleEndian.AppendUint16(b, uint16(position>>32))
}
