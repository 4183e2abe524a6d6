package templates

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"tamis/stages/packs"
)

// preamble stands at the head of a file.
const preamble = `# Lines that recur on the documents of each site, found by tamis learn, used by
# tamis clean --templates. Delete those that an author may have written; to add
# one, - {line: "..."} is enough. Of a line, only its letters count, capital or
# small, and a number stands for any. It has twelve words at most.
#   documents: how many have the line, at least
#   inside: how many of these have it amid the author's lines
`

// Write writes l as a stream of YAML documents, one for each site, a line of it
// for each line. What [Read] makes of them is l again.
func (l *List) Write(w io.Writer) error {
	b := bufio.NewWriter(w)
	io.WriteString(b, preamble) // a failure shows when it is flushed
	for _, site := range l.Sites {
		fmt.Fprintf(b, "---\nsite: %s\ndocuments: %d\nlines:\n", Quote(site.Name), site.Documents)
		for _, line := range site.Lines {
			io.WriteString(b, "- {")
			if line.Documents > 0 {
				fmt.Fprintf(b, "documents: %d, ", line.Documents)
			}
			if line.Inside > 0 {
				fmt.Fprintf(b, "inside: %d, ", line.Inside)
			}
			fmt.Fprintf(b, "line: %s}\n", Quote(line.Text))
		}
	}
	return b.Flush()
}

// Quote returns s as YAML in double quotes, on one line.
func Quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, "\\U%08x", r)
		default:
			fmt.Fprintf(&b, "\\u%04x", r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// Read reads what [List.Write] has written and people have edited: the sites in
// any order, and of each the lines. A line of more than [MaxWords] words, a
// line or a site that comes twice, and a field nobody knows are errors, which
// name the place and show it ([packs.PlaceError]).
func Read(r io.Reader) (*List, error) {
	list := new(List)
	seen := make(map[string]bool)
	add := func(text []byte, offset int) error {
		if !hasContent(text) {
			return nil
		}
		site, err := readSite(text)
		if err == nil && seen[site.Name] {
			err = packs.At(text, site.at.line, site.at.column, fmt.Errorf("the site %q comes twice; tamis learn --merge adds up", site.Name))
		}
		var placed *packs.PlaceError
		if errors.As(err, &placed) {
			placed.Line += offset
		}
		if err != nil {
			return err
		}
		seen[site.Name] = true
		list.Sites = append(list.Sites, site.Site)
		return nil
	}

	// YAML is read a document at a time, because its parser takes a hundred times
	// the memory of the text.
	in := bufio.NewReaderSize(r, 64<<10)
	var text []byte
	begins := true // a line does
	for offset, n := 0, 0; ; {
		part, err := in.ReadSlice('\n')
		if err != nil && err != io.EOF && err != bufio.ErrBufferFull {
			return nil, err
		}
		if begins && separates(part) || err == io.EOF && len(part) == 0 {
			if err := add(text, offset); err != nil {
				return nil, err
			}
			text, offset = text[:0], n
			if err == io.EOF && len(part) == 0 {
				return list.sorted(), nil
			}
			copy(part, "   ")
		}
		if text = append(text, part...); len(text) > maxSite {
			return nil, packs.At(nil, n+1, 1, fmt.Errorf("more than %d MiB of one site: this is no list of templates", maxSite>>20))
		}
		if begins = err == nil; begins {
			n++
		}
	}
}

// maxSite bounds what is read before it is known to be a list, in bytes.
const maxSite = 32 << 20

// separates reports whether a line begins a YAML document.
func separates(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, []byte("---"))
	return ok && (len(rest) == 0 || bytes.IndexByte([]byte(" \t\r\n"), rest[0]) >= 0)
}

// hasContent reports whether there is more in a YAML document than comments.
func hasContent(text []byte) bool {
	for line := range bytes.Lines(text) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return true
		}
	}
	return false
}

// A siteFile is a site as a file has it, with the places of its names.
type siteFile struct {
	Site
	at place
}

// readSite reads and checks the YAML document of one site.
func readSite(text []byte) (*siteFile, error) {
	var file struct {
		Site      *word `yaml:"site"`
		Documents int   `yaml:"documents"`
		Lines     []struct {
			Text      word `yaml:"line"`
			Documents int  `yaml:"documents"`
			Inside    int  `yaml:"inside"`
		} `yaml:"lines"`
	}
	if err := packs.Unmarshal(text, &file); err != nil {
		return nil, err
	}
	fail := func(at place, format string, args ...any) (*siteFile, error) {
		return nil, packs.At(text, at.line, at.column, fmt.Errorf(format, args...))
	}
	if file.Site == nil {
		return fail(firstPlace(text), "want the name of a site")
	}
	s := &siteFile{Site{Name: file.Site.text, Documents: file.Documents}, file.Site.at}
	if s.Documents < 0 || s.Documents > maxCount {
		return fail(s.at, "the site %q: want the number of its documents", s.Name)
	}
	seen := make(map[string]bool)
	for _, l := range file.Lines {
		at, key := l.Text.at, Key(l.Text.text)
		switch {
		case l.Text.at == place{}:
			return fail(s.at, "the site %q has an entry without a line", s.Name)
		case Words(l.Text.text) > MaxWords:
			return fail(at, "a line of %d words: want %d at most", Words(l.Text.text), MaxWords)
		case !Listable(l.Text.text):
			return fail(at, "want a line with a letter in it, of %d bytes at most", maxBytes)
		case l.Documents < 0 || l.Documents > maxCount || l.Inside < 0 || l.Inside > l.Documents:
			return fail(at, "want documents, and not more of them inside")
		case seen[key]:
			return fail(at, "the line comes twice, perhaps in other letters or with another number")
		}
		seen[key] = true
		s.Lines = append(s.Lines, Line{l.Text.text, l.Documents, l.Inside})
	}
	return s, nil
}

// maxCount keeps sums from overflowing.
const maxCount = 1 << 40

// A place is where something stands in a YAML document.
type place struct{ line, column int }

// firstPlace returns the place of the first text that is no comment.
func firstPlace(text []byte) place {
	n := 1
	for line := range bytes.Lines(text) {
		if hasContent(line) {
			break
		}
		n++
	}
	return place{n, 1}
}

// A word is a text and where it stands.
type word struct {
	text string
	at   place
}

// UnmarshalYAML reads the text and notes its place.
func (w *word) UnmarshalYAML(n ast.Node) error {
	pos := n.GetToken().Position
	w.at = place{pos.Line, pos.Column}
	return yaml.NodeToValue(n, &w.text)
}
