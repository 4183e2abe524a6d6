package junk

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"regexp/syntax"
	"slices"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"tamis/pipeline"
	"tamis/stages/junk/linemodel"
	"tamis/stages/packs"
)

// A Rulebook is all that the packs know of junk.
type Rulebook struct {
	packs []*pack // those of a later layer after those of an earlier one

	mu      sync.Mutex
	indexes map[string]*index // by language, made when it is first met; "" for those without a pack
}

// A pack is the junk.yaml of one language.
type pack struct {
	// Home holds the words that a path of links begins with: "Home".
	Home []string `yaml:"home"`
	// Sections are what sites divide themselves into: "Sport".
	Sections []string `yaml:"sections"`
	// Labels are short lines that recur because the author repeats them:
	// speakers, parts of a recipe, "Question".
	Labels []string `yaml:"labels"`
	// Leads are what stands before the title of another article, or in the words
	// before it: "See also".
	Leads []string `yaml:"leads"`
	// Begins and Holds are what headlines made to sell begin with and what they
	// hold, and captions do not: "This", "How", "your". They speak against
	// a headline that breaks in between paragraphs, and against no other line.
	Begins []string `yaml:"begins"`
	Holds  []string `yaml:"holds"`
	// Captions are what captions begin with, before a colon: "Above".
	Captions []string `yaml:"captions"`
	// Capitals are words that a sentence holds with a capital inside too: "I", the
	// polite "Sie".
	Capitals []string `yaml:"capitals"`
	Rules    []rule   `yaml:"rules"`

	name  string // of the file
	tag   string
	layer int
	fsys  fs.FS
	stop  []string
	load  func() error // reads the files, once
}

// A rule says what to remove. It has one kind of matcher: Lines and Paragraph
// judge a whole line, Inline cuts stretches out of any line (what its one group
// matches, if it has one), and Hint, tried on lines shaped like a heading, is
// evidence that needs other evidence beside it.
// Drops and Keeps are its own tests.
type rule struct {
	ID        name     `yaml:"rule"`
	Why       string   `yaml:"why"`
	Lines     []string `yaml:"lines"`     // the whole line, folded; numbers stand for each other
	Paragraph patterns `yaml:"paragraph"` // patterns of the whole line
	Inline    patterns `yaml:"inline"`
	Hint      patterns `yaml:"hint"`
	Score     float64  `yaml:"score"` // how sure, .9 by default and .5 for a hint
	Where     where    `yaml:"where"` // elsewhere the score counts half
	Max       int      `yaml:"max"`   // longest line in bytes, 240 by default
	// Sells says that no heading over an author's own prose looks like the hint:
	// it needs no other headings to compare the line with.
	Sells bool `yaml:"sells"`
	// Button says that the line counts in full right below another of the
	// template only, as "Refresh" does.
	Button bool `yaml:"button"`
	// Once says that the rule counts half if it matches between paragraphs too:
	// a date there is one of a diary's.
	Once bool `yaml:"once"`
	// Opens says that the headlines that follow belong to the line, as to
	// "Related articles".
	Opens bool `yaml:"opens"`
	// Ends says that nothing of the author's follows the line, as below
	// "Leave a comment".
	Ends bool `yaml:"ends"`
	// Native says that the rule is not heard in documents of other languages, as
	// those of English otherwise are.
	Native bool   `yaml:"native"`
	Drops  []name `yaml:"drops" json:"-"`
	Keeps  []name `yaml:"keeps" json:"-"`

	patterns []pattern
	reason   *pipeline.Rule
	users    bool // of a pack that does not come with tamis
}

// A pattern is a regular expression and where its pack has it. In its source a
// space also stands for a no-break space and ' for ’.
type pattern struct {
	Source string
	Need   need
	Most   int // characters in the longest text that it matches
	Edges  edges
	// Bytes with which no text that it matches begins or ends.
	NotFirst, NotLast byteSet

	line, col int
	matcher   func() *matcher       // made when it is first needed; nil if there is none
	re        func() *regexp.Regexp // the same
	rule      *rule
}

// patterns is one pattern or a list of them.
type patterns []pattern

func (ps *patterns) UnmarshalYAML(n ast.Node) error {
	nodes := []ast.Node{n}
	if seq, ok := n.(*ast.SequenceNode); ok {
		nodes = seq.Values
	}
	for _, n := range nodes {
		p := pattern{line: n.GetToken().Position.Line, col: n.GetToken().Position.Column}
		if err := yaml.NodeToValue(n, &p.Source); err != nil {
			return err
		}
		*ps = append(*ps, p)
	}
	return nil
}

