"""What a sender has handed over, noted in a file at each step, so that its death leaves one mail in doubt and no more.

A commit for each mail would cost more than the mail. A line in a file without fsync outlives the process as well;
after a restart of the machine it counts for nothing, and the kind of message decides about the whole batch.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal

Step = Literal["begun", "accepted", "refused"]
BOOT = Path("/proc/sys/kernel/random/boot_id")  # differs after each start of the machine; Linux alone has it
ENDING = ".slip"


class Slip:
    """One sender's notes; the file comes with the first and goes when the sender ends in order."""

    def __init__(self, data: Path, holder: str) -> None:
        """`holder` is the name under which the sender leases deliveries."""
        self.path = _path(data, holder)
        self._file: BinaryIO | None = None

    def __enter__(self) -> "Slip":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()
            self.path.unlink(missing_ok=True)

    def note(self, delivery_id: int, step: Step) -> None:
        """Write one step of a delivery; raises OSError when it cannot, and then nothing may be sent."""
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("wb", buffering=0)
            self._file.write(f"{_boot()}\n".encode())
        self._file.write(f"{delivery_id} {step}\n".encode())


def read_slip(data: Path, holder: str) -> Mapping[int, str] | None:
    """Return the last step of each delivery that a dead sender began; None when nothing can be known."""
    try:
        first, *lines = _path(data, holder).read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return None
    if not first or first != _boot():
        return None
    noted = (line.split() for line in lines)
    return {int(id_): step for id_, step in noted}


def drop_slips(data: Path, living: Collection[str]) -> None:
    """Remove the notes of senders that hold nothing any more."""
    for path in (data / "outbox").glob(f"*{ENDING}"):
        if path.stem not in living:
            path.unlink(missing_ok=True)


def _path(data: Path, holder: str) -> Path:
    return data / "outbox" / f"{holder}{ENDING}"


def _boot() -> str:
    try:
        return BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""
