package index

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const testKeys = 5

func testOptions(a Access, memory int) Options {
	return Options{Access: a, Keys: "test", Memory: memory}
}

func mustOpen(t testing.TB, dir string, o Options) *Index {
	t.Helper()
	x, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(x.Close)
	return x
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A model does simply what an index does.
type model struct {
	texts, docs []string
	keys        [][]uint64
	doc         string // that was entered last
}

// random returns different keys, some of which were given before.
func (m *model) random(r *rand.Rand) []uint64 {
	keys := make([]uint64, 1+r.IntN(testKeys))
	for i := range keys {
		keys[i] = r.Uint64() >> (64 - KeyBits)
		if r.IntN(2) == 0 {
			keys[i] = uint64(r.IntN(40)) << (KeyBits - 3 - uint(r.IntN(4))) // few, at the ends of the tables too
			keys[i] &= 1<<KeyBits - 1
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func (m *model) add(t testing.TB, x *Index, r *rand.Rand) {
	t.Helper()
	if m.doc == "" || r.IntN(3) == 0 {
		m.doc = fmt.Sprintf("document %d", len(m.texts))
		x.Enter(m.doc)
	}
	keys, text := m.random(r), fmt.Sprintf("%d %s", len(m.texts), strings.Repeat("x", r.IntN(1<<r.IntN(13))))
	check(t, x.Add(keys, int64(len(m.texts)), text))
	m.texts, m.docs, m.keys = append(m.texts, text), append(m.docs, m.doc), append(m.keys, keys)
}

// find returns the texts that Find is to give.
func (m *model) find(keys []uint64) (found []string) {
	for _, key := range keys {
		n := 0
		for at := 0; at < len(m.keys) && n < PerKey; at++ {
			if slices.Contains(m.keys[at], key) {
				found = append(found, m.texts[at])
				n++
			}
		}
	}
	slices.Sort(found)
	return found
}

func (m *model) compare(t testing.TB, x *Index, r *rand.Rand) {
	t.Helper()
	reader := x.Reader()
	for range 20 {
		keys := m.random(r)
		if n := len(m.keys); n > 0 && r.IntN(2) == 0 {
			keys = m.keys[r.IntN(n)]
		}
		ids, err := reader.Find(nil, keys)
		check(t, err)
		var found []string
		for _, id := range ids {
			p, err := reader.Paragraph(id)
			check(t, err)
			text := string(p.Text)
			name, last, err := reader.Document(p.Document)
			check(t, err)
			if at := int(p.Offset); m.texts[at] != text || m.docs[at] != name || last && name != m.doc {
				t.Fatalf("paragraph %d is %.20q of %q", at, text, name)
			}
			found = append(found, text)
		}
		slices.Sort(found)
		if want := m.find(keys); !slices.Equal(found, want) {
			t.Fatalf("found %.20q, want %.20q", found, want)
		}
	}
}

// What is found does not depend on what is in memory, in which segments, or how
// often the index was closed and opened since.
func TestModel(t *testing.T) {
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 1))
		dir, o := t.TempDir(), testOptions(Write, 1<<(12+r.IntN(12)))
		x, m := mustOpen(t, dir, o), new(model)
		for range 20 {
			for range r.IntN(200) {
				m.add(t, x, r)
			}
			switch r.IntN(6) {
			case 0:
				check(t, x.Checkpoint())
			case 1:
				check(t, x.Commit())
				x.Close()
				o.Run = fmt.Sprint("run ", r.IntN(2))
				x = mustOpen(t, dir, o)
				m.doc = ""
			case 2:
				check(t, x.Commit())
				c, err := Verify(dir, o)
				if err != nil || c.Paragraphs != int64(len(m.texts)) {
					t.Fatal(c, err)
				}
				m.compare(t, mustOpen(t, dir, testOptions(Read, o.Memory)), r)
			case 3:
				check(t, x.Commit())
				trial := mustOpen(t, dir, testOptions(Trial, o.Memory))
				own := &model{texts: slices.Clip(m.texts), docs: slices.Clip(m.docs), keys: slices.Clip(m.keys)}
				for range r.IntN(200) {
					own.add(t, trial, r)
				}
				own.compare(t, trial, r)
			}
			m.compare(t, x, r)
			if n := x.Paragraphs(); n != int64(len(m.texts)) {
				t.Fatalf("%d paragraphs, not %d", n, len(m.texts))
			}
		}
		for i, s := range x.segments {
			rest := int64(0)
			for _, later := range x.segments[i+1:] {
				rest += later.head.postings
			}
			if s.head.postings <= rest && o.Memory > 1<<20 {
				t.Errorf("segment %d has %d postings, those after it %d", i, s.head.postings, rest)
			}
		}
	}
}

// The memory that is taken stays within the limit, once that is large enough to
// be one.
func TestMemory(t *testing.T) {
	const limit = 1 << 19
	r := rand.New(rand.NewPCG(2, 2))
	x, m := mustOpen(t, "", testOptions(Trial, limit)), new(model)
	for range 15_000 {
		m.add(t, x, r)
		if n := x.recent.memory() + len(x.positions) + x.sealedMemory() + x.texts.held; n > limit {
			t.Fatalf("%d bytes after %d paragraphs", n, len(m.texts))
		}
	}
	m.compare(t, x, r)
	// 12 bytes a paragraph: a filter of 5 keys at most, of 13 bits each.
	if n := x.sealedMemory(); len(x.segments) == 0 || n > 12*len(m.texts) {
		t.Errorf("%d segments take %d bytes", len(x.segments), n)
	}
}

// A run that was not completed leaves nothing to the next one, unless that is
// the same run.
func TestUnfinished(t *testing.T) {
	dir, o := t.TempDir(), testOptions(Write, 0)
	r, m := rand.New(rand.NewPCG(3, 3)), new(model)
	grow := func(x *Index, m *model) {
		m.doc = ""
		for range 100 {
			m.add(t, x, r)
		}
	}
	x := mustOpen(t, dir, o)
	grow(x, m)
	check(t, x.Commit())
	x.Close()
	committed := *m

	o.Run = "a"
	x = mustOpen(t, dir, o)
	grow(x, m)
	check(t, x.Checkpoint())
	kept := *m
	grow(x, m) // and this is lost
	check(t, x.texts.flush(0))
	x.Close()
	committed.compare(t, mustOpen(t, dir, testOptions(Read, 0)), r)

	for later := range 4 { // from the last checkpoint, and from those before
		o.Checkpoint = 1
		x = mustOpen(t, dir, o)
		if x.Checkpoints() != 1 || x.Completed() {
			t.Errorf("resumed at checkpoint %d", x.Checkpoints())
		}
		m := kept
		m.compare(t, x, r)
		for range later + 1 {
			grow(x, &m)
			m.compare(t, x, r)
			check(t, x.Checkpoint())
		}
		x.Close()
	}
	x = mustOpen(t, dir, o)
	for n := 2; n < 5; n++ {
		check(t, x.Checkpoint())
		x.Saved(n)
	}
	if n := len(x.manifest.Pending); n != 2 {
		t.Errorf("%d checkpoints are kept", n)
	}
	x.Close()

	o.Run = "b"
	x = mustOpen(t, dir, o)
	if x.Checkpoints() != 0 {
		t.Errorf("another run begins at checkpoint %d", x.Checkpoints())
	}
	committed.compare(t, x, r)
	grow(x, &committed)
	check(t, x.Commit())
	x.Close()
	x = mustOpen(t, dir, o)
	if !x.Completed() {
		t.Error("the run that was committed is not said to be complete")
	}
	committed.compare(t, x, r)
	if _, err := Verify(dir, o); err != nil {
		t.Error(err)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "0*"))
	if len(files) != len(x.segments)+len(x.texts.files) {
		t.Errorf("files are left over: %s", files)
	}
}

