package packs

import (
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"
)

// Each letter is listed once, and none of ASCII.
func TestSpellings(t *testing.T) {
	all, err := spellings(FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		for _, r := range s.Letters {
			if r < utf8.RuneSelf || strings.Count(s.Letters, string(r)) > 1 {
				t.Errorf("%s/decode.yaml: letter %q", s.Tag, r)
			}
		}
		for _, r := range s.Finals {
			if !strings.ContainsRune(s.Letters, r) {
				t.Errorf("%s/decode.yaml: final %q is not among the letters", s.Tag, r)
			}
		}
	}
	if _, err := spellings(fstest.MapFS{"fr/decode.yaml": {Data: []byte("finals: à\n")}}); err == nil {
		t.Error("no error for a language without letters")
	}
}