// A name is a string and where its pack has it.
type name struct {
	string
	line, col int
}

func (v *name) UnmarshalYAML(n ast.Node) error {
	v.line, v.col = n.GetToken().Position.Line, n.GetToken().Position.Column
	return yaml.NodeToValue(n, &v.string)
}

// MarshalText returns the string.
func (v name) MarshalText() ([]byte, error) { return []byte(v.string), nil }

// UnmarshalText reads a string of no known place.
func (v *name) UnmarshalText(text []byte) error {
	v.string = string(text)
	return nil
}

// Load reads every */junk.yaml of the layers. A rule of a later layer replaces
// one of the same language and name in an earlier one. Load returns all that is
// wrong with the packs, each with its file, line and column.
func Load(layers ...fs.FS) (*Rulebook, error) {
	b, err := open((*pack).readYAML, layers...)
	if err != nil {
		return nil, err
	}
	return b, b.loadFrom(0)
}

// open finds the packs of the layers, to be read by read when they are needed. A
// language of which the stop words alone are known has one without rules.
func open(read func(p *pack, file []byte) error, layers ...fs.FS) (*Rulebook, error) {
	b := &Rulebook{indexes: make(map[string]*index)}
	for i, layer := range layers {
		var tags []string
		for _, name := range []string{"*/junk.yaml", "*/stopwords.txt"} {
			names, err := fs.Glob(layer, name)
			if err != nil {
				return nil, fmt.Errorf("find packs: %w", err)
			}
			for _, name := range names {
				tags = append(tags, path.Dir(name))
			}
		}
		slices.Sort(tags)
		for _, tag := range slices.Compact(tags) {
			p := &pack{name: path.Join(tag, "junk.yaml"), tag: tag, layer: i, fsys: layer}
			p.load = sync.OnceValue(func() error { return p.open(read) })
			b.packs = append(b.packs, p)
		}
	}
	return b, nil
}

// loadFrom reads the packs of all layers from the given one on.
func (b *Rulebook) loadFrom(layer int) error {
	var errs []error
	for _, p := range b.packs {
		if p.layer >= layer {
			errs = append(errs, p.load())
		}
	}
	return errors.Join(errs...)
}

// open reads the pack, and the stop words that stand beside it.
func (p *pack) open(read func(p *pack, file []byte) error) error {
	file, err := fs.ReadFile(p.fsys, p.name)
	if err == nil {
		err = read(p, file)
	} else if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err != nil {
		return err
	}
	p.stop, err = packs.Words(p.fsys, path.Join(p.tag, "stopwords.txt"))
	return err
}

// read reads the pack as it has been compiled, without the tests of its rules, or
// else from YAML.
func (p *pack) read(file []byte) error {
	found, err := compiled().Decode(file, p)
	if !found {
		return p.readYAML(file)
	}
	p.link()
	return err
}

// readYAML reads and checks the pack.
func (p *pack) readYAML(file []byte) error {
	if err := packs.Unmarshal(file, p); err != nil {
		return packs.In(p.fsys, p.name, err)
	}
	var errs []error
	for _, err := range p.prepare() {
		errs = append(errs, packs.In(p.fsys, p.name, err))
	}
	p.link()
	return errors.Join(errs...)
}

//go:generate go test -run TestCompiled . -update
//go:embed compiled.txt
var compiledPacks []byte

// compiled holds the packs that come with tamis, and of their patterns what to look
// for.
var compiled = sync.OnceValue(func() packs.Compiled { return packs.ParseCompiled(compiledPacks) })

// lookup returns the index to use for a document in the language of tag.
func (b *Rulebook) lookup(tag string) (*index, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	known := ""
	for _, t := range packs.Fallback(tag) {
		if slices.ContainsFunc(b.packs, func(p *pack) bool { return p.tag == t }) {
			known = t
			break
		}
	}
	if x := b.indexes[known]; x != nil {
		return x, nil
	}
	x, err := b.index(known)
	if err != nil {
		return nil, err
	}
	b.indexes[known] = x
	return x, nil
}

// index returns the index of a language: its own packs, those of its parents,
// "und", and English.
func (b *Rulebook) index(tag string) (*index, error) {
	x := newIndex()
	var stop []string
	tags := append(packs.Fallback(tag), "und", "en")
	for i, tag := range tags {
		if slices.Contains(tags[:i], tag) {
			continue
		}
		replaced := make(map[string]bool)
		for _, p := range slices.Backward(b.packs) {
			if p.tag != tag {
				continue
			}
			if err := p.load(); err != nil {
				return nil, err
			}
			x.add(p, replaced, i > 0 && tag == "en")
			if i == 0 || tag != "en" {
				stop = append(stop, p.stop...)
			}
		}
	}
	x.addStop(stop)
	x.pack()
	return x, nil
}

