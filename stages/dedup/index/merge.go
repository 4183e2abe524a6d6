package index

import (
	"errors"
	"fmt"
	"io/fs"
)

// Merge makes a new index in dir of all that is in the indexes in from, as if
// they had been added one after the other. It returns how many paragraphs they
// hold.
func Merge(dir string, from []string, o Options) (paragraphs int64, err error) {
	if _, err := readManifest(dir); !errors.Is(err, fs.ErrNotExist) {
		if err == nil {
			err = errors.New("there is an index in this folder")
		}
		return 0, fmt.Errorf("index %s: %w", dir, err)
	}
	o.Access = Write
	x, err := Open(dir, o)
	if err != nil {
		return 0, err
	}
	defer x.Close()
	m := joiner{x: x}
	for _, name := range from {
		o := o
		o.Access, o.Memory, o.Run = Read, 1, ""
		y, err := Open(name, o)
		if err != nil {
			return 0, err
		}
		defer y.Close()
		if err := m.add(y); err != nil {
			return 0, fmt.Errorf("index %s: %w", name, err)
		}
	}
	if err := m.flush(); err != nil {
		return 0, fmt.Errorf("index %s: %w", dir, err)
	}
	return x.paragraphs, x.Commit()
}

// A joiner adds whole indexes to x. As many segments are merged at once as there
// is memory for their filter.
type joiner struct {
	x        *Index
	segments []*segment
	shift    []uint64
	postings int64
}

func (m *joiner) add(y *Index) error {
	shift := m.x.texts.end
	for _, f := range y.texts.files {
		for rec, err := range f.all() {
			if err == nil {
				err = m.x.texts.appendRecord(rec)
			}
			if err != nil {
				return err
			}
		}
	}
	m.x.paragraphs += y.paragraphs
	for _, s := range y.segments {
		more := m.postings + s.head.postings
		if int(filterBlocks(more))*blockBytes > m.x.filterMemory() {
			if err := m.flush(); err != nil {
				return err
			}
		}
		m.segments, m.shift = append(m.segments, s), append(m.shift, shift)
		m.postings += s.head.postings
	}
	return nil
}

func (m *joiner) flush() error {
	if len(m.segments) == 0 {
		return nil
	}
	err := m.x.mergeSegments(m.segments, m.shift, m.postings)
	m.segments, m.shift, m.postings = nil, nil, 0
	if err != nil {
		return err
	}
	return m.x.fit()
}
