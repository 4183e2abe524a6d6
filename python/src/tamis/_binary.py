"""Where the program is, and how it is told what to do."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path


class TamisError(Exception):
    """What tamis says is wrong, in its own words.

    Attributes:
        status: the exit status of the program, negative for the signal that
            ended it; ``None`` if it goes on and only one text was refused.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status

    def __reduce__(self) -> tuple[type[TamisError], tuple[str, int | None]]:
        return type(self), (str(self), self.status)


class TamisRestarted(RuntimeWarning):
    """A tamis that had died was started again. No text is lost by it."""


def binary() -> str:
    """Return the path of the program.

    It is what the environment variable ``TAMIS_BINARY`` names, else the one that
    came with this package, else the first ``tamis`` on the ``PATH``.
    """
    if named := os.environ.get("TAMIS_BINARY"):
        return named
    own = Path(__file__).parent / "bin" / ("tamis.exe" if os.name == "nt" else "tamis")
    if own.exists():
        return str(own)
    # The command of this package is itself a tamis on the PATH.
    scripts = os.path.dirname(sys.executable)
    path = os.pathsep.join(p for p in os.get_exec_path() if os.path.abspath(p) != scripts)
    if found := shutil.which("tamis", path=path):
        return found
    raise TamisError("this package carries no tamis for the machine; put one on the PATH or name it in TAMIS_BINARY")


Option = str | bool | int | float | Iterable[str] | None


def flags(options: Mapping[str, Option]) -> list[str]:
    """Return the options as the program takes them.

    An option has the name of the program's, with ``_`` for ``-``. ``None`` and
    ``False`` leave it out; a list gives it several times.

    >>> flags({"typography": "print", "disable": ["junk.fr.*", "dedup.near"], "lang": None})
    ['--typography=print', '--disable=junk.fr.*', '--disable=dedup.near']
    """
    found = []
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            found.append(flag)
        elif isinstance(value, (str, int, float)):
            found.append(f"{flag}={value}")
        else:
            found.extend(f"{flag}={v}" for v in value)
    return found


# A configuration file beside the working folder is the command's affair: what a
# library does must not depend on where it is called.
FILTER = ["clean", "--format=jsonl", "--on-error=keep", "--progress=off", "--config=" + os.devnull]

_TAG = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*")


def is_tag(lang: str) -> bool:
    """Report whether a text looks like a language tag."""
    return _TAG.fullmatch(lang) is not None


def checked_tag(lang: str) -> str:
    """Return a language tag, if it looks like one.

    >>> checked_tag("pt-BR")
    'pt-BR'
    >>> checked_tag("Portuguese, of Brazil")
    Traceback (most recent call last):
    ValueError: 'Portuguese, of Brazil' is not a BCP 47 language tag
    """
    if not is_tag(lang):
        raise ValueError(f"{lang!r} is not a BCP 47 language tag")
    return lang


def main() -> None:
    """Run the program as the command ``tamis`` does."""
    try:
        program = binary()
    except TamisError as error:
        sys.exit(f"tamis: {error}")
    if os.name == "nt":
        import subprocess

        sys.exit(subprocess.call([program, *sys.argv[1:]]))
    os.execv(program, ["tamis", *sys.argv[1:]])
