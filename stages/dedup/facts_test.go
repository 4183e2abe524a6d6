package dedup

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"no number here":                 "[]",
		"14 stalls, 3 stages, 14 choirs": "[3 14 14]",
		"1 200 visitors, 1.200, 1200":    "[1200 1200 1200]",
		"12,345,678 and 12345 678":       "[678 12345 12345678]",
		"at 08:05 on 7 May 2019":         "[5 7 8 2019]",
		"٣٤ и 5":                         "[5 34]",
		"A4 2015 300":                    "[4 300 2015]",
	} {
		if got := fmt.Sprint(numbers(nil, fold(nil, text))); got != want {
			t.Errorf("numbers of %q: %s, want %s", text, got, want)
		}
	}
}

// TestNumbersAnywhere finds a number at any distance from what is passed over
// quickly.
func TestNumbersAnywhere(t *testing.T) {
	for _, number := range []string{"7", "1848", "一九八七"} {
		for before := range 20 {
			for _, letter := range []string{"a", "é", "ж", "桥"} {
				text := strings.Repeat(letter, before) + number + strings.Repeat(letter, 20-before)
				if got := numbers(nil, []byte(text)); len(got) != 1 {
					t.Errorf("numbers of %q: %d", text, got)
				}
			}
		}
	}
}

func TestNames(t *testing.T) {
	for text, want := range map[string]string{
		"The mayor thanked Martha Oldfield. Nobody else did.":   "[martha oldfield]",
		"“Yes”, said Émile. « Venez », dit Hélène à son frère.": "[emile helene]",
		"THE MAYOR THANKED MARTHA OLDFIELD":                     "[]",
		"Notes: Apples from the Hill Farm are early":            "[hill farm]",
		"the Ash by the Elm":                                    "[]",
	} {
		found, _ := names(nil, nil, text)
		if got := fmt.Sprintf("%s", found); got != want {
			t.Errorf("names of %q: %s, want %s", text, got, want)
		}
	}
}

func TestOtherFacts(t *testing.T) {
	for _, c := range []struct {
		a, b           string
		numbers, words bool
	}{
		{"It rained 14 mm on the hills.", "It rained 9 mm on the hills.", true, true},
		{"3 May: it rained on the hills.", "It rained on the hills.", false, false},
		{"It rained 14 mm on the hills.", "18:05 It rained 14 mm on the hills.", false, false},
		{"The fair was opened by Martha, the baker, at noon.", "The fair was opened by Walter, the baker, at noon.", false, true},
		{"The fair was opened by Martha, the baker, at noon.", "The fair was opened by Marta, the baker, at noon.", false, false},
		{"The fair was opened by Martha, the baker, at noon.", "The fair was opened by the baker at noon.", false, false},
		{"Turn the left handle to open the upper window.", "Turn the right handle to open the upper window.", false, true},
		{"Turn the left handle to open the upper window.", "Turn the lefft handle to open the upper window.", false, false},
		{"磨坊一九八七年关门，一直空着", "磨坊一九九四年关门，一直空着", true, false},
		{"磨坊一直空着，没有人住", "磨坊万一空着，没有人住", false, false},
		{"Turn the left handle to open the upper window.", "Open the upper window to turn the left handle.", false, false},
	} {
		var a, b side
		a.set(&kept{text: c.a}, fold(nil, c.a))
		b.set(&kept{text: c.b}, fold(nil, c.b))
		var cmp comparer
		cmp.set(a.folded, b.folded)
		changedA, changedB := cmp.changed()
		if got := otherNumbers(&a, &b, changedA, changedB); got != c.numbers {
			t.Errorf("other numbers in %q and %q: %v", c.a, c.b, got)
		}
		cmp.compare()
		j := judge{later: a, earlier: b, compare: cmp}
		if got := j.otherWords(changedA, changedB); got != c.words {
			t.Errorf("other words in %q and %q: %v", c.a, c.b, got)
		}
	}
}

// It is enough to look at the words that changed.
func TestChangedFacts(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 1))
	pieces := strings.Fields("1 12 200 345 2019 7th A4 300x Ash Mill Hilltop Martha harbour mill 一九 二十三年 the of , . 磨坊")
	random := func(n int) string {
		words := make([]string, n)
		for i := range words {
			words[i] = pieces[r.IntN(len(pieces))]
		}
		return strings.Join(words, " ")
	}
	for range 20_000 {
		head, tail := random(r.IntN(6)), random(r.IntN(6))
		var a, b side
		var cmp comparer
		text, other := head+random(r.IntN(4))+tail, head+random(r.IntN(4))+tail
		a.set(&kept{text: text}, fold(nil, text))
		b.set(&kept{text: other}, fold(nil, other))
		cmp.set(a.folded, b.folded)
		changedA, changedB := cmp.changed()
		if got, want := otherNumbers(&a, &b, changedA, changedB), otherNumbers(&a, &b, a.folded, b.folded); got != want {
			t.Fatalf("%q and %q, of which %q and %q changed: other numbers %v, want %v", a.folded, b.folded, changedA, changedB, got, want)
		}
		cmp.compare()
		j := judge{later: a, earlier: b, compare: cmp}
		if got, want := j.otherWords(changedA, changedB), parallel(&a, &b) || otherNames(&a, &b, a.folded, b.folded); got != want {
			t.Fatalf("%q and %q, of which %q and %q changed: other words %v, want %v", text, other, changedA, changedB, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"harbour", "harbour", 0}, {"harbour", "harbor", 1}, {"harbour", "arbours", 2}, {"", "ash", 3}, {"river", "valley", 4},
	} {
		if got := distance([]byte(c.a), []byte(c.b), 3); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
