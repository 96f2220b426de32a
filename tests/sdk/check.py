"""Microsoft's own Python SDKs, both versions, against `entrant emulator serve`.

    python tests/sdk/check.py BINARY        BINARY: the built `entrant`

Every answer must be accepted by the SDK and come out typed: the right class of every polymorphic member,
durations as `timedelta`, timestamps as `datetime`. Then what `entrant apply` sends for the policy that this
project was made for is compared with what the beta SDK sends for the code in Microsoft's documentation.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import beta
import v1
import wire
from emulator import Emulator
from harness import Report


async def checks(binary: Path, root: Path) -> Report:
    report = Report()
    with Emulator(binary) as emulator:
        await v1.run(report, emulator.url)
        await beta.run(report, emulator.url)
    await wire.run(report, binary, root)
    return report


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    root = Path(__file__).resolve().parents[2]
    report = asyncio.run(checks(Path(sys.argv[1]).resolve(), root))
    print(f"\nsdk: {report.passed} passed, {report.failed} failed")
    return 0 if report.failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
