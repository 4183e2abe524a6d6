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
		`{"text":"first","text":"second"}`:                         {"in:1", "", "second"},
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

// The host of the URL is the site of every section; the URL may be the id too.
func TestDocumentsSite(t *testing.T) {
	for input, want := range map[string]string{
		`{"text":"t","meta":{"url":"https://www.example.org/1"}}`:      "in:1 example.org",
		`{"meta":{"url":"https:\/\/example.org","id":"x"},"text":"t"}`: "in:1 example.org",
		`{"text":"t"}`:                           "in:1 ",
		`{"text":"t","meta":{"url":["x"]}}`:      "in:1 ",
		`{"text":"t","meta":{"url":"no place"}}`: "in:1 ",
	} {
		for doc, err := range Documents("in", strings.NewReader(input), Fields{Text: "text", URL: "meta.url"}, 1<<20) {
			if err != nil || doc.ID+" "+doc.Site != want {
				t.Errorf("%s: %q %q, %v", input, doc.ID, doc.Site, err)
			}
		}
	}
	input := `{"text":"` + strings.Repeat("a line of text\\n", 200_000) + `","url":"http://example.org/1"}`
	sections := 0
	for doc := range Documents("in", strings.NewReader(input), Fields{Text: "text", ID: "url", URL: "url"}, 1<<30) {
		if sections++; doc.ID != "http://example.org/1" || doc.Site != "example.org" {
			t.Errorf("%q %q", doc.ID, doc.Site)
		}
	}
	if sections < 2 {
		t.Errorf("%d sections", sections)
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

// A record over the limit comes in parts, of which nothing is lost.
func TestDocumentsTooLong(t *testing.T) {
	input := `{"text":"` + strings.Repeat("a", 1000) + `"}` + "\n" + `{"text":"b"}` + "\n" + strings.Repeat("x", 100)
	var lines strings.Builder
	errs := 0
	for doc, err := range Documents("in", strings.NewReader(input), Fields{Text: "text"}, 100) {
		if err != nil {
			t.Fatal(err)
		}
		rec := doc.Origin.(*Record)
		lines.Write(rec.Line)
		if len(rec.Line) > 100 || (doc.Err == nil) != (rec.text == "b") {
			t.Errorf("%d bytes, %v", len(rec.Line), doc.Err)
		}
		if doc.Err != nil && rec.Part == 0 {
			errs++
		}
	}
	if lines.String() != input || errs != 2 {
		t.Errorf("%d records set aside; got %q", errs, lines.String())
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
	type answer struct{ records, known bool }
	for head, want := range map[string]answer{
		"{\"text\":\"a\"}\nmore":         {true, true},
		"\ufeff \n{\"text\":null}\nmore": {true, true},
		"{\"id\":1,\"text\":\"a long t":  {true, true},
		"{\"id\":1,\"te":                 {false, false},
		"{\"text\":\"a\"\n":              {false, true},
		"{}\n":                           {false, true},
		"{a set}":                        {false, false},
		"text":                           {false, true},
		"\n\n":                           {false, false},
	} {
		if records, known := Sniff([]byte(head), Fields{Text: "text"}); (answer{records, known}) != want {
			t.Errorf("%q: got %v, %v", head, records, known)
		}
	}
}

func TestMember(t *testing.T) {
	line := `{"a":{"tamis":1}, "tamis" : {"x":[1]} ,"b":2}`
	start, end, found := Member([]byte(line), "tamis")
	if !found || line[start:end] != `{"x":[1]}` {
		t.Errorf("got %q, %v", line[start:end], found)
	}
	if _, _, found := Member([]byte(`{"a":1}`), "tamis"); found {
		t.Error("found what is not there")
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
