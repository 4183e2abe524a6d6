package linemodel

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

// Two lines of the same words are the same line, however they are written.
func TestIdentity(t *testing.T) {
	tests := []struct {
		a, b string
		same bool
	}{
		{"Share this article", "SHARE THIS ARTICLE!", true},
		{"Développement de l’été", "developpement de l'ete", true},
		{"De\u0301veloppement", "développement", true},
		{"Comments (12)", "Comments (3)", true},
		{"A4", "A12", true},
		{"Новости дня", "НОВОСТИ ДНЯ", true},
		{"абвгдежзийклмн", "АБВГДЕЖЗИЙКЛМН", true},
		{"internationalisations", "Internationalisâtions", true},
		{"the cat saw the dog", "the dog saw the cat", false},
		{"Comments", "Comment", false},
		{"A4", "A", false},
		{"東京", "京東", false},
		{"…", "", true},
	}
	for _, tt := range tests {
		if a, b := Identity(tt.a), Identity(tt.b); (a == b) != tt.same {
			t.Errorf("%q has the identity %x, %q %x", tt.a, a, tt.b, b)
		}
	}
	if Identity("…") != 0 {
		t.Error("a line without words has an identity")
	}
}

// A word that is read eight letters at a time is the one that is read letter by
// letter, with the same figures beside it.
func TestPlainWord(t *testing.T) {
	letters := "Administrativement"
	stop := NewStopWords([]string{"admin"})
	for n := 1; n <= len(letters); n++ {
		for _, after := range []string{"", " b", ". De", "’eau et tout", "\u00a0!", "» de la", "é", "7", "\xff"} {
			for _, word := range []string{letters[:n], letters[:n-1] + "S", strings.ToUpper(letters[:n])} {
				var plain, slow scan
				if got := plain.plainWord(word+after, stop); got == 0 {
					continue
				}
				slow.word(word+after, stop)
				if !slices.Equal(plain.words, slow.words) || plain.counts != slow.counts || plain.scripts != slow.scripts {
					t.Errorf("%q: got %+v %v, want %+v %v", word+after, plain.words, plain.counts, slow.words, slow.counts)
				}
			}
		}
	}
	for _, text := range []string{"", " a", "é", "été", "abcé", "abc9", "a\u00b5", letters} {
		var s scan
		if n := s.plainWord(text, stop); n != 0 {
			t.Errorf("%q: %d plain letters", text, n)
		}
	}
}

// Marks are found in passing as a search for them would find them.
func TestMarks(t *testing.T) {
	for _, text := range []string{
		"", "-", " - ", "a - b", "a - - b", " - - - ", "a- b -c", "- a -", "é - à", "1 -  - 2",
		"www.", "www", "see www.b.example", "awww.b", "éwww.b", "ww.b", "www-b", ". .", "a. b. ", "a.", ".a",
		strings.Repeat("x", scannedHead-3) + " - b", strings.Repeat("x", scannedHead-2) + " - b",
		strings.Repeat("x", scannedHead-4) + "www.", strings.Repeat("x", scannedHead-3) + "www.",
		strings.Repeat("é. - ", 200) + "www.",
	} {
		var s scan
		s.read(text, noStop)
		head := text[:min(len(text), scannedHead)]
		if got, want := s.dashes, strings.Count(head, " - "); got != want {
			t.Errorf("%q: %d dashes, not %d", text, got, want)
		}
		if got, want := s.web, strings.Contains(head, "www."); got != want {
			t.Errorf("%q: www. found: %v", text, got)
		}
		if got, want := s.stopped, strings.Count(head, ". "); got != want {
			t.Errorf("%q: %d full stops, not %d", text, got, want)
		}
	}
}

// What is found by ranges is what package unicode says.
func TestClasses(t *testing.T) {
	for r := rune(len(letters)); r <= unicode.MaxRune; r++ {
		if got, want := FoldRune(r), unicode.ToLower(r); got != want {
			t.Errorf("%U is folded to %U, not %U", r, got, want)
		}
		want := uint8(other)
		switch {
		case r >= 0x2000 && r < 0x2070 || r == 0x3000: // spaces and punctuation
			continue
		case unicode.IsUpper(r):
			want = upper
		case unicode.IsLetter(r) || unicode.IsMark(r):
			want = lower
		case unicode.IsDigit(r):
			want = digit
		}
		if got := classOf(r); got != want || findLetter(r) != (letter{unicode.ToLower(r), want, scriptOf(r)}) {
			t.Errorf("%U is of class %d, not %d", r, got, want)
		}
	}
}

// Words are known by their beginnings, and in the plural as in the singular.
func TestContent(t *testing.T) {
	p := new(Page)
	p.Begin(nil, NewStopWords([]string{"dans"}))
	for _, line := range []string{"Chats et châteaux", "le chat dans le château", "2024, an de rien", strings.Repeat("x ", 500) + "chaton " + strings.Repeat("y ", 500)} {
		p.Add(line)
	}
	if a, b := p.Content(0), p.Content(1); len(a) != 2 || !slices.Equal(a, b) {
		t.Errorf("got %v and %v, want the same two words", a, b)
	}
	if c := p.Content(2); len(c) != 1 {
		t.Errorf("got %v, want one word", c)
	}
	if c := p.Content(3); len(c) != 1 {
		t.Errorf("got %v in the middle of a long line, want one word", c)
	}
}
