package typography

import (
	"cmp"
	"fmt"
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"
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
	// Single is the pair that straight single quotation marks become where no
	// quotation is around them; the first of Quotes if it is left out.
	Single string
	// Guillemets says what stands inside « » and ‹ ›: space, none or any.
	Guillemets string

	// Before says what stands before a mark: none, space (ordinary in print
	// too), wide (a no-break space in print) or narrow (a narrow one). The marks
	// are , . ; : ! ? … and, after a number, % € $ £.
	Before map[string]string
	// Names end in a mark of their own ("Yahoo!").
	Names []string
	// Colons may stand inside a word (EU:n, Leser:in).
	Colons bool

	Apostrophe string
	Elisions   []string // that an apostrophe joins to the next word: l', qu'
	Leading    []string // words that begin with an apostrophe
	Trailing   bool     // words may end in an apostrophe
	Suffixes   []string // that an apostrophe joins to a number: 1990's

	Ellipsis string
	// Dots are the least and the most dots in a row that stand for an ellipsis:
	// [3, 6] if it is left out.
	Dots []int
	// Complete are abbreviations that no ellipsis follows, but a full stop.
	Complete []string
	Dash     struct {
		Double string // what "--" becomes
		Spaced string // what a hyphen between two spaces becomes
		Years  string // what a hyphen between two years, or pages, becomes
		Speech string // what a hyphen and a space before direct speech become
	}
	Pages []string // words and abbreviations that numbers of pages follow
	// Speech are words that tell that a line which begins with a hyphen is
	// spoken; with a hyphen in front, the ends of such words.
	Speech []string

	// Ligatures are words that are written with œ or æ. With * at its end a
	// word stands for all that begin with it.
	Ligatures []string
	Numero    struct {
		Write string   // how the abbreviation of "number" is written before a number
		For   []string // what it is mistaken for
		Space bool     // between it and the number
	}
	// Ordinals are the endings of ordinal numbers, by what they are mistaken
	// for: ème is e.
	Ordinals map[string]string
	// Starters are words that begin a sentence: known to be apart from a word
	// in lower case that a full stop glues them to. So are the function words of
	// the language (stopwords.txt).
	Starters []string
	// Bound are words and abbreviations that print keeps on a line with what
	// follows them, Units signs and words that it keeps with the number before.
	Bound []string
	Units []string
	// Apart says that a space stands between a number and a unit of two letters
	// or more in any profile.
	Apart bool

	// Mends and Keeps are the pack's own tests.
	Mends []struct{ From, To string }
	Keeps []string
}

// A language is a pack made ready for work.
type language struct {
	tag     string
	pack    pack
	library *library // of all languages

	print       bool        // to be printed
	bytes       [256]uint64 // what scan suspects of a byte
	suspected   []need      // what it suspects, by its number
	never       need        // what the language, or the profile, never needs
	mayPrint    [256]bool   // by the byte after a space that print may want to be a no-break one
	afterMark   [256]bool   // the same by the byte before it, words aside
	mayBind     endings     // that print may want to keep with the next word
	levels      []pair
	accepted    []pair // the first of levels and right, in order
	right       map[pair]bool
	rightInside map[pair]bool
	single      pair
	before      map[rune]string // by mark: the space before it
	names       map[string]bool
	elisions    map[string]bool
	leading     map[string]bool
	dots        [2]int // least and most of an ellipsis
	suffixes    map[string]bool
	complete    map[string]bool
	pages       map[string]bool
	speech      map[string]bool
	ligatures   map[string]string // by the spelling with oe or ae
	families    map[string]string // the same of how words begin
	starters    map[string]bool
	known       map[string]bool // words of the language, in lower case
	bound       map[string]bool
	units       map[string]bool
}

// A pair is an opening and a closing quotation mark.
type pair struct{ open, close rune }

// inherit takes from base what p leaves out.
func (p *pack) inherit(base *pack) {
	lists := func(p *pack) []*[]string {
		return []*[]string{
			&p.Quotes, &p.Right, &p.RightInside, &p.Names, &p.Elisions, &p.Leading, &p.Suffixes,
			&p.Complete, &p.Pages, &p.Speech, &p.Ligatures, &p.Numero.For, &p.Starters, &p.Bound, &p.Units,
		}
	}
	for i, list := range lists(p) {
		if *list == nil {
			*list = *lists(base)[i]
		}
	}
	texts := func(p *pack) []*string {
		return []*string{
			&p.Single, &p.Guillemets, &p.Apostrophe, &p.Ellipsis, &p.Numero.Write,
			&p.Dash.Double, &p.Dash.Spaced, &p.Dash.Years, &p.Dash.Speech,
		}
	}
	for i, text := range texts(p) {
		*text = cmp.Or(*text, *texts(base)[i])
	}
	p.Trailing = p.Trailing || base.Trailing
	p.Colons = p.Colons || base.Colons
	p.Apart = p.Apart || base.Apart
	if p.Dots == nil {
		p.Dots = base.Dots
	}
	p.Numero.Space = p.Numero.Space || base.Numero.Space
	p.Before = over(p.Before, base.Before)
	p.Ordinals = over(p.Ordinals, base.Ordinals)
}

