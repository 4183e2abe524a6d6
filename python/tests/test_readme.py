"""The README's examples do what it says."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

PAGE = Path(__file__).parents[1] / "README.md"


def test_the_examples_of_the_readme():
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    names: dict[str, object] = {}
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        for kind, code in blocks:
            if kind == "python":
                exec(code, names)
    assert out.getvalue() == next(code for kind, code in blocks if kind == "text")
