package minhash

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// words returns n random words of an alphabet, as folded text has them.
func words(r *rand.Rand, n int, alphabet []rune, parted bool) []string {
	words := make([]string, n)
	for i := range words {
		letters := make([]rune, 1)
		if parted {
			letters = make([]rune, 2+r.IntN(9))
		}
		for j := range letters {
			letters[j] = alphabet[r.IntN(len(alphabet))]
		}
		words[i] = string(letters)
	}
	return words
}

func joined(words []string, parted bool) []byte {
	if parted {
		return []byte(strings.Join(words, " "))
	}
	return []byte(strings.Join(words, ""))
}

var scripts = map[string]struct {
	alphabet []rune
	parted   bool
}{
	"Latin":    {[]rune("abcdefghijklmnopqrstuvwxyz"), true},
	"Cyrillic": {[]rune("абвгдежзийклмнопрстуфхцчшщыьэюя"), true},
	"Chinese":  {[]rune("天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏"), false},
}

// A copy in which one word in twenty is another keeps some of its shingles, which
// have two to eight words.
func TestCopies(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, s := range scripts {
		shared, all, lost := 0, 0, 0
		const rounds = 300
		for range rounds {
			text := words(r, 100, s.alphabet, s.parted)
			a := AppendKeys(nil, joined(text, s.parted))
			for i := r.IntN(20); i < len(text); i += 20 {
				text[i] = words(r, 1, s.alphabet, s.parted)[0]
			}
			both := 0
			for _, k := range AppendKeys(nil, joined(text, s.parted)) {
				if slices.Contains(a, k) {
					both++
				}
			}
			shared, all = shared+both, all+len(a)
			if both == 0 {
				lost++
			}
		}
		if share := float64(shared) / float64(all); share < .2 || share > .8 {
			t.Errorf("%s: copies share %.2f of their keys", name, share)
		}
		if lost > rounds/50 {
			t.Errorf("%s: %d of %d copies share no key", name, lost, rounds)
		}
	}
}

// The share of keys in common is that of shingles.
func TestPart(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	s := scripts["Latin"]
	sum := 0.0
	const rounds = 500
	for range rounds {
		text := words(r, 200, s.alphabet, true)
		whole, half := AppendKeys(nil, joined(text, true)), AppendKeys(nil, joined(text[:100], true))
		for _, k := range half {
			if slices.Contains(whole, k) {
				sum += 1 / float64(Slots) / rounds
			}
		}
	}
	if math.Abs(sum-.5) > .05 {
		t.Errorf("half of a text shares %.2f of its keys", sum)
	}
}

func TestUnrelated(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for name, s := range scripts {
		seen := make(map[uint64]bool)
		for range 100 {
			for _, k := range AppendKeys(nil, joined(words(r, 60, s.alphabet, s.parted), s.parted)) {
				if seen[k] {
					t.Errorf("%s: unrelated texts share a key", name)
				}
				seen[k] = true
			}
		}
	}
}

func TestShort(t *testing.T) {
	for _, text := range []string{"", "egg", "one egg and two", "\xE0", "\xC3\xA9t\xC3\xA9 \xC3"} {
		if keys := AppendKeys(nil, []byte(text)); len(keys) > 0 {
			t.Errorf("%q has keys %x", text, keys)
		}
	}
	if keys := AppendKeys(nil, []byte("one two three four five six seven eight")); len(keys) == 0 {
		t.Error("a text of eight words has no key")
	}
}

func FuzzAppendKeys(f *testing.F) {
	f.Add([]byte("the mill by the river turns all night"))
	f.Add([]byte("\xE0\xE0 \xC3 \xC3\xC3\xC3\xC3\xC3\xC3\xC3\xC3\xC3\xC3\xC3\xC3"))
	f.Fuzz(func(t *testing.T, text []byte) {
		keys := AppendKeys(nil, text)
		if len(keys) > Slots || !slices.Equal(keys, AppendKeys(nil, text)) {
			t.Errorf("%q: %x", text, keys)
		}
	})
}

func BenchmarkAppendKeys(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 6))
	data := joined(words(r, 70, scripts["Latin"].alphabet, true), true)
	b.SetBytes(int64(len(data)))
	var keys []uint64
	for b.Loop() {
		keys = AppendKeys(keys[:0], data)
	}
}
