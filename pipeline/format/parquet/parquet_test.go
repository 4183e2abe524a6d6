package parquet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"tamis/pipeline"
	"tamis/pipeline/format/record"
)

type page struct {
	URL   string            `parquet:"url"`
	Tags  []string          `parquet:"tags,list"`
	Text  *string           `parquet:"text,optional,zstd"`
	Meta  meta              `parquet:"meta"`
	Score float64           `parquet:"score"`
	Links map[string]string `parquet:"links"`
}

type meta struct {
	Lang  string `parquet:"lang"`
	Title string `parquet:"title"`
}

// file returns a file of the pages, in row groups of two.
func file(t testing.TB, pages []page) *bytes.Reader {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[page](&b, parquet.MaxRowsPerRowGroup(2), parquet.KeyValueMetadata("made by", "hand"))
	if _, err := w.Write(pages); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(b.Bytes())
}

func pages() []page {
	text := func(s string) *string { return &s }
	return []page{
		{URL: "a", Tags: []string{"x", "y"}, Text: text("Le pont."), Meta: meta{"fra", "Pont"}, Score: .5, Links: map[string]string{"k": "v"}},
		{URL: "b", Text: nil, Meta: meta{"", "Rien"}},
		{URL: "c", Tags: []string{"z"}, Text: text(""), Meta: meta{"en", ""}, Score: 1},
	}
}

func read(r *bytes.Reader, fields record.Fields) (docs []*pipeline.Document, err error) {
	for doc, e := range Documents("in", r, r.Size(), fields, 1<<20) {
		if e != nil {
			return docs, e
		}
		docs = append(docs, doc)
	}
	return docs, nil
}

