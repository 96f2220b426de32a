"""The action that gets the program into another repository: what it downloads is verified before it runs."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import tarfile
import tempfile
import unittest
from pathlib import Path

from stand_in import ROOT

SCRIPT = ROOT / "crates/cli/templates/install.sh"
NAME = "entrant-v0.1.0-x86_64-unknown-linux-gnu"

# `gh`, as far as the script uses it: a release is a directory, and an attestation is there or not.
GH = """#!/usr/bin/env bash
set -euo pipefail
echo "$@" >> "$CALLS"
if [ "$1 $2" = "release download" ]; then
    while [ $# -gt 0 ]; do
        case $1 in
            --dir) into=$2; shift ;;
            --pattern) cp "$RELEASE/$2" "$into/"; shift ;;
        esac
        shift
    done
else
    [ "$ATTESTED" = yes ]
fi
"""


class Install(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.directory = Path(temporary.name)
        for name in ("bin", "release", "runner"):
            (self.directory / name).mkdir()
        gh = self.directory / "bin" / "gh"
        gh.write_text(GH)
        gh.chmod(0o755)
        self.pack({f"{NAME}/entrant": b"#!/bin/sh\necho entrant 0.1.0\n"})
        self.environment = {
            "PATH": f"{gh.parent}:{os.environ['PATH']}",
            "CALLS": str(self.directory / "calls.txt"),
            "RELEASE": str(self.directory / "release"),
            "ATTESTED": "yes",
            "RUNNER_TEMP": str(self.directory / "runner"),
            "RUNNER_OS": "Linux",
            "RUNNER_ARCH": "X64",
            "GITHUB_PATH": str(self.directory / "path.txt"),
            "REPOSITORY": "contoso/entrant",
            "VERSION": "v0.1.0",
            "GH_TOKEN": "token-of-this-run",
        }

    def pack(self, files: dict[str, bytes]) -> None:
        """A release with this archive and its checksum."""
        archive = self.directory / "release" / f"{NAME}.tar.gz"
        with tarfile.open(archive, "w:gz") as made:
            for name, content in files.items():
                info = tarfile.TarInfo(name)
                info.size, info.mode = len(content), 0o755
                made.addfile(info, io.BytesIO(content))
        self.sum(hashlib.sha256(archive.read_bytes()).hexdigest())

    def sum(self, checksum: str, name: str = f"{NAME}.tar.gz") -> None:
        sums = self.directory / "release" / "SHA256SUMS"
        sums.write_text(f"{'0' * 64}  {NAME}.tar.gz.sig\n{checksum}  {name}\n{'0' * 64}  other.zip\n")

    def install(self) -> tuple[int, str]:
        (self.directory / "path.txt").write_text("")
        ended = subprocess.run(
            ["bash", str(SCRIPT)], env=self.environment, capture_output=True, text=True, check=False
        )
        return ended.returncode, ended.stdout

    def is_refused(self, words: str) -> None:
        code, said = self.install()
        self.assertEqual(code, 1, said)
        self.assertIn(words, said)
        self.assertEqual((self.directory / "path.txt").read_text(), "")

    def test_a_verified_release_is_put_on_the_path(self) -> None:
        code, said = self.install()
        self.assertEqual(code, 0, said)
        [directory] = (self.directory / "path.txt").read_text().splitlines()
        ran = subprocess.run([f"{directory}/entrant"], capture_output=True, text=True, check=True)
        self.assertEqual(ran.stdout, "entrant 0.1.0\n")
        verify = (self.directory / "calls.txt").read_text().splitlines()[1]
        for words in (
            "--repo contoso/entrant ",
            "--deny-self-hosted-runners",
            "--signer-workflow contoso/entrant/.github/workflows/release.yml",
            "--source-ref refs/tags/v0.1.0",
        ):
            self.assertIn(words, verify)

    def test_what_is_not_attested_does_not_run(self) -> None:
        self.environment["ATTESTED"] = "no"
        self.is_refused("was not built by the release workflow")

    def test_another_checksum_is_refused(self) -> None:
        self.sum("0" * 64)
        self.is_refused("another checksum")
        self.sum("0" * 64, "elsewhere.tar.gz")
        self.is_refused("does not name")

    def test_only_the_program_is_unpacked(self) -> None:
        self.pack({"../escaped": b"", f"{NAME}/entrant": b"#!/bin/sh\n", f"{NAME}/more": b""})
        self.assertEqual(self.install()[0], 0)
        unpacked = self.directory / "runner" / "entrant" / NAME
        self.assertEqual([file.name for file in unpacked.iterdir()], ["entrant"])
        self.assertFalse((self.directory / "runner" / "escaped").exists())

    def test_a_place_that_was_never_filled_in_is_refused(self) -> None:
        self.environment["REPOSITORY"] = "OWNER/entrant"
        self.is_refused("it is not said where releases of entrant come from")
        self.environment["REPOSITORY"] = "contoso/entrant"
        self.environment["RUNNER_OS"] = "Windows"
        self.is_refused("let them run on ubuntu-latest")
        self.assertFalse((self.directory / "calls.txt").exists())


if __name__ == "__main__":
    unittest.main()
