package packs

import (
	"bytes"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/zeebo/xxh3"
)

// A Compiled holds as JSON what YAML files say, or what a stage made of it, by
// the hashes of the files: to read YAML takes many times as long, and to clean one
// line tamis reads two hundred files of it. A file that has been edited since is
// not found, and so is read as YAML; a test says then that it is time to compile
// it again.
type Compiled map[uint64][]byte

// ParseCompiled reads what [Compiled.String] returned, which it keeps.
func ParseCompiled(text []byte) Compiled {
	c := make(Compiled)
	for line := range bytes.Lines(text) {
		hash, value, _ := bytes.Cut(line, []byte("\t"))
		if key, err := strconv.ParseUint(string(hash), 16, 64); err == nil {
			c[key] = bytes.TrimSuffix(value, []byte("\n"))
		}
	}
	return c
}

// String returns a line for each file: its hash, a tab and the JSON.
func (c Compiled) String() string {
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(c)) {
		fmt.Fprintf(&b, "%016x\t%s\n", key, c[key])
	}
	return b.String()
}

// Add enters what was made of a YAML file.
func (c Compiled) Add(file []byte, v any) error {
	value, err := json.Marshal(v, json.Deterministic(true), json.OmitZeroStructFields(true))
	c[xxh3.Hash(file)] = value
	return err
}

// Decode reads into v what was made of a YAML file, and reports whether there is
// anything.
func (c Compiled) Decode(file []byte, v any) (bool, error) {
	value, ok := c[xxh3.Hash(file)]
	if !ok {
		return false, nil
	}
	return true, json.Unmarshal(value, v, json.MatchCaseInsensitiveNames(true), json.RejectUnknownMembers(true))
}

//go:generate go test -run TestCompiled . -update
//go:embed compiled.txt
var compiledFS []byte

// compiled holds the files of [FS], but for those of package junk, which compiles
// its own.
var compiled = sync.OnceValue(func() Compiled { return ParseCompiled(compiledFS) })
