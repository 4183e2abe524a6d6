package utf

import (
	"bytes"
	"io"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

var encodings = []Encoding{UTF16LE, UTF16BE, UTF32LE, UTF32BE}

func TestDecode(t *testing.T) {
	const text = "\ufeffÉté 😀\r\n日本"
	for _, e := range encodings {
		raw := e.Encode(text)
		if got := Detect(raw); got != e {
			t.Errorf("%s: detected as %q", e, got)
		}
		got, err := io.ReadAll(NewReader(iotest.OneByteReader(bytes.NewReader(raw)), e))
		if err != nil || string(got) != text {
			t.Errorf("%s: got %q, %v", e, got, err)
		}
	}
	for text, want := range map[string]Encoding{
		"text": UTF8, "a\x00": UTF8, string(UTF16LE.Encode("Le marché ouvre.")): UTF16LE, string(UTF16BE.Encode("Le marché ouvre.")): UTF16BE,
		"\x00\x01\x00\x02\x00\x03\x00\x04\x00\x05\x00\x06\x00\x07\x00\x08\x00\x09": UTF8,
	} {
		if got := Detect([]byte(text)); got != want {
			t.Errorf("%q detected as %q, want %q", text, got, want)
		}
	}
}

// The input's own error comes after all that was whole.
func TestDecodeError(t *testing.T) {
	r := NewReader(io.MultiReader(bytes.NewReader([]byte{'a', 0, 'b'}), iotest.ErrReader(io.ErrUnexpectedEOF)), UTF16LE)
	if got, err := io.ReadAll(r); err != io.ErrUnexpectedEOF || string(got) != "a\xff\x86\x82" {
		t.Errorf("got %q, %v", got, err)
	}
}

// FuzzLossless checks that any bytes can be had back from their text.
func FuzzLossless(f *testing.F) {
	f.Add([]byte{0xff, 0xfe, 0x00, 0xd8, 'a', 0x00, 0x3d, 0xd8, 0x00, 0xde, 'b'})
	f.Add([]byte{0, 0, 0xfe, 0xff, 0, 0, 0xd8, 0, 0, 0x11, 0, 0, '\n', 0, 0})
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, e := range encodings {
			text, err := io.ReadAll(NewReader(bytes.NewReader(raw), e))
			if err != nil {
				t.Fatal(err)
			}
			if got := e.Encode(string(text)); !bytes.Equal(got, raw) {
				t.Fatalf("%s: %x became %q and then %x", e, raw, text, got)
			}
			// A cut between lines, as the reader of text makes it, is no harm.
			for i, b := range text {
				if b == '\n' && utf8.RuneStart(b) {
					cut := append(e.Encode(string(text[:i])), e.Encode(string(text[i:]))...)
					if !bytes.Equal(cut, raw) {
						t.Fatalf("%s: cut at %d: %x", e, i, cut)
					}
				}
			}
		}
	})
}
