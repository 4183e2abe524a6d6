package packs

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// A few lines that refer to each other would make more lists than there is
// memory. They are refused before anything is made.
func TestUnmarshalRefusesAliases(t *testing.T) {
	bomb := "words:\n- &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := range 20 {
		list := strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 10), ", ")
		bomb += fmt.Sprintf("- &a%d [%s]\n", i+1, list)
	}
	for _, c := range []struct {
		data string
		line int // 0: it is read
	}{
		{bomb, 3},
		{"words: &w [*w]\n", 1},
		{"words: [a]\nother: {<<: *w, b: &w c}\n", 2},
		{"words: ['*a', \"&a *b\", a & b * c]\n# *x &y\n", 0},
	} {
		var v struct{ Words []string }
		err := Unmarshal([]byte(c.data), &v)
		var at *PlaceError
		switch {
		case c.line == 0 && err != nil:
			t.Errorf("%q: %v", c.data, err)
		case c.line > 0 && (!errors.As(err, &at) || at.Line != c.line || !strings.Contains(err.Error(), "refer to another")):
			t.Errorf("%.40q: got %v, want an error in line %d", c.data, err, c.line)
		}
	}
}

// A file in which nothing stands leaves a value as it is, what YAML can't see of it
// too.
func TestUnmarshalNothing(t *testing.T) {
	for _, data := range []string{"", "# a comment\n", "---\n", " \n\n"} {
		v := struct {
			Words []string
			name  string
		}{name: "kept"}
		if err := Unmarshal([]byte(data), &v); err != nil || v.name != "kept" {
			t.Errorf("%q: %v, %+v", data, err, v)
		}
	}
}
