"""What a release packs is what the installation of another repository expects."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from stand_in import ROOT
from test_install import GH, SCRIPT

TARGET = "x86_64-unknown-linux-gnu"


class Release(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.checkout = Path(temporary.name)
        for name in ("README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"):
            (self.checkout / name).write_text(name)
        (self.checkout / "Cargo.toml").write_text('[workspace]\n\n[workspace.package]\nversion = "1.2.3"\n')
        built = self.checkout / "target" / TARGET / "release" / "entrant"
        built.parent.mkdir(parents=True)
        built.write_text("#!/bin/sh\necho entrant 1.2.3\n")
        built.chmod(0o755)

    def pack(self, tag: str) -> subprocess.CompletedProcess[str]:
        script = ROOT / ".github/scripts/release/pack.sh"
        return subprocess.run(
            ["bash", str(script), tag, TARGET], cwd=self.checkout, capture_output=True, text=True, check=False
        )

    def test_what_is_packed_can_be_installed(self) -> None:
        self.assertEqual(self.pack("v1.2.3").returncode, 0)
        dist = self.checkout / "dist"
        [archive] = dist.iterdir()
        checksum = hashlib.sha256(archive.read_bytes()).hexdigest()
        (dist / "SHA256SUMS").write_text(f"{checksum}  {archive.name}\n")
        gh = self.checkout / "bin" / "gh"
        gh.parent.mkdir()
        gh.write_text(GH)
        gh.chmod(0o755)
        environment = {
            "PATH": f"{gh.parent}:{os.environ['PATH']}",
            "CALLS": str(self.checkout / "calls.txt"),
            "RELEASE": str(dist),
            "ATTESTED": "yes",
            "RUNNER_TEMP": str(self.checkout / "runner"),
            "RUNNER_OS": "Linux",
            "RUNNER_ARCH": "X64",
            "GITHUB_PATH": str(self.checkout / "path.txt"),
            "REPOSITORY": "contoso/entrant",
            "VERSION": "v1.2.3",
        }
        subprocess.run(["bash", str(SCRIPT)], env=environment, check=True, capture_output=True)
        directory = (self.checkout / "path.txt").read_text().strip()
        ran = subprocess.run([f"{directory}/entrant"], capture_output=True, text=True, check=True)
        self.assertEqual(ran.stdout, "entrant 1.2.3\n")

    def test_a_tag_that_is_not_the_version_is_no_release(self) -> None:
        ended = self.pack("v1.2.4")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("the tag is v1.2.4 and Cargo.toml says 1.2.3", ended.stdout)
        self.assertFalse((self.checkout / "dist").exists())


if __name__ == "__main__":
    unittest.main()
