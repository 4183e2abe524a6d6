package format

import (
	"bytes"
	"encoding/hex"
	"io"
	"strings"
	"testing"
)

const content = "Le marché ouvre à huit heures.\n"

// The content as bzip2 and xz, which are only read.
var archived = map[string]string{
	".bz2": "425a6839314159265359b12acc9a000003d5940010400100042a629f00402008002000222640d1a7a98829931320c8c410b26f80fb320c4210bb3568ca4dbc4b7f8bb9229c28485895664d00",
	".xz":  "fd377a585a000004e6d6b4460200210116000000742fe5a30100204c65206d61726368c3a9206f7576726520c3a02068756974206865757265732e0a000000004dfa259f0d5e58a600013921cf286b621fb6f37d010000000004595a",
}

func TestDecompress(t *testing.T) {
	cases := map[string][]byte{"plain": []byte(content)}
	for _, ext := range []string{".gz", ".zst"} {
		var b bytes.Buffer
		for range 2 { // members, or frames, one after the other
			w, err := Compress(&b, ext)
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(w, content)
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
		}
		cases[ext] = b.Bytes()
	}
	for name, data := range cases {
		r, err := Decompress(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		want := content
		if name != "plain" {
			want += content
		}
		if err != nil || string(got) != want {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
		if name == "plain" {
			continue
		}
		r, err = Decompress(bytes.NewReader(data[:len(data)-3]))
		if err != nil {
			t.Fatal(err)
		}
		if _, err = io.ReadAll(r); err == nil || !strings.Contains(err.Error(), "cut short") {
			t.Errorf("%s, cut: %v", name, err)
		}
	}
	for name, data := range archived {
		raw, err := hex.DecodeString(data)
		if err != nil {
			t.Fatal(err)
		}
		r, err := Decompress(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || string(got) != content {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}

func TestExtension(t *testing.T) {
	for name, want := range map[string][2]string{
		"a.txt": {".txt", ""}, "a.JSONL.GZ": {".jsonl", ".gz"}, "dir.x/a": {"", ""}, "a.gz": {"", ".gz"},
	} {
		if format, compression := Extension(name); format != want[0] || compression != want[1] {
			t.Errorf("%s: got %q, %q", name, format, compression)
		}
	}
}

// FuzzDecompress checks that no bytes make it panic or give without end.
func FuzzDecompress(f *testing.F) {
	f.Add([]byte("\x1f\x8b\x08"))
	f.Add([]byte("BZh9"))
	f.Add([]byte("\xfd7zXZ\x00"))
	f.Add([]byte("\x28\xb5\x2f\xfd"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		if r, _, err := NewReader(bytes.NewReader(data)); err == nil {
			_, _ = io.Copy(io.Discard, io.LimitReader(r, 1<<20))
		}
	})
}
