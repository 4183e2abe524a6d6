package text

import (
	"slices"
	"strings"
	"testing"

	"tamis/pipeline/format/record"
)

func TestSeparated(t *testing.T) {
	for _, c := range []struct {
		input, separator string
		want             []string
	}{
		{"one\n\ftwo\n\f", "\f", []string{"one\n", "two\n"}},
		{"one\x00\x00three", "\x00", []string{"one", "", "three"}},
		{"one\n--\ntwo --\n\n--\n", "\n--\n", []string{"one", "two --\n"}},
		{"", "\f", nil},
	} {
		var got []string
		raw := ""
		for doc, err := range Separated("in", strings.NewReader(c.input), c.separator, 1<<20) {
			if err != nil || doc.Err != nil {
				t.Fatal(err, doc.Err)
			}
			rec := doc.Origin.(*record.Record)
			raw += string(rec.Raw)
			got = append(got, rec.Text)
		}
		if raw != c.input || !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q of %q", c.input, got, raw)
		}
	}
}

func TestSeparatedTooLong(t *testing.T) {
	input := "a\f" + strings.Repeat("b ", 300<<10) + "\fc"
	raw, long, last := "", 0, ""
	for doc, err := range Separated("in", strings.NewReader(input), "\f", 1000) {
		if err != nil {
			t.Fatal(err)
		}
		rec := doc.Origin.(*record.Record)
		raw += string(rec.Raw)
		if rec.TooLong {
			long++
			if doc.Err == nil || doc.ID != "in:2" {
				t.Errorf("%s: %v", doc.ID, doc.Err)
			}
		}
		last = rec.Text
	}
	if raw != input || long != 3 || last != "c" {
		t.Errorf("%d parts, %q at the end", long, last)
	}
}
