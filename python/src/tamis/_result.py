"""What becomes of a text."""

from __future__ import annotations

import base64
import json
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ._binary import TamisError


@dataclass(frozen=True, slots=True)
class Step:
    """A rule that took part in an edit; ``stage.name`` is how it is called."""

    rule: str
    why: str
    score: float | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of the source that was changed: ``source[start:end] == old``."""

    start: int
    end: int
    old: str
    new: str
    steps: tuple[Step, ...]

    @property
    def rule(self) -> str:
        """The rule that had the last word."""
        return self.steps[-1].rule


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of the source that is not blank."""

    language: str
    script: str
    confidence: float
    foreign: bool
    dropped: bool
    rule: str | None
    """The rule that dropped it."""


class Result:
    """A clean text, and what is known of it.

    >>> import tamis
    >>> result = tamis.clean("Il a Ã©tÃ© lÃ\\u00a0 hier soir, dit-elle.")
    >>> result.text
    'Il a été là hier soir, dit-elle.'
    >>> result.language
    'fr'
    >>> [(edit.old, edit.new) for edit in result.edits][:2]
    [('Ã©', 'é'), ('Ã©', 'é')]
    """

    __slots__ = ("_edits", "_find", "_read", "_said", "error", "source", "text")

    text: str
    """The clean text."""
    source: str
    """The text as it was given."""
    error: str | None
    """Why the text was left as it is, if it could not be cleaned."""

    def __init__(
        self,
        text: str,
        source: str,
        said: str = "",
        error: str | None = None,
        find: Audit | None = None,
    ) -> None:
        self.text, self.source, self.error = text, source, error
        self._said = said  # the rest of the answer, as JSON
        self._read: dict[str, Any] | None = None
        self._find = find
        self._edits: tuple[Edit, ...] | None = None

    @property
    def _note(self) -> dict[str, Any]:
        if self._read is None:
            self._read = json.loads("{" + self._said.lstrip(","))["tamis"] if self._said else {}
        return self._read

    @property
    def language(self) -> str:
        """The BCP 47 tag of the text's language; ``und`` if it is not known."""
        return self._note.get("lang") or "und"

    @property
    def script(self) -> str:
        """The ISO 15924 code of the script; ``Zzzz`` if it is not known."""
        return self._note.get("script") or "Zzzz"

    @property
    def confidence(self) -> float:
        """How sure the language is, from 0 to 1."""
        return float(self._note.get("confidence", 0))

    @property
    def counts(self) -> dict[str, int]:
        """How many paragraphs were kept, mended and dropped, and how many edits were made."""
        return {name: self._note.get("counts", {}).get(name, 0) for name in ("kept", "mended", "dropped", "edits")}

    @property
    def paragraphs(self) -> list[Paragraph]:
        """The paragraphs of the source, each with its language and what became of it."""
        return [
            Paragraph(p["lang"], p["script"], p["confidence"], p["foreign"], p.get("dropped", False), p.get("rule"))
            for p in self._note.get("paragraphs", [])
        ]

    @property
    def edits(self) -> tuple[Edit, ...]:
        """Every change, in order. They do not overlap; all else is as it was.

        They are found when they are first asked for, by cleaning the text once
        more with an audit, which takes a process of its own and a twentieth of a
        second: to keep them for every text would make all cleaning an eighth
        slower. For many documents, run the command with ``--audit``.

        Raises:
            ValueError: of a text that was cleaned in a run, with ``dedup`` "run"
                or "index": what it lost depends on those before it.
        """
        if self._edits is None:
            if self.text == self.source:
                self._edits = ()
            elif self._find is None:
                raise ValueError("what a text of a run lost as a copy is not found without the others; use --audit")
            else:
                self._edits = self._find(self.source)
        return self._edits

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Result):
            return NotImplemented
        return (self.text, self.source, self.error, self._note) == (other.text, other.source, other.error, other._note)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Result(text={self.text!r}, language={self.language!r})"

    def __str__(self) -> str:
        return self.text


class Audit(NamedTuple):
    """Finds the edits of a text. It can be pickled."""

    command: tuple[str, ...]
    lang: str | None
    url: str | None

    def __call__(self, source: str) -> tuple[Edit, ...]:
        with tempfile.TemporaryDirectory(prefix="tamis-") as folder:
            audit = Path(folder, "audit.jsonl")
            run = subprocess.run(
                [*self.command, f"--audit={audit}"],
                input=json.dumps({"text": source, "lang": self.lang, "url": self.url}).encode() + b"\n",
                capture_output=True,
                check=False,
            )
            if run.returncode != 0:
                raise TamisError(run.stderr.decode("utf-8", "replace").strip().removeprefix("tamis: "), run.returncode)
            with audit.open(encoding="utf-8") as lines:
                return tuple(_edits(source, (json.loads(line) for line in lines)))


def _edits(source: str, lines: Iterator[dict[str, Any]]) -> Iterator[Edit]:
    # Places count bytes; a lone surrogate has been read as a character of three.
    data, at, char = source.encode("utf-8", "surrogatepass"), 0, 0
    for line in lines:
        edit = line.get("edit")
        if edit is None:
            continue
        start, end = edit["in"]
        first = char + _length(data[at:start])
        last = first + _length(data[start:end])
        at, char = end, last
        steps = tuple(Step(s["rule"], s["why"], s.get("score"), s.get("detail")) for s in edit["steps"])
        yield Edit(first, last, source[first:last], text_of(edit["new"]), steps)


def _length(data: bytes) -> int:
    return len(data.decode("utf-8", "surrogatepass"))


def text_of(value: str | dict[str, str]) -> str:
    """Return what stands as text, or as base64 where it is not UTF-8.

    >>> text_of({"base64": "w6k="})
    'é'
    """
    return value if isinstance(value, str) else base64.b64decode(value["base64"]).decode("utf-8", "replace")
