#!/usr/bin/env bash
# Downloads release $VERSION of entrant from $REPOSITORY, and puts it on the path of the job once it is verified: the
# checksum says that it arrived whole, the attestation that the release's own workflow built it from that tag.
set -euo pipefail

stop() {
    echo "::error title=entrant::$1"
    exit 1
}

case $REPOSITORY in
    OWNER/*) stop "it is not said where releases of entrant come from: put the repository into .github/actions/entrant/action.yml" ;;
esac
case $RUNNER_OS-$RUNNER_ARCH in
    Linux-X64) target=x86_64-unknown-linux-gnu ;;
    Linux-ARM64) target=aarch64-unknown-linux-gnu ;;
    macOS-ARM64) target=aarch64-apple-darwin ;;
    macOS-X64) target=x86_64-apple-darwin ;;
    *) stop "these workflows have no binary for a runner with $RUNNER_OS on $RUNNER_ARCH: let them run on ubuntu-latest" ;;
esac
name=entrant-$VERSION-$target
archive=$name.tar.gz
directory=$RUNNER_TEMP/entrant
rm -rf "$directory"
mkdir -p "$directory"

gh release download "$VERSION" --repo "$REPOSITORY" --dir "$directory" --pattern "$archive" --pattern SHA256SUMS

wanted=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' "$directory/SHA256SUMS")
[ -n "$wanted" ] || stop "SHA256SUMS of $VERSION does not name $archive"
if command -v sha256sum >/dev/null; then
    found=$(sha256sum "$directory/$archive")
else
    found=$(shasum -a 256 "$directory/$archive")
fi
[ "${found%% *}" = "$wanted" ] || stop "$archive has another checksum than SHA256SUMS says"

gh attestation verify "$directory/$archive" --repo "$REPOSITORY" --deny-self-hosted-runners \
    --signer-workflow "$REPOSITORY/.github/workflows/release.yml" --source-ref "refs/tags/$VERSION" ||
    stop "$archive was not built by the release workflow of $REPOSITORY from $VERSION"

tar -xzf "$directory/$archive" -C "$directory" "$name/entrant"
echo "$directory/$name" >> "$GITHUB_PATH"
