package packs

import (
	"flag"
	"io/fs"
	"os"
	"path"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/goccy/go-yaml"
)

var update = flag.Bool("update", false, "compile the packs again")

// The packs have been compiled since they were edited. (Had they not, they would
// be read all the same, and a program would take longer to start.)
func TestCompiled(t *testing.T) {
	names, err := fs.Glob(FS, "*/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c := make(Compiled)
	for _, name := range names {
		if path.Base(name) == "junk.yaml" {
			continue
		}
		data, err := fs.ReadFile(FS, name)
		if err != nil {
			t.Fatal(err)
		}
		value, err := yaml.YAMLToJSON(data)
		if err != nil {
			t.Fatal(name, err)
		}
		if err := c.Add(data, jsontext.Value(value)); err != nil {
			t.Fatal(name, err)
		}
	}
	if *update {
		if err := os.WriteFile("compiled.txt", []byte(c.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	} else if c.String() != string(compiledFS) {
		t.Error("a pack has been edited since the packs were compiled: go generate ./stages/packs ./stages/junk")
	}
}
