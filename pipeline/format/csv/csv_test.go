package csv

import (
	"slices"
	"strings"
	"testing"

	"tamis/pipeline"
	"tamis/pipeline/format/record"
)

var fields = record.Fields{Text: []string{"text"}, ID: "id", Lang: "lang"}

func read(table Table, input string, fields record.Fields, limit int) (docs []*pipeline.Document, raw string, err error) {
	for doc, e := range table.Documents("in", strings.NewReader(input), fields, limit) {
		if e != nil {
			return docs, raw, e
		}
		if doc.Section == 0 {
			raw += string(doc.Origin.(*record.Record).Raw)
		}
		docs = append(docs, doc)
	}
	return docs, raw, nil
}

func TestDocuments(t *testing.T) {
	input := "\ufeffid,text,lang,note\r\n" +
		"a,Le pont,fr,\r\n" +
		"b,\"Deux lignes,\r\net \"\"une\"\" virgule\",,x\r\n" +
		"\r\n" +
		",5 \"pouces,\"en\"\r\n" +
		"c\n" +
		"d,\"fin\""
	docs, raw, err := read(Comma, input, fields, 1<<20)
	if err != nil || raw != input {
		t.Fatalf("read %q, %v", raw, err)
	}
	type row struct{ id, lang, text, err string }
	var got []row
	for _, doc := range docs {
		r := row{doc.ID, doc.Lang.Tag, doc.Origin.(*record.Record).Text, ""}
		if doc.Err != nil {
			r.err = doc.Err.Error()
		}
		got = append(got, r)
	}
	want := []row{
		{"in:1", "", "", ""},
		{"a", "fr", "Le pont", ""},
		{"b", "", "Deux lignes,\r\net \"une\" virgule", ""},
		{"in:4", "", "", ""},
		{"in:5", "en", "5 \"pouces", ""},
		{"c", "", "", "in:6: the row has 1 cells, the header 4"},
		{"d", "", "fin", ""},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// A new text is written as the old one was, and with quotation marks where it
// needs them.
func TestRewrite(t *testing.T) {
	for _, c := range []struct {
		table           Table
		row, text, want string
	}{
		{Comma, "a,old,z\n", "new", "a,new,z\n"},
		{Comma, "a,old,z\n", "new, newer", "a,\"new, newer\",z\n"},
		{Comma, "a,\"old\",z\n", "new", "a,\"new\",z\n"},
		{Comma, "a,\"old \"\"x\"\"\"\r\n", "\"", "a,\"\"\"\"\r\n"},
		{Tab, "a\told\n", "new, newer", "a\tnew, newer\n"},
		{Tab, "a\told\n", "new\tnewer", "a\t\"new\tnewer\"\n"},
	} {
		head := "id" + string(rune(c.table)) + "text\n"
		docs, _, err := read(c.table, head+c.row, fields, 1<<20)
		if err != nil || len(docs) != 2 {
			t.Fatalf("%q: %d documents, %v", c.row, len(docs), err)
		}
		if got := new(record.Rewriter).Rewrite(docs[1].Origin.(*record.Record), &c.text); string(got.Bytes) != c.want {
			t.Errorf("%q: got %q, want %q", c.row, got.Bytes, c.want)
		}
	}
}

func TestDocumentsOfSeveralTexts(t *testing.T) {
	docs, _, err := read(Tab, "body\tn\ttitle\nB\t1\tT\n", record.Fields{Text: []string{"title", "body"}}, 1<<20)
	if err != nil || len(docs) != 3 || docs[1].ID != "in:2#body" || docs[2].ID != "in:2#title" {
		t.Errorf("got %v, %v", docs, err)
	}
}

func TestDocumentsSetAside(t *testing.T) {
	if _, _, err := read(Comma, "id,title\na,b\n", fields, 1<<20); err == nil || err.Error() != `row 1: no column ["text"]; there are ["id" "title"]` {
		t.Error(err)
	}
	input := "id,text\na,\"" + strings.Repeat("x\n", 200) + "\"\nb,t\nc,\"open\n"
	docs, raw, err := read(Comma, input, fields, 100)
	if err != nil || raw != input {
		t.Fatalf("%v; read %q", err, raw)
	}
	long := 0
	for _, doc := range docs {
		if rec := doc.Origin.(*record.Record); rec.TooLong {
			long++
			if doc.Err == nil || rec.Number != 2 {
				t.Errorf("row %d: %v", rec.Number, doc.Err)
			}
		}
	}
	last := docs[len(docs)-1]
	if long != 4 || docs[len(docs)-2].ID != "b" || last.Err == nil || last.Err.Error() != "in:4: a quotation mark is never closed" {
		t.Errorf("%d parts, then %s, %v", long, docs[len(docs)-2].ID, last.Err)
	}
}

func TestSniff(t *testing.T) {
	type answer struct{ table, known bool }
	for head, want := range map[string]answer{
		"id,text\n1":         {true, true},
		"\ufeff\"text\",n\n": {true, true},
		"id,te":              {false, false},
		"id,title\n":         {false, true},
		"text\n":             {false, true},
		"Le pont.\n":         {false, true},
		"":                   {false, false},
	} {
		if table, known := Comma.Sniff([]byte(head), fields); (answer{table, known}) != want {
			t.Errorf("%q: got %v, %v", head, table, known)
		}
	}
}

// FuzzDocuments checks that any bytes after a header are read whole, and that a
// text written anew is read again in its row.
func FuzzDocuments(f *testing.F) {
	f.Add([]byte("a,\"x\"\"y\n\",\r\n,,\"\n"), "a,\"b\"\n", true)
	f.Fuzz(func(t *testing.T, data []byte, text string, comma bool) {
		table := Tab
		if comma {
			table = Comma
		}
		head := "id" + string(rune(table)) + "text\n"
		docs, raw, err := read(table, head+string(data), fields, 1<<16)
		if err != nil || raw != head+string(data) {
			t.Fatalf("read %q, %v", raw, err)
		}
		for _, doc := range docs[:min(len(docs), 20)] {
			rec := doc.Origin.(*record.Record)
			if doc.Err != nil || rec.End == 0 || doc.Section > 0 || strings.HasPrefix(text, `"`) {
				continue
			}
			written := new(record.Rewriter).Rewrite(rec, &text).Bytes
			again, _, err := read(table, head+string(written), fields, 1<<20)
			if err != nil || len(again) < 2 || again[1].Origin.(*record.Record).Text != text {
				t.Fatalf("%q: %d documents, %v", written, len(again), err)
			}
		}
	})
}
