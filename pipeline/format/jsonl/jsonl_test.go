package jsonl

import (
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"tamis/pipeline/format/record"
)

// A row is what a document says of its record.
type row struct{ id, lang, text string }

func rows(t *testing.T, input string, fields record.Fields) (rows []row, errs []error) {
	t.Helper()
	for doc, err := range Documents("in", strings.NewReader(input), fields, 1<<20) {
		if err = errors.Join(err, doc.Err); err != nil {
			errs = append(errs, err)
			continue
		}
		doc.Split()
		rec := doc.Origin.(*record.Record)
		rows = append(rows, row{doc.ID, doc.Lang.Tag, rec.Text})
	}
	return rows, errs
}

func TestDocuments(t *testing.T) {
	fields := record.Fields{Text: []string{"text"}, ID: "id", Lang: "meta.lang"}
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
		for doc, err := range Documents("in", strings.NewReader(input), record.Fields{Text: []string{"text"}, URL: "meta.url"}, 1<<20) {
			if err != nil || doc.ID+" "+doc.Site != want {
				t.Errorf("%s: %q %q, %v", input, doc.ID, doc.Site, err)
			}
		}
	}
	input := `{"text":"` + strings.Repeat("a line of text\\n", 200_000) + `","url":"http://example.org/1"}`
	sections := 0
	for doc := range Documents("in", strings.NewReader(input), record.Fields{Text: []string{"text"}, ID: "url", URL: "url"}, 1<<30) {
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
	got, errs := rows(t, input, record.Fields{Text: []string{"text"}})
	if len(got) != 2 || got[1].text != "b" || len(errs) != 5 {
		t.Fatalf("got %q, %v", got, errs)
	}
	for i, err := range errs {
		var row *record.Error
		if !errors.As(err, &row) || row.Number != i+2 || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v; want an error of row %d", err, i+2)
		}
	}
}

