package stages_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"testing"
)

// TestImports keeps the rooms of the house apart. The pipeline knows no stage; a
// format knows the pipeline and no other format; a stage knows the pipeline's
// root and the packs, and no other stage; only the command knows all.
func TestImports(t *testing.T) {
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		src, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			imp, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if own, ok := strings.CutPrefix(imp, "tamis/"); ok && !mayImport(path.Dir(name), own) || !ok && !mayTake(path.Dir(name), imp) {
				t.Errorf("%s imports %s", name, imp)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// mayImport reports whether the package in dir may import the project's imp.
func mayImport(dir, imp string) bool {
	below := strings.HasPrefix(imp, dir+"/")
	switch {
	case dir == "pipeline":
		return false
	case strings.HasPrefix(dir, "pipeline/format"):
		return below || imp == "pipeline" || imp == "pipeline/format/utf" || imp == "pipeline/format/record"
	case strings.HasPrefix(dir, "pipeline/"):
		return strings.HasPrefix(imp, "pipeline")
	case dir == "stages":
		return true
	case path.Base(dir) == "train":
		// A program that makes what a stage embeds belongs to that stage.
		stage := strings.Join(strings.Split(dir, "/")[:2], "/")
		return strings.HasPrefix(imp, stage) || imp == "pipeline" || imp == "stages/packs"
	case strings.HasPrefix(dir, "stages/"):
		return below || imp == "pipeline" || imp == "pipeline/durable" || imp == "stages/packs"
	}
	return strings.HasPrefix(dir, "cmd/")
}

// mayTake reports whether the package in dir may import imp, which is not ours.
// The pipeline itself makes do with the standard library.
func mayTake(dir, imp string) bool {
	host, _, _ := strings.Cut(imp, "/")
	return dir != "pipeline" || !strings.Contains(host, ".")
}
