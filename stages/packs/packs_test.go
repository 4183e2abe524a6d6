package packs

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
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
	known := []string{"junk.yaml", "typography.yaml", "langid.yaml", "norm.yaml", "decode.yaml", "stopwords.txt"}
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

// An error shows its line, or as much of it as there is room for, with a caret
// under the place, whatever the width of what stands before.
func TestPlaceError(t *testing.T) {
	const file = "first: 1\r\n\tsœur: two\n" + "third: 日本語\n"
	long := strings.Repeat("a", 100) + "X" + strings.Repeat("b", 100)
	for _, c := range []struct {
		data         string
		line, column int
		want         string
	}{
		{file, 1, 8, "[1:8] odd\n> 1 | first: 1\n             ^"},
		{file, 2, 8, "[2:8] odd\n> 2 | \tsœur: two\n      \t      ^"},
		{file, 3, 99, "[3:99] odd\n> 3 | third: 日本語\n                ^"},
		{file, 9, 1, "[9:1] odd"},
		{"", 1, 1, "[1:1] odd"},
		{file, 0, 0, "[0:0] odd"},
		{long, 1, 101, "[1:101] odd\n> 1 | " + long[40:160] + "\n      " + strings.Repeat(" ", 60) + "^"},
		{"a\xff", 1, 2, "[1:2] odd\n> 1 | a\ufffd\n       ^"},
	} {
		if got := At([]byte(c.data), c.line, c.column, errors.New("odd")).Error(); got != c.want {
			t.Errorf("%d:%d: got\n%s\nwant\n%s", c.line, c.column, got, c.want)
		}
	}
}

// What is wrong is said in the words of YAML, with its place.
func TestUnmarshal(t *testing.T) {
	for data, want := range map[string]string{
		"n: many\n":      "[1:4] want a whole number\n",
		"f: [1]\n":       "[1:4] want a number\n",
		"list: 1\n":      "[1:7] want a list\n",
		"text: {a: b}\n": "[1:7] want a text\n",
		"yes: maybe\n":   "[1:6] want true or false\n",
		"map: 1\n":       "[1:6] want names with values\n",
		"- 1\n":          "[1:1] want names with values\n",
		"odd: 1\n":       "[1:1] unknown field \"odd\"\n",
		"n: 1\nn: 2\n":   "[2:1] mapping key \"n\" already defined",
		"list: [1\n":     "[1:",
	} {
		var v struct {
			N    int               `yaml:"n"`
			F    float64           `yaml:"f"`
			List []string          `yaml:"list"`
			Text string            `yaml:"text"`
			Yes  bool              `yaml:"yes"`
			Map  map[string]string `yaml:"map"`
		}
		err := Unmarshal([]byte(data), &v)
		var at *PlaceError
		if !errors.As(err, &at) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", data, err, want)
		}
	}
}

// The files of a user's packs are known by their whole path.
func TestDir(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "fr"), 0o777); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(root, "fr", "junk.yaml")
	if err := os.WriteFile(name, []byte("odd: 1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	var v struct{}
	for file, want := range map[string]string{"fr/junk.yaml": "pack " + name + ":[1:1] unknown", "de/junk.yaml": "no such file"} {
		if err := Decode(Dir(root), file, &v); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	if err := In(Dir(root), "fr/junk.yaml", errors.New("odd")); err.Error() != "pack "+name+": odd" {
		t.Error(err)
	}
}
