package stages_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestDependencies has a line in docs/dependencies.md for each module that
// go.mod asks for, and for no other.
func TestDependencies(t *testing.T) {
	read := func(name string) string {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	listed := make(map[string]bool)
	for _, row := range regexp.MustCompile("(?m)^\\| (`.*?`) \\|").FindAllStringSubmatch(read("../docs/dependencies.md"), -1) {
		for module := range strings.SplitSeq(row[1], ", ") {
			listed[strings.Trim(module, "`")] = true
		}
	}
	for line := range strings.Lines(read("../go.mod")) {
		module, version, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || !strings.HasPrefix(version, "v") || strings.HasSuffix(version, "// indirect") {
			continue
		}
		if !listed[module] {
			t.Errorf("docs/dependencies.md does not say what %s is for", module)
		}
		delete(listed, module)
	}
	for module := range listed {
		t.Errorf("docs/dependencies.md tells of %s, which go.mod does not ask for", module)
	}
}
