"""tamis for data frames: cleaning, learning what sites repeat, removing copies.

Needs pyspark 4 and what comes with ``pip install 'tamis[spark]'``. Everything is
made of ``mapInArrow``, joins and groups, and so works on Spark Connect too. Where
a task runs, this package must be installed.

A task hands its rows to a process of the program, which stays for the next task
of the same Python worker. ``jobs`` is 1 there, for Spark counts a core a task.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from ._binary import FILTER, TamisError, binary, flags, is_tag
from ._child import Child
from ._cleaner import NOTE as NOTE_NAME
from ._cleaner import Options, check_names, parts_of, quoted, record
from ._pool import Pool, Stream
from ._result import text_of

if TYPE_CHECKING:
    from typing_extensions import Unpack

Batches = Iterator[pa.RecordBatch]

COUNTS = ("kept", "mended", "dropped", "edits")

NOTE = T.StructType(
    [
        T.StructField("language", T.StringType()),
        T.StructField("script", T.StringType()),
        T.StructField("confidence", T.DoubleType()),
        *(T.StructField(name, T.IntegerType()) for name in COUNTS),
        T.StructField("error", T.StringType()),
    ]
)
"""What ``annotate`` tells: the language of the text, how many of its paragraphs
were kept, mended and dropped, and how many edits were made."""


def clean(
    df: DataFrame,
    column: str = "text",
    *,
    annotate: str | None = None,
    lang: str | None = None,
    url: str | None = None,
    **options: Unpack[Options],
) -> DataFrame:
    """Clean the texts of a column. All other columns stay as they are, and so does a null.

    A text that can't be cleaned stays as it is; ``annotate`` tells why.

    Args:
        df: any frame.
        column: the column of texts.
        annotate: a column to add, of type :data:`NOTE`, or null where there is no text.
        lang: the column that tells a text's language (BCP 47), where that is known.
        url: the column of the page's URL, whose host is the site that ``templates`` are of.
        options: those of ``tamis clean``. Files of ``templates`` are sent along to
            where the tasks run; folders of ``packs`` must be there.
    """
    _check_text(df, column)
    schema = T.StructType(list(df.schema.fields))
    if annotate is not None:
        schema = schema.add(annotate, NOTE)
    return df.mapInArrow(_Clean(column, annotate, lang, url, _sent(options)), schema)


@dataclass
class _Clean:
    """A task: the rows of a partition, cleaned."""

    column: str
    annotate: str | None
    lang: str | None
    url: str | None
    options: dict[str, Any]

    def __call__(self, batches: Batches) -> Batches:
        # A note costs something, and so is only made where it is wanted.
        pool = _started("clean --on-error=keep" + (" --annotate" if self.annotate else ""), self.options)
        read = self.noted if self.annotate else _texts_of
        return _mapped(batches, (self.column, self.lang, self.url), pool, record, read, self.batch)

    @staticmethod
    def noted(answers: list[bytes], child: Child) -> list[tuple[str, dict[str, Any]]]:
        found: list[tuple[str, dict[str, Any]]] = []
        for text, rest in map(parts_of, answers):
            note = json.loads("{" + rest[1:]).get("tamis") if NOTE_NAME in rest else None
            if note is None:
                told: dict[str, Any] = dict.fromkeys(COUNTS, 0)
                told.update(language="und", script="Zzzz", confidence=0.0, error=child.complaint())
            else:
                told = {name: note["counts"][name] for name in COUNTS}
                told["language"], told["script"] = note["lang"] or "und", note["script"] or "Zzzz"
                told["confidence"] = note["confidence"]
            found.append((text, told))
        return found

    def batch(self, batch: pa.RecordBatch, results: list[Any]) -> pa.RecordBatch:
        texts = results if self.annotate is None else [r and r[0] for r in results]
        batch = _with_texts(batch, self.column, texts)
        if self.annotate is None:
            return batch
        return batch.append_column(self.annotate, pa.array([r and r[1] for r in results], _NOTE))


def _texts_of(answers: list[bytes], _: Child) -> list[str]:
    return [parts_of(answer)[0] for answer in answers]


def _with_texts(batch: pa.RecordBatch, column: str, texts: list[str | None]) -> pa.RecordBatch:
    at = batch.schema.get_field_index(column)
    kind = batch.schema.field(at)
    return batch.set_column(at, kind, pa.array(texts, kind.type))


_NOTE = pa.struct(
    [
        ("language", pa.string()),
        ("script", pa.string()),
        ("confidence", pa.float64()),
        *((name, pa.int32()) for name in COUNTS),
        ("error", pa.string()),
    ]
)


def _mapped(
    batches: Batches,
    columns: tuple[Any, ...],
    pool: Pool,
    record: Callable[[Any], bytes],
    read: Callable[[list[bytes], Child], list[Any]],
    rebuild: Callable[[pa.RecordBatch, list[Any]], pa.RecordBatch],
) -> Batches:
    """Pass the rows of batches through a process, and rebuild each batch with what is read in the answers.

    The columns are those of text, language and URL, and others. A row whose text
    is null gives ``None``.
    """
    held: deque[tuple[pa.RecordBatch, int]] = deque()  # with how many rows have a text

    def items() -> Iterator[tuple[Any, ...]]:
        for batch in batches:
            text, lang, *others = columns
            held.append((batch, batch.num_rows - batch.column(text).null_count))
            langs = (tag if tag is not None and is_tag(tag) else None for tag in _values(batch, lang))
            for row in zip(_encoded(batch, text), langs, *(_values(batch, name) for name in others), strict=True):
                if row[0] is not None:
                    yield row

    done: list[Any] = []

    def whole() -> Batches:
        while held and len(done) >= held[0][1]:
            batch, count = held.popleft()
            results = iter(done[:count])
            del done[:count]
            if count < batch.num_rows:
                there = batch.column(columns[0]).is_valid().to_pylist()
                yield rebuild(batch, [next(results) if t else None for t in there])
            else:
                yield rebuild(batch, list(results))

    for _, answers, child in Stream(pool, items(), record, _length).run():
        done += read(answers, child)
        yield from whole()
    yield from whole()


def _values(batch: pa.RecordBatch, name: str | None) -> list[Any]:
    return [None] * batch.num_rows if name is None else batch.column(name).to_pylist()


def _encoded(batch: pa.RecordBatch, name: str) -> list[bytes | None]:
    """Return texts in UTF-8, which in Spark may be none."""
    column = batch.column(name)
    kind = pa.large_binary() if pa.types.is_large_string(column.type) else pa.binary()
    encoded: list[bytes | None] = column.cast(kind).to_pylist()
    return encoded


def _length(row: tuple[Any, ...]) -> int:
    return len(row[0])


def learn(
    df: DataFrame,
    site: str = "url",
    column: str = "text",
    *,
    min_documents: int = 5,
    min_share: float = 0.1,
    **options: Any,
) -> str:
    """Find what recurs on each site, for ``clean(templates=…)``.

    The documents of a site come together as far as they can, a large site is
    divided; what was learned from the parts is added up.

    Args:
        df: any frame.
        site: the column of the page's URL, whose host is its site.
        column: the column of texts.
        min_documents: list lines that so many documents of their site have, or more.
        min_share: and this share of them.
        options: further ones of ``tamis learn``.

    Returns:
        The list (YAML). Write it to a file, read and edit it, and clean with that.
    """
    _check_text(df, column)
    pages = df.select(F.col(column).alias("text"), F.col(site).cast("string").alias("url"))
    pages = pages.where("text is not null").withColumn("host", F.expr("try_parse_url(url, 'HOST')"))
    parts = pages.hint("rebalance", F.col("host")).mapInArrow(_Learn(flags(options)), "part string").localCheckpoint()
    while (n := parts.count()) > MERGED:
        merged = parts.repartition(math.ceil(n / MERGED)).mapInArrow(_Merge([]), "part string")
        parts = merged.localCheckpoint()
    lists = [row.part for row in parts.collect()]
    return _merged(lists, [f"--min-documents={min_documents}", f"--min-share={min_share}"])


MERGED = 32
"""How many lists are added up at once."""


@dataclass
class _Learn:
    """A task: what recurs in a partition, as a row."""

    flags: list[str]

    def __call__(self, batches: Batches) -> Batches:
        first = next((batch for batch in batches if batch.num_rows > 0), None)
        if first is None:
            return
        command = [binary(), "learn", *FILTER[1:], "--jobs=1", "--min-share=0", "--min-documents=2", *self.flags]
        command.remove("--on-error=keep")
        with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as out:
            with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, stderr=said) as process:
                assert process.stdin is not None
                try:
                    for batch in chain([first], batches):
                        self.write(process.stdin, batch)
                except BrokenPipeError:
                    pass  # its status says why
            said.seek(0)
            if process.returncode not in (0, 3):
                why = said.read().decode("utf-8", "replace").strip()
                raise TamisError(why or f"tamis ended with status {process.returncode}", process.returncode)
            out.seek(0)
            yield _parts([out.read().decode()])

    @staticmethod
    def write(to: Any, batch: pa.RecordBatch) -> None:
        rows = zip(_encoded(batch, "text"), _values(batch, "url"), strict=True)
        to.write(b"".join(record((text, None, url)) for text, url in rows if text is not None))


@dataclass
class _Merge:
    """A task: the lists of a partition, added up."""

    flags: list[str]

    def __call__(self, batches: Batches) -> Batches:
        lists = [part for batch in batches for part in _values(batch, "part")]
        if lists:
            yield _parts([_merged(lists, self.flags)])


def _parts(lists: list[str]) -> pa.RecordBatch:
    return pa.record_batch([pa.array(lists, pa.string())], names=["part"])


def _merged(lists: list[str], flags: list[str]) -> str:
    """Return the sum of lists of templates."""
    with tempfile.TemporaryDirectory(prefix="tamis-") as folder:
        for i, text in enumerate(lists):
            Path(folder, f"{i:06}.yaml").write_text(text, encoding="utf-8")
        names = "\0".join(str(path) for path in sorted(Path(folder).iterdir()))
        run = subprocess.run(
            [binary(), "learn", "--merge", f"--config={os.devnull}", "--files-from=-", *flags],
            input=names.encode(),
            capture_output=True,
            check=False,
        )
    if run.returncode != 0:
        raise TamisError(run.stderr.decode("utf-8", "replace").strip(), run.returncode)
    return run.stdout.decode()


def _check_text(df: DataFrame, column: str) -> None:
    kind = df.schema[column].dataType
    if not isinstance(kind, T.StringType):
        raise TypeError(f"the column {column} is of type {kind.simpleString()}, not string")


def _sent(options: Options) -> dict[str, Any]:
    """Return options as a task takes them, with the contents of files for their names."""
    check_names(options)
    sent: dict[str, Any] = {"jobs": 1, **options}
    if sent.get("dedup") in ("run", "index") and not sent.get("index_read_only"):
        raise ValueError("partitions know nothing of each other: use tamis.spark.dedup")
    if names := sent.get("templates"):
        names = [names] if isinstance(names, str) else names
        sent["templates"] = [Path(name).read_bytes() for name in names]
    return {k: list(v) if k != "templates" and _is_list(v) else v for k, v in sent.items()}


def _is_list(value: object) -> bool:
    return not isinstance(value, (str, int, float, type(None)))


def _unpacked(sent: dict[str, Any]) -> dict[str, Any]:
    """Undo _sent, where the task runs."""
    if contents := sent.get("templates"):
        return {**sent, "templates": [_file(content).name for content in contents]}
    return sent


@lru_cache(maxsize=32)
def _file(content: bytes) -> Any:
    file = tempfile.NamedTemporaryFile(prefix="tamis-", suffix=".templates.yaml")
    file.write(content)
    file.flush()
    return file


# Copies.
#
# One machine goes through the paragraphs in order and keeps, for each key, the
# first PER_KEY of those that stayed. A later paragraph is compared with those
# CANDIDATES of these with which it shares most of its FIRST_KEYS, then of its other
# keys, and goes if it repeats one. So its fate is a function of the fates of
# earlier ones that share a key with it.
#
# Here all fates are guessed, and each is found again from the others' until none
# changes. There is one solution only: the first paragraph's fate depends on none,
# the second's on the first's, and so on. What one machine finds is a solution; so
# it is the one. It takes as many rounds as copies of copies of copies go deep.
#
# What is asked of a key at any paragraph are the first PER_KEY that stay and come
# before: a part of the first PER_KEY of all that stay. So a key costs as many rows
# as it has paragraphs, and never as many as it has pairs.

PER_KEY = 4
CANDIDATES = 4
FIRST_KEYS = 4


@dataclass(frozen=True)
class Report:
    """What was found, and what it took."""

    paragraphs: int
    """that may repeat or be repeated"""
    dropped: dict[str, int] = field(default_factory=dict)
    """paragraphs by the rule"""
    pairs: int = 0
    """that were compared"""
    rounds: int = 0
    """until nothing changed"""
    largest_bucket: int = 0
    """paragraphs that share one key"""
    capped_buckets: int = 0
    """keys that were left out, since more paragraphs share them than the cap allows"""


@dataclass(frozen=True)
class Duplicates:
    """The paragraphs that repeat an earlier one.

    ``paragraphs`` is a frame with a row for each: ``document`` (its value in the
    order), ``offset`` (bytes of UTF-8 in its text), ``lines`` (over one for a
    hard-wrapped paragraph), ``rule``, ``similarity``, and ``earlier``: document
    and offset of the one that it repeats.
    """

    paragraphs: DataFrame
    report: Report


def duplicates(
    df: DataFrame,
    order: str,
    column: str = "text",
    *,
    lang: str | None = None,
    url: str | None = None,
    bucket_cap: int | None = 1_000_000,
    **options: Unpack[Options],
) -> Duplicates:
    """Find the paragraphs that ``tamis clean --dedup run`` would drop from the frame's texts, in the given order.

    Args:
        df: any frame.
        order: a column that says which document comes first; no two are alike.
        column: the column of texts.
        lang: as in :func:`clean`.
        url: as in :func:`clean`.
        bucket_cap: leave keys out that more paragraphs share than this. None of
            them is dropped by mistake then, but a copy that shares no other key
            with what it repeats stays. ``None`` leaves nothing out.
        options: those of ``tamis clean``: the texts are cleaned before they are
            compared. ``stages="dedup"`` compares them as they are.
    """
    _check_text(df, column)
    documents = df.select(F.col(order).alias("document"), *_texts(column, lang, url))
    _check_order(documents, order)
    options.pop("dedup", None)
    sent = _sent(options)
    judge = _Judge({name: sent[name] for name in ("dedup_facts", "enable", "disable", "packs") if name in sent})
    return _Search(documents.mapInArrow(_Sign(sent), _units(documents)), judge, bucket_cap).run()


def _texts(column: str, lang: str | None, url: str | None) -> list[Any]:
    given = {"text": column, "lang": lang, "url": url}
    return [(F.lit(None) if name is None else F.col(name)).cast("string").alias(key) for key, name in given.items()]


def _check_order(documents: DataFrame, order: str) -> None:
    counted = documents.groupBy("document").count().where("document is null or count > 1")
    if (row := counted.first()) is not None:
        what = "is null" if row.document is None else f"has {row.document!r} {row['count']} times"
        raise ValueError(f"the column {order} {what}, and so tells no order")


def dedup(
    df: DataFrame,
    order: str | None = None,
    column: str = "text",
    *,
    lang: str | None = None,
    url: str | None = None,
    bucket_cap: int | None = 1_000_000,
    found: Duplicates | None = None,
    **options: Unpack[Options],
) -> DataFrame:
    """Clean a frame as one run of ``tamis clean --dedup run`` would, in the given order.

    The same paragraphs go. All other columns stay as they are. A frame that is
    clean already needs ``stages="dedup"`` only.

    Args:
        df: any frame.
        order: a column that says which document comes first; no two are alike.
            Without one it is the order in which the frame's rows come, of which
            a copy is made for that.
        column: the column of texts.
        lang: as in :func:`clean`.
        url: as in :func:`clean`.
        bucket_cap: as in :func:`duplicates`.
        found: what :func:`duplicates` found with the same options.
        options: those of ``tamis clean``.
    """
    fields = df.schema
    if order is None:
        if found is not None:
            raise ValueError("what was found says nothing without the order that it was found in")
        order = "_tamis_order"
        df = df.withColumn(order, F.monotonically_increasing_id()).localCheckpoint()
    if found is None:
        found = duplicates(df, order, column, lang=lang, url=url, bucket_cap=bucket_cap, **options)
    for name in "dedup", "dedup_facts":
        options.pop(name, None)  # type: ignore[misc]
    detail = F.format_string("repeats byte %d of %s", F.col("earlier.offset"), F.col("earlier.document").cast("string"))
    drop = F.struct("offset", "lines", "rule", "similarity", detail.alias("detail"))
    drops = found.paragraphs.groupBy(F.col("document").alias("_tamis_document")).agg(
        F.to_json(F.collect_list(drop)).alias("_tamis_drops")
    )
    joined = df.join(drops, df[order] == drops["_tamis_document"], "left").drop("_tamis_document")
    schema = T.StructType([*fields.fields, T.StructField("_tamis_drops", T.StringType())])
    task = _Drop(column, lang, url, _sent(options))
    return joined.select(*schema.names).mapInArrow(task, schema).drop("_tamis_drops")


PROGRAM = ["--format=jsonl", "--progress=off", "--config=" + os.devnull, "--lang-field=lang"]


@lru_cache(maxsize=8)
def _pool(command: str, options: str, ends: bytes = b"") -> Pool:
    """Return the processes of a command with options (JSON), which the tasks of a worker share."""
    return Pool([binary(), *command.split(), *flags(json.loads(options))], ends=ends)


def _started(command: str, sent: dict[str, Any], ends: bytes = b"") -> Pool:
    return _pool(command + " " + " ".join(PROGRAM), json.dumps(_unpacked(sent)), ends)


def _units(documents: DataFrame) -> T.StructType:
    """Return the type of what signing documents gives: a row for each paragraph that may go or stay as a copy."""
    return T.StructType(
        [
            T.StructField("document", documents.schema["document"].dataType),
            T.StructField("offset", T.LongType()),
            T.StructField("lines", T.IntegerType()),
            T.StructField("asks", T.BooleanType()),  # may repeat what it does not equal
            T.StructField("stays", T.BooleanType()),  # whatever it repeats
            T.StructField("long", T.BooleanType()),
            T.StructField("verify", T.StringType()),
            T.StructField("keys", T.ArrayType(T.LongType())),
            T.StructField("text", T.StringType()),
        ]
    )


@dataclass
class _Sign:
    """A task: the signatures of the paragraphs of documents."""

    options: dict[str, Any]

    def __call__(self, batches: Batches) -> Batches:
        pool = _started("sign --with-text", self.options, ends=b'{"document":')

        return _mapped(batches, ("text", "lang", "url"), pool, record, self.read, self.batch)

    @staticmethod
    def read(answers: list[bytes], _: Child) -> list[list[dict[str, Any]]]:
        lines = (answer.split(b"\n")[:-1] for answer in answers)  # without the document's
        signed = ([line["paragraph"] for line in json.loads(b"[" + b",".join(of) + b"]")] for of in lines)
        return [[paragraph for paragraph in of if paragraph["keys"]] for of in signed]

    @staticmethod
    def batch(batch: pa.RecordBatch, signed: list[Any]) -> pa.RecordBatch:
        rows = pa.array([i for i, paragraphs in enumerate(signed) for _ in paragraphs or ()], pa.int32())
        found = [paragraph for paragraphs in signed for paragraph in paragraphs or ()]

        def column(name: str, kind: pa.DataType) -> pa.Array:
            return pa.array([paragraph[name] for paragraph in found], kind)

        columns = {
            "document": batch.column("document").take(rows),
            "offset": column("offset", pa.int64()),
            "lines": column("lines", pa.int32()),
            "asks": pa.array([p["long"] or p["broken"] for p in found], pa.bool_()),
            "stays": pa.array([p.get("stays", False) for p in found], pa.bool_()),
            "long": column("long", pa.bool_()),
            "verify": column("verify", pa.string()),
            "keys": column("keys", pa.list_(pa.int64())),
            "text": pa.array([text_of(p["text"]) for p in found], pa.string()),
        }
        return pa.record_batch(list(columns.values()), names=list(columns))


@dataclass
class _Judge:
    """A task: which of two paragraphs repeats the other."""

    options: dict[str, Any]

    def __call__(self, batches: Batches) -> Batches:
        return _mapped(
            batches, ("later_text", None, "earlier_text", "long"), self.pool(), self.record, self.read, self.batch
        )

    def pool(self) -> Pool:
        return _pool("dedup judge --config=" + os.devnull, json.dumps(self.options))

    def exact_is_off(self) -> bool:
        """Report whether exact copies stay."""
        answer, child = self.pool().ask(self.record((b"a", None, "a", False)))
        self.pool().give(child)
        return bool(json.loads(answer).get("off"))

    @staticmethod
    def read(answers: list[bytes], _: Child) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(b"[" + b",".join(answers) + b"]")
        return found

    @staticmethod
    def record(item: tuple[bytes, None, str, bool]) -> bytes:
        later, _, earlier, long = item
        return b'{"later":%s,"earlier":%s,"long":%s}\n' % (
            quoted(later),
            quoted(earlier),
            b"true" if long else b"false",
        )

    @staticmethod
    def batch(batch: pa.RecordBatch, verdicts: list[dict[str, Any]]) -> pa.RecordBatch:
        return pa.record_batch(
            [
                batch.column("u"),
                batch.column("earlier"),
                pa.array([v["rule"] for v in verdicts], pa.string()),
                pa.array([v["similarity"] for v in verdicts], pa.float64()),
                pa.array([v.get("off", False) for v in verdicts], pa.bool_()),
            ],
            names=["u", "earlier", "rule", "similarity", "off"],
        )


@dataclass
class _Drop:
    """A task: documents cleaned, without the paragraphs that are named."""

    column: str
    lang: str | None
    url: str | None
    options: dict[str, Any]

    def __call__(self, batches: Batches) -> Batches:
        pool = _started("dedup drop --on-error=keep", self.options)

        columns = (self.column, self.lang, self.url, "_tamis_drops")
        return _mapped(batches, columns, pool, self.record, _texts_of, self.batch)

    @staticmethod
    def record(row: tuple[bytes, str | None, str | None, str | None]) -> bytes:
        text, lang, url, drops = row
        line = record((text, lang, url))
        return line if drops is None else line[:-2] + b',"drops":' + drops.encode() + b"}\n"

    def batch(self, batch: pa.RecordBatch, texts: list[str | None]) -> pa.RecordBatch:
        return _with_texts(batch, self.column, texts)


class _Search:
    """Finds the paragraphs, of those that were signed, that repeat an earlier one."""

    def __init__(self, signed: DataFrame, judge: _Judge, cap: int | None) -> None:
        self.judge, self.exact_is_off = judge, judge.exact_is_off()
        self.units = signed.withColumn("u", F.struct("document", "offset")).repartition("u").persist()
        postings = self.units.select("u", F.posexplode("keys").alias("place", "key"))
        buckets = postings.groupBy("key").count().where("count > 1").persist()
        over = F.lit(False) if cap is None else F.col("count") > cap
        row = buckets.agg(F.max("count"), F.sum(over.cast("long"))).first()
        assert row is not None
        self.largest, self.capped = row[0] or 0, row[1] or 0
        shared = (
            postings.join(buckets.where(~over).select("key"), "key")
            .groupBy("u")
            .agg(
                F.collect_list(
                    F.struct("key", F.when(F.col("place") < FIRST_KEYS, 1).otherwise(2).alias("part"))
                ).alias("keys")
            )
        )
        several = self.units.groupBy("verify").count().where("count > 1").select("verify")
        twins = self.units.select("u", "verify").join(several, "verify")
        # What is known of each paragraph that shares a key with another: its fate
        # as far as it is guessed, and what the judge said of it and earlier ones.
        start = self.units.select("u", "asks", "stays").join(shared.join(twins, "u", "full"), "u")
        u = start.schema["u"].dataType
        fate = T.StructType().add("rule", "string").add("similarity", "double").add("earlier", u)
        verdict = T.StructType().add("rule", "string").add("similarity", "double").add("off", "boolean")
        self.start = (
            start.withColumn("known", F.create_map().cast(T.MapType(u, verdict)))
            .withColumn("unknown", F.array().cast(T.ArrayType(u)))
            .withColumn("fate", F.lit(None).cast(fate))
            .withColumn("changed", F.lit(False))
            .localCheckpoint()
        )
        buckets.unpersist()

    def run(self) -> Duplicates:
        state, rounds, pairs = self.start, 0, 0
        while True:
            state = self._round(state).localCheckpoint()
            rounds += 1
            row = state.agg(F.sum(F.col("changed").cast("long")), F.sum(F.size("unknown"))).first()
            assert row is not None
            changed, unknown = row[0] or 0, row[1] or 0
            if not changed and not unknown:
                break
            if unknown and rounds > 1:  # in the first, exact copies crowd the others out
                state = self._judged(state)
                pairs += unknown
        gone = state.where("fate is not null").select("u", "fate.*")
        found = self.units.select("u", "lines").join(gone, "u")
        found = found.select("u.document", "u.offset", "lines", "rule", "similarity", "earlier").localCheckpoint()
        dropped = {row.rule: row["count"] for row in found.groupBy("rule").count().collect()}
        report = Report(self.units.count(), dropped, pairs, rounds, self.largest, self.capped)
        self.units.unpersist()
        return Duplicates(found, report)

    def _round(self, state: DataFrame) -> DataFrame:
        """Find each fate again, from those of the others."""
        kept = F.when(F.col("fate").isNull(), F.col("u"))
        by_key = state.select("u", "asks", kept.alias("kept"), F.inline("keys")).groupBy("key")
        buckets = by_key.agg(
            F.slice(F.array_sort(F.collect_list("kept")), 1, PER_KEY).alias("first"),
            F.collect_list(F.when(F.col("asks"), F.struct("u", "part"))).alias("asking"),
        )
        near = buckets.select(F.inline("asking"), "first")
        near = near.select("u", "part", F.explode(F.filter("first", lambda e: e < F.col("u"))).alias("earlier"))
        twins = state.where("verify is not null")
        firsts = twins.where("fate is null").groupBy("verify").agg(F.min("u").alias("earlier"))
        exact = twins.join(firsts, "verify").where("earlier < u").select("u", F.lit(0).alias("part"), "earlier")
        pairs = near.union(exact).repartition("u")
        counted = pairs.groupBy("u", "part", "earlier").agg((-F.count("*")).alias("keys"))

        def most(part: int) -> Column:
            ranked = F.array_sort(F.collect_list(F.when(F.col("part") == part, F.struct("keys", "earlier"))))
            return F.transform(F.slice(ranked, 1, CANDIDATES), lambda c: c["earlier"])

        candidates = counted.groupBy("u").agg(
            F.min(F.when(F.col("part") == 0, F.col("earlier"))).alias("twin"),
            F.array_distinct(F.concat(most(1), most(2))).alias("near"),
        )
        asked = state.drop("changed", "unknown").withColumnRenamed("fate", "was").join(candidates, "u", "left")
        ranked = F.when(
            F.col("asks") & F.col("twin").isNull() & F.col("near").isNotNull(),
            F.col("near"),
        ).otherwise(F.array().cast(state.schema["unknown"].dataType))
        asked = asked.withColumn("ranked", ranked)
        repeats = F.filter("ranked", lambda e: F.element_at("known", e)["rule"].isNotNull())
        twin = F.struct(
            F.lit("dedup.exact").alias("rule"), F.lit(1.0).alias("similarity"), F.col("twin").alias("earlier")
        )
        first = F.get("repeats", F.lit(0))
        alike = F.element_at("known", first)
        like = F.struct(alike["rule"].alias("rule"), alike["similarity"].alias("similarity"), first.alias("earlier"))
        asked = asked.withColumn("repeats", repeats)
        if self.exact_is_off:
            twin = F.lit(None).cast(state.schema["fate"].dataType)
        # What repeats an earlier one by a rule that is off is compared with no other.
        fate = F.when(F.col("twin").isNotNull(), twin).when((F.size("repeats") > 0) & ~alike["off"], like)
        fate = F.when(~F.col("stays"), fate)
        asked = asked.withColumn("fate", fate)
        return asked.select(
            "u",
            "asks",
            "stays",
            "keys",
            "verify",
            "known",
            F.filter("ranked", lambda e: ~F.map_contains_key("known", e)).alias("unknown"),
            "fate",
            (F.col("fate").isNull() != F.col("was").isNull()).alias("changed"),
        )

    def _judged(self, state: DataFrame) -> DataFrame:
        """Have the pairs judged of which nothing is known."""
        pairs = state.select("u", F.explode("unknown").alias("earlier"))
        earlier = self.units.select(F.col("u").alias("earlier"), F.col("text").alias("earlier_text"))
        later = self.units.select("u", F.col("text").alias("later_text"), "long")
        texts = pairs.join(earlier, "earlier").join(later, "u")
        texts = texts.select("u", "earlier", "later_text", "earlier_text", "long")
        u = state.schema["u"].dataType
        judged = texts.mapInArrow(
            self.judge,
            T.StructType()
            .add("u", u)
            .add("earlier", u)
            .add("rule", "string")
            .add("similarity", "double")
            .add("off", "boolean"),
        )
        entry = F.struct("earlier", F.struct("rule", "similarity", "off"))
        said = judged.groupBy("u").agg(F.map_from_entries(F.collect_list(entry)).alias("said"))
        known = F.when(F.col("said").isNull(), F.col("known")).otherwise(F.map_concat("known", "said"))
        return state.join(said, "u", "left").withColumn("known", known).drop("said")
