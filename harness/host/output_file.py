"""The output of a service on disk, of which the first and the last bytes are kept."""

from __future__ import annotations

import os
from typing import Any

HEAD_BYTES = 64 * 1024
TAIL_BYTES = 256 * 1024


class OutputFile:
    """A file that a service's output is appended to, and that never grows past its bounds."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: Any = open(path, "ab", buffering=0)  # noqa: SIM115 - kept open
        self._size = 0
        self._left_out = 0

    def write(self, data: bytes) -> None:
        """Append, and give up for good when the disk is full or the directory is gone."""
        if self._file is None:
            return
        try:
            self._file.write(data)
            self._size += len(data)
            if self._size > HEAD_BYTES + 2 * TAIL_BYTES:
                self._shorten()
        except OSError:
            self._file = None

    def _shorten(self) -> None:
        with open(self._path, "rb") as whole:
            head = whole.read(HEAD_BYTES)
            whole.seek(-TAIL_BYTES, os.SEEK_END)
            tail = whole.read()
        self._left_out += self._size - HEAD_BYTES - TAIL_BYTES
        note = b"\n... about %d bytes left out ...\n" % self._left_out
        with open(self._path + ".new", "wb") as shorter:
            shorter.write(head + note + tail)
        # a reader sees the old file or the new one, never half of each
        os.replace(self._path + ".new", self._path)
        self._file.close()
        self._file = open(self._path, "ab", buffering=0)  # noqa: SIM115 - kept open
        self._size = HEAD_BYTES + TAIL_BYTES
