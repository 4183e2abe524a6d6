"""Puts the program into the wheel.

It is what TAMIS_BINARY names, or is built here, where Go is: of this repository,
or of the sources that a source distribution carries. GOOS and GOARCH choose
another platform than this one. It is linked statically, and so runs on any
system of its kind, whatever its libraries.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SYSTEMS = {"linux": "linux", "darwin": "darwin", "win32": "windows"}
MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
TAGS = {
    ("linux", "amd64"): "manylinux2014_x86_64.musllinux_1_1_x86_64",
    ("linux", "arm64"): "manylinux2014_aarch64.musllinux_1_1_aarch64",
    ("darwin", "amd64"): "macosx_12_0_x86_64",
    ("darwin", "arm64"): "macosx_12_0_arm64",
    ("windows", "amd64"): "win_amd64",
    ("windows", "arm64"): "win_arm64",
}


class Hook(BuildHookInterface[Any]):
    """The build hook."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the program for a wheel."""
        if self.target_name != "wheel" or version == "editable":
            return
        system = os.environ.get("GOOS") or SYSTEMS[sys.platform]
        machine = os.environ.get("GOARCH") or MACHINES[platform.machine().lower()]
        name = "tamis.exe" if system == "windows" else "tamis"
        self.place = tempfile.TemporaryDirectory()
        program = Path(self.place.name, name)
        if given := os.environ.get("TAMIS_BINARY"):
            shutil.copy(given, program)
        else:
            self.build(program, {"GOOS": system, "GOARCH": machine, "CGO_ENABLED": "0"})
        program.chmod(0o755)
        build_data["force_include"][str(program)] = f"tamis/bin/{name}"
        build_data["tag"] = f"py3-none-{TAGS[system, machine]}"
        build_data["pure_python"] = False

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what is in the wheel now."""
        if hasattr(self, "place"):
            self.place.cleanup()

    def build(self, program: Path, target: dict[str, str]) -> None:
        """Build the program with Go."""
        here = Path(self.root)
        sources = here / "go" if (here / "go").exists() else here.parent
        flags = f"-s -w -X main.version={self.metadata.version}"
        subprocess.run(
            ["go", "build", "-trimpath", f"-ldflags={flags}", "-o", str(program), "./cmd/tamis"],
            cwd=sources,
            env={**os.environ, **target},
            check=True,
        )