func TestOpen(t *testing.T) {
	expect := func(what string, err error) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("got %v, want an error that says %q", err, what)
		}
	}
	dir, o := t.TempDir(), testOptions(Write, 0)
	_, err := Open(filepath.Join(dir, "none"), testOptions(Read, 0))
	expect("there is no index", err)

	x := mustOpen(t, dir, o)
	_, err = Open(dir, o)
	expect("another process is adding to it", err)
	mustOpen(t, dir, testOptions(Read, 0))
	check(t, x.Commit())
	x.Close()

	other := o
	other.Keys = "others"
	_, err = Open(dir, other)
	expect("its keys are made otherwise (test)", err)

	name := filepath.Join(dir, manifestName)
	data, err := os.ReadFile(name)
	check(t, err)
	check(t, os.WriteFile(name, []byte(strings.Replace(string(data), `"format": 2`, `"format": 1`, 1)), 0o666))
	_, err = Open(dir, o)
	expect("an index of format 1; this is for format 2", err)

	folder := t.TempDir()
	check(t, os.WriteFile(filepath.Join(folder, "letter.text"), []byte("Dear Ann"), 0o666))
	_, err = Open(folder, o)
	expect("is not empty", err)
	if _, err := os.Stat(filepath.Join(folder, "letter.text")); err != nil {
		t.Error(err)
	}
}

