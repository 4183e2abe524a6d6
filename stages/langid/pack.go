package langid

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path"
	"slices"
	"sync"
	"unicode/utf8"

	"tamis/stages/packs"
)

// A pack is the form of langid.yaml: how a language is written.
type pack struct {
	Name     string
	Scripts  []string          // ISO 15924
	Letters  string            // those it uses beyond the common ones of its script, most frequent first
	Lacks    string            // letters of a to z that only its foreign words have
	Kin      []string          // languages that are easily taken for it
	Usual    []string          // those of its scripts whose text is most often in it
	Nouns    bool              // its nouns begin with a capital, not only its names
	Rare     bool              // less likely than its kin, and too rare for a few words to be taken for it
	Spread   int               // how often lines of it are met in other texts: 2 English, 1 a few more
	Variants map[string]string // characters that only one form of the script has
}

// A language is what the stage knows of one.
type language struct {
	tag     string
	scripts uint64 // a bit for each
	lacks   uint32 // a bit for each letter of a to z
	usual   uint64 // a bit for each script
	kin     []int
	rare    bool
	nouns   bool
	spread  int
}

// A vote says how much a sign speaks for a language, as the logarithm of how
// many times likelier it makes it.
type vote struct {
	language uint8
	weight   float32
}

// wideSpread is the spread of a language that is met everywhere.
const wideSpread = 2

// maxLanguages is what a vote can number.
const maxLanguages = math.MaxUint8

// nobody is the number of no language, for which nothing ever speaks.
const nobody = maxLanguages

// load reads every language of fsys, in the order of their tags.
func (s *Stage) load(fsys fs.FS) error {
	names, err := fs.Glob(fsys, "*/langid.yaml")
	if err != nil {
		return fmt.Errorf("find packs: %w", err)
	}
	if len(names) > maxLanguages {
		return fmt.Errorf("%d languages are too many", len(names))
	}
	slices.Sort(names)
	var all []pack
	words := make([]wordVote, 0, 100*len(names))
	for i, name := range names {
		var p pack
		if err := packs.Decode(fsys, name, &p); err != nil {
			return err
		}
		tag := path.Dir(name)
		l, err := s.language(tag, &p)
		if err != nil {
			return fmt.Errorf("pack %s: %w", name, err)
		}
		list, err := packs.Words(fsys, path.Join(tag, "stopwords.txt"))
		if err != nil {
			return err
		}
		for rank, word := range list {
			if !utf8.ValidString(word) {
				return fmt.Errorf("pack %s/stopwords.txt: %q is not UTF-8", tag, word)
			}
			if len(word) <= longestWord {
				words = append(words, wordVote{wordKeyOf(word), vote{uint8(i), wordWeight(word, rank)}})
			}
		}
		s.index[tag] = i
		s.languages = append(s.languages, l)
		all = append(all, p)
	}
	s.oracle = sync.OnceValue(func() *oracle { return newOracle(s) })
	s.words = newWordTable(words)
	s.tableForms()
	s.sortByScript()
	return s.link(names, all)
}

// language checks p and returns what it says that needs no other pack.
func (s *Stage) language(tag string, p *pack) (language, error) {
	l := language{tag: tag, rare: p.Rare, nouns: p.Nouns, spread: p.Spread}
	if p.Name == "" || len(p.Scripts) == 0 {
		return l, errors.New("want a name and scripts")
	}
	if p.Spread < 0 || p.Spread > wideSpread {
		return l, fmt.Errorf("spread: %d is not one of 0, 1 and %d", p.Spread, wideSpread)
	}
	for _, code := range p.Scripts {
		if code == "Hans" || code == "Hant" {
			continue // forms of Hani, told apart by their variants
		}
		i := slices.Index(s.chars.codes, code)
		if i <= int(inherited) {
			return l, fmt.Errorf("unknown script %q", code)
		}
		l.scripts |= 1 << i
		if slices.Contains(p.Usual, code) {
			l.usual |= 1 << i
		}
	}
	for _, c := range p.Lacks {
		if c < 'a' || c > 'z' {
			return l, fmt.Errorf("lacks: %q is not one of a to z", c)
		}
		l.lacks |= 1 << (c - 'a')
	}
	for code, chars := range p.Variants {
		for _, c := range chars {
			if other, ok := s.variants[c]; ok {
				return l, fmt.Errorf("variants: %q is in %s and in %s", c, other, code)
			}
			s.variants[c] = code
		}
	}
	return l, nil
}

