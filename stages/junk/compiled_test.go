package junk

import (
	"flag"
	"io/fs"
	"os"
	"testing"

	"tamis/stages/packs"
)

// The packs have been compiled since they, or what is made of them, were edited.
// (Those that have not are read as YAML, and a program takes longer to start.)
func TestCompiled(t *testing.T) {
	b, err := Load(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	c, again := make(packs.Compiled), make(packs.Compiled)
	for _, p := range b.packs {
		if p.Rules == nil {
			continue
		}
		file, err := fs.ReadFile(p.fsys, p.name)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Add(file, p); err != nil {
			t.Fatal(p.name, err)
		}
		var q pack
		if _, err := c.Decode(file, &q); err != nil {
			t.Fatal(p.name, err)
		}
		if err := again.Add(file, &q); err != nil {
			t.Fatal(p.name, err)
		}
	}
	if c.String() != again.String() {
		t.Error("what is read is not what was compiled")
	}
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile("compiled.txt", []byte(c.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	} else if c.String() != string(compiledPacks) {
		t.Error("a pack has been edited since the packs were compiled: go generate ./stages/packs ./stages/junk")
	}
}
