package index

import (
	"bufio"
	"encoding/binary"
	"os"

	"github.com/zeebo/xxh3"
)

// A segmentWriter writes a segment, one posting after the other.
type segmentWriter struct {
	file   *os.File
	out    *bufio.Writer
	head   header
	filter filter
	fences []uint64
	hash   *xxh3.Hasher

	block  []byte // the block of postings that is being filled
	count  int
	last   uint64    // key of the last posting
	group  []posting // those of one key, which are kept together
	offset int64     // in the file, of what is written next
}

// newSegmentWriter returns a writer of a segment of most postings at most. They
// must come in order; of those with the same key only the first [PerKey] are
// written.
func newSegmentWriter(file *os.File, most int64) (*segmentWriter, error) {
	w := &segmentWriter{
		file: file, out: bufio.NewWriterSize(file, 1<<18), hash: xxh3.New(),
		block: make([]byte, postingsHead, postingsBytes), offset: blockBytes,
	}
	w.head.filterBlocks = filterBlocks(most)
	w.filter = newFilter(w.head.filterBlocks)
	_, err := w.out.Write(make([]byte, blockBytes)) // the place of the header
	return w, err
}

// add adds a posting to the group of its key, or begins another group.
func (w *segmentWriter) add(p posting) error {
	if len(w.group) > 0 && w.group[0].key != p.key {
		if err := w.flushGroup(); err != nil {
			return err
		}
	}
	if len(w.group) < PerKey {
		w.group = append(w.group, p)
	}
	return nil
}

// flushGroup writes the group to a block that has room for it.
func (w *segmentWriter) flushGroup() error {
	if len(w.group) == 0 {
		return nil
	}
	key := w.group[0].key
	if len(w.block)+binary.MaxVarintLen64+PerKey*(positionBytes+1) > postingsBytes {
		if err := w.flushBlock(); err != nil {
			return err
		}
	}
	if w.count == 0 {
		w.fences, w.last = append(w.fences, key), 0
	}
	for _, p := range w.group {
		w.block = binary.AppendUvarint(w.block, key-w.last)
		w.block = appendPosition(w.block, p.position)
		w.last = key
	}
	w.filter.add(key)
	w.count += len(w.group)
	w.head.postings += int64(len(w.group))
	w.group = w.group[:0]
	return nil
}

func (w *segmentWriter) flushBlock() error {
	if w.count == 0 {
		return nil
	}
	binary.LittleEndian.PutUint16(w.block[blockHead:], uint16(w.count))
	full := w.block[:postingsBytes]
	clear(full[len(w.block):])
	w.block, w.count = w.block[:postingsHead], 0
	w.head.blocks++
	return w.write(full)
}

// write writes a whole block.
func (w *segmentWriter) write(block []byte) error {
	sum := seal(block, w.offset)
	w.offset += int64(len(block))
	var buf [8]byte
	binary.LittleEndian.PutUint64(buf[:], sum)
	if _, err := w.hash.Write(buf[:]); err != nil {
		return err
	}
	_, err := w.out.Write(block)
	return err
}

// finish writes what follows the postings, and the header, and returns the
// segment, with its filter in memory.
func (w *segmentWriter) finish() (*segment, error) {
	if err := w.flushGroup(); err != nil {
		return nil, err
	}
	if err := w.flushBlock(); err != nil {
		return nil, err
	}
	for n := range w.head.filterBlocks {
		if err := w.write(w.filter.blocks[n*blockBytes:][:blockBytes]); err != nil {
			return nil, err
		}
	}
	block := make([]byte, blockBytes)
	for at := 0; at < len(w.fences); at += fencesPerBlock {
		clear(block)
		for i, key := range w.fences[at:min(at+fencesPerBlock, len(w.fences))] {
			binary.LittleEndian.PutUint64(block[blockHead+8*i:], key)
		}
		if err := w.write(block); err != nil {
			return nil, err
		}
	}
	if err := w.out.Flush(); err != nil {
		return nil, err
	}
	clear(block)
	w.head.hash = w.hash.Sum64()
	w.head.encode(block)
	seal(block, 0)
	if _, err := w.file.WriteAt(block, 0); err != nil {
		return nil, err
	}
	return &segment{file: w.file, head: w.head, filter: w.filter, fences: w.fences}, nil
}
