"""Running programs that answer a line for each line, and streams through them."""

from __future__ import annotations

import os
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from ._binary import TamisRestarted
from ._child import Child, Died, Writer

WINDOW = 4 << 20
"""How many characters are on their way at most, unless one item has more."""

BATCH = 128 << 10
"""How many characters are written at once."""

LEAST = 64
"""What an item counts at least, for an empty one takes memory too."""

TRIES = 3
"""How many deaths in a row, without an answer between them, are too many."""

Item = TypeVar("Item")


class Pool:
    """The processes of one command. Whoever needs one takes it, and gives it back.

    Args:
        command: what to run.
        remembers: a process remembers what it was given. None is used again, and
            one that dies can't be replaced.
        ends: what the last line of an answer begins with, if answers have several.
    """

    def __init__(self, command: list[str], *, remembers: bool = False, ends: bytes = b"") -> None:
        self.command, self.remembers, self._ends = command, remembers, ends
        self._idle: list[Child] = []
        self._owner = os.getpid()
        self._closed = False

    def take(self) -> Child:
        """Return a process that nobody else uses."""
        if self._closed:
            raise ValueError("this cleaner is closed")
        return self._pop() or Child(self.command, self._ends)

    def give(self, child: Child) -> None:
        """Give back a process that has answered everything."""
        if self.remembers:
            child.finish()
        elif self._closed or len(self._idle) >= (os.cpu_count() or 1):
            child.close()
        else:
            self._idle.append(child)

    def close(self) -> None:
        """End the processes that nobody uses now, and the others when they are given back."""
        self._closed = True
        while (child := self._pop()) is not None:
            child.close()

    def again(self, died: Died, tries: int) -> None:
        """Say that a process died and is started again, or raise why it is not."""
        if died.hopeless or tries == TRIES or self.remembers:
            raise died.error from None
        warnings.warn(f"{died.error}; it is started again", TamisRestarted, stacklevel=4)

    def _pop(self) -> Child | None:
        if self._owner != os.getpid():  # they are of the process that this one was forked from
            self._idle, self._owner = [], os.getpid()
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def ask(self, line: bytes) -> tuple[bytes, Child]:
        """Return the answer to a line, and who gave it, who is to be given back."""
        for tries in range(1, TRIES + 1):
            child = self.take()
            try:
                return child.ask(line), child
            except Died as died:
                child.kill()
                self.again(died, tries)
            except BaseException:
                child.kill()  # it may be in the midst of an answer
                raise
        raise AssertionError("unreachable")


class Stream(Generic[Item]):
    """Items on their way through a process: each with its answer, in order.

    Args:
        pool: where the process is taken from.
        source: the items.
        record: returns what is written for an item.
        size: about how many characters that has.
    """

    def __init__(
        self, pool: Pool, source: Iterator[Item], record: Callable[[Item], bytes], size: Callable[[Item], int]
    ) -> None:
        self.pool, self.source, self.record, self.size = pool, source, record, size
        self.waiting: deque[Item] = deque()  # for their answers
        self.under_way = 0  # characters of those
        self.ended = False
        self.failed: BaseException | None = None  # the source

    def run(self) -> Iterator[tuple[list[Item], list[bytes], Child]]:
        """Yield items as they are answered, some at a time, their answers, and who gave these."""
        first = self.batch()
        if self.waiting:  # without any, no process is needed
            yield from self._run(first)
        if self.failed is not None:
            raise self.failed

    def _run(self, data: bytes) -> Iterator[tuple[list[Item], list[bytes], Child]]:
        child = self.pool.take()
        writer, tries = Writer(child), 0
        writer.put(data)
        try:
            while self.waiting:
                while not self.ended and self.under_way < WINDOW:
                    writer.put(self.batch())
                try:
                    answers = child.answers()
                except Died as died:
                    child.kill(writer)
                    tries += 1
                    self.pool.again(died, tries)
                    child = self.pool.take()
                    writer = Writer(child)
                    writer.put(b"".join(map(self.record, self.waiting)))
                    continue
                tries = 0
                items = [self.waiting.popleft() for _ in answers]
                self.under_way -= sum(map(self.size, items)) + LEAST * len(items)
                yield items, answers, child
                if child.owner != os.getpid():
                    raise RuntimeError("this stream belongs to the process that began it")
        finally:
            self._finish(child, writer)

    def batch(self) -> bytes:
        """Take the next items of the source. If it fails, those before come first."""
        items: list[Item] = []
        size = 0
        try:
            while size < BATCH:
                item = next(self.source)
                size += self.size(item) + LEAST
                items.append(item)
        except StopIteration:
            self.ended = True
        except Exception as error:
            self.ended, self.failed = True, error
        self.waiting.extend(items)
        self.under_way += size
        return b"".join(map(self.record, items))

    def _finish(self, child: Child, writer: Writer) -> None:
        if child.owner != os.getpid():
            return
        if self.waiting:
            child.kill(writer)
        else:
            writer.end()
            self.pool.give(child)
