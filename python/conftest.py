"""What the tests of Spark share."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

LEAST_JAVA = 17


def java() -> str | None:
    """Return why Spark can't run here, if it can't."""
    home = os.environ.get("JAVA_HOME")
    program = shutil.which("java", path=os.path.join(home, "bin") if home else None)
    if program is None:
        return "no Java on this machine: the tests of Spark need Java 17 or later"
    said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
    digits = "".join(c if c.isdigit() else " " for c in said.partition('"')[2]).split()
    if not digits or int(digits[0]) < LEAST_JAVA:
        return f"Java {digits[0] if digits else '?'} is too old: the tests of Spark need Java {LEAST_JAVA} or later"
    return None


def pytest_ignore_collect(collection_path) -> bool | None:
    """Leave spark.py out, whose doctests need pyspark, where that is not."""
    if collection_path.name == "spark.py":
        try:
            import pyarrow
            import pyspark

            assert pyarrow and pyspark
        except ImportError:
            return True
    return None


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    """A Spark of two threads, set for little data."""
    pytest.importorskip("pyspark", reason="no pyspark here")
    if why := java():
        pytest.skip(why)
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").appName("tamis")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": "1g",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.local.dir": str(tmp_path_factory.mktemp("spark")),
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "64",
        "spark.log.level": "ERROR",
    }.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()