// link resolves what packs say of each other: who is whose kin, and how many
// share a letter.
func (s *Stage) link(names []string, all []pack) error {
	letters := make(map[rune][]vote)
	for i, p := range all {
		for _, tag := range p.Kin {
			k, ok := s.index[tag]
			if !ok {
				return fmt.Errorf("pack %s: kin: no language %q", names[i], tag)
			}
			if !slices.Contains(s.languages[i].kin, k) {
				s.languages[i].kin = append(s.languages[i].kin, k)
			}
			if !slices.Contains(s.languages[k].kin, i) {
				s.languages[k].kin = append(s.languages[k].kin, i)
			}
		}
		for rank, c := range []rune(p.Letters) {
			class := s.chars.of(c)
			if class.script <= inherited || c < utf8.RuneSelf || c >= tabled {
				return fmt.Errorf("pack %s: letters: %q is not a letter beyond a to z", names[i], c)
			}
			letters[rune(class.lower)] = append(letters[rune(class.lower)], vote{uint8(i), letterWeight(rank)})
		}
	}
	s.letters = newLetterTable(letters)
	return nil
}

// sortByScript notes which languages use each script, and which have one to
// themselves.
func (s *Stage) sortByScript() {
	for sc := range s.sole {
		for i := range s.languages {
			l := &s.languages[i]
			if l.scripts&(1<<sc) == 0 {
				continue
			}
			own := leaning{language: uint8(i), lacks: l.lacks}
			if l.usual&(1<<sc) != 0 {
				own.bonus = usualBonus
			}
			s.writing[sc], s.leanings[sc] = append(s.writing[sc], uint8(i)), append(s.leanings[sc], own)
		}
		s.fours[sc] = inFours(s.writing[sc])
		s.sole[sc] = none
		if len(s.writing[sc]) == 1 {
			s.sole[sc] = int(s.writing[sc][0])
		}
	}
}

// tableForms notes the form of each character that only one has.
func (s *Stage) tableForms() {
	codes := map[string]form{"Hans": hans, "Hant": hant, "Jpan": jpan}
	for c, code := range s.variants {
		if int(c) >= len(s.forms) {
			s.forms = append(s.forms, make([]form, int(c)+1-len(s.forms))...)
		}
		s.forms[c] = codes[code]
	}
}

// inFours returns languages by four, the last four filled up with nobody.
func inFours(languages []uint8) (fours [][4]uint8) {
	for four := range slices.Chunk(languages, 4) {
		fours = append(fours, [4]uint8{nobody, nobody, nobody, nobody})
		copy(fours[len(fours)-1][:], four)
	}
	return fours
}

// wordWeight returns how much a word speaks for a language of whose function
// words it is the rank-th. In the text of other languages too the word turns up
// now and then, as a name or by accident, and the shorter it is the more often.
func wordWeight(word string, rank int) float32 {
	var elsewhere float64
	switch utf8.RuneCountInString(word) {
	case 1:
		elsewhere = 2e-3
	case 2:
		elsewhere = 4e-4
	case 3:
		elsewhere = 2e-4
	default:
		elsewhere = 1e-4
	}
	frequency := .08 / (float64(rank) + 2.5)
	return max(.5, float32(math.Log(frequency/elsewhere)))
}

// letterWeight returns how much a letter speaks for a language of whose own
// letters it is the rank-th.
func letterWeight(rank int) float32 {
	return max(1.5, 3.5-.15*float32(rank))
}

