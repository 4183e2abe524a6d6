package junk

import (
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"tamis/stages/packs"
)

// A where is the place in which a rule counts in full.
type where string

func (w *where) UnmarshalYAML(n ast.Node) error {
	if err := yaml.NodeToValue(n, (*string)(w)); err != nil {
		return err
	}
	switch *w {
	case "any", "edge", "head", "tail":
		return nil
	}
	at := n.GetToken().Position
	err := fmt.Errorf("where: %q: want any, edge, head or tail", string(*w))
	return &packs.PlaceError{Line: at.Line, Column: at.Column, Err: err}
}

// scoreAt returns what the rule says against a line there.
func (r *rule) scoreAt(at place) float64 {
	fits := true
	switch r.Where {
	case "edge":
		fits = at != between
	case "head":
		fits = at == head
	case "tail":
		fits = at == tail
	}
	if fits {
		return r.Score
	}
	return r.Score / 2
}
