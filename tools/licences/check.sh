#!/bin/sh
# check.sh   list the licences of what the program is linked with; fail if one is
# not among allowed.json.
set -eu
here=tools/licences
list=$(mktemp)
trap 'rm -f "$list"' EXIT
go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}' ./cmd/... | sort -u |
	xargs go list -m -json |
	go tool -modfile=tools/go.mod go-licence-detector -includeIndirect \
		-rules "$here/allowed.json" -depsTemplate "$here/list.tmpl" -depsOut "$list"
cat "$list"