// longestWord is how many bytes of UTF-8 a function word may have. What is
// longer is rare in any language, and is not looked up.
const longestWord = 24

// A wordKey is a word padded with zeros, as three integers.
type wordKey [longestWord / 8]uint64

// wordKeyOf returns the key of a word of at most longestWord bytes.
func wordKeyOf(word string) wordKey {
	var b [longestWord]byte
	copy(b[:], word)
	return wordKey{
		binary.LittleEndian.Uint64(b[:]),
		binary.LittleEndian.Uint64(b[8:]),
		binary.LittleEndian.Uint64(b[16:]),
	}
}

// A wordTable finds the votes of a word. It is a hash table of open addresses
// with a filter before it that fits into the fastest memory, and that most words
// which are not in the table do not pass (Bloom 1970, with one hash function).
type wordTable struct {
	filter [1 << filterBits / 64]uint64 // a bit for each hash
	slots  []wordSlot                   // their number a power of two
	votes  []vote
}

const filterBits = 17 // of a hash, its first

type wordSlot struct {
	key      wordKey
	from, to uint32 // in votes; to is 0 in a free slot
}

// A wordVote is one of the votes of a word.
type wordVote struct {
	key  wordKey
	vote vote
}

// newWordTable returns a table of all votes, those of a word in their order.
func newWordTable(all []wordVote) *wordTable {
	size := 1
	for size < 3*len(all) {
		size *= 2
	}
	t := &wordTable{slots: make([]wordSlot, size), votes: make([]vote, len(all))}
	for i := range all {
		key := &all[i].key
		h := key.hash()
		bits, bit := t.filterBit(h)
		*bits |= bit
		s := t.slot(key, h)
		s.key = *key
		s.to++ // how many there are, for now
	}
	end := uint32(0)
	for i := range t.slots {
		if s := &t.slots[i]; s.to > 0 {
			end += s.to
			s.from, s.to = end, end
		}
	}
	for i := len(all) - 1; i >= 0; i-- {
		key := &all[i].key
		s := t.slot(key, key.hash())
		s.from--
		t.votes[s.from] = all[i].vote
	}
	return t
}

func (k *wordKey) hash() uint64 {
	h := k[0]*0x9E3779B97F4A7C15 ^ k[1]*0xC2B2AE3D27D4EB4F ^ k[2]*0x165667B19E3779F9
	h = (h ^ h>>29) * 0xBF58476D1CE4E5B9
	return h ^ h>>32
}

// filterBit returns the part of the filter where the bit of a hash is, and the bit.
func (t *wordTable) filterBit(hash uint64) (bits *uint64, bit uint64) {
	hash >>= 64 - filterBits
	return &t.filter[hash/64], 1 << (hash % 64)
}

// slot returns the slot that holds key, or would.
func (t *wordTable) slot(key *wordKey, hash uint64) *wordSlot {
	mask := uint64(len(t.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		if s := &t.slots[i]; s.to == 0 || s.key == *key {
			return s
		}
	}
}

// passes reports whether a word with this hash may be in the table.
func (t *wordTable) passes(hash uint64) bool {
	bits, bit := t.filterBit(hash)
	return *bits&bit != 0
}

// find returns the votes of a word that may be in the table, given its hash.
func (t *wordTable) find(key *wordKey, hash uint64) []vote {
	s := t.slot(key, hash)
	return t.votes[s.from:s.to]
}

// A letterTable numbers the letters that speak for some languages and against
// others of the same script.
type letterTable struct {
	numbers [tabled]uint16 // 0 for none
	votes   [][]vote
}

func newLetterTable(letters map[rune][]vote) letterTable {
	t := letterTable{votes: make([][]vote, 1, len(letters)+1)}
	for r := range rune(tabled) {
		if votes, ok := letters[r]; ok {
			t.numbers[r] = uint16(len(t.votes))
			t.votes = append(t.votes, votes)
		}
	}
	return t
}
