package typography

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"tamis/stages/packs"
)

// A pack is a typography.yaml. What it leaves out is left alone in the text,
// or, in the pack of a region (fr-CH), taken from its language (fr), which
// takes from und what is true of all.
type pack struct {
	// Quotes are the pairs of quotation marks, the outermost first.
	Quotes []string
	// Right and RightInside are further pairs that are left as they are, the
	// first anywhere, the second inside a quotation only.
	Right       []string
	RightInside []string `yaml:"right-inside"`
	// Single is the pair that straight single quotation marks become.
	Single string
	// Guillemets says what stands inside « » and ‹ ›: space, none or any.
	Guillemets string

	// Before says what stands before a mark: none, space (ordinary in print
	// too), wide (a no-break space in print) or narrow (a narrow one).
	Before map[string]string
	// Names end in a mark of their own ("Yahoo!").
	Names []string

	Apostrophe string
	Elisions   []string // that an apostrophe joins to the next word: l', qu'
	Leading    []string // words that begin with an apostrophe
	Trailing   bool     // words may end in an apostrophe

	Ellipsis string
	Dash     struct {
		Double string // what "--" becomes
		Spaced string // what a hyphen between two spaces becomes
	}

	Ligatures []string // words that are written with œ or æ, in all their forms
	Numero    struct {
		Write string   // how the abbreviation of "number" is written before a number
		For   []string // what it is mistaken for
		Space bool     // between it and the number
	}
	// Starters are words that begin a sentence: known to be apart from a word
	// in lower case that a full stop glues them to.
	Starters []string
	// Bound are words and abbreviations that print keeps on a line with what
	// follows them, Units signs and words that it keeps with the number before.
	Bound []string
	Units []string

	// Mends and Keeps are the pack's own tests.
	Mends []struct{ From, To string }
	Keeps []string
}

// A language is a pack made ready for work.
type language struct {
	tag  string
	pack pack

	class       [256]class // what scan has to look at
	levels      []pair
	accepted    []pair // the first of levels and right, in order
	right       map[pair]bool
	rightInside map[pair]bool
	single      pair
	before      map[byte]string // by mark: the space before it
	names       map[string]bool
	elisions    map[string]bool
	leading     map[string]bool
	ligatures   map[string]string // by the spelling with oe or ae
	starters    map[string]bool
	bound       map[string]bool
	units       map[string]bool
}

// A pair is an opening and a closing quotation mark.
type pair struct{ open, close rune }

// load reads every */typography.yaml of fsys, for profile.
func load(fsys fs.FS, profile Profile) (map[string]*language, error) {
	names, err := fs.Glob(fsys, "*/typography.yaml")
	if err != nil {
		return nil, err
	}
	read := make(map[string]*pack)
	for _, name := range names {
		p := new(pack)
		if err := packs.Decode(fsys, name, p); err != nil {
			return nil, err
		}
		read[path.Dir(name)] = p
	}
	if read["und"] == nil {
		return nil, fmt.Errorf("no pack und/typography.yaml")
	}
	languages := make(map[string]*language)
	for tag, p := range read {
		merged := *p
		for _, base := range packs.Fallback(tag)[1:] {
			if b := read[base]; b != nil {
				merged.inherit(b)
			}
		}
		if tag != "und" {
			merged.inherit(read["und"])
		}
		l, err := compile(tag, merged, profile)
		if err != nil {
			return nil, fmt.Errorf("pack %s/typography.yaml: %w", tag, err)
		}
		languages[tag] = l
	}
	return languages, nil
}

