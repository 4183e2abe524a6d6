package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// peers is the folder of the programs in Python that make files with the tools
// that people use and compare them with what tamis has made of them.
var peers = filepath.Join("testdata", "peers")

// TestPeers has warcio and pyarrow make files, cleans and restores them, and has
// warcio and pyarrow read what came of them: all but the texts is as it was, and
// the texts are those that came of the same in JSON lines.
//
// The first run installs the tools, as testdata/peers/requirements.txt pins them,
// below the user's cache folder.
func TestPeers(t *testing.T) {
	if testing.Short() {
		t.Skip("a long test")
	}
	python := peerPython(t)
	for _, program := range []string{"warc_peer.py", "parquet_peer.py"} {
		t.Run(strings.TrimSuffix(program, "_peer.py"), func(t *testing.T) {
			dir := t.TempDir()
			made, clean, restored, log := filepath.Join(dir, "made"), filepath.Join(dir, "clean"), filepath.Join(dir, "restored"), filepath.Join(dir, "audit.jsonl")
			if err := os.Mkdir(made, 0o777); err != nil {
				t.Fatal(err)
			}
			python(t, program, "make", made)
			mustRun(t, "clean", made, "-o", clean, "--audit", log, "--stages", "mojibake,norm,typography", "--text-field", "text", "--text-field", "doc.text")
			mustRun(t, "restore", clean, "--audit", log, "-o", restored)
			if said := python(t, program, "compare", made, clean, restored); strings.Count(said, "\n") != 1 {
				t.Error(said)
			} else {
				t.Log(said)
			}
		})
	}
}

// mustRun runs the command.
func mustRun(t *testing.T, args ...string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if status := mainStatus(append([]string{"tamis"}, args...), strings.NewReader(""), &stdout, &stderr); status != exitDone {
		t.Fatalf("tamis %s: status %d: %s", args[0], status, stderr.String())
	}
}

// peerPython returns a function that runs a program of the peers and returns
// what it says. It skips the test where there is no Python, or no way to install
// what the programs need.
func peerPython(t *testing.T) func(t *testing.T, args ...string) string {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3")
	}
	packages := peerPackages(t, python)
	return func(t *testing.T, args ...string) string {
		t.Helper()
		c := exec.Command(python, append([]string{"-B", filepath.Join(peers, args[0])}, args[1:]...)...)
		c.Env = append(os.Environ(), "PYTHONPATH="+packages, "PYTHONUTF8=1")
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %s: %v\n%s", args[0], args[1], err, out)
		}
		return string(out)
	}
}

// peerPackages returns the folder of the packages that the programs need.
func peerPackages(t *testing.T, python string) string {
	t.Helper()
	requirements := filepath.Join(peers, "requirements.txt")
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Skip(err)
	}
	version, err := exec.Command(python, "--version").Output()
	if err != nil {
		t.Skipf("%s: %v", python, err)
	}
	folder := filepath.Join(cache, "tamis", "peers-"+hashOf(append(version, read(t, requirements)...)))
	if _, err := os.Stat(folder); err == nil {
		return folder
	}
	if err := os.MkdirAll(filepath.Dir(folder), 0o777); err != nil {
		t.Skip(err)
	}
	temp, err := os.MkdirTemp(filepath.Dir(folder), "new-*")
	if err != nil {
		t.Skip(err)
	}
	defer os.RemoveAll(temp)
	install := exec.Command(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:",
		"--retries", "1", "--timeout", "10", "--target", temp, "-r", requirements)
	if out, err := install.CombinedOutput(); err != nil {
		t.Skipf("the peers can't be installed: %v\n%s", err, out)
	}
	// Another process may have been faster.
	if err := os.Rename(temp, folder); err != nil && !errors.Is(err, fs.ErrExist) {
		if _, statErr := os.Stat(folder); statErr != nil {
			t.Fatal(fmt.Errorf("install the peers: %w", err))
		}
	}
	return folder
}
