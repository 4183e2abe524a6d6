package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// fence finds the fenced blocks of a page: their kind and their lines.
var fence = regexp.MustCompile("(?ms)^```([a-z ]+)\n(.*?)^```$")

// blocks returns the blocks of a kind on a page.
func blocks(t *testing.T, page, kind string) []string {
	t.Helper()
	var blocks []string
	for _, m := range fence.FindAllStringSubmatch(string(read(t, filepath.Join("..", "..", page))), -1) {
		if m[1] == kind {
			blocks = append(blocks, m[2])
		}
	}
	if len(blocks) == 0 {
		t.Fatalf("%s: no blocks of kind %q", page, kind)
	}
	return blocks
}

// TestReadmeShowsTheTruth cleans the example of the README.
func TestReadmeShowsTheTruth(t *testing.T) {
	before, after := blocks(t, "README.md", "text before")[0], blocks(t, "README.md", "text after")[0]
	if got := string(cleaned(t, []byte(before))); got != after {
		t.Errorf("got:\n%s\nthe README says:\n%s", got, after)
	}
}

// TestPageCommands runs every command of the pages, one after the other, but for
// the one that runs the tests. A page may show a program in Python, which is run
// first, as the name that its first line gives.
func TestPageCommands(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash")
	}
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	if err := os.Symlink(self, filepath.Join(bin, "tamis")); err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{"README.md", "docs/dumps.md", "docs/pipes.md", "docs/report.md"} {
		t.Run(page, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Symlink(filepath.Join(root, "fixtures"), filepath.Join(dir, "fixtures")); err != nil {
				t.Skip(err)
			}
			if page == "docs/pipes.md" {
				program := blocks(t, page, "python")[0]
				name := strings.TrimPrefix(strings.SplitN(program, "\n", 2)[0], "# ")
				if err := os.WriteFile(filepath.Join(dir, name), []byte(program), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			for _, block := range blocks(t, page, "sh") {
				for line := range strings.Lines(block) {
					if strings.HasPrefix(line, "go test") || lacks(line, "python3") || lacks(line, "jq") {
						continue
					}
					cmd := exec.Command(bash, "-euo", "pipefail", "-c", line)
					cmd.Dir = dir
					if strings.HasPrefix(line, "go ") {
						cmd.Dir = root
					}
					cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))
					if out, err := cmd.CombinedOutput(); err != nil {
						t.Errorf("%s%v\n%s", line, err, out)
					}
				}
			}
		})
	}
}

// lacks reports whether line needs a program that this machine does not have.
func lacks(line, program string) bool {
	_, err := exec.LookPath(program)
	return err != nil && strings.Contains(line, program+" ")
}
