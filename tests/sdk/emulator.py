"""`entrant emulator serve` as a context: started on a free port, stopped at the end."""

from __future__ import annotations

import subprocess
from pathlib import Path
from types import TracebackType


class Emulator:
    """A served emulator; `url` is what it prints as its first line."""

    def __init__(self, binary: Path, *options: str) -> None:
        self.command = [binary, "emulator", "serve", *options]

    def __enter__(self) -> Emulator:
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.url = self.process.stdout.readline().strip()
        if not self.url.startswith("http://127.0.0.1:"):
            self.process.kill()
            raise RuntimeError(f"the emulator's first line is {self.url!r}, not its address")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)
