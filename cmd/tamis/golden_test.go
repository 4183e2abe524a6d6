package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aymanbagabas/go-udiff"
)

// fixtures is where the whole documents stand.
var fixtures = filepath.Join("..", "..", "fixtures", "documents")

// tamis runs the tool in this process and returns what it writes.
func tamis(stdin io.Reader, args ...string) (stdout, stderr []byte, status int) {
	var out, errs bytes.Buffer
	status = mainStatus(append([]string{"tamis"}, args...), stdin, &out, &errs)
	return out.Bytes(), errs.Bytes(), status
}

// cleaned returns the output of a run that must succeed.
func cleaned(t testing.TB, stdin []byte, args ...string) []byte {
	t.Helper()
	out, errs, status := tamis(bytes.NewReader(stdin), args...)
	if status != exitDone || len(errs) > 0 {
		t.Fatalf("tamis %s: status %d: %s", strings.Join(args, " "), status, errs)
	}
	return out
}

// TestGolden cleans every document of fixtures/documents. The expected text was
// written by hand and is never rewritten; the expected audit is, under -update,
// and to be read then.
func TestGolden(t *testing.T) {
	dirs, err := filepath.Glob(filepath.Join(fixtures, "*", "input.txt"))
	if err != nil || len(dirs) < 30 {
		t.Fatalf("%d documents in %s (%v)", len(dirs), fixtures, err)
	}
	for _, name := range dirs {
		dir := filepath.Dir(name)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			input, want := read(t, name), read(t, filepath.Join(dir, "expected.txt"))
			log := filepath.Join(t.TempDir(), "audit.jsonl")
			got := cleaned(t, input, "--audit", log)
			if !bytes.Equal(got, want) {
				explained, _, _ := tamis(bytes.NewReader(input), "explain")
				t.Errorf("%s\n%s", udiff.Unified("expected", "output", string(want), string(got)), explained)
			}
			if again := cleaned(t, got); !bytes.Equal(again, got) {
				t.Errorf("a second pass changes it to:\n%s", again)
			}
			_, audit, _ := bytes.Cut(read(t, log), []byte("\n")) // the first line names the version
			golden := filepath.Join(dir, "audit.jsonl")
			if *update {
				if err := os.WriteFile(golden, audit, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if want := read(t, golden); !bytes.Equal(audit, want) {
				t.Error(udiff.Unified("expected audit", "audit", string(want), string(audit)))
			}
			if restored := cleaned(t, got, "restore", "--audit", log); !bytes.Equal(restored, input) {
				t.Errorf("restored:\n%s", restored)
			}
		})
	}
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
