package typography

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"tamis/stages/packs"
)

// A library holds the packs of all languages. Each is read and made ready for work
// when a text is in it: there are forty, and of most nothing is ever needed.
type library struct {
	profile   Profile
	layers    []fs.FS
	packs     map[string]func() (*pack, error) // by BCP 47 tag
	languages map[string]func() (*language, error)

	proper  func() map[pair]bool // every pair that is right in some language
	lexicon func() *lexicon      // the words of all
}

// file is the name of a pack's file.
const file = "typography.yaml"

// open finds every */typography.yaml of layers, for profile. What a layer says
// of a language goes before what those under it say.
func open(profile Profile, layers ...fs.FS) (*library, error) {
	b := &library{profile: profile, layers: layers, packs: make(map[string]func() (*pack, error)), languages: make(map[string]func() (*language, error))}
	having := make(map[string][]fs.FS)
	for _, layer := range layers {
		names, err := fs.Glob(layer, "*/"+file)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			tag := path.Dir(name)
			having[tag] = append(having[tag], layer)
		}
	}
	if having["und"] == nil {
		return nil, fmt.Errorf("no pack und/%s", file)
	}
	for tag, layers := range having {
		b.packs[tag] = sync.OnceValues(func() (*pack, error) { return read(tag, layers) })
		b.languages[tag] = sync.OnceValues(func() (*language, error) { return b.make(tag) })
	}
	b.proper = sync.OnceValue(b.findProper)
	b.lexicon = sync.OnceValue(b.collectWords)
	return b, nil
}

// read reads the pack of tag, which all of layers have.
func read(tag string, layers []fs.FS) (*pack, error) {
	var under *pack
	for _, layer := range layers {
		p, name := new(pack), path.Join(tag, file)
		if err := packs.Decode(layer, name, p); err != nil {
			return nil, err
		}
		if len(p.Keeps) == 0 || len(p.Mends) == 0 {
			return nil, fmt.Errorf("pack %s: want mends and keeps, the texts it is tested on", name)
		}
		if under != nil {
			p.inherit(under)
		}
		under = p
	}
	return under, nil
}

// check returns what is wrong with the packs that reading them does not show.
func (b *library) check() error {
	for _, tag := range b.tags() {
		if _, err := b.languages[tag](); err != nil {
			return err
		}
	}
	return nil
}

// language returns the language of tag; nil if there is none.
func (b *library) language(tag string) *language {
	get := b.languages[tag]
	if get == nil {
		return nil
	}
	l, err := get()
	if err != nil {
		panic(err) // of a pack that comes with tamis: those of users have been checked
	}
	return l
}

// all returns all languages, in the order of their tags.
func (b *library) all() []*language {
	var all []*language
	for _, tag := range b.tags() {
		all = append(all, b.language(tag))
	}
	return all
}

// tags returns the tags of all packs, in order.
func (b *library) tags() []string { return slices.Sorted(maps.Keys(b.packs)) }

// make makes the pack of tag ready for work.
func (b *library) make(tag string) (*language, error) {
	p, err := b.merged(tag)
	if err != nil {
		return nil, err
	}
	l, err := compile(tag, *p, b.profile)
	if err != nil {
		return nil, fmt.Errorf("pack %s/%s: %w", tag, file, err)
	}
	words, err := b.words(tag, p)
	l.library, l.known = b, set(words)
	return l, err
}

// merged returns the pack of tag with what it takes from its language and from
// all languages.
func (b *library) merged(tag string) (*pack, error) {
	var merged *pack
	for _, base := range append(packs.Fallback(tag), "und") {
		if b.packs[base] == nil {
			continue
		}
		p, err := b.packs[base]()
		if err != nil {
			return nil, err
		}
		if merged == nil {
			copied := *p
			merged = &copied
		} else {
			merged.inherit(p)
		}
	}
	return merged, nil
}

// words returns the words of the language of tag, which has the pack p, in lower
// case. A single letter is more often a part of something else.
func (b *library) words(tag string, p *pack) ([]string, error) {
	words := slices.Clone(p.Starters)
	for _, base := range packs.Fallback(tag) {
		for _, layer := range b.layers {
			list, err := packs.Words(layer, path.Join(base, "stopwords.txt"))
			if err != nil {
				return nil, err
			}
			words = append(words, list...)
		}
	}
	words = slices.DeleteFunc(words, func(word string) bool { return utf8.RuneCountInString(word) < 2 })
	for i, word := range words {
		words[i] = strings.ToLower(word)
	}
	return words, nil
}

func (b *library) findProper() map[pair]bool {
	proper := make(map[pair]bool)
	for _, tag := range b.tags() {
		for _, s := range b.mustRead(tag).Quotes {
			if p, err := parsePair(s); err == nil {
				proper[p] = true
			}
		}
	}
	return proper
}

func (b *library) collectWords() *lexicon {
	x := &lexicon{words: make(map[string]uint64, 8<<10)}
	for _, tag := range b.tags() {
		if strings.Contains(tag, "-") {
			continue // a region has the words of its language
		}
		words, err := b.words(tag, b.mustRead(tag))
		if err != nil {
			panic(err) // as in language
		}
		x.add(tag, words)
	}
	return x
}

// mustRead returns the pack of tag, with what it takes from others.
func (b *library) mustRead(tag string) *pack {
	p, err := b.merged(tag)
	if err != nil {
		panic(err) // as in language
	}
	return p
}