// damaged makes an index and changes one byte of one of its files, or cuts it
// off there. It returns the name of the file.
func damaged(t *testing.T, dir string, r *rand.Rand) string {
	names, err := filepath.Glob(filepath.Join(dir, "[0m]*")) // not the lock
	check(t, err)
	name := names[r.IntN(len(names))]
	data, err := os.ReadFile(name)
	check(t, err)
	at := r.IntN(len(data))
	if r.IntN(8) == 0 {
		check(t, os.WriteFile(name, data[:at], 0o666))
		return name
	}
	data[at] ^= 1 << r.IntN(8)
	check(t, os.WriteFile(name, data, 0o666))
	return name
}

// filled returns the folder of an index of n paragraphs, and what is in it.
func filled(tb testing.TB, r *rand.Rand, n int) (dir string, m *model) {
	tb.Helper()
	dir, m = tb.TempDir(), new(model)
	x := mustOpen(tb, dir, testOptions(Write, 1<<14))
	for range n {
		m.add(tb, x, r)
	}
	check(tb, x.Commit())
	x.Close()
	return dir, m
}

// Whatever byte is changed, verifying names the file, and no paragraph is found
// that was not added, or not found that was, without an error.
func TestDamage(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	sound, m := filled(t, r, 300)
	for range 100 {
		dir := t.TempDir()
		check(t, os.CopyFS(dir, os.DirFS(sound)))
		name := damaged(t, dir, r)
		_, err := Verify(dir, testOptions(Read, 0))
		if err == nil || !strings.Contains(err.Error(), dir) {
			t.Fatalf("damage in %s: %v", name, err)
		}
		if filepath.Base(name) != manifestName && !strings.Contains(err.Error(), name) {
			t.Fatalf("damage in %s is not named: %v", name, err)
		}
		m.survive(t, dir, r)
	}
}

// survive compares, as far as there are no errors.
func (m *model) survive(t *testing.T, dir string, r *rand.Rand) {
	x, err := Open(dir, testOptions(Read, 1<<(10+r.IntN(20))))
	if err != nil {
		return
	}
	defer x.Close()
	reader := x.Reader()
	for range 50 {
		keys := m.keys[r.IntN(len(m.keys))]
		ids, err := reader.Find(nil, keys)
		if err != nil {
			var damage *DamageError
			if !errors.As(err, &damage) {
				t.Fatal(err)
			}
			return
		}
		if want := m.find(keys); len(ids) != len(want) {
			t.Fatalf("%d found, want %d", len(ids), len(want))
		}
		for _, id := range ids {
			if p, err := reader.Paragraph(id); err == nil && m.texts[p.Offset] != string(p.Text) {
				t.Fatalf("found %.20q", p.Text)
			}
		}
	}
}