// prepare checks and compiles the rules of a pack.
func (p *pack) prepare() (errs []error) {
	seen := make(map[string]bool)
	for i := range p.Rules {
		r := &p.Rules[i]
		fail := func(line, col int, format string, args ...any) {
			err := fmt.Errorf("rule %q: %w", r.ID.string, fmt.Errorf(format, args...))
			errs = append(errs, &packs.PlaceError{Line: line, Column: col, Err: err})
		}
		if seen[r.ID.string] || r.ID.string == "" {
			fail(r.ID.line, r.ID.col, "want a name that no other rule has")
		}
		seen[r.ID.string] = true
		if err := r.check(); err != nil {
			fail(r.ID.line, r.ID.col, "%w", err)
			continue
		}
		for _, patterns := range []patterns{r.Paragraph, r.Inline, r.Hint} {
			for j := range patterns {
				pt := &patterns[j]
				if err := pt.analyse(r.Inline == nil); err != nil {
					fail(pt.line, pt.col, "%w", err)
				}
			}
		}
	}
	return errs
}

// link joins what the rules of a pack consist of.
func (p *pack) link() {
	for i := range p.Rules {
		r := &p.Rules[i]
		r.users = p.layer > 0
		r.reason = &pipeline.Rule{ID: "junk." + p.tag + "." + r.ID.string, Why: r.Why}
		r.patterns = slices.Concat(r.Paragraph, r.Inline, r.Hint)
		for j := range r.patterns {
			pt := &r.patterns[j]
			pt.rule = r
			pt.re = sync.OnceValue(pt.compile)
			pt.matcher = sync.OnceValue(pt.newMatcher)
		}
	}
}

// check reports what a rule lacks, and fills in what it leaves to us.
func (r *rule) check() error {
	kinds := 0
	for _, n := range []int{len(r.Lines), len(r.Paragraph), len(r.Inline), len(r.Hint)} {
		if n > 0 {
			kinds++
		}
	}
	switch {
	case kinds != 1:
		return errors.New("want one of lines, paragraph, inline and hint")
	case r.Why == "":
		return errors.New("want a why, for the reader of an audit")
	case len(r.Drops) == 0 || len(r.Keeps) == 0:
		return errors.New("want drops and keeps, the tests of the rule")
	case !(r.Score >= 0 && r.Score <= 1):
		return errors.New("want a score in (0, 1]")
	}
	for _, phrase := range r.Lines {
		if fold(phrase) == "" {
			return fmt.Errorf("want letters or digits in the line %q", phrase)
		}
	}
	if r.Score == 0 {
		r.Score = .9
		if r.Hint != nil {
			r.Score = .5
		}
	}
	if r.Max == 0 {
		r.Max = 240
	}
	return nil
}

// analyse checks the pattern, which must match a whole line if whole is set, and
// finds what to look for before trying it.
func (p *pattern) analyse(whole bool) error {
	parsed, err := p.parse(whole)
	var loose *syntax.Regexp
	if err == nil {
		loose, err = syntax.Parse(p.expression(whole), syntax.Perl)
	}
	if err != nil {
		return fmt.Errorf("pattern %q: %w", p.Source, err)
	}
	var ok bool
	if p.Need, ok = needed(parsed, whole); !ok {
		return fmt.Errorf("pattern %q: want a stretch of fixed text, four bytes or longer, to look for first", p.Source)
	}
	p.Most, p.Edges = longest(parsed), edgesOf(parsed)
	p.NotFirst = neverEnds(loose, false)
	if whole {
		p.NotLast = neverEnds(loose, true)
	} else if parsed.MaxCap() > 1 {
		return fmt.Errorf("pattern %q: want one group at most, for what is cut; (?: ) groups without", p.Source)
	}
	return nil
}

// parse parses the pattern, to match a whole line if whole is set.
func (p *pattern) parse(whole bool) (*syntax.Regexp, error) {
	parsed, err := syntax.Parse(p.Source, syntax.Perl)
	if err != nil || !whole {
		return parsed, err
	}
	parts := []*syntax.Regexp{parsed}
	if parsed.Op == syntax.OpConcat {
		parts = parsed.Sub
	}
	begin, end := &syntax.Regexp{Op: syntax.OpBeginText}, &syntax.Regexp{Op: syntax.OpEndText}
	return &syntax.Regexp{Op: syntax.OpConcat, Sub: slices.Concat([]*syntax.Regexp{begin}, parts, []*syntax.Regexp{end})}, nil
}

