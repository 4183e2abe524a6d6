package langid

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"tamis/pipeline"
)

// TestLettersOf has every byte at every place.
func TestLettersOf(t *testing.T) {
	for c := range 256 {
		for at := range 10 {
			b := []byte("mArChéBOIS")
			b[at] = byte(c)
			for text := string(b); text != ""; text = text[1:] {
				want := 0
				for want < min(len(text), 8) && (text[want]-'a' < 26 || text[want]-'A' < 26) {
					want++
				}
				small, n, capitals := lettersOf(text)
				if n != want || small != wordKeyOf(strings.ToLower(text[:want]))[0] {
					t.Fatalf("%q: %d letters, %x", text, n, small)
				}
				for i := range want {
					if capital := capitals>>(8*i)&0xFF != 0; capital != (text[i] < 'a') {
						t.Fatalf("%q: capitals are %x", text, capitals)
					}
				}
			}
		}
	}
}

// TestEncoded has every character.
func TestEncoded(t *testing.T) {
	for r := range rune(utf8.MaxRune + 1) {
		if !utf8.ValidRune(r) {
			continue
		}
		text := string(r)
		if c, n := encoded(r); n != len(text) || c != wordKeyOf(text)[0] {
			t.Fatalf("%q: %x of %d bytes", r, c, n)
		}
		if got, n := two(text); (n != 0) != (len(text) == 2) || n != 0 && got != r {
			t.Fatalf("%q: %q of %d bytes", r, got, n)
		}
	}
}

// TestPages has every character that is searched for.
func TestPages(t *testing.T) {
	c := newCharacters()
	for r := rune(tabled); r <= utf8.MaxRune; r++ {
		if got, want := c.of(r).script, c.search(r); got != want {
			t.Fatalf("%q: %s, want %s", r, c.codes[got], c.codes[want])
		}
	}
}

// TestRank ranks scores with a leader and without.
func TestRank(t *testing.T) {
	s := stage(t)
	r := rand.New(rand.NewPCG(1, 2))
	var e evidence
	e.script = latn
	writing := s.writing[latn]
	for range 20_000 {
		low := r.IntN(3)
		for _, i := range writing {
			e.told[i] = float32(r.IntN(40)-20*low) / 2
		}
		e.leader = r.IntN(len(s.languages))
		s.rank(&e)
		top := slices.MaxFunc(writing, func(a, b uint8) int { return int(2*e.told[a] - 2*e.told[b]) })
		second := float32(math.Inf(-1))
		for _, i := range writing {
			if i != top {
				second = max(second, e.told[i])
			}
		}
		if e.top != e.told[top] || e.top != 0 && (e.margin != e.top-second || e.told[e.best] != e.top) {
			t.Fatalf("%d is best with %v, by %v; want %d with %v, by %v", e.best, e.top, e.margin, top, e.told[top], e.told[top]-second)
		}
	}
}

// TestHaste reads documents hastily and wholly, and finds the same home.
func TestHaste(t *testing.T) {
	r := newReader(stage(t))
	random := rand.New(rand.NewPCG(1, 2))
	hastily := 0
	for range 3000 {
		text := someLines(random)
		doc := pipeline.Parse("test", text)
		got := r.home(doc)
		got.at = slices.Clone(got.at)
		if r.passed > 0 {
			hastily++
		}
		r.read(doc, wholly)
		want := home{script: r.mainScript(), at: r.at}
		r.decide(doc, &want)
		if want.main != none {
			want.at[want.main] = true
		}
		if got.main != want.main || got.language.Confidence != want.language.Confidence || !slices.Equal(got.at, want.at) {
			t.Fatalf("%q is in %+v, read wholly in %+v", text, got.language, want.language)
		}
	}
	if hastily == 0 {
		t.Error("no line has been passed over")
	}
}

// someLines returns lines and parts of lines, most of them in the same language.
func someLines(random *rand.Rand) string {
	var b strings.Builder
	main := sentences[random.IntN(40)].text
	for range 1 + random.IntN(20) {
		text := main
		if random.IntN(10) == 0 {
			text = sentences[random.IntN(len(sentences))].text
		}
		if words := strings.Fields(text); len(words) > 1 && random.IntN(2) == 0 {
			words = words[random.IntN(len(words)):]
			text = strings.Join(words[:1+random.IntN(len(words))], " ")
		}
		b.WriteString(text + "\n")
	}
	return b.String()
}
