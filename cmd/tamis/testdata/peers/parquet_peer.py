"""Makes Parquet files with pyarrow, and compares them with what became of them.

    parquet_peer.py make DIR          writes DIR/*.parquet, and their texts as DIR/*.jsonl
    parquet_peer.py compare DIR CLEAN RESTORED
                                      compares DIR/*.parquet with those in CLEAN, of which
                                      only the texts differ, and are those of CLEAN/*.jsonl,
                                      and with those in RESTORED, whose values do not differ
"""

import datetime
import decimal
import json
import pathlib
import sys

import pyarrow as pa
import pyarrow.parquet as pq

from texts import long_text, text


def texts(n):
    return [None if i % 97 == 5 else text(i) for i in range(n)]


def every_type(n):
    """A table with a column of every type that pyarrow writes, nulls in each."""
    utc = datetime.datetime(2021, 3, 4, 5, 6, 7, 89, tzinfo=datetime.timezone.utc)
    day = datetime.date(2020, 2, 29)

    def column(kind, value):
        return pa.array([None if i % 7 == 3 else value(i) for i in range(n)], kind)

    def integer(bits, signed):
        top = (1 << (bits - signed)) - 1
        return lambda i: top if i % 2 else (-top - 1 if signed else 0)

    columns = {"id": pa.array(range(n), pa.int64()), "text": pa.array(texts(n), pa.string())}
    for bits in (8, 16, 32, 64):
        columns[f"i{bits}"] = column(getattr(pa, f"int{bits}")(), integer(bits, True))
        columns[f"u{bits}"] = column(getattr(pa, f"uint{bits}")(), integer(bits, False))
    kinds = {
        "flag": (pa.bool_(), lambda i: i % 3 == 0),
        "f32": (pa.float32(), lambda i: i / 3),
        "f64": (pa.float64(), lambda i: float("nan") if i % 5 == 0 else -i / 3),
        "binary": (pa.binary(), lambda i: b"\xff\x00" * (i % 4)),
        "fixed": (pa.binary(5), lambda i: b"%05d" % i),
        "large": (pa.large_string(), lambda i: f"ç{i}"),
        "large_binary": (pa.large_binary(), lambda i: b"\xfe" * (i % 3)),
        "view": (pa.string_view(), lambda i: "v" * i),
        "category": (pa.dictionary(pa.int8(), pa.string()), lambda i: "abc"[i % 3]),
        "date": (pa.date32(), lambda i: day + datetime.timedelta(i)),
        "date64": (pa.date64(), lambda i: day),
        "time_s": (pa.time32("s"), lambda i: datetime.time(1, 2, i % 60)),
        "time_us": (pa.time64("us"), lambda i: datetime.time(1, 2, 3, i)),
        "time_ns": (pa.time64("ns"), lambda i: i),
        "stamp_s": (pa.timestamp("s"), lambda i: i),
        "stamp_ms": (pa.timestamp("ms", tz="Europe/Paris"), lambda i: utc),
        "stamp_us": (pa.timestamp("us", tz="UTC"), lambda i: utc),
        "stamp_ns": (pa.timestamp("ns", tz="+02:00"), lambda i: i),
        "duration": (pa.duration("us"), lambda i: datetime.timedelta(seconds=i)),
        "decimal": (pa.decimal128(7, 2), lambda i: decimal.Decimal(i - 9) / 4),
        "decimal_wide": (pa.decimal256(50, 3), lambda i: decimal.Decimal(i) ** 3),
        "null": (pa.null(), lambda i: None),
        "list": (pa.list_(pa.string()), lambda i: [None, "é"] * (i % 3)),
        "lists": (pa.list_(pa.list_(pa.int16())), lambda i: [[i], None, []][: i % 4]),
        "large_list": (pa.large_list(pa.int8()), lambda i: [1] * (i % 3)),
        "map": (pa.map_(pa.string(), pa.int32()), lambda i: [("k", i), ("l", None)]),
        "struct": (
            pa.struct([("x", pa.int32()), ("y", pa.list_(pa.struct([("z", pa.string())])))]),
            lambda i: {"x": None, "y": [{"z": "q"}, None][: i % 3]},
        ),
    }
    for name, (kind, value) in kinds.items():
        columns[name] = column(kind, value)
    fields = []
    for name, values in columns.items():
        fields.append(pa.field(name, values.type, metadata={"own": name, "PARQUET:field_id": str(len(fields))}))
    return pa.table(list(columns.values()), schema=pa.schema(fields, {"made": "by hand", "empty": ""}))


def plain(n):
    schema = pa.schema([("id", pa.int64()), ("text", pa.string()), ("length", pa.int32())])
    return pa.table({"id": range(n), "text": texts(n), "length": [len(t or "") for t in texts(n)]}, schema=schema)


