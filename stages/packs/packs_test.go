package packs

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/text/language"
)

// Every folder is named by a language, and holds nothing that no stage reads.
func TestFolders(t *testing.T) {
	names, err := fs.Glob(FS, "*/*")
	if err != nil || len(names) < 100 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	known := []string{"junk.yaml", "typography.yaml", "langid.yaml", "norm.yaml", "stopwords.txt"}
	for _, name := range names {
		tag, file := path.Split(name)
		if _, err := language.Parse(strings.TrimSuffix(tag, "/")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !slices.Contains(known, file) {
			t.Errorf("%s is read by no stage", name)
		}
	}
}

func TestFallback(t *testing.T) {
	for tag, want := range map[string]string{"": "", "fr": "fr", "fr-CA": "fr-CA fr", "zh-Hant-TW": "zh-Hant-TW zh-Hant zh"} {
		if got := strings.Join(Fallback(tag), " "); got != want {
			t.Errorf("%q: got %q, want %q", tag, got, want)
		}
	}
}

func TestDecodeNamesThePlace(t *testing.T) {
	fsys := fstest.MapFS{"fr/x.yaml": {Data: []byte("known: 1\nodd: 2\n")}}
	var v struct {
		Known int `yaml:"known"`
	}
	if err := Decode(fsys, "fr/x.yaml", &v); err == nil || !strings.Contains(err.Error(), "fr/x.yaml:[2:1]") {
		t.Error(err)
	}
	if err := Decode(fsys, "fr/y.yaml", &v); err == nil {
		t.Error("no error for a file that is not there")
	}
}

func TestWords(t *testing.T) {
	fsys := fstest.MapFS{"fr/stopwords.txt": {Data: []byte("# the commonest\nle\n la # feminine\n\n")}}
	if words, err := Words(fsys, "fr/stopwords.txt"); err != nil || !slices.Equal(words, []string{"le", "la"}) {
		t.Error(words, err)
	}
	if words, err := Words(fsys, "de/stopwords.txt"); err != nil || words != nil {
		t.Error(words, err)
	}
}
