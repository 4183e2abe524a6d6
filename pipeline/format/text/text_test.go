package text

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"tamis/pipeline"
)

// read returns the sources of the documents, checking their order.
func sources(t *testing.T, r io.Reader) ([]string, error) {
	t.Helper()
	var got []string
	offset := int64(0)
	for doc, err := range Documents("in", r) {
		if err != nil {
			return got, err
		}
		if doc.Section != len(got) || doc.Offset != offset {
			t.Fatalf("section %d at %d; want %d at %d", doc.Section, doc.Offset, len(got), offset)
		}
		got = append(got, source(doc))
		offset += int64(len(got[len(got)-1]))
	}
	return got, nil
}

func source(doc *pipeline.Document) string {
	doc.Split()
	var b strings.Builder
	b.WriteString(doc.Head)
	for _, p := range doc.Paragraphs {
		b.WriteString(p.Source() + p.Break)
	}
	return b.String()
}

func TestDocuments(t *testing.T) {
	large := strings.Repeat(strings.Repeat("x", 99)+"\n", 40_000)
	for name, text := range map[string]string{"empty": "", "small": "a\n\nb", "large": large} {
		whole, err := sources(t, strings.NewReader(text))
		if err != nil || strings.Join(whole, "") != text {
			t.Errorf("%s: %v, or the sections are not the text", name, err)
		}
		// Sections do not depend on how the input arrives.
		slow, err := sources(t, iotest.HalfReader(strings.NewReader(text)))
		if err != nil || strings.Join(slow, "|") != strings.Join(whole, "|") {
			t.Errorf("%s: read by halves it has other sections", name)
		}
	}
}

func TestDocumentsOfABrokenInput(t *testing.T) {
	r := io.MultiReader(strings.NewReader("all that was whole"), iotest.ErrReader(io.ErrUnexpectedEOF))
	got, err := sources(t, r)
	if !errors.Is(err, io.ErrUnexpectedEOF) || strings.Join(got, "") != "all that was whole" {
		t.Errorf("got %q, %v", got, err)
	}
}

// A followed stream gives its whole lines when it pauses.
func TestFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		go func() {
			for _, s := range []string{"one\ntw", "o\n", "three"} {
				io.WriteString(w, s)
				time.Sleep(time.Minute)
			}
			w.Close()
		}()
		var got []string
		for doc, err := range Follow(t.Context(), "in", r, time.Second) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, source(doc))
			if doc.Last != (len(got) == 3) {
				t.Errorf("section %d says last %v", doc.Section, doc.Last)
			}
		}
		if strings.Join(got, "|") != "one\n|two\n|three" {
			t.Errorf("got %q", got)
		}
	})
}

// What is left alone as no text is so again once its bytes have become characters.
func TestIsBinary(t *testing.T) {
	long := strings.Repeat("a", 43) + "\ufeff\ufeff"
	for text, want := range map[string]bool{
		"":                               false,
		"Le marché ouvre.\n":             false,
		strings.Repeat("a", 49) + "\x00": false,
		strings.Repeat("a", 48) + "\x00": true,
		long + "\x00":                    true,
		long + "\xa0\x00":                false, // in Windows-1252 the marks are six characters
		long[:43] + "ï»¿ï»¿\u00a0\x00":   false,
	} {
		if got := isBinary([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
