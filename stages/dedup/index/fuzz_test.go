package index

import (
	"bytes"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// FuzzDamage puts bytes of its own at a place of a file of an index, sealed again
// if asked, so that they are met behind the checksum too: what is wrong is an
// error that names the index, and nothing is found otherwise than it was added
// unless the checksum was forged.
func FuzzDamage(f *testing.F) {
	sound, m := filled(f, rand.New(rand.NewPCG(9, 9)), 100)
	files := map[string][]byte{}
	names, err := filepath.Glob(filepath.Join(sound, "[0m]*")) // not the lock
	check(f, err)
	for i, name := range names {
		files[name], err = os.ReadFile(name)
		check(f, err)
		f.Add(uint8(i), uint32(0), []byte{0}, false, false)
		f.Add(uint8(i), uint32(20), []byte("\xff\xff\xff\xff\xff\xff\xff\x7f"), true, false)
		f.Add(uint8(i), uint32(4100), []byte{0xff, 0xff}, true, false)
		f.Add(uint8(i), uint32(50), []byte(nil), false, true)
		f.Add(uint8(i), uint32(0), bytes.Repeat([]byte{'{'}, 1000), false, true)
	}
	f.Fuzz(func(t *testing.T, which uint8, at uint32, put []byte, forged, cut bool) {
		name := names[int(which)%len(names)]
		data := slices.Clone(files[name])
		from := int(at) % len(data)
		if n := copy(data[from:], put); cut {
			data = data[:from+n]
		}
		if forged && strings.HasSuffix(name, segmentExt) {
			forge(data, from)
		}
		dir := t.TempDir()
		for other, same := range files {
			if other == name {
				same = data
			}
			check(t, os.WriteFile(filepath.Join(dir, filepath.Base(other)), same, 0o666))
		}
		_, err := Verify(dir, testOptions(Read, 0))
		changed := !bytes.Equal(data, files[name])
		if !changed && err != nil || err != nil && !strings.Contains(err.Error(), dir) {
			t.Fatal(err)
		}
		if changed && !forged && err == nil && !strings.HasSuffix(name, textExt) {
			t.Fatalf("%s is changed, and found sound", name)
		}
		m.askDamaged(t, dir, forged)
	})
}

// forge seals the block of a segment that a place is in.
func forge(data []byte, at int) {
	start, size := 0, blockBytes
	if at >= blockBytes {
		start, size = at-at%postingsBytes, postingsBytes
	}
	if start+size <= len(data) {
		seal(data[start:start+size], int64(start))
	}
}

// askDamaged looks for all that was added, in an index that may be damaged.
func (m *model) askDamaged(t *testing.T, dir string, forged bool) {
	t.Helper()
	x, err := Open(dir, testOptions(Read, 1<<20))
	if err != nil {
		return
	}
	defer x.Close()
	reader := x.Reader()
	for _, keys := range m.keys {
		ids, err := reader.Find(nil, keys)
		if err != nil {
			var damage *DamageError
			if !errors.As(err, &damage) && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
			return
		}
		if want := m.find(keys); !forged && len(ids) != len(want) {
			t.Fatalf("%d found, want %d", len(ids), len(want))
		}
		for _, id := range ids {
			p, err := reader.Paragraph(id)
			if err == nil && !forged && m.texts[p.Offset] != string(p.Text) {
				t.Fatalf("found %.20q", p.Text)
			}
		}
	}
}
