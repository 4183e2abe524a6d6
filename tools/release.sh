#!/bin/sh
# release.sh [VERSION]   build the archives of a release in dist/, with checksums.
# The same commit and the same Go give the same bytes.
set -eu
version=${1:-$(git describe --tags --always --dirty)}
# What is packed bears the time of the commit, whenever it is packed.
when=$(TZ=UTC0 git log -1 --format=%cd --date=format-local:%Y%m%d%H%M.%S)
rm -rf dist
mkdir dist
for target in linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64; do
	export GOOS="${target%/*}" GOARCH="${target#*/}" CGO_ENABLED=0
	echo "== $target"
	go vet ./...
	name="tamis-$version-$GOOS-$GOARCH"
	mkdir "dist/$name"
	go build -trimpath -ldflags="-s -w -buildid= -X main.version=$version" -o "dist/$name/" ./cmd/tamis
	cp README.md CHANGELOG.md LICENSE NOTICE SECURITY.md "dist/$name/"
	TZ=UTC0 find "dist/$name" -exec touch -t "$when" {} +
	(
		cd dist
		if [ "$GOOS" = windows ]; then
			find "$name" -type f | LC_ALL=C sort | TZ=UTC0 zip -qX "$name.zip" -@
		else
			tar --sort=name --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX --format=ustar -cf - "$name" | gzip -9n >"$name.tar.gz"
		fi
		rm -r "$name"
	)
done
(cd dist && sha256sum -- * >SHA256SUMS)
cat dist/SHA256SUMS
