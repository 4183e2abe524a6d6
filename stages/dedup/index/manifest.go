package index

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/zeebo/xxh3"

	"tamis/pipeline/durable"
)

// A manifest says which files make up an index. It is replaced as a whole, so
// that an index is always in one state or in the next.
type manifest struct {
	Format    int       `json:"format"` // of all files
	Keys      string    `json:"keys"`   // how they are made of texts; see [Options]
	NextFile  uint64    `json:"next_file"`
	Committed view      `json:"committed"`
	Pending   []pending `json:"pending,omitempty"` // by the run in progress, at the checkpoints it may go on from
	Checksum  sum       `json:"checksum"`          // of the manifest with 0 here
}

// manifestFormat is the version of the format of an index.
const manifestFormat = 2

// A view is what an index holds at a moment.
type view struct {
	Run        string        `json:"run"` // that added last
	Paragraphs int64         `json:"paragraphs"`
	Segments   []segmentInfo `json:"segments"` // by place in the input
	Texts      []textInfo    `json:"texts"`    // likewise
}

// Pending is what an index held when the run that is adding to it had passed so
// many checkpoints.
type pending struct {
	Checkpoints int `json:"checkpoints"`
	view
}

type segmentInfo struct {
	File     string `json:"file"`
	Postings int64  `json:"postings"`
	Size     int64  `json:"size"`
	Hash     sum    `json:"hash"`
}

type textInfo struct {
	File  string `json:"file"`
	Start uint64 `json:"start"` // position of its first record
	Size  int64  `json:"size"`  // what follows is no part of the index
}

// A sum is a checksum, written as 16 hexadecimal digits.
type sum uint64

func (s sum) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%016x", uint64(s)), nil }

func (s *sum) UnmarshalText(text []byte) error {
	digits, err := hex.DecodeString(string(text))
	if err != nil || len(digits) != 8 {
		return fmt.Errorf("checksum %q: want 16 hexadecimal digits", text)
	}
	*s = 0
	for _, d := range digits {
		*s = *s<<8 | sum(d)
	}
	return nil
}

const manifestName = "manifest.json"

// readManifest returns the manifest of the index in dir; an error that is
// [fs.ErrNotExist] if there is none.
func readManifest(dir string) (*manifest, error) {
	name := filepath.Join(dir, manifestName)
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	m := new(manifest)
	// The version comes first: of another one, nothing else is known.
	var version struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(data, &version); err != nil {
		return nil, &DamageError{name, 0, err.Error()}
	}
	if version.Format != manifestFormat {
		return nil, fmt.Errorf("%s: an index of format %d; this is for format %d", dir, version.Format, manifestFormat)
	}
	if err := json.Unmarshal(data, m, json.RejectUnknownMembers(true)); err != nil {
		return nil, &DamageError{name, 0, err.Error()}
	}
	if want, err := m.encode(); err != nil || !bytes.Equal(data, want) {
		return nil, &DamageError{name, 0, "it is not what its checksum is of"}
	}
	return m, nil
}

// encode sets the checksum and returns what is to be written.
func (m *manifest) encode() ([]byte, error) {
	m.Checksum = 0
	data, err := json.Marshal(m, json.Deterministic(true))
	if err != nil {
		return nil, err
	}
	m.Checksum = sum(xxh3.Hash(data))
	data, err = json.Marshal(m, json.Deterministic(true), jsontext.WithIndent("  "))
	return append(data, '\n'), err
}

// write makes m the manifest of the index in dir. It is on the disk when write
// returns.
func (m *manifest) write(dir string) error {
	data, err := m.encode()
	if err != nil {
		return err
	}
	return durable.WriteFile(filepath.Join(dir, manifestName), data)
}

// uses reports whether the file is part of what m tells of.
func (m *manifest) uses(file string) bool {
	return m.Committed.uses(file) || slices.ContainsFunc(m.Pending, func(p pending) bool { return p.uses(file) })
}

func (v *view) uses(file string) bool {
	for _, s := range v.Segments {
		if s.File == file {
			return true
		}
	}
	for _, t := range v.Texts {
		if t.File == file {
			return true
		}
	}
	return false
}

// removeLeftovers removes the files of an index that m does not tell of. Others
// that happen to be there stay. So does one that can't be removed, since
// somebody reads it: the next writer will try again.
func (m *manifest) removeLeftovers(dir string) {
	for _, pattern := range []string{"*" + segmentExt, "*" + textExt, manifestName + durable.TempSuffix} {
		names, _ := fs.Glob(os.DirFS(dir), pattern) // the pattern is right
		for _, name := range names {
			if !m.uses(name) {
				os.Remove(filepath.Join(dir, name))
			}
		}
	}
}

const (
	segmentExt = ".keys"
	textExt    = ".text"
)
