package audit

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tamis/pipeline"
	"tamis/pipeline/format/utf"
)

var (
	mend = &pipeline.Rule{ID: "test.mend", Why: "mended"}
	drop = &pipeline.Rule{ID: "test.drop", Why: "dropped"}
)

// written cleans sections by f, and returns what is written of them and the audit.
func written(t interface{ Fatal(...any) }, in Input, sections []string, f func(*pipeline.Paragraph)) (out, audit []byte) {
	var log, text bytes.Buffer
	w, err := NewWriter(&log, "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Input(in); err != nil {
		t.Fatal(err)
	}
	s := pipeline.Sectioner{ID: "doc"}
	layout := pipeline.Layout{File: true}
	for i, source := range sections {
		doc := s.Next(source, i == len(sections)-1)
		doc.Split()
		for j := range doc.Paragraphs {
			f(&doc.Paragraphs[j])
		}
		pieces := slices.Collect(layout.Pieces(doc))
		for _, p := range pieces {
			text.WriteString(p.Text)
		}
		if err := w.Text(doc, pieces); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	return text.Bytes(), log.Bytes()
}

func restored(audit, out []byte) ([]byte, error) {
	var b bytes.Buffer
	err := Restore(bytes.NewReader(audit),
		func(Input) (io.Reader, error) { return bytes.NewReader(out), nil },
		func(Input) (io.Writer, error) { return &b, nil })
	return b.Bytes(), err
}

// Whatever is done to a text, its audit gives it back.
func TestRestoreGivesTheInput(t *testing.T) {
	line := rapid.StringMatching(`[ab\xff]{0,4}`)
	rapid.Check(t, func(t *rapid.T) {
		var sections []string
		for range rapid.IntRange(1, 3).Draw(t, "sections") {
			sections = append(sections, strings.Join(rapid.SliceOfN(line, 0, 6).Draw(t, "lines"), rapid.SampledFrom([]string{"\n", "\r\n", "\n\n", "\r"}).Draw(t, "break"))+"\n")
		}
		in := Input{Name: "in\xff", Encoding: rapid.SampledFrom([]utf.Encoding{utf.UTF8, utf.UTF16LE, utf.UTF32BE}).Draw(t, "encoding")}
		out, audit := written(t, in, sections, func(p *pipeline.Paragraph) {
			for range rapid.IntRange(0, 2).Draw(t, "passes") {
				at := rapid.IntRange(0, len(p.Text())).Draw(t, "at")
				p.Apply(pipeline.Edit{Rule: mend, Start: at, End: rapid.IntRange(at, len(p.Text())).Draw(t, "end"), New: rapid.StringMatching(`[é ]{0,2}`).Draw(t, "new"), Score: .5})
			}
			if rapid.Bool().Draw(t, "drop") {
				p.Drop(drop, 1, "evidence")
			}
		})
		want := in.Encoding.Encode(strings.Join(sections, ""))
		got, err := restored(audit, out)
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("restored %q, %v; want %q\n%s", got, err, want, audit)
		}
	})
}

