package stages_test

import (
	"strings"
	"testing"

	"tamis/stages"
)

func TestNewRunsOnlyWhatIsAskedFor(t *testing.T) {
	for only, want := range map[string]string{
		"":                         "decode mojibake norm mojibake langid typography junk dedup junk",
		"norm,mojibake":            "decode mojibake norm mojibake",
		"typography":               "decode langid typography",
		"junk":                     "decode langid junk",
		"dedup":                    "decode dedup",
		"mojibake,norm,typography": "decode mojibake norm mojibake langid typography",
	} {
		var opts stages.Options
		if only != "" {
			opts.Only = strings.Split(only, ",")
		}
		made, err := stages.New(opts)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, s := range made {
			names = append(names, s.Name())
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("only %q: got %s, want %s", only, got, want)
		}
	}
	if _, err := stages.New(stages.Options{Only: []string{"soap"}}); err == nil {
		t.Error("no error for a stage that is none")
	}
}

// Every rule has a name that begins with its stage's, is there once, and says why.
func TestRules(t *testing.T) {
	made, err := stages.New(stages.Options{})
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for _, s := range made {
		for _, r := range s.Rules() {
			if !strings.HasPrefix(r.ID, s.Name()+".") || r.Why == "" || seen[r.ID] {
				t.Errorf("%s: rule %q (%s)", s.Name(), r.ID, r.Why)
			}
			seen[r.ID] = true
		}
	}
}
