package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"tamis/pipeline/format"
)

// sentences of which documents are made, some of them damaged.
var sentences = []string{
	"Le marché ouvre à huit heures, et les maraîchers de la vallée y vendent leurs premières fraises.",
	"Le pont sera fermÃ© Ã  la circulation pendant trois semaines , le temps de refaire la chaussée.",
	"La bibliothèque prête désormais des graines : on en prend au printemps, on en rend à l'automne.",
	"Partager sur Facebook",
	"Les joueurs ont salué leur public avant de rentrer au vestiaire...",
}

// dump writes a dump of several formats to dir.
func dump(t *testing.T, dir string) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		var lines []string
		for range 3 + r.IntN(8) {
			lines = append(lines, fmt.Sprintf("%s %d", sentences[r.IntN(len(sentences))], r.IntN(50)))
		}
		return strings.Join(lines, "\n\n")
	}
	create := func(name string, write func(io.Writer)) {
		file, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		_, compression := format.Extension(name)
		w, err := format.Compress(file, compression)
		if err != nil {
			t.Fatal(err)
		}
		write(w)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for i, name := range []string{"a.jsonl.gz", "b.jsonl", "c.jsonl.zst"} {
		create(name, func(w io.Writer) {
			for j := range 80 {
				fmt.Fprintf(w, "{\"id\":\"%d-%d\",\"text\":%q}\n", i, j, text())
			}
			fmt.Fprintln(w, "{\"text\":7}")
		})
	}
	for i := range 20 {
		create(fmt.Sprintf("d%02d.txt", i), func(w io.Writer) { io.WriteString(w, text()+"\n") })
	}
	if runtime.GOOS == "linux" { // where a name is any bytes
		create("d-caf\xe9.jsonl", func(w io.Writer) {
			for range 80 {
				fmt.Fprintf(w, "{\"text\":%q}\n", text())
			}
		})
	}
	create("e.wet.gz", func(w io.Writer) {
		for range 200 {
			block := text()
			fmt.Fprintf(w, "WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", len(block), block)
		}
	})
	create("f.parquet", func(w io.Writer) {
		type page struct {
			Text string `parquet:"text"`
			N    int    `parquet:"n"`
		}
		p := parquet.NewGenericWriter[page](w, parquet.MaxRowsPerRowGroup(30))
		for i := range 80 {
			if _, err := p.Write([]page{{text(), i}}); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// tree returns the files below dir by their names.
func tree(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files[strings.TrimPrefix(name, dir)], err = os.ReadFile(name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// command returns the command with few bytes between checkpoints, in dir.
func command(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self, args...)
	c.Dir, c.Env = dir, append(os.Environ(), "TAMIS_TEST_BARRIER=16000")
	return c
}

// A job that is killed again and again, and run again, comes to the same bytes
// as one that was not.
func TestJobGoesOn(t *testing.T) {
	args := []string{"clean", "dump", "-o", "out", "--audit", "audit.jsonl.gz", "--rejects", "rejects.jsonl", "--stats", "stats.json", "--emit-dropped", "dropped.txt", "--job", "job"}
	for name, args := range map[string][]string{
		"to a folder":   append(slices.Clone(args), "--dedup", "run"),
		"with an index": {"clean", "dump/b.jsonl", "dump/c.jsonl.zst", "-o", "out", "--dedup", "index", "--index", "index", "--job", "job"},
		"in place":      {"clean", "dump", "--in-place", "--backup", "--audit", "audit.jsonl", "--job", "job"},
		"to one file":   {"clean", "dump/a.jsonl.gz", "dump/b.jsonl", "dump/c.jsonl.zst", "-o", "out.jsonl.gz", "--rejects", "rejects.jsonl", "--job", "job"},
	} {
		args = append(args, "--jobs", "2")
		t.Run(name, func(t *testing.T) {
			whole, broken := t.TempDir(), t.TempDir()
			for _, dir := range []string{whole, broken} {
				if err := os.Mkdir(filepath.Join(dir, "dump"), 0o777); err != nil {
					t.Fatal(err)
				}
				dump(t, filepath.Join(dir, "dump"))
			}
			c := command(t, whole, args...)
			began := time.Now()
			if out, err := c.CombinedOutput(); c.ProcessState.ExitCode() != exitSetAside {
				t.Fatalf("%v: %s", err, out)
			}
			took := time.Since(began)
			kills, status := 0, -1
			for n := range 200 {
				after := rand.N(took)
				if n < 20 {
					after /= 3
				}
				if status = runAndKill(t, command(t, broken, args...), after); status >= 0 {
					break
				}
				kills++
			}
			if status != exitSetAside {
				t.Fatalf("status %d after it was killed %d times", status, kills)
			}
			t.Logf("killed %d times", kills)
			sameFiles(t, whole, broken)
		})
	}
}

// sameFiles checks that a job has come to the same files in two folders.
func sameFiles(t *testing.T, whole, broken string) {
	t.Helper()
	want, got := tree(t, whole), tree(t, broken)
	for _, files := range []map[string][]byte{want, got} {
		for name := range files {
			// They have names and times of their own.
			if strings.HasPrefix(name, "/job/") || strings.HasPrefix(name, "/index/") {
				delete(files, name)
			}
		}
	}
	for name := range want {
		if !bytes.Equal(want[name], got[name]) {
			t.Errorf("%s is another: %d bytes, not %d", name, len(got[name]), len(want[name]))
		}
	}
	for name := range got {
		if want[name] == nil {
			t.Errorf("%s is left over", name)
		}
	}
}

// A vanishing is an input at whose beginning a file vanishes.
type vanishing struct {
	io.Reader
	name string
}

func (v *vanishing) Read(p []byte) (int, error) {
	os.Remove(v.name)
	return v.Reader.Read(p)
}

// An input that has gone when its turn comes is named, and the others are cleaned.
func TestInputVanishes(t *testing.T) {
	dir := t.TempDir()
	name := func(base string) string { return filepath.Join(dir, base) }
	for _, base := range []string{"a.txt", "b.txt"} {
		if err := os.WriteFile(name(base), []byte("Le pont  est ouvert.\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var stderr bytes.Buffer
	args := []string{"tamis", "-", name("a.txt"), name("b.txt"), "-o", name("out.txt"), "--rejects", name("rejects.jsonl"), "--audit", name("audit.jsonl")}
	status := mainStatus(args, &vanishing{strings.NewReader("Le marché  ouvre.\n"), name("a.txt")}, io.Discard, &stderr)
	if want := "a.txt was there when the run began"; status != exitSetAside || !strings.Contains(stderr.String(), want) {
		t.Errorf("status %d: %s", status, stderr.String())
	}
	files := tree(t, dir)
	if got := string(files["/out.txt"]); got != "Le marché ouvre.\nLe pont est ouvert.\n" {
		t.Errorf("cleaned: %q", got)
	}
	if !strings.Contains(string(files["/rejects.jsonl"]), "a.txt") || files["/audit.jsonl"] == nil {
		t.Errorf("rejects: %s", files["/rejects.jsonl"])
	}
}

// runAndKill runs c for a while. It returns the exit status, or -1 if c was
// killed first.
func runAndKill(t *testing.T, c *exec.Cmd, after time.Duration) int {
	t.Helper()
	var said bytes.Buffer
	c.Stderr = &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { _ = c.Process.Kill() })
	defer timer.Stop()
	err := c.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	status := c.ProcessState.ExitCode()
	if status > exitSetAside {
		t.Fatalf("status %d: %s", status, said.String())
	}
	return status
}
