"""A running tamis."""

from __future__ import annotations

import atexit
import contextlib
import os
import queue
import subprocess
import tempfile
import threading
import weakref
from collections import deque

from ._binary import TamisError

PIPE_BYTES = 1 << 20
READ_BYTES = 1 << 18

GARBAGE = {"GOGC": "400"}
"""Lets the program hold more garbage than it does as a command, some 70 MB a core,
for a twelfth less work."""

SET_ASIDE = 3
"""The exit status if some records could not be cleaned."""

_alive: weakref.WeakSet[Child] = weakref.WeakSet()


class Died(Exception):
    """The program ended before it had answered."""

    def __init__(self, error: TamisError, answered: int) -> None:
        super().__init__(str(error))
        self.error = error
        self.hopeless = answered == 0 and (error.status or 0) >= 0
        """It ended by itself before it answered anything, and would do so again."""


class Child:
    """A running tamis: an answer for each line, in the same order.

    One thread at a time talks to it.

    Args:
        command: what to run.
        ends: what the last line of an answer begins with; each line is one if it
            is empty.
    """

    def __init__(self, command: list[str], ends: bytes = b"") -> None:
        self.owner = os.getpid()
        self.answered = 0
        self._said = tempfile.TemporaryFile()  # a pipe that nobody reads would fill up
        self._read = 0
        self._complaints: deque[str] = deque()
        self._rest = b""
        self._ends = ends
        self._begun: list[bytes] = []  # lines of the next answer
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                bufsize=0,
                env={**GARBAGE, **os.environ},
            )
        except OSError as error:
            self._said.close()
            raise TamisError(f"{command[0]} can't be started: {error.strerror or error}") from error
        assert self._process.stdin is not None and self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout
        for pipe in self._in, self._out:
            _widen(pipe.fileno())
        _alive.add(self)

    @staticmethod
    def running() -> list[Child]:
        """Return those of this process."""
        return list(_alive)

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    def ask(self, line: bytes) -> bytes:
        """Return the answer to one line. It is written whole before any answer comes."""
        try:
            self.write(line)
        except OSError:
            raise self.died() from None
        while (end := self._rest.find(b"\n")) < 0:
            self._fill()
        answer, self._rest = self._rest[:end], self._rest[end + 1 :]
        self.answered += 1
        return answer

    def write(self, data: bytes) -> None:
        """Write all of data."""
        view = memoryview(data)
        while len(view) > 0:
            view = view[self._in.write(view) or 0 :]

    def answers(self) -> list[bytes]:
        """Return the answers that are there, one at least."""
        answers: list[bytes] = []
        while not answers:
            while b"\n" not in self._rest:
                self._fill()
            *lines, self._rest = self._rest.split(b"\n")
            answers = self._grouped(lines) if self._ends else lines
        self.answered += len(answers)
        return answers

    def _grouped(self, lines: list[bytes]) -> list[bytes]:
        answers = []
        for line in lines:
            self._begun.append(line)
            if line.startswith(self._ends):
                answers.append(b"\n".join(self._begun))
                self._begun = []
        return answers

    def _fill(self) -> None:
        data = os.read(self._out.fileno(), READ_BYTES)
        if not data:
            raise self.died()
        # A long line comes in many pieces.
        parts = [self._rest, data]
        while b"\n" not in data:
            data = os.read(self._out.fileno(), READ_BYTES)
            if not data:
                raise self.died()
            parts.append(data)
        self._rest = b"".join(parts)

    def said(self) -> str:
        """Return what the program has said on its standard error since last asked."""
        self._said.seek(self._read)
        data = self._said.read()
        self._read += len(data)
        return data.decode("utf-8", "replace").strip()

    def complaint(self) -> str:
        """Return what the program has said of the next text that it could not clean."""
        self._complaints.extend(self.said().splitlines())
        return self._complaints.popleft().removeprefix("tamis: ") if self._complaints else "it could not be cleaned"

    def died(self) -> Died:
        """Return why the program, whose output has ended, is gone."""
        try:
            status = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        why = self.said().removeprefix("tamis: ") or f"tamis ended with status {status}"
        return Died(TamisError(why, status), self.answered)

    def close(self) -> None:
        """End the program, which has answered everything and has no more to do."""
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            self._in.close()
            self._process.wait(timeout=5)
        self.kill()

    def finish(self) -> None:
        """Wait until the program, which has answered everything, has ended its run."""
        with contextlib.suppress(OSError):
            self._in.close()
        status = self._process.wait()
        said = self.said()
        self.kill()
        if status not in (0, SET_ASIDE):
            raise TamisError(said.removeprefix("tamis: ") or f"tamis ended with status {status}", status)

    def kill(self, writer: Writer | None = None) -> None:
        """End the program, whatever it does, and then whoever writes to it."""
        _alive.discard(self)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        if writer is not None:
            writer.end()
        self.drop()

    def drop(self) -> None:
        """Let go of the program without ending it."""
        for file in self._in, self._out, self._said:
            with contextlib.suppress(OSError):
                file.close()

    def __del__(self) -> None:
        if hasattr(self, "_process"):
            self.kill() if self.owner == os.getpid() else self.drop()


class Writer:
    """Writes to a child from a thread of its own, so that a full pipe makes nobody wait who reads."""

    def __init__(self, child: Child) -> None:
        self._queue: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, args=(child,), name="tamis-writer", daemon=True)
        self._thread.start()

    def put(self, data: bytes) -> None:
        """Have data written after what was put before."""
        self._queue.put(data)

    def end(self) -> None:
        """Wait until everything is written."""
        self._queue.put(None)
        self._thread.join()

    def _run(self, child: Child) -> None:
        while (data := self._queue.get()) is not None:
            try:
                child.write(data)
            except (OSError, ValueError):
                break  # whoever reads will see that the child is gone


def _widen(fd: int) -> None:
    """Let a pipe hold more, where the system can do that."""
    try:
        import fcntl

        fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, PIPE_BYTES)  # type: ignore[attr-defined, unused-ignore]
    except (ImportError, AttributeError, OSError):
        pass


def _forked() -> None:
    # A copy of the pipe's end would keep the parent's children from seeing that
    # it is closed.
    for child in list(_alive):
        child.drop()
    _alive.clear()


def _exit() -> None:
    for child in list(_alive):
        child.kill()


atexit.register(_exit)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
