package dedup

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestGrams takes grams for the same that are, wherever they stand, and no others.
func TestGrams(t *testing.T) {
	const text = "the mill мельница a été ⱥ 桥将重新开放 до at noon 𐐨𐐩 in été the mill мельница a été"
	hashes, grams := make(map[string]uint32), make(map[uint32]string)
	for at := 0; at < len(text); {
		next, want := utf8.DecodeRuneInString(text[at:])
		gram, width := gramAt([]byte(text), at)
		if width != want {
			t.Errorf("%q has %d bytes, not %d", next, want, width)
		}
		if s := firstGram(text[at:]); s == "" {
			if gram != 0 {
				t.Errorf("%q has a gram", text[at:])
			}
		} else {
			if old, known := hashes[s]; known && old != gram {
				t.Errorf("%q: %x and %x", s, old, gram)
			}
			if old, known := grams[gram]; known && old != s {
				t.Errorf("%q and %q: %x", s, old, gram)
			}
			hashes[s], grams[gram] = gram, s
		}
		at += want
	}
	if len(hashes) < 50 {
		t.Errorf("%d grams", len(hashes))
	}
}

// firstGram returns the five characters that s begins with, or as many as take
// nine bytes; none if there are fewer.
func firstGram(s string) string {
	n := 0
	for at, c := range s {
		if n == gramLetters || at >= 9 {
			return s[:at]
		}
		n++
		if at += utf8.RuneLen(c); at == len(s) && (n == gramLetters || at >= 9) {
			return s
		}
	}
	return ""
}

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		text, other     string
		jaccard, within float64
	}{
		{"abcdefgh", "abcdefgh", 1, 1},
		{"abcdefgh", "abcdefghij", 4. / 6, 1},
		{"abcdefghij", "abcdefgh", 4. / 6, 4. / 6},
		{"aaaaaaa", "aaaaa", 1. / 3, 1. / 3}, // a gram counts as often as it occurs
		{"abcdefgh", "stuvwxyz", 0, 0},
		{"abc", "abc", 0, 0},
		{"桥将重新开放", "桥将重新开门", 3. / 5, 3. / 4},
		{"мост открыт", "мост открыли", 6. / 9, 6. / 7},
	} {
		var cmp comparer
		for range 2 { // the counts are as before
			cmp.set([]byte(c.text), []byte(c.other))
			jaccard, within := cmp.compare()
			if math.Abs(jaccard-c.jaccard) > 1e-9 || math.Abs(within-c.within) > 1e-9 {
				t.Errorf("compare %q with %q: %.3f, %.3f, want %.3f, %.3f", c.text, c.other, jaccard, within, c.jaccard, c.within)
			}
		}
	}
}

func TestOwnStretch(t *testing.T) {
	var cmp comparer
	cmp.set([]byte("we met the gardener by copper kilns beside a brook that froze and went for a long walk along the canal to the lock and the mill"), []byte("we met the gardener and went for a long walk along the canal to the lock and the mill"))
	cmp.compare()
	if got, want := cmp.ownStretch(), len("by copper kilns beside a brook that froze"); got != want {
		t.Errorf("%d bytes in a row are new, want %d", got, want)
	}
}

func TestJudge(t *testing.T) {
	whole := "the ferry leaves at eight in the morning and returns at six when the tide allows and dogs travel free on all days of the week"
	for _, c := range []struct {
		text, earlier string
		want          likeness
	}{
		{whole, whole, alike},
		{whole[:60], whole, contained},
		{whole, whole[:60], unlike},
		{whole + " and whoever comes by bicycle may take it along below deck", whole, unlike},
		{whole[:60], whole + strings.Repeat(" and there is more to say of it", 30), contained},
		{whole[60:], strings.Repeat("there is more to say of it and ", 30) + whole, unlike}, // too far to be looked for
	} {
		var cmp comparer
		cmp.set([]byte(c.text), []byte(c.earlier))
		if got, _ := cmp.judge(); got != c.want {
			t.Errorf("%q after %q: %v, want %v", c.text, c.earlier, got, c.want)
		}
	}
}

// What the texts have in common at both ends makes no difference to what is
// counted.
func FuzzCompare(f *testing.F) {
	f.Add("the old mill", "the new mill", "on the river ", " is for sale")
	f.Add("мост", "桥将重新", "открыт мост над рекой", "桥将重新开放")
	f.Add("aaaaaaaaaa", "aaaaaaaaaaaaaaa", "aaaaaaaa", "")
	f.Fuzz(func(t *testing.T, a, b, head, tail string) {
		text, other := fold(nil, head+a+tail), fold(nil, head+b+tail)
		counts := make(map[uint32]int)
		grams, all, both := 0, 0, 0
		for at := 0; at < len(text); {
			gram, width := gramAt(text, at)
			if at += width; gram != 0 {
				counts[gram]++
				grams++
			}
		}
		seen := make(map[uint32]bool)
		for at := 0; at < len(other); {
			gram, width := gramAt(other, at)
			if at += width; gram != 0 {
				if seen[gram] = true; counts[gram] > 0 {
					counts[gram]--
					both++
				} else {
					all++
				}
			}
		}
		all += grams
		var cmp comparer
		cmp.set(text, other)
		jaccard, within := cmp.compare()
		if jaccard+within == 0 && float64(both) < leastAlike*float64(all) && float64(both) < leastContained*float64(grams) {
			return
		}
		if both > 0 && (math.Abs(jaccard-float64(both)/float64(all)) > 1e-9 || math.Abs(within-float64(both)/float64(grams)) > 1e-9) || both == 0 && jaccard+within != 0 {
			t.Errorf("%q, %q: %.3f, %.3f; %d of %d and %d are in both", text, other, jaccard, within, both, all, grams)
		}
		longest, length := 0, 0
		for at := 0; at < len(text); {
			gram, width := gramAt(text, at)
			at += width
			switch {
			case gram == 0:
			case seen[gram]:
				length = max(0, length-2*width)
			default:
				length += width
				longest = max(longest, length)
			}
		}
		if longest = max(0, longest-gramLetters+1); longest < own {
			longest = 0
		}
		if got := cmp.ownStretch(); got != longest && (got >= own || longest > 0) {
			t.Errorf("%q, %q: a stretch of %d, want %d", text, other, got, longest)
		}
	})
}