func TestDocuments(t *testing.T) {
	docs, err := read(file(t, pages()), record.Fields{Text: []string{"meta.title", "text"}, ID: "url", Lang: "meta.lang"})
	if err != nil {
		t.Fatal(err)
	}
	type row struct{ id, lang, text string }
	var got []row
	for _, doc := range docs {
		got = append(got, row{doc.ID, doc.Lang.Tag, doc.Origin.(*record.Record).Text})
	}
	want := []row{
		{"a#text", "fr", "Le pont."},
		{"a#meta.title", "fr", "Pont"},
		{"b#text", "", ""},
		{"b#meta.title", "", "Rien"},
		{"c#text", "en", ""},
		{"c#meta.title", "en", ""},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// Only the texts change: a row without one has none afterwards.
func TestWriter(t *testing.T) {
	source, fields := file(t, pages()), record.Fields{Text: []string{"text"}}
	var b bytes.Buffer
	w, err := NewWriter(&b, source, source.Size(), fields)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"Le vieux pont.", "", ""} {
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	written := bytes.NewReader(b.Bytes())
	got, err := parquet.Read[page](written, written.Size())
	if err != nil {
		t.Fatal(err)
	}
	want := pages()
	*want[0].Text = "Le vieux pont."
	for i := range want {
		if !reflect.DeepEqual(got[i].Text, want[i].Text) || got[i].URL != want[i].URL || got[i].Meta != want[i].Meta ||
			got[i].Score != want[i].Score || !slices.Equal(got[i].Tags, want[i].Tags) || len(got[i].Links) != len(want[i].Links) {
			t.Errorf("row %d: got %+v, want %+v", i+1, got[i], want[i])
		}
	}
	f, err := parquet.OpenFile(written, written.Size())
	if err != nil {
		t.Fatal(err)
	}
	if by, _ := f.Lookup("made by"); by != "hand" || len(f.RowGroups()) != 2 {
		t.Errorf("%d row groups, made by %q", len(f.RowGroups()), by)
	}
	texts, err := io.ReadAll(Texts("in", written, written.Size(), fields))
	if err != nil || string(texts) != "Le vieux pont." {
		t.Errorf("%q, %v", texts, err)
	}
}

func TestWriterTellsWhatIsWrong(t *testing.T) {
	source := file(t, pages())
	for n, want := range map[int]string{2: "fewer texts", 4: "more texts"} {
		w, err := NewWriter(io.Discard, source, source.Size(), record.Fields{Text: []string{"text"}})
		if err != nil {
			t.Fatal(err)
		}
		var failed error
		for range n {
			if _, err := w.Write(nil); err != nil {
				failed = err
			}
		}
		if err := w.Close(); failed == nil {
			failed = err
		}
		if failed == nil || !strings.Contains(failed.Error(), want) {
			t.Errorf("%d texts: %v", n, failed)
		}
	}
}

func TestDocumentsTellWhatIsWrong(t *testing.T) {
	whole := file(t, pages())
	for field, want := range map[string]string{"body": `no column ["body"]; there are ["`, "score": "not one of strings", "tags.list.element": "not one of strings"} {
		if _, err := read(whole, record.Fields{Text: []string{field}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", field, err)
		}
	}
	all, _ := io.ReadAll(whole)
	if _, err := read(bytes.NewReader(all[:len(all)-20]), record.Fields{Text: []string{"text"}}); err == nil {
		t.Error("a file cut short is read")
	}
}

// rewrite writes source again with its own texts.
func rewrite(source *bytes.Reader) ([]byte, error) {
	wanted := record.Fields{Text: []string{"text"}, ID: "url"}
	docs, err := read(source, wanted)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w, err := NewWriter(&b, source, source.Size(), wanted)
	if err != nil {
		return nil, err
	}
	for _, doc := range docs {
		if _, err := w.Write(doc.Origin.(*record.Record).Raw); err != nil {
			return nil, errors.Join(err, w.Close())
		}
	}
	err = w.Close()
	return b.Bytes(), err
}

// What is written of a file that was written before is the same bytes: nothing
// that the file says of itself is lost or made up.
func TestWriterRepeatsItself(t *testing.T) {
	once, err := rewrite(file(t, pages()))
	if err != nil {
		t.Fatal(err)
	}
	twice, err := rewrite(bytes.NewReader(once))
	if err != nil || !bytes.Equal(once, twice) {
		t.Errorf("%d bytes became %d: %v", len(once), len(twice), err)
	}
}

func TestParseStruct(t *testing.T) {
	whole, _ := io.ReadAll(file(t, pages()))
	length := int(binary.LittleEndian.Uint32(whole[len(whole)-8:]))
	footer := whole[len(whole)-8-length : len(whole)-8]
	f, n, err := parseStruct(footer, 0)
	if err != nil || n != len(footer) || !bytes.Equal(f.bytes(), footer) {
		t.Errorf("%d of %d bytes, %v", n, len(footer), err)
	}
	far := fields{{number: 1, kind: kindTrue}, {number: 40, kind: kindUUID, value: make([]byte, 16)}, {number: 41, kind: kindMap, value: []byte{1, 0x8b, 1, 'k', 1, 0x33, 5, 6}}}
	back, _, err := parseStruct(far.bytes(), 0)
	if err != nil || !reflect.DeepEqual(back[:2], fields{{1, kindTrue, []byte{}}, far[1]}) || back[2].number != 41 {
		t.Errorf("%v, %v", back, err)
	}
	for name, data := range map[string][]byte{
		"nothing":       nil,
		"cut":           footer[:len(footer)-1],
		"too deep":      bytes.Repeat([]byte{0x1c}, 1<<20),
		"lists in list": append([]byte{0x19}, bytes.Repeat([]byte{0x19}, 1<<20)...),
		"too long":      {0x19, 0xf3, 0xff, 0xff, 0xff, 0xff, 7},
		"no kind":       {0x1e, 0},
	} {
		if _, _, err := parseStruct(data, 0); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// FuzzDocuments checks that a damaged file is an error and no panic, and that
// what is made of one that can be read can be read.
func FuzzDocuments(f *testing.F) {
	whole, _ := io.ReadAll(file(f, pages()))
	f.Add(whole, 40, byte(1))
	f.Fuzz(func(t *testing.T, data []byte, at int, with byte) {
		if len(data) > 1<<16 || at < 0 || at >= len(data) {
			return
		}
		data = bytes.Clone(data)
		data[at] ^= with
		written, err := rewrite(bytes.NewReader(data))
		if err != nil {
			return
		}
		if again, err := rewrite(bytes.NewReader(written)); err != nil || !bytes.Equal(again, written) {
			t.Errorf("what was written is read as another file: %v", err)
		}
	})
}
