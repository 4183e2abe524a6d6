package jsonl

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

// A row is what a document says of its record.
type row struct{ id, lang, text string }

func rows(t *testing.T, input string, fields Fields) (rows []row, errs []error) {
	t.Helper()
	for doc, err := range Documents("in", strings.NewReader(input), fields, 1<<20) {
		if err = errors.Join(err, doc.Err); err != nil {
			errs = append(errs, err)
			continue
		}
		doc.Split()
		rec := doc.Origin.(*Record)
		rows = append(rows, row{doc.ID, doc.Lang.Tag, rec.text})
	}
	return rows, errs
}

func TestDocuments(t *testing.T) {
	fields := Fields{Text: "text", ID: "id", Lang: "meta.lang"}
	for input, want := range map[string]row{
		`{"text":"a\nb\u00e9","id":"x"}`:                           {"x", "", "a\nbé"},
		`{"id":7,"meta":{"n":{},"lang":"fr"},"text":"t"}`:          {"7", "fr", "t"},
		`{"text":"first","text":"second"}`:                         {"in:1", "", "first"},
		`{"meta":"none","text":"t"}`:                               {"in:1", "", "t"},
		`{"text":null}`:                                            {"in:1", "", ""},
		"\ufeff" + `{"text":"t"}`:                                  {"in:1", "", "t"},
		"{\"text\":\"caf\xe9\"}":                                   {"in:1", "", "caf\xe9"},
		"{\"text\":\"\\u00e9\xe9\\n\xff\xfe\"}":                    {"in:1", "", "é\xe9\n\xff\xfe"},
		`{"text":"\ud83d\ude00 \ud83d"}`:                           {"in:1", "", "😀 \ufffd"},
		"  \t ":                                                    {"in:1", "", ""},
		`{"nested":{"text":"no"},"text":"yes"}`:                    {"in:1", "", "yes"},
		`{"text":"t","big":12345678901234567890.10,"x":[{"y":0}]}`: {"in:1", "", "t"},
	} {
		got, errs := rows(t, input, fields)
		if len(errs) > 0 || len(got) != 1 || got[0] != want {
			t.Errorf("%s: got %q, %v; want %q", input, got, errs, want)
		}
	}
}

func TestDocumentsSetAside(t *testing.T) {
	input := strings.Join([]string{
		`{"text":"a"}`, `{"text":`, `[1]`, `{"x":1}`, `{"text":[]}`, `{"text":"a"}x`, `{"text":"b"}`,
	}, "\n")
	got, errs := rows(t, input, Fields{Text: "text"})
	if len(got) != 2 || got[1].text != "b" || len(errs) != 5 {
		t.Fatalf("got %q, %v", got, errs)
	}
	for i, err := range errs {
		var row *RowError
		if !errors.As(err, &row) || row.Row != i+2 || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v; want an error of row %d", err, i+2)
		}
	}
}

func TestDocumentsTooLong(t *testing.T) {
	input := `{"text":"` + strings.Repeat("a", 1000) + `"}` + "\n" + `{"text":"b"}`
	n := 0
	for doc := range Documents("in", strings.NewReader(input), Fields{Text: "text"}, 100) {
		rec := doc.Origin.(*Record)
		if n++; n == 1 && (doc.Err == nil || len(rec.Line) > 101) || n == 2 && doc.Err != nil {
			t.Errorf("record %d: %d bytes, %v", n, len(rec.Line), doc.Err)
		}
	}
}

// What was whole comes before the error that the input ends with.
func TestDocumentsOfABrokenInput(t *testing.T) {
	r := io.MultiReader(strings.NewReader("{\"text\":\"a\"}\n{\"te"), iotest.ErrReader(io.ErrUnexpectedEOF))
	var got []error
	for _, err := range Documents("in", r, Fields{Text: "text"}, 1<<20) {
		got = append(got, err)
	}
	if len(got) != 2 || got[0] != nil || !errors.Is(got[1], io.ErrUnexpectedEOF) {
		t.Error(got)
	}
}

func TestQuoting(t *testing.T) {
	for literal, want := range map[string]Quoting{
		`"plain"`:                 Minimal,
		`"é\n\"\\"`:               Minimal,
		`"\u00e9 \ud83d\ude00"`:   ASCII,
		`"\u003cb\u003e"`:         HTML,
		`"<b>"`:                   Minimal,
		`"\u2028é\u0026"`:         HTML,
		`"tab\there\u0001\u001f"`: Minimal,
	} {
		if q, exact := QuotingOf([]byte(literal)); q != want || !exact {
			t.Errorf("%s: got %s, %v", literal, q, exact)
		}
	}
	for literal, want := range map[string]Quoting{`"\/é"`: Minimal, `"\u00E9"`: ASCII, `"\/"`: Minimal, "\"\xe9\"": Minimal} {
		if q, exact := QuotingOf([]byte(literal)); q != want || exact {
			t.Errorf("%s: got %s, %v", literal, q, exact)
		}
	}
}

func TestSniff(t *testing.T) {
	for head, want := range map[string]bool{
		"{\"text\":\"a\"}\nmore":        true,
		"{\"id\":1,\"text\":\"a long t": true,
		"{\"id\":1,\"te":                false,
		"{\"text\":\"a\"\n":             false,
		"{}\n":                          false,
		"{a set}":                       false,
		"text":                          false,
	} {
		if got := Sniff([]byte(head), Fields{Text: "text"}); got != want {
			t.Errorf("%q: got %v", head, got)
		}
	}
}

// FuzzDocuments checks that any bytes are read, whatever they are, and that a
// literal found in them says what the document holds.
func FuzzDocuments(f *testing.F) {
	f.Add([]byte("{\"text\":\"a\\u00e9\xff\",\"id\":{}}\r\n\n[{"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var lines []byte
		for doc, err := range Documents("in", strings.NewReader(string(data)), Fields{Text: "text", ID: "id", Lang: "a.b"}, 1<<20) {
			if err != nil {
				t.Fatal(err)
			}
			rec := doc.Origin.(*Record)
			lines = append(lines, rec.Line...)
			if doc.Err != nil || rec.End == 0 || rec.Line[rec.Start] != '"' {
				continue
			}
			literal := rec.Line[rec.Start:rec.End]
			if got := string(Unquote(nil, literal)); got != rec.text {
				t.Fatalf("%q says %q; the text is %q", literal, got, rec.text)
			}
			for _, q := range Quotings {
				if back := string(Unquote(nil, q.Append(nil, rec.text))); utf8.ValidString(rec.text) && back != rec.text {
					t.Fatalf("%s: %q became %q", q, rec.text, back)
				}
			}
		}
		if string(lines) != string(data) {
			t.Fatalf("the records are not the input: %q", lines)
		}
	})
}