// over returns what a map says, and base of what it does not.
func over(m, base map[string]string) map[string]string {
	merged := make(map[string]string, len(m)+len(base))
	maps.Copy(merged, base)
	maps.Copy(merged, m)
	return merged
}

// compile checks p and makes it ready for work in profile.
func compile(tag string, p pack, profile Profile) (*language, error) {
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
		tag: tag, pack: p, print: profile == Print, before: make(map[rune]string),
		names: set(p.Names), elisions: set(p.Elisions), leading: set(p.Leading), suffixes: set(p.Suffixes),
		complete: set(p.Complete), pages: set(p.Pages), speech: set(p.Speech), starters: set(p.Starters), bound: set(p.Bound), units: set(p.Units),
	}
	for _, f := range []func() error{l.setQuotes, l.setMarks, l.setDots, l.setLigatures} {
		if err := f(); err != nil {
			return nil, err
		}
	}
	l.classify()
	l.classifySpaces()
	return l, nil
}

// marks are those before which a language may set a space.
const marks = ",.;:!?…%€$£"

func (l *language) setMarks() error {
	for mark, what := range l.pack.Before {
		r, n := utf8.DecodeRuneInString(mark)
		if n != len(mark) || !strings.ContainsRune(marks, r) {
			return fmt.Errorf("before: no mark %q", mark)
		}
		switch what {
		case "none", "space", "wide", "narrow", "any":
			l.before[r] = what
		default:
			return fmt.Errorf("before: %q: want none, space, wide, narrow or any, not %q", mark, what)
		}
	}
	return nil
}

func (l *language) setDots() error {
	l.dots = [2]int{3, 6}
	switch d := l.pack.Dots; {
	case d == nil:
	case len(d) == 2 && d[0] > 1 && d[0] <= 3 && d[1] >= 3:
		l.dots = [2]int{d[0], d[1]}
	default:
		return fmt.Errorf("dots: want the least, 2 or 3, and the most, not %v", d)
	}
	return nil
}

func (l *language) setLigatures() error {
	l.ligatures, l.families = make(map[string]string), make(map[string]string)
	for _, word := range l.pack.Ligatures {
		start, family := strings.CutSuffix(word, "*")
		plain := ligatureLetters.Replace(start)
		if plain == start || strings.IndexFunc(start, func(r rune) bool { return !unicode.IsLower(r) }) >= 0 {
			return fmt.Errorf("ligatures: %q: want a word in lower case with œ or æ", word)
		}
		if family {
			l.families[plain] = start
		} else {
			l.ligatures[plain] = start
		}
	}
	return nil
}

var ligatureLetters = strings.NewReplacer("œ", "oe", "æ", "ae")

func (l *language) setQuotes() error {
	parseAll := func(list []string) (map[pair]bool, error) {
		pairs := make(map[pair]bool)
		for _, s := range list {
			p, err := parsePair(s)
			if err != nil {
				return nil, err
			}
			pairs[p] = true
		}
		return pairs, nil
	}
	for _, s := range l.pack.Quotes {
		p, err := parsePair(s)
		if err != nil {
			return err
		}
		l.levels = append(l.levels, p)
	}
	if len(l.levels) > 0 {
		l.accepted = append(l.accepted, l.levels[0])
	}
	for _, s := range l.pack.Right {
		p, err := parsePair(s)
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
		if l.single, err = parsePair(l.pack.Single); err != nil {
			return err
		}
	}
	switch l.pack.Guillemets {
	case "", "any", "none", "space":
		return nil
	}
	return fmt.Errorf("guillemets: want space, none or any, not %q", l.pack.Guillemets)
}

func parsePair(s string) (pair, error) {
	r := []rune(s)
	if len(r) != 2 || r[0] == utf8.RuneError || r[1] == utf8.RuneError {
		return pair{}, fmt.Errorf("quotes: %q: want an opening and a closing mark", s)
	}
	return pair{r[0], r[1]}, nil
}

func set(list []string) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, s := range list {
		m[s] = true
	}
	return m
}
