package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/urfave/cli/v2"
)

// configName is the file that is looked for from the working folder upward.
const configName = ".tamis.yaml"

// applyConfig sets the flags of c that a configuration file names and the
// command line does not. It runs before every command that takes one.
func applyConfig(c *cli.Context) error {
	name := findConfig(c.String("config"))
	if name == "" {
		return nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return misuse("read the configuration: %v", err)
	}
	var values map[string]setting
	if err := yaml.Unmarshal(data, &values); err != nil {
		return misuse("%s:%v", name, yaml.FormatError(err, false, true))
	}
	for key, value := range values {
		flag := flagOf(c, key)
		switch {
		case flag == nil:
			if !knownFlag(key) {
				return misuse("%s: no option %q", name, key)
			}
			continue // of another command
		case slices.ContainsFunc(flag.Names(), c.IsSet):
			continue
		}
		if _, several := flag.(*cli.StringSliceFlag); value.list && !several {
			return misuse("%s: %s takes one value, not a list", name, key)
		}
		for _, v := range value.values {
			if err := c.Set(key, v); err != nil {
				return misuse("%s: %s: %v", name, key, err)
			}
		}
	}
	return nil
}

// A setting is what a configuration file says of an option: one value or a
// list. It can't refer to another, so that a small file stays small.
type setting struct {
	values []string
	list   bool
}

// UnmarshalYAML reads the setting from a node.
func (s *setting) UnmarshalYAML(n ast.Node) error {
	nodes := []ast.Node{n}
	if seq, ok := n.(*ast.SequenceNode); ok {
		nodes, s.list = seq.Values, true
	}
	for _, n := range nodes {
		scalar, ok := n.(ast.ScalarNode)
		if !ok || n.Type() == ast.AnchorType || n.Type() == ast.AliasType {
			return &yaml.SyntaxError{Message: "want a value or a list of values", Token: n.GetToken()}
		}
		s.values = append(s.values, fmt.Sprint(scalar.GetValue()))
	}
	return nil
}

// findConfig returns the configuration file: the one that is named, or else
// .tamis.yaml in the working folder or above it, or else tamis/config.yaml in
// the user's configuration folder. It may be that there is none.
func findConfig(named string) string {
	if named != "" {
		return named
	}
	dir, err := os.Getwd()
	if err != nil {
		return "" // a folder that is gone has no configuration
	}
	for {
		if name := filepath.Join(dir, configName); isFile(name) {
			return name
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	if user, err := os.UserConfigDir(); err == nil {
		if name := filepath.Join(user, "tamis", "config.yaml"); isFile(name) {
			return name
		}
	}
	return ""
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return !errors.Is(err, fs.ErrNotExist) && err == nil && info.Mode().IsRegular()
}

func flagOf(c *cli.Context, key string) cli.Flag {
	for _, f := range c.Command.Flags {
		if slices.Contains(f.Names(), key) {
			return f
		}
	}
	return nil
}

// knownFlag reports whether a command has the flag key.
func knownFlag(key string) bool {
	return slices.ContainsFunc(slices.Concat(inputFlags, outputFlags, cleaningFlags, learnFlags, runFlags), func(f cli.Flag) bool {
		return slices.Contains(f.Names(), key)
	})
}