// A removed line takes one separator with it, and tells of its neighbours; what is mended in two passes is
// one edit with two steps.
func TestEdits(t *testing.T) {
	doc := pipeline.Parse("doc", "one\n\nteaser\n\ntwo  words")
	doc.Paragraphs[1].Drop(drop, .9, "its words")
	two := &doc.Paragraphs[2]
	two.Apply(pipeline.Edit{Rule: mend, Start: 3, End: 5, New: "-"})
	two.Apply(pipeline.Edit{Rule: mend, Start: 3, End: 4, New: " ", Detail: "again"})
	layout := pipeline.Layout{File: true}
	got := Edits(slices.Collect(layout.Pieces(doc)), 0)
	want := []Edit{
		{In: [2]int64{3, 11}, Out: [2]int64{3, 3}, Old: "\n\nteaser", Drop: true, Before: "one", After: "two words", Steps: []Step{{Rule: "test.drop", Why: "dropped", Score: .9, Detail: "its words"}}},
		{In: [2]int64{16, 18}, Out: [2]int64{8, 9}, Old: "  ", New: " ", Steps: []Step{{Rule: "test.mend", Why: "mended"}, {Rule: "test.mend", Why: "mended", Detail: "again"}}},
		{In: [2]int64{23, 23}, Out: [2]int64{14, 15}, New: "\n", Steps: []Step{{Rule: pipeline.EdgeRule.ID, Why: pipeline.EdgeRule.Why}}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

// Of the paragraphs beside a lost one a few characters are told, and nothing of
// one that is lost too.
func TestContext(t *testing.T) {
	long := strings.Repeat("é", 60) + "!"
	doc := pipeline.Parse("doc", long+"\nlost\nlost too\n"+long)
	doc.Paragraphs[1].Drop(drop, 1, "")
	doc.Paragraphs[2].Drop(drop, 1, "")
	var layout pipeline.Layout
	got := Edits(slices.Collect(layout.Pieces(doc)), 0)
	want := [][2]Bytes{{Bytes(strings.Repeat("é", 39) + "!"), ""}, {"", Bytes(strings.Repeat("é", 40))}}
	for i, e := range got {
		if i >= len(want) || e.Before != want[i][0] || e.After != want[i][1] {
			t.Errorf("edit %d: between %q and %q", i, e.Before, e.After)
		}
	}
}

func TestRestoreTellsWhatIsWrong(t *testing.T) {
	out, audit := written(t, Input{Name: "in"}, []string{"one\ntwo\n"}, func(p *pipeline.Paragraph) {
		p.Apply(pipeline.Edit{Rule: mend, Start: 0, End: 1, New: "T"})
	})
	for name, c := range map[string]struct {
		audit, out []byte
		want       error
	}{
		"another text":     {audit, []byte("Tne\nTwO\n"), ErrMismatch},
		"a shorter text":   {audit, out[:4], ErrMismatch},
		"a cut audit":      {audit[:bytes.LastIndex(audit[:len(audit)-1], []byte("\n"))+1], out, ErrCutShort},
		"an edit too much": {bytes.Replace(audit, []byte(`"out":[0,1]`), []byte(`"out":[7,99]`), 1), out, ErrMismatch},
	} {
		if _, err := restored(c.audit, c.out); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
	for name, audit := range map[string]string{
		"nothing": "", "no audit": "{}\n", "another version": `{"audit":{"version":9}}`, "an unknown member": `{"audit":{"version":1}} {"odd":1}`,
		"a document of nothing": `{"audit":{"version":1}} {"document":{}}`,
	} {
		if _, err := restored([]byte(audit), nil); err == nil || errors.Is(err, ErrCutShort) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestSummary(t *testing.T) {
	var s Summary
	doc := pipeline.Parse("doc", "one\n\ntwo\n\nthree\n")
	doc.Lang.Tag = "en"
	doc.Paragraphs[0].Apply(pipeline.Edit{Rule: mend, End: 1, New: "O"}, pipeline.Edit{Rule: mend, Start: 2, End: 3, New: "E"})
	doc.Paragraphs[1].Drop(drop, 1, "")
	var layout pipeline.Layout
	s.Add(doc, slices.Collect(layout.Pieces(doc)))
	got := s.Report()
	want := Report{
		Totals:     Totals{Documents: 1, Changed: 1, BytesIn: 16, BytesOut: 11},
		Paragraphs: Count{Read: 3, Mended: 1, Dropped: 1},
		Stages:     map[string]Count{"test": {Mended: 1, Dropped: 1, Edits: 3}},
		Rules:      map[string]Count{"test.mend": {Mended: 1, Edits: 2}, "test.drop": {Dropped: 1, Edits: 1}},
		Languages:  map[string]Count{"en": {Read: 3, Mended: 1, Dropped: 1}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

// FuzzRestore checks that no audit, whatever it says, does harm.
func FuzzRestore(f *testing.F) {
	out, audit := written(f, Input{Name: "in"}, []string{"one\ntwo\n"}, func(p *pipeline.Paragraph) { p.Drop(drop, 1, "") })
	f.Add(audit, out)
	f.Add([]byte(`{"audit":{"version":1}}{"input":{"name":{"base64":"/w=="}}}{"document":{"out":{"bytes":-1},"record":{"text":[5,1],"patches":[{"at":-3,"bytes":9}]}}}`), []byte("x"))
	f.Fuzz(func(_ *testing.T, audit, out []byte) {
		_, _ = restored(audit, out)
	})
}
