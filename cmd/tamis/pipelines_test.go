package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// A wrapping writes texts in a format, and reads them again.
type wrapping struct {
	format string
	wrap   func(texts []string) string
	unwrap func(data []byte) ([]string, error)
}

var wrappings = []wrapping{
	{"jsonl", wrapJSONL, unwrapJSONL},
	{"csv", wrapCSV, unwrapCSV},
	{"wet", wrapWET, unwrapWET},
	{"text", func(texts []string) string { return strings.Join(texts, "\f") }, func(data []byte) ([]string, error) {
		return strings.Split(string(data), "\f"), nil
	}},
}

func wrapJSONL(texts []string) string {
	var b strings.Builder
	for i, text := range texts {
		fmt.Fprintf(&b, "{\"id\": %d, \"text\": ", i)
		data, _ := json.Marshal(text) // a string can always be written
		b.Write(data)
		b.WriteString("}\n")
	}
	return b.String()
}

func unwrapJSONL(data []byte) (texts []string, err error) {
	for dec := json.NewDecoder(bytes.NewReader(data)); ; {
		var record struct{ Text string }
		if err := dec.Decode(&record); err == io.EOF {
			return texts, nil
		} else if err != nil {
			return nil, err
		}
		texts = append(texts, record.Text)
	}
}

func wrapCSV(texts []string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"id", "text"}) // to memory
	for i, text := range texts {
		_ = w.Write([]string{strconv.Itoa(i), text})
	}
	w.Flush()
	return b.String()
}

func unwrapCSV(data []byte) (texts []string, err error) {
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	for i, row := range rows {
		if i > 0 {
			texts = append(texts, row[1])
		}
	}
	return texts, err
}

func wrapWET(texts []string) string {
	var b strings.Builder
	for _, text := range texts {
		fmt.Fprintf(&b, "WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", len(text), text)
	}
	return b.String()
}

func unwrapWET(data []byte) (texts []string, err error) {
	for len(data) > 0 {
		head, rest, _ := bytes.Cut(data, []byte("\r\n\r\n"))
		_, length, _ := bytes.Cut(head, []byte("Content-Length: "))
		length, _, _ = bytes.Cut(length, []byte("\r\n"))
		n, err := strconv.Atoi(string(length))
		if err != nil || n+4 > len(rest) {
			return nil, fmt.Errorf("a block of %q bytes where there are %d: %w", length, len(rest), err)
		}
		texts, data = append(texts, string(rest[:n])), rest[n+4:]
	}
	return texts, nil
}

// A cutReader gives what it reads in pieces of the lengths in cuts, over and over.
type cutReader struct {
	io.Reader
	cuts []int
}

func (r *cutReader) Read(p []byte) (int, error) {
	n := r.cuts[0]
	r.cuts = append(r.cuts[1:], n)
	return r.Reader.Read(p[:min(n, len(p))])
}

// wellFormed draws a text that every format can hold: of characters, without
// those that a format takes for its own.
func wellFormed() *rapid.Generator[string] {
	return rapid.Map(anyText(), func(text string) string {
		return strings.Map(func(r rune) rune {
			if r == utf8.RuneError || r == '\r' || r == '\ufeff' || r < ' ' && r != '\n' && r != '\t' {
				return -1
			}
			return r
		}, text) + "x"
	})
}

// TestAnyPipeline holds any choice of stages to it that nothing but the text and
// the stages decides what becomes of a text: not the number of workers, not what
// travels together, not how the input comes in, not the format; and for a format,
// the audit neither.
func TestAnyPipeline(t *testing.T) {
	defer func(n int) { batchBytes = n }(batchBytes)
	log := filepath.Join(t.TempDir(), "audit.jsonl")
	all := []string{"mojibake", "norm", "langid", "typography", "junk", "dedup"}
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(wellFormed(), 1, 4).Draw(t, "texts")
		var only []string
		for _, name := range all {
			if rapid.Bool().Draw(t, name) {
				only = append(only, name)
			}
		}
		if len(only) == 0 {
			only = all
		}
		var want []string
		for _, w := range wrappings {
			args := []string{"--format", w.format, "--stages", strings.Join(only, ","), "--audit", log}
			if w.format == "text" {
				args = append(args, "--separator", "ff")
			}
			var first, firstLog []byte
			for try := range 2 {
				batchBytes = rapid.SampledFrom([]int{0, 1, 64, 4096}).Draw(t, "batch")
				in := &cutReader{strings.NewReader(w.wrap(texts)), rapid.SliceOfN(rapid.IntRange(1, 300), 1, 5).Draw(t, "cuts")}
				out, errs, status := tamis(in, append(args, "-j", rapid.SampledFrom([]string{"1", "2", "3", "8"}).Draw(t, "jobs"))...)
				if status != exitDone {
					t.Fatalf("%s: status %d: %s", w.format, status, errs)
				}
				audit, err := os.ReadFile(log)
				if err != nil {
					t.Fatal(err)
				}
				if try == 0 {
					first, firstLog = out, audit
				}
				if !bytes.Equal(out, first) || !bytes.Equal(audit, firstLog) {
					t.Fatalf("%s comes out as %q and as %q, with the audits\n%s\n%s", w.format, first, out, firstLog, audit)
				}
			}
			got, err := w.unwrap(first)
			if err != nil {
				t.Fatalf("%s: %v: %q", w.format, err, first)
			}
			for i := range got {
				got[i] = strings.TrimRight(got[i], "\n") // plain text ends with one
			}
			if want == nil {
				want = got
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%s: %q\n%s: %q", wrappings[0].format, want, w.format, got)
			}
		}
	})
}
