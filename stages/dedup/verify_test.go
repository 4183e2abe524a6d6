package dedup

import (
	"math"
	"strings"
	"testing"
)

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
		cmp.set([]byte(c.text))
		for range 2 { // the counts are as before
			jaccard, within := cmp.compare([]byte(c.other))
			if math.Abs(jaccard-c.jaccard) > 1e-9 || math.Abs(within-c.within) > 1e-9 {
				t.Errorf("compare %q with %q: %.3f, %.3f, want %.3f, %.3f", c.text, c.other, jaccard, within, c.jaccard, c.within)
			}
		}
	}
}

func TestOwnStretch(t *testing.T) {
	var cmp comparer
	cmp.set([]byte("we met the gardener by copper kilns and went for a long walk"))
	cmp.compare([]byte("we met the gardener and went for a long walk"))
	if got, want := cmp.ownStretch(), len("by copper kilns"); got != want {
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
		cmp.set([]byte(c.text))
		if got, _ := cmp.judge([]byte(c.earlier)); got != c.want {
			t.Errorf("%q after %q: %v, want %v", c.text, c.earlier, got, c.want)
		}
	}
}
