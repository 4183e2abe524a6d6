package durable

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWriteFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "state.json")
	for _, want := range []string{"first", "second"} {
		if err := WriteFile(name, []byte(want)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(name); err != nil || string(got) != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
	if _, err := os.Stat(name + TempSuffix); !os.IsNotExist(err) {
		t.Errorf("something is left beside it: %v", err)
	}
}

// TestFailure leaves the old file where the new one can't be written or named.
func TestFailure(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "state.json")
	if err := WriteFile(name, []byte("old")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(name+TempSuffix, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(name, []byte("new")); err == nil {
		t.Error("no error where the file beside it can't be made")
	}
	if err := rename(filepath.Join(dir, "none"), name); err == nil {
		t.Error("no error where there is nothing to rename")
	}
	if os.Geteuid() > 0 { // to root everything is open
		if err := os.Remove(name + TempSuffix); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(dir, 0o300); err != nil {
			t.Fatal(err)
		}
		if err := WriteFile(name, []byte("new")); err == nil {
			t.Error("no error where the folder can't be opened, and so not be synced")
		}
		if err := os.Chmod(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(name); err != nil || string(got) != "old" {
		t.Errorf("%q, %v; want the old file", got, err)
	}
	for _, f := range []func(string) error{SyncFile, SyncFolder} {
		if f(filepath.Join(dir, "none")) == nil {
			t.Error("no error for a name that is not there")
		}
	}
}
