#!/usr/bin/env bash
# Packs the built binary of a target with its licences into `dist/`, after a look that the tag is the version.
#
#   pack.sh vX.Y.Z TARGET
set -euo pipefail

tag=$1
target=$2
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
if [ "$tag" != "v$version" ]; then
    echo "::error title=release::the tag is $tag and Cargo.toml says $version"
    exit 1
fi
name=entrant-$tag-$target
mkdir -p "dist/$name"
cp README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE "dist/$name/"
case $target in
    *-windows-*)
        cp "target/$target/release/entrant.exe" "dist/$name/"
        (cd dist && 7z a -bso0 "$name.zip" "$name")
        ;;
    *)
        cp "target/$target/release/entrant" "dist/$name/"
        tar -C dist -czf "dist/$name.tar.gz" "$name"
        ;;
esac
rm -r "dist/$name"