// compile returns the regular expression. Of all patterns, a run needs a few.
func (p *pattern) compile() *regexp.Regexp {
	return regexp.MustCompile(p.expression(p.rule.Inline == nil)) // it has been parsed before
}

// newMatcher returns the matcher of a pattern of the whole line, or nil if it is better
// left to regexp.
func (p *pattern) newMatcher() *matcher {
	parsed, err := syntax.Parse(p.expression(true), syntax.Perl)
	if err != nil || p.rule.Inline != nil {
		return nil
	}
	return newMatcher(parsed)
}

// matches reports whether the pattern matches s.
func (p *pattern) matches(s string) bool {
	if m := p.matcher(); m != nil {
		if matches, sure := m.match(s); sure {
			return matches
		}
	}
	return p.re().MatchString(s)
}

// expression returns what is compiled, to match a whole line if whole is set.
func (p *pattern) expression(whole bool) string {
	source := loosen(p.Source)
	if whole {
		source = `^(?:` + source + `)$`
	}
	return source
}

// loosen makes the spaces and apostrophes of a pattern, but for those in classes with
// other characters and in quotations, stand for all that texts write for them. (To write
// a parsed pattern takes longer than to parse it, and a letter of any kind becomes
// a class of hundreds.)
func loosen(source string) string {
	return patternToken().ReplaceAllStringFunc(source, func(token string) string {
		switch token {
		case " ", "[ ]", `\ `:
			return `[ \x{a0}\x{202f}]`
		case "'", "’", `\'`, `\’`:
			return `['’]`
		}
		return token
	})
}

// patternToken matches the spaces and apostrophes of a pattern, and what may hold
// others: quotations, escapes and classes.
var patternToken = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?s)\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\[:[^]]*:]|\\.|[^]\\])*]|[ '’]`)
})

// rules lists the rules of all packs.
func (b *Rulebook) rules() []*pipeline.Rule {
	var all []*pipeline.Rule
	for _, p := range b.packs {
		for i := range p.Rules {
			all = append(all, p.Rules[i].reason)
		}
	}
	return all
}

// An Entry describes a rule of a pack.
type Entry struct {
	Pack string // the language
	Kind string // "line", "inline" or "hint"
	Rule *pipeline.Rule
}

// Entries lists the rules of all packs, by language, in the order of the files.
func (b *Rulebook) Entries() []Entry {
	var all []Entry
	for _, p := range b.packs {
		for i := range p.Rules {
			r := &p.Rules[i]
			kind := "line"
			if r.Inline != nil {
				kind = "inline"
			} else if r.Hint != nil {
				kind = "hint"
			}
			all = append(all, Entry{p.tag, kind, r.reason})
		}
	}
	return all
}

// A Failure is a text that a rule of a pack treats otherwise than the pack says.
type Failure struct {
	File         string // in its folder of packs
	Line, Column int    // of the text
	Rule         *pipeline.Rule
	Text         string
	Keep         bool // the rule should leave Text alone, and does not

	fsys fs.FS
}

func (f Failure) Error() string {
	what := "does not match, and should,"
	if f.Keep {
		what = "matches, and should not,"
	}
	err := fmt.Errorf("rule %s: %s %q", f.Rule.ID, what, f.Text)
	return packs.In(f.fsys, f.File, &packs.PlaceError{Line: f.Line, Column: f.Column, Err: err}).Error()
}

// Test holds every rule to its own drops and keeps.
func (b *Rulebook) Test() []Failure {
	var failures []Failure
	for _, p := range b.packs {
		for i := range p.Rules {
			r := &p.Rules[i]
			x := newIndex()
			x.addRule(r)
			x.pack()
			try := func(text string, at name, want bool) {
				if x.matches(text) != want {
					failures = append(failures, Failure{p.name, at.line, at.col, r.reason, text, !want, p.fsys})
				}
			}
			for _, text := range r.Drops {
				try(text.string, text, true)
			}
			for _, text := range r.Lines {
				try(text, r.ID, true)
			}
			for _, text := range r.Keeps {
				try(text.string, text, false)
			}
		}
	}
	return failures
}

// matches reports whether a rule of x speaks about a line of its own.
func (x *index) matches(text string) bool {
	text = strip(text)
	if slices.ContainsFunc(x.phrases[linemodel.Identity(text)], func(p phrase) bool { return p.folded == fold(text) }) {
		return true
	}
	for _, h := range x.scan(text, headingLine, nil) {
		if p := x.patterns[h.pattern]; (len(text) <= p.rule.Max || p.rule.Inline != nil) && p.matches(text) {
			return true
		}
	}
	return false
}
