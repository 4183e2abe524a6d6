package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Brackets nested a million deep are a record that is set aside, and what comes
// before and after is cleaned.
func TestNestedBrackets(t *testing.T) {
	const deep = 1_000_000
	input := "{\"text\":\"Le marché  ouvre.\"}\n" +
		`{"a":` + strings.Repeat("[", deep) + strings.Repeat("]", deep) + `,"text":"x"}` + "\n" +
		strings.Repeat(`{"a":`, deep) + "\n" +
		"{\"text\":\"Le pont  est ouvert.\"}\n"
	out, errs, status := tamis(strings.NewReader(input), "--format", "jsonl")
	if want := "{\"text\":\"Le marché ouvre.\"}\n{\"text\":\"Le pont est ouvert.\"}\n"; string(out) != want || status != exitSetAside {
		t.Errorf("status %d, %q: %s", status, out, errs)
	}
	if len(errs) > 1000 {
		t.Errorf("%d bytes of errors", len(errs))
	}
}

// A line of 64 MiB is mended in all its length.
func TestLongLine(t *testing.T) {
	if testing.Short() {
		t.Skip("a line of 64 MiB")
	}
	const bad, good = "Le marché ouvre à huit heures , et ferme à midi. ", "Le marché ouvre à huit heures, et ferme à midi. "
	n := 64 << 20 / len(bad)
	out := cleaned(t, []byte(strings.Repeat(bad, n)), "--stages", "mojibake,norm,typography", "--lang", "fr")
	if want := strings.TrimSpace(strings.Repeat(good, n)) + "\n"; string(out) != want {
		t.Errorf("%d bytes, not %d", len(out), len(want))
	}
}

// No name of an input, however it is written, makes an output outside the folder.
func TestNamesStayInTheFolder(t *testing.T) {
	top := t.TempDir()
	t.Chdir(top)
	for _, dir := range []string{"in/deep", "here"} {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"in/a.txt", "in/deep/b.txt", "in/..c.txt"} {
		if err := os.WriteFile(name, []byte("Le marché  ouvre.\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("../../in/a.txt", "in/deep/link.txt"); err != nil {
		t.Logf("without a link: %v", err)
	}
	t.Chdir("here")
	before := tree(t, top)
	list := "../in/a.txt\n" + filepath.Join(top, "in/deep/b.txt") + "\n../here/../in/..c.txt\n"
	for _, args := range [][]string{
		{"--files-from", "-", "-o", "out"},
		{"../in", "-o", "out"},
		{"../in/./deep/../deep", "-o", "out"},
		{"../in/**/*.txt", "-o", "out/deeper"},
	} {
		if _, errs, status := tamis(strings.NewReader(list), args...); status != exitDone {
			t.Errorf("%s: status %d: %s", args, status, errs)
		}
	}
	for name, data := range tree(t, top) {
		if old, was := before[name]; was && !bytes.Equal(old, data) || !was && !strings.HasPrefix(name, "/here/out/") {
			t.Errorf("%s was written: %q", name, data)
		}
	}
}

// What drives a terminal, in a name, an id or a text, never reaches it in an
// error.
func TestErrorsDriveNoTerminal(t *testing.T) {
	const drive = "\x1b]0;owned\x07\x1b[31m\u009b2J\u202e\r"
	t.Chdir(t.TempDir())
	if err := os.WriteFile("pack.yaml", []byte("rules: \""+drive+"\"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{drive},
		{drive + "/*.txt"},
		{"--" + drive},
		{"--format", drive},
		{"--stages", drive},
		{"--lang", drive},
		{"--disable", drive},
		{"--format", "jsonl", "--text-field", drive, "--on-error", "fail"},
		{"--format", "jsonl", "--id-field", "id"},
		{"--format", "csv"},
		{"--packs", drive},
		{"-c", drive},
		{"--job", drive},
		{"--index", drive, "--index-read-only", "--dedup", "index"},
		{"--templates", drive},
		{"--templates", "pack.yaml"},
		{"restore", "--audit", drive},
		{"packs", "test", drive},
		{"-c", "pack.yaml"},
		{"-o", drive + "/x/\x00"},
	} {
		_, errs, status := tamis(strings.NewReader("{\"id\":\""+drive+"\",\"text\":"+drive+"\n"), args...)
		if status == exitDone || len(errs) == 0 || bytes.ContainsAny(errs, "\x1b\x07\r\u009b\u202e") {
			t.Errorf("%q: status %d: %q", args, status, errs)
		}
	}
}
