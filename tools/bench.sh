#!/bin/sh
# bench.sh [PACKAGE...]   run the benchmarks, keep what they say in docs/bench/ under
# the day's date, and compare it with what the last run said.
set -eu
[ $# -gt 0 ] || set -- ./...
last=$(find docs/bench -name '*.txt' | LC_ALL=C sort | tail -n 1)
now=docs/bench/$(date -u +%F).txt
raw=$(mktemp)
trap 'rm -f "$raw"' EXIT
{
	echo "commit: $(git describe --always --dirty)"
	echo "go: $(go version | cut -d' ' -f3)"
	echo "cores: $(getconf _NPROCESSORS_ONLN)"
	# -cpu 1: what a core does; how the cores add up is bench:peers' affair.
	go test -run '^$' -bench . -benchmem -cpu 1 -count "${COUNT:-6}" "$@" | grep -v '^?\|no test files'
} >"$raw"
if [ -n "$last" ]; then
	go tool -modfile=tools/go.mod benchstat "$last" "$raw"
fi
mv "$raw" "$now"
trap - EXIT