def make(folder):
    def write(name, table, **options):
        pq.write_table(table, folder / f"{name}.parquet", **options)
        with open(folder / f"{name}.jsonl", "w", encoding="utf-8") as f:
            for row in texts_of(table):
                print(json.dumps(row, ensure_ascii=False), file=f)

    write("types", every_type(300), row_group_size=120)
    write("types-old", every_type(60).drop_columns(["time_ns", "stamp_ns"]), version="1.0", store_schema=False)
    for codec in ("none", "snappy", "gzip", "brotli", "zstd", "lz4"):
        write(f"codec-{codec}", plain(200), row_group_size=60, compression=codec)
    write("codec-each", plain(200), compression={"id": "none", "text": "zstd", "length": "gzip"})
    write("pages", plain(3000), data_page_version="2.0", data_page_size=2000, write_page_index=True, write_page_checksum=True)
    write("no-dictionary", plain(200), use_dictionary=False, write_statistics=False)
    encodings = {"id": "DELTA_BINARY_PACKED", "text": "DELTA_LENGTH_BYTE_ARRAY", "length": "BYTE_STREAM_SPLIT"}
    write("encodings", plain(200), use_dictionary=False, column_encoding=encodings)
    write("prefixes", plain(200), use_dictionary=False, column_encoding={"text": "DELTA_BYTE_ARRAY"})
    write("int96", every_type(40).select(["id", "text", "stamp_us"]), use_deprecated_int96_timestamps=True)
    write("sorted", plain(200), sorting_columns=[pq.SortingColumn(0)], row_group_size=50)
    write("empty", plain(0))
    write("large", pa.table({"text": pa.array(texts(100), pa.large_string()), "n": range(100)}))
    write("view", pa.table({"text": pa.array(texts(100), pa.string_view()), "n": range(100)}))
    write("category", pa.table({"text": pa.array(texts(100)).dictionary_encode(), "n": range(100)}))
    required = pa.schema([pa.field("text", pa.string(), nullable=False), pa.field("n", pa.int8(), nullable=False)])
    write("required", pa.table({"text": [text(i) for i in range(100)], "n": range(100)}, schema=required))
    write("long", pa.table({"text": [long_text(1_500_000), "Le pont  est ouvert.", None], "n": [1, 2, 3]}))
    nested = pa.array([None if t is None else {"lang": "fr", "text": t} for t in texts(100)])
    write("nested", pa.table({"doc": nested, "n": range(100)}))
    both = {"n": range(100), "text": texts(100), "k": range(100), "doc": nested, "z": ["ç"] * 100}
    write("both", pa.table(both), row_group_size=30)


def chunks(file):
    """What the file says of how each column of each row group is stored."""
    meta = file.metadata
    for group in range(meta.num_row_groups):
        yield meta.row_group(group).num_rows
        for i in range(meta.num_columns):
            chunk = meta.row_group(group).column(i)
            yield chunk.path_in_schema, chunk.compression, chunk.num_values


def schema(file):
    return str(file.schema).split("\n", 1)[1]  # after its address


def texts_of(table):
    """The texts of each row, as a record of JSON has them."""
    columns = {name: table[name].to_pylist() for name in ("text", "doc") if name in table.column_names}
    rows = [dict(zip(columns, values)) for values in zip(*columns.values())]
    for row in rows:
        if "doc" in row:
            row["doc"] = {"text": (row["doc"] or {}).get("text")}
    return rows


def different(a, b):
    """The names of the columns that are not the same in two tables."""
    return [name for name in a.column_names if not bits(a[name]).equals(bits(b[name]))]


def bits(column):
    """The values of a column, of which NaN is one."""
    kinds = {pa.float32(): pa.int32(), pa.float64(): pa.int64()}
    whole = column.combine_chunks()
    return whole.view(kinds[column.type]) if column.type in kinds else whole


def compare(folder, clean, restored):
    names = sorted(folder.glob("*.parquet"))
    for name in names:
        before, after, back = (pq.ParquetFile(d / name.name) for d in (folder, clean, restored))
        for other in (after, back):
            check(name, "schema", other.schema_arrow.equals(before.schema_arrow, check_metadata=True))
            check(name, "Parquet schema", schema(other), schema(before))
            check(name, "metadata", other.metadata.metadata, before.metadata.metadata)
            check(name, "chunks", list(chunks(other)), list(chunks(before)))
            other.read().validate(full=True)
        check(name, "columns of the restored", different(before.read(), back.read()), [])
        with open(clean / f"{name.stem}.jsonl", encoding="utf-8") as f:
            want = [json.loads(line) for line in f]
        check(name, "texts", texts_of(after.read()), want)
        changed = different(before.read(), after.read())
        check(name, "columns", changed, [n for n in before.schema_arrow.names if n in ("doc", "text") and want])
    print(len(names), "files")


def check(name, what, got, want=True):
    if got != want:
        print(f"{name.name}: {what}: {str(got)[:1000]}, not {str(want)[:1000]}")


if __name__ == "__main__":
    {"make": make, "compare": compare}[sys.argv[1]](*map(pathlib.Path, sys.argv[2:]))
