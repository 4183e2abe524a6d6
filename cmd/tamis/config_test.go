package main

import (
	"testing"

	"github.com/goccy/go-yaml"
)

// FuzzSettings reads any configuration: what it takes is no longer than what it
// is read from.
func FuzzSettings(f *testing.F) {
	f.Add("typography: print\ndisable: [junk.run, norm.nfc]\njobs: 1\n")
	f.Add("a: &a [x, y]\nb: *a\nc: [*a, *a]\n")
	f.Fuzz(func(t *testing.T, text string) {
		var values map[string]setting
		if err := yaml.Unmarshal([]byte(text), &values); err != nil {
			return
		}
		for key, value := range values {
			if len(value.values) > len(text) {
				t.Errorf("%s: %d values from %d bytes", key, len(value.values), len(text))
			}
		}
	})
}
