package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// hostile holds what texts are made of here: words and damage, line breaks of
// every kind, bytes that are nothing.
var hostile = []string{
	"Le marché ouvre à huit heures", "the market opens at eight", "Ã©", "â€™", "&amp;eacute;", "\u00a0", "\u202f",
	"e\u0301", "\u200b", "\ufeff", "\u0085", "\u2028", " ,", "« ", " »", "\"", "'", "...", "  ", "\t", "coeur", "ﬁ",
	"\n", "\n", "\n\n", "\r\n", "\r", " \n", "\x00", "\xff", "\xe9", "\xc3", "\xed\xa0\x80", "\xf0\x9f", "À lire aussi : ",
	"Partagez cet article", "12:30", "https://example.invalid/?a=b&copy=c", ". ", "0", "x", "日本語", "{", "}", "{\"text\":\"", "\"}\n",
}

// anyText draws a text of such pieces, sometimes with a paragraph said twice.
func anyText() *rapid.Generator[string] {
	pieces := rapid.Custom(func(t *rapid.T) string {
		if rapid.IntRange(0, 9).Draw(t, "raw") == 0 {
			return string(rapid.SliceOfN(rapid.Byte(), 0, 8).Draw(t, "bytes"))
		}
		return rapid.SampledFrom(hostile).Draw(t, "piece")
	})
	return rapid.Custom(func(t *rapid.T) string {
		text := strings.Join(rapid.SliceOfN(pieces, 0, 40).Draw(t, "pieces"), "")
		if rapid.Bool().Draw(t, "twice") {
			text += "\n\n" + text
		}
		return text
	})
}

// asRecord returns text as a record, its string written as b chooses.
func asRecord(text string, b int) string {
	switch b % 3 {
	case 0:
		data, _ := json.Marshal(map[string]any{"text": text, "n": 1.50})
		return string(data)
	case 1:
		var out bytes.Buffer
		enc := json.NewEncoder(&out)
		enc.SetEscapeHTML(false)
		_ = enc.Encode(map[string]string{"id": "x", "text": text})
		return strings.TrimSpace(out.String())
	}
	return text // most often broken
}

// TestAnyInput holds whatever comes in, as text and as records, to what tamis
// promises of every input: valid UTF-8 out, the same bytes and the same audit on
// any number of cores, and the input back from them.
func TestAnyInput(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		input := anyText().Draw(t, "text")
		args := []string{"--format", "text", "--on-error", "keep"}
		if rapid.Bool().Draw(t, "records") {
			var lines []string
			for i := range rapid.IntRange(1, 3).Draw(t, "rows") {
				lines = append(lines, asRecord(anyText().Draw(t, "text"), rapid.IntRange(0, 2).Draw(t, fmt.Sprint("quoting", i))))
			}
			input = strings.Join(lines, "\n")
			args = []string{"--format", "jsonl", "--on-error", rapid.SampledFrom([]string{"skip", "keep"}).Draw(t, "on-error")}
			if rapid.Bool().Draw(t, "annotate") {
				args = append(args, "--annotate")
			}
		}
		var first, firstLog []byte
		for _, jobs := range []string{"1", "2", "8"} {
			log := filepath.Join(dir, "audit.jsonl")
			out, errs, status := tamis(strings.NewReader(input), append(args, "-j", jobs, "--audit", log)...)
			if status != exitDone && status != exitSetAside {
				t.Fatalf("status %d: %s", status, errs)
			}
			audit, err := os.ReadFile(log)
			if err != nil {
				t.Fatal(err)
			}
			if jobs == "1" {
				first, firstLog = out, audit
			}
			if !bytes.Equal(out, first) || !bytes.Equal(audit, firstLog) {
				t.Fatalf("on %s cores: %q; on one: %q", jobs, out, first)
			}
			back, errs, status := tamis(bytes.NewReader(out), "restore", "--audit", log)
			if status != exitDone || string(back) != input {
				t.Fatalf("restored %q (%s)\nfrom %q\n%s", back, errs, out, audit)
			}
		}
		if slices.Contains(args, "text") && !utf8.Valid(first) {
			t.Fatalf("not UTF-8: %q", first)
		}
	})
}

// TestMendingTwiceIsMendingOnce holds the stages that mend to it, on any text.
func TestMendingTwiceIsMendingOnce(t *testing.T) {
	for _, profile := range []string{"plain", "print", "ascii"} {
		rapid.Check(t, func(t *rapid.T) {
			args := []string{"--format", "text", "--stages", "mojibake,norm,typography", "--typography", profile}
			if rapid.Bool().Draw(t, "french") {
				args = append(args, "--lang", "fr")
			}
			input := anyText().Draw(t, "text")
			once, _, _ := tamis(strings.NewReader(input), args...)
			twice, _, _ := tamis(bytes.NewReader(once), args...)
			if !bytes.Equal(once, twice) {
				t.Fatalf("once %q\ntwice %q", once, twice)
			}
		})
	}
}

// TestLargeInput holds texts that are cut in sections to the same promises: lines
// of ordinary length, one line longer than several sections, and records.
func TestLargeInput(t *testing.T) {
	var b strings.Builder
	for i := range 24_000 {
		fmt.Fprintf(&b, "Le marché numéro %d ouvre à huit heures , et la place n'est jamais vide.", i)
		b.WriteString([]string{"\n", "\n\n", "\r\n", " \xff\n"}[i%4])
	}
	lines := b.String()
	line := strings.ReplaceAll(strings.ReplaceAll(lines, "\n", " "), "\r", " ")
	for name, input := range map[string]string{
		"lines": lines, "line": line, "breaks": lines + strings.Repeat("\n", 3<<20) + lines, "record": asRecord(lines, 1) + "\n" + asRecord(line, 0),
	} {
		t.Run(name, func(t *testing.T) {
			log := filepath.Join(t.TempDir(), "audit.jsonl.zst")
			var first []byte
			for _, jobs := range []string{"1", "2", "8"} {
				out := cleaned(t, []byte(input), "-j", jobs, "--audit", log)
				if first == nil {
					first = out
				}
				if !bytes.Equal(out, first) {
					t.Errorf("on %s cores it comes out otherwise than on one", jobs)
				}
			}
			if name != "record" && (!utf8.Valid(first) || bytes.Contains(first, []byte(" , et"))) {
				t.Error("not all of it is mended")
			}
			if back := cleaned(t, first, "restore", "--audit", log); string(back) != input {
				t.Error("it is not restored")
			}
		})
	}
}