func TestMerge(t *testing.T) {
	r, all := rand.New(rand.NewPCG(5, 5)), new(model)
	var dirs []string
	for range 5 {
		dir := t.TempDir()
		x := mustOpen(t, dir, testOptions(Write, 1<<14))
		all.doc = ""
		for range r.IntN(500) {
			all.add(t, x, r)
		}
		check(t, x.Commit())
		x.Close()
		dirs = append(dirs, dir)
	}
	for _, memory := range []int{1 << 12, 1 << 20} {
		dir := filepath.Join(t.TempDir(), "all")
		n, err := Merge(dir, dirs, testOptions(Write, memory))
		if err != nil || n != int64(len(all.texts)) {
			t.Fatal(n, err)
		}
		if c, err := Verify(dir, testOptions(Read, 0)); err != nil || c.Paragraphs != n {
			t.Error(c, err)
		}
		x := mustOpen(t, dir, testOptions(Write, 0))
		all.compare(t, x, r)
		if many := len(x.segments) > 1; many != (memory < 1<<20) {
			t.Errorf("%d segments in memory of %d", len(x.segments), memory)
		}
		if _, err := Merge(dir, dirs, testOptions(Write, 0)); err == nil {
			t.Error("merged over an index that was there")
		}
	}
	if _, err := Merge(t.TempDir(), []string{t.TempDir()}, testOptions(Write, 0)); err == nil || errors.Is(err, fs.ErrExist) {
		t.Errorf("merged no index: %v", err)
	}
}

// Texts are found in whatever file they stand.
func TestManyTexts(t *testing.T) {
	dir, o := t.TempDir(), testOptions(Write, 0)
	r, m := rand.New(rand.NewPCG(6, 6)), new(model)
	for range 5 {
		x := mustOpen(t, dir, o)
		for _, f := range x.texts.files {
			f.full = true
		}
		m.doc = ""
		for range 50 {
			m.add(t, x, r)
		}
		m.compare(t, x, r)
		check(t, x.Commit())
		x.Close()
	}
	x := mustOpen(t, dir, o)
	m.compare(t, x, r)
	if len(x.texts.files) != 5 {
		t.Errorf("%d files of text", len(x.texts.files))
	}
}

// Of the keys that a filter does not hold few pass, and all that it holds.
func TestFilter(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	const n = 50_000
	f := newFilter(filterBlocks(n))
	passes := func(key uint64) bool {
		block, line, pattern := f.place(key)
		return has(f.blocks[block*blockBytes+int64(line):], pattern)
	}
	keys := make([]uint64, n)
	for i := range keys {
		keys[i] = r.Uint64() >> (64 - KeyBits)
		f.add(keys[i])
	}
	for _, key := range keys {
		if !passes(key) {
			t.Fatal("a key does not pass that was added")
		}
	}
	wrong := 0
	for range n {
		if passes(r.Uint64() >> (64 - KeyBits)) {
			wrong++
		}
	}
	if share := float64(wrong) / n; share > .006 {
		t.Errorf("%.4f of other keys pass", share)
	}
}

// A key is looked for in the block that it stands in, however keys are spread.
func TestBlockOf(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	for range 2000 {
		s := segment{fences: make([]uint64, 1+r.IntN(200))}
		shift := r.IntN(KeyBits)
		for i := range s.fences {
			s.fences[i] = r.Uint64() >> (64 - KeyBits + shift)
		}
		slices.Sort(s.fences)
		s.fences = slices.Compact(s.fences)
		for range 20 {
			key := r.Uint64() >> (64 - KeyBits + r.IntN(KeyBits))
			if r.IntN(2) == 0 {
				key = s.fences[r.IntN(len(s.fences))]
			}
			want, found := slices.BinarySearch(s.fences, key)
			if !found {
				want--
			}
			if got := s.blockOf(key); got != want {
				t.Fatalf("key %x is looked for in block %d, not %d, of %x", key, got, want, s.fences)
			}
		}
	}
}
