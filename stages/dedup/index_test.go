package dedup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zeebo/xxh3"

	"tamis/pipeline"
	"tamis/stages/dedup/index"
)

func openIndex(t testing.TB, dir string, o index.Options) *index.Index {
	t.Helper()
	x, err := OpenIndex(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(x.Close)
	return x
}

// What is dropped does not depend on how much memory there is, on where
// checkpoints are, or on how many runs the documents are spread over.
func TestIndexDropsAlike(t *testing.T) {
	reference := corpus(7, 300)
	decide(t, New(Options{Scope: Run}), reference...)
	want := drops(reference...)
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 7))
		docs, dir := corpus(7, 300), t.TempDir()
		open := func() (*Stage, *index.Index) {
			x := openIndex(t, dir, index.Options{Memory: 1 << (14 + r.IntN(10))})
			return New(Options{Scope: Index, Index: x}), x
		}
		s, x := open()
		for _, doc := range docs {
			decide(t, s, doc)
			switch r.IntN(40) {
			case 0:
				if err := s.Checkpoint(t.Context()); err != nil {
					t.Fatal(err)
				}
			case 1:
				if err := x.Commit(); err != nil {
					t.Fatal(err)
				}
				x.Close()
				s, x = open()
			}
		}
		if got := drops(docs...); !slices.Equal(got, want) {
			t.Fatalf("seed %d: dropped\n%s\nwant\n%s", seed, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// The scope Run keeps within its memory too, and makes the same of any number of
// workers.
func TestRunDropsAlike(t *testing.T) {
	reference := corpus(8, 300)
	decide(t, New(Options{Scope: Run}), reference...)
	for _, workers := range []int{1, 5} {
		docs := corpus(8, 300)
		s := New(Options{Scope: Run, Index: openIndex(t, "", index.Options{Access: index.Trial, Memory: 1 << 15})})
		p := pipeline.Pipeline{Stages: []pipeline.Stage{s}, Workers: workers, BatchBytes: 1 << 12}
		err := p.Run(t.Context(), func(yield func(*pipeline.Document, error) bool) {
			for _, doc := range docs {
				if !yield(doc, nil) || !yield(&pipeline.Document{Barrier: true}, nil) {
					return
				}
			}
		}, func([]*pipeline.Document) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		expect(t, drops(docs...), drops(reference...)...)
	}
}

// Against an index that is only read, each document is judged by itself.
func TestReadOnly(t *testing.T) {
	dir := t.TempDir()
	x := openIndex(t, dir, index.Options{})
	decide(t, New(Options{Scope: Index, Index: x}), pipeline.New("reference", bridge))
	if err := x.Commit(); err != nil {
		t.Fatal(err)
	}
	x.Close()
	x = openIndex(t, dir, index.Options{Access: index.Read})
	s := New(Options{Scope: Index, Index: x})
	docs := []*pipeline.Document{
		pipeline.New("a", garden+"\n"+strings.ToUpper(bridge)+"\n"+garden),
		pipeline.New("b", garden),
		section("c", 0, 0, false, orchard+"\n"+bridge[:100]+"…\n"),
		section("c", 1, 1000, true, orchard),
	}
	decide(t, s, docs...)
	expect(t, drops(docs...),
		"a 131: dedup.exact: repeats byte 0 of reference",
		"a 263: dedup.exact: repeats byte 0",
		"c 128: dedup.near: repeats byte 0 of reference, similarity 0.75",
		"c 1000: dedup.exact: repeats byte 0",
	)
	if n := x.Paragraphs(); n != 1 {
		t.Errorf("the index holds %d paragraphs", n)
	}
	found, err := s.Repeats(pipeline.Parse("d", garden+"\n"+bridge+"\n"+garden))
	if err != nil || len(found) != 1 || found[0] != (Repeat{1, 1, "dedup.exact", 1, "reference", 0}) {
		t.Errorf("%+v, %v", found, err)
	}
}

// An index that is only read serves many at once.
func TestReadOnlyInParallel(t *testing.T) {
	dir := t.TempDir()
	x := openIndex(t, dir, index.Options{})
	decide(t, New(Options{Scope: Index, Index: x}), corpus(11, 100)...)
	if err := x.Commit(); err != nil {
		t.Fatal(err)
	}
	x.Close()
	run := func(workers int) []string {
		docs := slices.Concat(corpus(11, 300), corpus(12, 100))
		s := New(Options{Scope: Index, Index: openIndex(t, dir, index.Options{Access: index.Read})})
		p := pipeline.Pipeline{Stages: []pipeline.Stage{s}, Workers: workers, BatchBytes: 1 << 12}
		err := p.Run(t.Context(), func(yield func(*pipeline.Document, error) bool) {
			for _, doc := range docs {
				if !yield(doc, nil) {
					return
				}
			}
		}, func([]*pipeline.Document) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		return drops(docs...)
	}
	want := run(1)
	if len(want) < 300 {
		t.Errorf("only %d dropped", len(want))
	}
	expect(t, run(4), want...)
}

// When the index is damaged, no document is judged any more.
func TestDamagedIndex(t *testing.T) {
	dir := t.TempDir()
	x := openIndex(t, dir, index.Options{})
	decide(t, New(Options{Scope: Index, Index: x}), pipeline.New("a", bridge))
	if err := x.Commit(); err != nil {
		t.Fatal(err)
	}
	x.Close()
	name := filepath.Join(dir, "00000001.text")
	if _, err := os.Stat(name); err != nil {
		name = filepath.Join(dir, "00000002.text")
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-2]++
	if err := os.WriteFile(name, data, 0o666); err != nil {
		t.Fatal(err)
	}
	s := New(Options{Scope: Index, Index: openIndex(t, dir, index.Options{})})
	for _, text := range []string{strings.ToUpper(bridge), orchard} {
		doc := pipeline.Parse("b", text)
		prepared, err := s.Prepare(t.Context(), doc)
		if err != nil {
			t.Fatal(err)
		}
		var memory *MemoryError
		var damage *index.DamageError
		if err := s.Decide(t.Context(), doc, prepared); !errors.As(err, &memory) || !errors.As(err, &damage) || damage.File != name {
			t.Errorf("got %v", err)
		}
	}
	if s.Checkpoint(t.Context()) == nil {
		t.Error("a checkpoint after that is no error")
	}
}

// The keys of a text are part of the format of an index: if this test fails,
// Keys needs another name.
func TestKeysStay(t *testing.T) {
	hash := xxh3.New()
	for _, text := range []string{bridge, garden, "Straße №5, 12½ kg — ﬁn. Œuvre!", "今天天气很好，ｶﾞ", "각", "ثلاثة ١٢٣", "Ёлка й"} {
		var sk sketch
		sk.make(unit{text: text, long: true}, fold(nil, text))
		fmt.Fprintln(hash, string(sk.folded), sk.all())
	}
	if sum := fmt.Sprintf("%s: %016x", Keys, hash.Sum64()); sum != keysOfTexts {
		t.Errorf("the keys are %q, and were %q", sum, keysOfTexts)
	}
}

const keysOfTexts = "fold 1, exact, head 32, spaced shingles 12+12 in 10 slots: f0b7587c4d238e6e"

func TestMain(m *testing.M) {
	if dir := os.Getenv("DEDUP_TEST_CHILD"); dir != "" {
		if err := child(dir, os.Getenv("DEDUP_TEST_RUN")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// A child cleans so many documents, with a barrier after each interval.
const childDocuments, childInterval = 400, 20

// child cleans a corpus with the index in dir, and writes what it drops to dir,
// a file for each stretch between two barriers. A run with a name goes on where
// the last of them ends.
func child(dir, run string) error {
	part := 0
	for run != "" && isFile(partName(dir, part)) {
		part++
	}
	x, err := OpenIndex(filepath.Join(dir, "index"), index.Options{Memory: 64 << 10, Run: run, Checkpoint: part})
	if err != nil {
		return err
	}
	defer x.Close()
	if x.Completed() {
		return nil
	}
	fmt.Println("goes on from checkpoint", x.Checkpoints())
	part = x.Checkpoints()
	s := New(Options{Scope: Index, Index: x})
	p := pipeline.Pipeline{Stages: []pipeline.Stage{s}, Workers: 2, BatchBytes: 1 << 12}
	docs := corpus(9, childDocuments)[part*childInterval:]
	var seen []*pipeline.Document
	err = p.Run(context.Background(), func(yield func(*pipeline.Document, error) bool) {
		for i, doc := range docs {
			if !yield(doc, nil) || (i+1)%childInterval == 0 && !yield(&pipeline.Document{Barrier: true}, nil) {
				return
			}
		}
	}, func(docs []*pipeline.Document) error {
		for _, doc := range docs {
			if doc.Err != nil {
				return doc.Err
			}
			if seen = append(seen, doc); !doc.Barrier {
				continue
			}
			if err := writePart(partName(dir, part), drops(seen...)); err != nil {
				return err
			}
			part, seen = part+1, nil
			x.Saved(part)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return x.Commit()
}

func partName(dir string, part int) string { return filepath.Join(dir, fmt.Sprintf("%03d", part)) }

func isFile(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

func writePart(name string, lines []string) error {
	if err := os.WriteFile(name+".new", []byte(strings.Join(lines, "\n")), 0o666); err != nil {
		return err
	}
	return os.Rename(name+".new", name)
}

// A run that is killed at any moment, and run again, drops what an unbroken one
// drops, whether it begins anew or goes on from a checkpoint.
func TestKilled(t *testing.T) {
	start := func(dir, run string) (*exec.Cmd, *bytes.Buffer) {
		cmd, stderr := exec.Command(os.Args[0]), new(bytes.Buffer)
		cmd.Stdout = stderr
		cmd.Env = append(os.Environ(), "DEDUP_TEST_CHILD="+dir, "DEDUP_TEST_RUN="+run)
		cmd.Stderr = stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd, stderr
	}
	unbroken := t.TempDir()
	began := time.Now()
	if cmd, output := start(unbroken, ""); cmd.Wait() != nil {
		t.Fatal(output)
	}
	long := time.Since(began)
	r := rand.New(rand.NewPCG(10, uint64(began.UnixNano())))
	for _, run := range []string{"", "again"} {
		dir := t.TempDir()
		said := new(bytes.Buffer)
		for kills := 0; !completed(dir); kills++ {
			cmd, output := start(dir, run)
			if kills < 5 {
				time.Sleep(time.Duration(r.Int64N(int64(long) * 2 / 3)))
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
				_ = cmd.Wait() // whether it had ended, the index knows
			} else if cmd.Wait() != nil {
				t.Fatal(output)
			}
			said.Write(output.Bytes())
		}
		t.Logf("run %q:\n%s", run, said)
		compareFolders(t, dir, unbroken)
		if _, err := VerifyIndex(filepath.Join(dir, "index")); err != nil {
			t.Error(err)
		}
	}
}

// completed reports whether the run in dir has committed what it added.
func completed(dir string) bool {
	x, err := OpenIndex(filepath.Join(dir, "index"), index.Options{Access: index.Read})
	if err != nil {
		return false // not yet begun
	}
	defer x.Close()
	return x.Paragraphs() > 0
}

func compareFolders(t *testing.T, dir, want string) {
	t.Helper()
	names, _ := filepath.Glob(filepath.Join(want, "[0-9]*"))
	if len(names) != childDocuments/childInterval {
		t.Fatalf("%d files", len(names))
	}
	for _, name := range names {
		a, errA := os.ReadFile(name)
		b, errB := os.ReadFile(filepath.Join(dir, filepath.Base(name)))
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			t.Errorf("%s differs: %v", filepath.Base(name), errors.Join(errA, errB))
		}
	}
}
