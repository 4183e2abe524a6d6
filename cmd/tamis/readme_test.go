package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// fence finds the fenced blocks of a page: their kind and their lines.
var fence = regexp.MustCompile("(?ms)^```([a-z ]+)\n(.*?)^```$")

func readmeBlocks(t *testing.T, kind string) []string {
	t.Helper()
	var blocks []string
	for _, m := range fence.FindAllStringSubmatch(string(read(t, filepath.Join("..", "..", "README.md"))), -1) {
		if m[1] == kind {
			blocks = append(blocks, m[2])
		}
	}
	if len(blocks) == 0 {
		t.Fatalf("no blocks of kind %q", kind)
	}
	return blocks
}

// TestReadmeShowsTheTruth cleans the example of the README.
func TestReadmeShowsTheTruth(t *testing.T) {
	before, after := readmeBlocks(t, "text before")[0], readmeBlocks(t, "text after")[0]
	if got := string(cleaned(t, []byte(before))); got != after {
		t.Errorf("got:\n%s\nthe README says:\n%s", got, after)
	}
}

// TestReadmeCommands runs every command of the README, one after the other, but
// for the one that runs the tests.
func TestReadmeCommands(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash")
	}
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(filepath.Join(root, "fixtures"), filepath.Join(dir, "fixtures")); err != nil {
		t.Skip(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	if err := os.Symlink(self, filepath.Join(bin, "tamis")); err != nil {
		t.Fatal(err)
	}
	for _, block := range readmeBlocks(t, "sh") {
		for line := range strings.Lines(block) {
			if strings.HasPrefix(line, "go test") {
				continue
			}
			cmd := exec.Command(bash, "-euo", "pipefail", "-c", line)
			cmd.Dir = dir
			if strings.HasPrefix(line, "go ") {
				cmd.Dir = root
			}
			cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))
			var out bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &out
			if err := cmd.Run(); err != nil {
				t.Errorf("%s%v\n%s", line, err, out.Bytes())
			}
		}
	}
}
