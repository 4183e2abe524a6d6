package warc

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"

	"tamis/pipeline"
	"tamis/pipeline/format/record"
)

// entry returns a record with the headers, one a line, and the block.
func entry(headers, block string) string {
	return "WARC/1.0\r\n" + strings.ReplaceAll(headers, "\n", "\r\n") + "\r\nContent-Length: " + strconv.Itoa(len(block)) + "\r\n\r\n" + block + "\r\n\r\n"
}

var (
	info       = entry("WARC-Type: warcinfo\nContent-Type: application/warc-fields", "software: crawler\r\n")
	conversion = entry("WARC-Type: conversion\nWARC-Target-URI: https://a.example/pont\nContent-Type: text/plain\n"+
		"X-Odd: kept,\n  to the letter\nWARC-Identified-Content-Language: fra,eng\n"+
		"WARC-Block-Digest: sha1:VITAW3MO6GB4FBR4TGP4WEZCICE6W5O5\nWARC-Payload-Digest: crc:1", "Le pont.\n")
	response = entry("WARC-Type: response\nWARC-Record-ID: <urn:uuid:1>\nContent-Type: application/http; msgtype=response", "HTTP/1.1 200 OK\r\n\r\n<p>Le pont.")
)

func read(input string, limit int) (docs []*pipeline.Document, raw string, err error) {
	fields := record.Fields{Text: []string{"text"}, ID: "id", Lang: "WARC-Identified-Content-Language"}
	for doc, e := range Documents("in", strings.NewReader(input), fields, limit) {
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
	input := info + conversion + response
	docs, raw, err := read(input, 1<<20)
	if err != nil || raw != input || len(docs) != 3 {
		t.Fatalf("%d documents, %v; read %q", len(docs), err, raw)
	}
	for i, want := range []struct{ id, lang, text string }{{"in:1", "", ""}, {"https://a.example/pont", "fr", "Le pont.\n"}, {"<urn:uuid:1>", "", ""}} {
		rec := docs[i].Origin.(*record.Record)
		if docs[i].ID != want.id || docs[i].Lang.Tag != want.lang || rec.Text != want.text {
			t.Errorf("record %d: %s, %q, %q", i+1, docs[i].ID, docs[i].Lang.Tag, rec.Text)
		}
	}
}

// A new text has its own length and digests; one that can't be made again goes.
func TestRewrite(t *testing.T) {
	docs, _, err := read(conversion, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	text := "Le vieux pont."
	got := new(record.Rewriter).Rewrite(docs[0].Origin.(*record.Record), &text)
	want := entry("WARC-Type: conversion\nWARC-Target-URI: https://a.example/pont\nContent-Type: text/plain\n"+
		"X-Odd: kept,\n  to the letter\nWARC-Identified-Content-Language: fra,eng\n"+
		"WARC-Block-Digest: sha1:D4BDH2YQXPMIJJ3M6MP44YFQ4IU673WS", text)
	if string(got.Bytes) != want {
		t.Errorf("got\n%s\nwant\n%s", got.Bytes, want)
	}
	if span := got.Text; span == nil || string(got.Bytes[span[0]:span[1]]) != text {
		t.Errorf("the text is at %v", span)
	}
	back, at := "", 0
	for _, p := range got.Patches {
		back += string(got.Bytes[at:p.At]) + string(p.Old)
		at = p.At + p.Bytes
	}
	back += string(got.Bytes[at:])
	if strings.Replace(back, text, "Le pont.\n", 1) != conversion {
		t.Errorf("the patches give back\n%s", back)
	}
}

// Archives are about that end their records otherwise.
func TestDocumentsOfCarelessArchives(t *testing.T) {
	lf := strings.ReplaceAll(conversion, "\r\n", "\n")
	for _, input := range []string{lf + lf, strings.TrimSuffix(conversion, blockEnd), conversion[:len(conversion)-2] + conversion, ""} {
		if _, raw, err := read(input, 1<<20); err != nil || raw != input {
			t.Errorf("%q: read %q, %v", input, raw, err)
		}
	}
}

func TestDocumentsTooLong(t *testing.T) {
	input := conversion + entry("WARC-Type: conversion", strings.Repeat("a", 1000)) + conversion
	docs, raw, err := read(input, 300)
	if err != nil || raw != input || len(docs) != 6 {
		t.Fatalf("%d documents, %v", len(docs), err)
	}
	for i, doc := range docs {
		rec := doc.Origin.(*record.Record)
		if long := i > 0 && i < 5; rec.TooLong != long || (doc.Err != nil) != long || rec.More != (i > 0 && i < 4) {
			t.Errorf("document %d: %v, more %v, %v", i, rec.TooLong, rec.More, doc.Err)
		}
	}
}

// What was whole comes before the error.
func TestDocumentsOfABrokenArchive(t *testing.T) {
	for name, input := range map[string]string{
		"cut":       conversion + conversion[:len(conversion)-9],
		"no length": conversion + "WARC/1.0\r\nWARC-Type: conversion\r\n\r\n",
		"no record": conversion + "<html>\r\n",
		"cut head":  conversion + "WARC/1.0\r\nWARC-Ty",
	} {
		docs, _, err := read(input, 1<<20)
		if len(docs) != 1 || err == nil || !strings.HasPrefix(err.Error(), "record 2: ") {
			t.Errorf("%s: %d documents, %v", name, len(docs), err)
		}
		if strings.HasPrefix(name, "cut") && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzDocuments checks that what is read of any bytes is their beginning, and
// that a text written anew is read again.
func FuzzDocuments(f *testing.F) {
	f.Add([]byte(info+conversion+response), "x")
	f.Add([]byte("WARC/1.1\nContent-Length:3\nContent-Length: 3\nWARC-Block-Digest: md5:=\nWARC-Type:conversion\nContent-Type:text/plain\n\nabc"), "")
	f.Fuzz(func(t *testing.T, data []byte, text string) {
		docs, raw, err := read(string(data), 1<<16)
		if !strings.HasPrefix(string(data), raw) || err == nil && raw != string(data) {
			t.Fatalf("read %q of %q, %v", raw, data, err)
		}
		for _, doc := range docs {
			rec := doc.Origin.(*record.Record)
			if doc.Err != nil || rec.End == 0 || doc.Section > 0 {
				continue
			}
			again, _, err := read(string(new(record.Rewriter).Rewrite(rec, &text).Bytes), 1<<20)
			if err != nil || len(again) != 1 || again[0].Origin.(*record.Record).Text != text {
				t.Fatalf("%q: %d documents, %v", new(record.Rewriter).Rewrite(rec, &text).Bytes, len(again), err)
			}
		}
	})
}