// A record over the limit comes in parts, of which nothing is lost.
func TestDocumentsTooLong(t *testing.T) {
	input := `{"text":"` + strings.Repeat("a", 1000) + `"}` + "\n" + `{"text":"b"}` + "\n" + strings.Repeat("x", 100)
	var lines strings.Builder
	errs := 0
	for doc, err := range Documents("in", strings.NewReader(input), record.Fields{Text: []string{"text"}}, 100) {
		if err != nil {
			t.Fatal(err)
		}
		rec := doc.Origin.(*record.Record)
		lines.Write(rec.Raw)
		if len(rec.Raw) > 100 || (doc.Err == nil) != (rec.Text == "b") {
			t.Errorf("%d bytes, %v", len(rec.Raw), doc.Err)
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
	for _, err := range Documents("in", r, record.Fields{Text: []string{"text"}}, 1<<20) {
		got = append(got, err)
	}
	if len(got) != 2 || got[0] != nil || !errors.Is(got[1], io.ErrUnexpectedEOF) {
		t.Error(got)
	}
}

func TestQuoting(t *testing.T) {
	type way struct {
		q     record.Quoting
		exact bool
	}
	for literal, want := range map[string]way{
		`"plain"`:                 {Minimal, true},
		`"é\n\"\\"`:               {Minimal, true},
		`"\u00e9 \ud83d\ude00"`:   {ASCII, true},
		`"\u003cb\u003e"`:         {HTML, true},
		`"<b>"`:                   {Minimal, true},
		`"\u2028é\u0026"`:         {HTML, true},
		`"tab\there\u0001\u001f"`: {ASCII, true},
		`"\/é"`:                   {Minimal, false},
		`"\u00E9"`:                {ASCII, false},
		`"\/"`:                    {Minimal, false},
		"\"\xe9\"":                {Minimal, false},
	} {
		got := parsed(t, `{"text":`+literal+`}`, record.Fields{Text: []string{"text"}})[0]
		if q, exact := got.Quoting(); (way{q, exact}) != want {
			t.Errorf("%s: got %s, %v", literal, q, exact)
		}
	}
}

// What is kept of a text is written as it would be by itself, in whatever way the
// record was.
func TestKeep(t *testing.T) {
	for _, literal := range []string{
		`"one\ntwo\n\nthree"`, `"\"\\\" \t\b"`, `"été – 水\n\\\n😀"`, `"\u00e9\n\u0001 one"`, `"\/ or \u003c"`, "\"one \xe9\\n\"", `""`,
	} {
		rec := parsed(t, `{"text":`+literal+`,"n":1}`, record.Fields{Text: []string{"text"}})[0]
		for i := range len(rec.Text) + 1 {
			for j := i; j <= len(rec.Text); j++ {
				left := rec.Text[:i] + rec.Text[j:]
				if !utf8.ValidString(left) && utf8.ValidString(rec.Text) {
					continue // it cuts a character
				}
				want := string(new(record.Rewriter).Rewrite(rec, &left).Bytes)
				if got := new(record.Rewriter).Keep(rec, []record.Stretch{{End: i}, {Start: j, End: len(rec.Text)}}); string(got.Bytes) != want {
					t.Errorf("%s without [%d, %d): got %s, want %s", literal, i, j, got.Bytes, want)
				}
			}
		}
	}
}

// parsed returns the parts of one line.
func parsed(t *testing.T, line string, fields record.Fields) []*record.Record {
	t.Helper()
	var parts []*record.Record
	for doc, err := range Documents("in", strings.NewReader(line), fields, 1<<20) {
		if err = errors.Join(err, doc.Err); err != nil {
			t.Fatal(err)
		}
		parts = append(parts, doc.Origin.(*record.Record))
	}
	return parts
}

// Several texts of a record are as many documents, in the order of the line,
// and their parts are the whole of it.
func TestDocumentsOfSeveralTexts(t *testing.T) {
	line := `{"body":{"main":"B"},"id":"x","title":"T"}` + "\n"
	fields := record.Fields{Text: []string{"title", "body.main", "lead"}, ID: "id"}
	got, errs := rows(t, line, fields)
	want := []row{{"x#body.main", "", "B"}, {"x#title", "", "T"}}
	if len(errs) > 0 || !slices.Equal(got, want) {
		t.Errorf("got %q, %v", got, errs)
	}
	var raw string
	for i, rec := range parsed(t, line, fields) {
		raw += string(rec.Raw)
		if rec.Part != i || rec.More != (i == 0) {
			t.Errorf("part %d: %d, %v", i, rec.Part, rec.More)
		}
	}
	if raw != line {
		t.Errorf("the parts are %q", raw)
	}
}

// A remark goes to the end of the record, or in the place of the one it has.
func TestNote(t *testing.T) {
	for line, want := range map[string]string{
		`{"text":"a","n":{"tamis":1}}`:             `{"text":"a","n":{"tamis":1},"tamis":0}`,
		`{"text":"a", "tamis" : {"x":[1]} ,"b":2}`: `{"text":"a", "tamis" : 0 ,"b":2}`,
		`{"tamis":null,"text":"a"}` + "\n":         `{"tamis":0,"text":"a"}` + "\n",
		"\ufeff" + `{"text":"a" }`:                 "\ufeff" + `{"text":"a" ,"tamis":0}`,
	} {
		rec := parsed(t, line, record.Fields{Text: []string{"text"}})[0]
		note := *rec.Note
		note.New = append(note.New, '0')
		if got := new(record.Rewriter).Rewrite(rec, nil, note); string(got.Bytes) != want {
			t.Errorf("%s: got %s", line, got.Bytes)
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
		if records, known := Sniff([]byte(head), record.Fields{Text: []string{"text"}}); (answer{records, known}) != want {
			t.Errorf("%q: got %v, %v", head, records, known)
		}
	}
}

// What can't be read travels in parts that weigh what they hold, so that not
// many of them are on their way at a time.
func TestRejectsTravelInParts(t *testing.T) {
	long := strings.Repeat("x", 5*record.PartBytes/2)
	input := `{"text":` + long + "\n" + `{"text":"` + long + `"}` + "\n" + `{"text":"a"}` + "\n"
	for _, limit := range []int{1 << 30, 2*record.PartBytes + 7} {
		raw, rejected := "", 0
		for doc, err := range Documents("in", strings.NewReader(input), record.Fields{Text: []string{"text"}}, limit) {
			if err != nil {
				t.Fatal(err)
			}
			rec := doc.Origin.(*record.Record)
			if doc.Section == 0 {
				raw += string(rec.Raw)
			}
			if doc.Err == nil {
				continue
			}
			rejected++
			if n := len(rec.Raw); n > record.PartBytes || doc.Size() != n || !rec.TooLong {
				t.Errorf("part %d has %d bytes and weighs %d", rec.Part, n, doc.Size())
			}
			if last := strings.HasSuffix(string(rec.Raw), "\n"); rec.More == last {
				t.Errorf("part %d of line %d says more: %v", rec.Part, rec.Number, rec.More)
			}
		}
		if want := map[bool]int{true: 3, false: 8}[limit == 1<<30]; raw != input || rejected != want {
			t.Errorf("limit %d: %d parts, want %d; the input is there: %v", limit, rejected, want, raw == input)
		}
	}
}

// Records that the decoder need not read are read as it would.
func TestPlain(t *testing.T) {
	for line, plain := range map[string]bool{
		`{"text":"a\nb \u00e9 \" \\","id":"x\/","n":-1.5e+3,"l":null}`: true,
		" { \"id\" : 7 ,\t\"text\" : \"été\" } \r\n":                   false, // a tab
		" { \"id\" : 7 , \"text\" : \"été\" } \r\n":                    true,
		`{"text":"a","text":"b","tamis":0}`:                            true,
		`{"text":"a\ud83d\ude00"}`:                                     false,
		`{"text":"a","meta":{}}`:                                       false,
		`{"text":"a"`:                                                  false,
		`{"text":"a"}}`:                                                false,
		`{"text":"a",}`:                                                false,
		`{"text":"a\x"}`:                                               false,
		`{"text":"a","n":01}`:                                          false,
		`{"te\u0078t":"a"}`:                                            false,
		`{"text":7}`:                                                   false,
		`{}`:                                                           false,
	} {
		if got := checkPlain(t, []byte(line)); got != plain {
			t.Errorf("%s: %v, want %v", line, got, plain)
		}
	}
}

// checkPlain checks that a line which is read without the decoder says what the
// decoder reads, and reports whether it is one.
func checkPlain(t *testing.T, line []byte) bool {
	t.Helper()
	fields := record.Fields{Text: []string{"text", "title"}, ID: "id", Lang: "a.b", URL: "id"}
	p, want := newParser(fields), newParser(fields)
	p.valid, want.valid = true, true
	if !p.plain(line) {
		return false
	}
	if err := want.parseAs(line, strict); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	if p.facts != want.facts || p.begun != want.begun || !slices.Equal(p.found, want.found) || !reflect.DeepEqual(p.note, want.note) {
		t.Fatalf("%q: found %v, %v, %v; want %v, %v, %v", line, p.facts, p.found, p.note, want.facts, want.found, want.note)
	}
	return true
}

// FuzzDocuments checks that any bytes are read, whatever they are, and that a
// literal found in them says what the document holds.
func FuzzDocuments(f *testing.F) {
	f.Add([]byte("{\"text\":\"a\\u00e9\xff\",\"id\":{}}\r\n\n[{"))
	f.Add([]byte(`{"text":"\n\"\\\/\b\t\ud83d\ude00é\ud83d\u00e9\u0041\n"}`))
	f.Add([]byte(`{"title":"a", "text":"\n é","id":-1.5e3,"a.b":true,"tamis":"\/"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		checkPlain(t, data)
		var lines []byte
		for doc, err := range Documents("in", strings.NewReader(string(data)), record.Fields{Text: []string{"text"}, ID: "id", Lang: "a.b"}, 1<<20) {
			if err != nil {
				t.Fatal(err)
			}
			rec := doc.Origin.(*record.Record)
			lines = append(lines, rec.Raw...)
			if doc.Err != nil || rec.End == 0 || rec.Raw[rec.Start] != '"' {
				continue
			}
			literal := rec.Raw[rec.Start:rec.End]
			if want, err := jsontext.AppendUnquote(nil, literal); err == nil && utf8.Valid(literal) && string(want) != rec.Text {
				t.Fatalf("%q says %q; the text is %q", literal, want, rec.Text)
			}
			if got := string(Minimal.Unquote(nil, literal)); got != rec.Text {
				t.Fatalf("%q says %q; the text is %q", literal, got, rec.Text)
			}
			for _, q := range quotings(literal) {
				if back := string(q.Unquote(nil, q.Append(nil, rec.Text))); utf8.ValidString(rec.Text) && back != rec.Text {
					t.Fatalf("%s: %q became %q", q, rec.Text, back)
				}
			}
		}
		if string(lines) != string(data) {
			t.Fatalf("the records are not the input: %q", lines)
		}
	})
}
