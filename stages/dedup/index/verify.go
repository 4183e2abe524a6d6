package index

import (
	"errors"
	"fmt"
	"iter"

	"github.com/zeebo/xxh3"
)

// Contents are what an index consists of.
type Contents struct {
	Paragraphs, Documents, Postings int64
	Segments, Texts                 int   // files
	Bytes                           int64 // of all files
}

// Verify reads all that was committed to the index in dir and checks every
// checksum. The error names each file that is damaged, and its first damage.
func Verify(dir string, o Options) (Contents, error) {
	o.Access, o.Memory = Read, 1 // no filters in memory
	x, err := Open(dir, o)
	if err != nil {
		return Contents{}, err
	}
	defer x.Close()
	c := Contents{Segments: len(x.segments), Texts: len(x.texts.files)}
	var errs []error
	for _, s := range x.segments {
		c.Postings += s.head.postings
		c.Bytes += s.info.Size
		errs = append(errs, s.verify())
	}
	for _, f := range x.texts.files {
		c.Bytes += f.Size
		for rec, err := range f.all() {
			if err != nil {
				errs = append(errs, err)
				break
			}
			if rec.back == 0 {
				c.Documents++
			} else {
				c.Paragraphs++
			}
		}
	}
	err = errors.Join(errs...)
	if err == nil && c.Paragraphs != x.paragraphs {
		err = fmt.Errorf("index %s: %d paragraphs where the manifest tells of %d", dir, c.Paragraphs, x.paragraphs)
	}
	return c, err
}

// verify reads all of s.
func (s *segment) verify() error {
	var buf [8]byte
	block := make([]byte, blockBytes)
	hash := xxh3.New()
	last, count := uint64(0), int64(0)
	for at := int64(blockBytes); at < s.head.size(); at += int64(len(block)) {
		block = block[:postingsBytes]
		if at >= s.head.filterAt(0) {
			block = block[:blockBytes]
		}
		if err := readBlock(s.file, block, at); err != nil {
			return err
		}
		copy(buf[:], block)
		if _, err := hash.Write(buf[:]); err != nil {
			return err
		}
		if len(block) == blockBytes {
			continue
		}
		r := newPostings(block)
		for r.next() {
			if r.key < last {
				r.bad = true
				break
			}
			last = r.key
			count++
		}
		if err := s.damaged(&r, at); err != nil {
			return err
		}
	}
	if hash.Sum64() != s.head.hash || count != s.head.postings {
		return &DamageError{s.file.Name(), 0, "the header does not belong to what follows"}
	}
	return nil
}

// all yields the records of a file, in order. A record lasts until the next one.
func (f *textFile) all() iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		var buf []byte
		var w window // for a record that is longer
		for start, at := int64(0), int64(0); at < f.Size; {
			// A piece of the file is read at a time; the record that goes
			// past its end begins the next.
			n := min(1<<20, f.Size-start)
			if int64(cap(buf)) < n {
				buf = make([]byte, n)
			}
			if err := readFull(f.file, buf[:n], start); err != nil {
				yield(record{}, err)
				return
			}
			for at < f.Size {
				rec, _, what := parseRecord(buf[at-start : n])
				if what != "" {
					if at > start {
						break
					}
					var err error
					if rec, err = f.read(at, &w); err != nil {
						yield(record{}, err)
						return
					}
					n = 0 // and read on from there
				}
				if !yield(rec, nil) {
					return
				}
				if at += int64(len(rec.raw)); n == 0 {
					break
				}
			}
			start = at
		}
	}
}
