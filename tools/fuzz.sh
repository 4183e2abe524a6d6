#!/bin/sh
# fuzz.sh TIME [PACKAGE...]   fuzz every target of the packages, each for TIME.
set -eu
time=$1
shift
[ $# -gt 0 ] || set -- ./...
for package in $(go list "$@"); do
	for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
		echo "== $package $target"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" "$package"
	done
done
