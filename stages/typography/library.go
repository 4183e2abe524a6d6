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

// A library holds the packs of all languages. Each is made ready for work when a
// text is in it: there are forty, and of most nothing is ever needed.
type library struct {
	profile   Profile
	layers    []fs.FS
	packs     map[string]*pack // by BCP 47 tag
	languages map[string]func() (*language, error)

	proper  func() map[pair]bool // every pair that is right in some language
	lexicon func() *lexicon      // the words of all
}

// open reads every */typography.yaml of layers, for profile. What a layer says
// of a language goes before what those under it say.
func open(profile Profile, layers ...fs.FS) (*library, error) {
	b := &library{profile: profile, layers: layers, packs: make(map[string]*pack), languages: make(map[string]func() (*language, error))}
	for _, layer := range layers {
		names, err := fs.Glob(layer, "*/typography.yaml")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			p := new(pack)
			if err := packs.Decode(layer, name, p); err != nil {
				return nil, err
			}
			tag := path.Dir(name)
			if len(p.Keeps) == 0 || len(p.Mends) == 0 {
				return nil, fmt.Errorf("pack %s: want mends and keeps, the texts it is tested on", name)
			}
			if under := b.packs[tag]; under != nil {
				p.inherit(under)
			}
			b.packs[tag] = p
		}
	}
	if b.packs["und"] == nil {
		return nil, fmt.Errorf("no pack und/typography.yaml")
	}
	for tag := range b.packs {
		b.languages[tag] = sync.OnceValues(func() (*language, error) { return b.make(tag) })
	}
	b.proper = sync.OnceValue(b.findProper)
	b.lexicon = sync.OnceValue(b.collectWords)
	return b, nil
}

// check returns what is wrong with the packs that reading them does not show.
func (b *library) check() error {
	for _, tag := range slices.Sorted(maps.Keys(b.packs)) {
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
	for _, tag := range slices.Sorted(maps.Keys(b.packs)) {
		all = append(all, b.language(tag))
	}
	return all
}

// make makes the pack of tag ready for work, with what it takes from its language
// and from all languages.
func (b *library) make(tag string) (*language, error) {
	merged := *b.packs[tag]
	words := make(map[string]bool)
	for _, base := range packs.Fallback(tag) {
		if p := b.packs[base]; p != nil && base != tag {
			merged.inherit(p)
		}
		for _, layer := range b.layers {
			list, err := packs.Words(layer, path.Join(base, "stopwords.txt"))
			if err != nil {
				return nil, err
			}
			addWords(words, list)
		}
	}
	if tag != "und" {
		merged.inherit(b.packs["und"])
	}
	addWords(words, merged.Starters)
	l, err := compile(tag, merged, b.profile)
	if err != nil {
		return nil, fmt.Errorf("pack %s/typography.yaml: %w", tag, err)
	}
	l.library, l.known = b, words
	return l, nil
}

// addWords adds the words of list, in lower case. A single letter is more often
// a part of something else.
func addWords(words map[string]bool, list []string) {
	for _, word := range list {
		if utf8.RuneCountInString(word) > 1 {
			words[strings.ToLower(word)] = true
		}
	}
}

func (b *library) findProper() map[pair]bool {
	proper := make(map[pair]bool)
	for _, l := range b.all() {
		for _, p := range l.levels {
			proper[p] = true
		}
	}
	return proper
}

func (b *library) collectWords() *lexicon {
	x := &lexicon{words: make(map[string]uint64)}
	for _, l := range b.all() {
		x.add(l.tag, l.known)
	}
	return x
}