// inherit takes from base what p leaves out.
func (p *pack) inherit(base *pack) {
	lists := func(p *pack) []*[]string {
		return []*[]string{
			&p.Quotes, &p.Right, &p.RightInside, &p.Names, &p.Elisions, &p.Leading,
			&p.Ligatures, &p.Numero.For, &p.Starters, &p.Bound, &p.Units,
		}
	}
	for i, list := range lists(p) {
		if *list == nil {
			*list = *lists(base)[i]
		}
	}
	texts := func(p *pack) []*string {
		return []*string{&p.Single, &p.Guillemets, &p.Apostrophe, &p.Ellipsis, &p.Dash.Double, &p.Dash.Spaced, &p.Numero.Write}
	}
	for i, text := range texts(p) {
		*text = cmp.Or(*text, *texts(base)[i])
	}
	p.Trailing = p.Trailing || base.Trailing
	p.Numero.Space = p.Numero.Space || base.Numero.Space
	before := maps.Clone(base.Before)
	if before == nil {
		before = make(map[string]string)
	}
	maps.Copy(before, p.Before)
	p.Before = before
}

// compile checks p and makes it ready for work in profile.
func compile(tag string, p pack, profile Profile) (*language, error) {
	if len(p.Keeps) == 0 || len(p.Mends) == 0 {
		return nil, fmt.Errorf("want mends and keeps, the texts it is tested on")
	}
	if profile == ASCII {
		p.Quotes, p.Single = nil, ""
		if p.Ellipsis != "" {
			p.Ellipsis = "..."
		}
		if p.Apostrophe != "" {
			p.Apostrophe = "'"
		}
	}
	l := &language{
		tag: tag, pack: p,
		before: make(map[byte]string), ligatures: make(map[string]string),
		names: set(p.Names), elisions: set(p.Elisions), leading: set(p.Leading),
		starters: set(p.Starters), bound: set(p.Bound), units: set(p.Units),
	}
	if err := l.setQuotes(); err != nil {
		return nil, err
	}
	for mark, what := range p.Before {
		if len(mark) != 1 || strings.IndexByte(",.;:!?", mark[0]) < 0 {
			return nil, fmt.Errorf("before: no mark %q", mark)
		}
		switch what {
		case "none", "space", "wide", "narrow", "any":
			l.before[mark[0]] = what
		default:
			return nil, fmt.Errorf("before: %q: want none, space, wide, narrow or any, not %q", mark, what)
		}
	}
	for _, word := range p.Ligatures {
		plain := ligatureLetters.Replace(word)
		if plain == word || strings.IndexFunc(word, func(r rune) bool { return !unicode.IsLower(r) }) >= 0 {
			return nil, fmt.Errorf("ligatures: %q: want a word in lower case with œ or æ", word)
		}
		l.ligatures[plain] = word
	}
	l.classify()
	return l, nil
}

var ligatureLetters = strings.NewReplacer("œ", "oe", "æ", "ae")

func (l *language) setQuotes() error {
	parse := func(s string) (pair, error) {
		r := []rune(s)
		if len(r) != 2 || r[0] == utf8.RuneError || r[1] == utf8.RuneError {
			return pair{}, fmt.Errorf("quotes: %q: want an opening and a closing mark", s)
		}
		return pair{r[0], r[1]}, nil
	}
	parseAll := func(list []string) (map[pair]bool, error) {
		pairs := make(map[pair]bool)
		for _, s := range list {
			p, err := parse(s)
			if err != nil {
				return nil, err
			}
			pairs[p] = true
		}
		return pairs, nil
	}
	for _, s := range l.pack.Quotes {
		p, err := parse(s)
		if err != nil {
			return err
		}
		l.levels = append(l.levels, p)
	}
	if len(l.levels) > 0 {
		l.accepted = append(l.accepted, l.levels[0])
	}
	for _, s := range l.pack.Right {
		p, err := parse(s)
		if err != nil {
			return err
		}
		l.accepted = append(l.accepted, p)
	}
	var err error
	if l.right, err = parseAll(l.pack.Right); err != nil {
		return err
	}
	if l.rightInside, err = parseAll(l.pack.RightInside); err != nil {
		return err
	}
	if l.pack.Single != "" {
		if l.single, err = parse(l.pack.Single); err != nil {
			return err
		}
	}
	switch l.pack.Guillemets {
	case "", "any", "none", "space":
		return nil
	}
	return fmt.Errorf("guillemets: want space, none or any, not %q", l.pack.Guillemets)
}

func set(list []string) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, s := range list {
		m[s] = true
	}
	return m
}
