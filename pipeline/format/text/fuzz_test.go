package text

import (
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"tamis/pipeline/format/record"
)

// FuzzSeparated holds documents between separators to being all of the input,
// each what stands before a separator, however the input is cut into reads.
func FuzzSeparated(f *testing.F) {
	f.Add("one\f\ftwo", "\f", 100)
	f.Add("a\n--\nb\n-\n--\n", "\n--\n", 3)
	f.Add("aaabaaab", "aab", 1)
	f.Add("\x00\x00", "\x00", 0)
	f.Add(strings.Repeat("ab", 5000), "ba", 700)
	f.Fuzz(func(t *testing.T, input, separator string, limit int) {
		if separator == "" || limit < 1 {
			return
		}
		var first []string
		for n, r := range []*strings.Reader{strings.NewReader(input), strings.NewReader(input)} {
			docs := Separated("in", r, separator, limit)
			if n == 1 {
				docs = Separated("in", iotest.OneByteReader(r), separator, limit)
			}
			raw, pieces := "", []string(nil)
			for doc, err := range docs {
				if err != nil {
					t.Fatal(err)
				}
				rec := doc.Origin.(*record.Record)
				if doc.Section == 0 {
					raw += string(rec.Raw)
					pieces = append(pieces, rec.Text)
				}
				if body := string(rec.Raw[:rec.End]); !rec.TooLong && (rec.Text != body || strings.Contains(strings.TrimSuffix(string(rec.Raw), separator), separator)) {
					t.Errorf("%q of %q", rec.Text, rec.Raw)
				}
			}
			if raw != input {
				t.Fatalf("%q, not %q", raw, input)
			}
			if first == nil {
				first = pieces
			}
			if !slices.Equal(pieces, first) {
				t.Fatalf("byte by byte %q, at once %q", pieces, first)
			}
		}
	})
}
