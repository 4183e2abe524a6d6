"""tamis in Spark: the same as the command, whatever the partitions."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys

import pytest

pytest.importorskip("pyspark", reason="no pyspark here")

import tamis
from tamis import spark as ts

WORDS = (
    "le la un une des jardin village pont marché école train fenêtre rivière montagne boulanger voisin chemin "
    "lettre samedi matin soir hiver printemps ouvre ferme apporte regarde attend traverse raconte répare cherche "
    "avec sans pour dans sous vers après avant petit grand vieux clair lent calme premier dernier souvent parfois"
).split()


def paragraph(r: random.Random) -> str:
    sentences = (" ".join(r.choices(WORDS, k=r.randint(8, 16))) for _ in range(r.randint(1, 4)))
    return " ".join(s.capitalize() + "." for s in sentences)


def copied(text: str, r: random.Random) -> str:
    words = text.split()
    match r.randrange(5):
        case 0:
            return text
        case 1:
            return text.upper()
        case 2:
            words[r.randrange(len(words))] = r.choice(WORDS)
            return " ".join(words)
        case 3:
            return text[: len(text) * 4 // 5] + "…"
        case _:
            return " ".join(words[: max(8, len(words) // 2)]) + "."


def documents(n: int, seed: int) -> list[tuple[int, str]]:
    """Three paragraphs in ten are copies of an earlier one, or of a copy."""
    r, pool, made = random.Random(seed), [], []
    for i in range(n):
        for _ in range(r.randint(1, 3)):
            copies = pool and r.random() < 0.3
            pool.append(copied(r.choice(pool), r) if copies else paragraph(r))
        made.append((i, "\n\n".join(pool[-r.randint(1, 3) :])))
    return made


def run(rows: list[tuple[int, str]], *options: str) -> tuple[dict[int, str], set[tuple[int, int, str]]]:
    """Return the texts of one run of the command, and what it dropped: document, offset, rule."""
    records = "".join(json.dumps({"id": i, "text": text}) + "\n" for i, text in rows)
    command = [tamis.binary(), "--format=jsonl", "--dedup=run", "--annotate", "--config=" + os.devnull, *options]
    out = subprocess.run(command, input=records.encode(), capture_output=True, check=True).stdout
    texts, dropped = {}, set()
    sources = dict(rows)
    for line in out.splitlines():
        record = json.loads(line)
        texts[record["id"]] = record["text"]
        source, at = sources[record["id"]].encode(), 0
        for mark, part in zip(record["tamis"]["paragraphs"], source.split(b"\n\n"), strict=True):
            if mark.get("rule", "").startswith("dedup."):
                dropped.add((record["id"], at, mark["rule"]))
            at += len(part) + 2
    return texts, dropped


def test_other_columns_and_nulls_stay(spark):
    rows = [(1, "Il a Ã©tÃ© lÃ\xa0 hier.", [1, 2]), (2, None, None), (3, "", [])]
    df = spark.createDataFrame(rows, "id int, text string, more array<int>")
    done = ts.clean(df, annotate="note", stages=["mojibake", "norm", "langid"]).orderBy("id")
    assert done.schema[:3] == df.schema[:3]
    first, second, third = done.collect()
    assert (first.text, first.more) == ("Il a été là hier.", [1, 2])
    assert first.note.language == "fr"
    assert (first.note.kept, first.note.mended, first.note.dropped, first.note.error) == (1, 1, 0, None)
    assert (second.text, second.more, second.note) == (None, None, None)
    assert (third.text, third.more) == ("", [])


def test_empty_partitions_and_null_columns(spark):
    df = spark.createDataFrame([(1, None)] * 3, "id int, body string").repartition(7)
    assert [row.body for row in ts.clean(df, column="body").collect()] == [None] * 3
    assert ts.clean(df.where("id > 1"), column="body").collect() == []
    with pytest.raises(TypeError, match="not string"):
        ts.clean(df, column="id")


def test_the_order_of_a_partition_and_its_batches(spark):
    df = spark.range(500, numPartitions=1).selectExpr("id", "concat('La lettre numÃ©ro ', id, ' est lÃ .') as text")
    got = ts.clean(df, stages="mojibake").collect()
    assert [row.id for row in got] == list(range(500))
    assert all(row.text.startswith(f"La lettre numéro {row.id} ") for row in got)


def test_a_bad_row_stays_and_says_why(spark):
    df = spark.createDataFrame([("a" * 500, "fr"), ("dÃ©jÃ\xa0 vu", "!!")], "text string, l string").coalesce(1)
    done = ts.clean(df, annotate="note", lang="l", stages="mojibake", max_record_bytes="300").collect()
    assert [row.text for row in done] == ["a" * 500, "déjà vu"]
    assert "300 bytes" in done[0].note.error
    assert done[1].note.error is None
    with pytest.raises(ValueError, match=r"spark\.dedup"):
        ts.clean(df, dedup="run")
    with pytest.raises(TypeError, match="no option 'typo'"):
        ts.clean(df, typo="print")


def test_bytes_that_are_no_text_are_mended(spark):
    df = spark.sql("select cast(X'636166e920636166e9' as string) as text").coalesce(1)
    done = ts.clean(df, annotate="note").selectExpr("cast(text as binary) as text", "note.mended").collect()
    assert [(bytes(row.text).decode(), row.mended) for row in done] == [("café café", 1)]


def test_options_are_refused_with_the_programs_words(spark):
    with pytest.raises(Exception, match="--typography"):
        ts.clean(spark.createDataFrame([("a",)], "text string"), typography="fancy").collect()


def test_a_killed_child_is_started_again(spark):
    task = ts._Clean("text", None, None, None, {"jobs": 1, "stages": "mojibake"})

    def killing(batches):
        for n, batch in enumerate(batches):
            if n == 100:
                from tamis._child import Child

                for child in Child.running():
                    os.kill(child.pid, 9)
            yield batch

    df = spark.range(20_000, numPartitions=1).selectExpr("concat('Voici la lettre numÃ©ro ', id, '.') as text")
    done = df.mapInArrow(lambda batches: task(killing(batches)), "text string")
    assert done.where("text like '%numéro%'").count() == 20_000


def test_learning_a_skewed_site(spark):
    menu = "Recettes et carnets de voyage"
    rows = [("https://www.grand.example/%d" % i, f"{menu}\n\n{text}") for i, text in documents(60, 5)]
    rows += [(f"https://petit{i}.example/", "Un seul texte par ici.") for i in range(20)]
    df = spark.createDataFrame(rows, "url string, text string").repartition(5)
    learned = ts.learn(df)
    assert "grand.example" in learned
    assert menu in learned
    assert "petit" not in learned


def test_templates_are_sent_along(spark, tmp_path):
    rows = [("https://a.example/%d" % i, f"Recettes et carnets\n\n{text}") for i, text in documents(40, 6)]
    df = spark.createDataFrame(rows, "url string, text string")
    path = tmp_path / "site.templates.yaml"
    path.write_text(ts.learn(df), encoding="utf-8")
    cleaned = ts.clean(df, url="url", templates=str(path), stages="junk").collect()
    assert not any("Recettes et carnets" in row.text for row in cleaned)


@pytest.mark.parametrize(("partitions", "off"), [(1, []), (4, []), (32, ["dedup.near"])])
def test_the_same_copies_go_as_on_one_machine(spark, partitions, off):
    rows = documents(60, 7)
    texts, dropped = run(rows, "--stages=dedup", *(f"--disable={rule}" for rule in off))
    assert len(dropped) > 15
    df = spark.createDataFrame(rows, "id long, text string").repartition(partitions)
    found = ts.duplicates(df, order="id", stages="dedup", disable=off)
    assert {(r.document, r.offset, r.rule) for r in found.paragraphs.collect()} == dropped
    assert sum(found.report.dropped.values()) == len(dropped)
    assert (found.report.capped_buckets, found.report.largest_bucket > 2) == (0, True)
    if partitions == 4:
        done = ts.dedup(df, order="id", found=found, stages="dedup")
        assert done.columns == df.columns
        assert {row.id: row.text for row in done.collect()} == texts


def test_cleaning_and_removing_copies_in_one(spark, tmp_path):
    rows = [(i, f"À lire aussi : Dix idées\n\n{text}") for i, text in documents(25, 8)]
    kept = rows[0][1].rpartition("\n")[2]
    rows.append((25, kept + " Et voilà."))  # a copy that corrections keep
    corrections = tmp_path / "corrections.yaml"
    corrections.write_text(f"keeps:\n  - {rows[25][1]}\n", encoding="utf-8")
    options = ["--disable=dedup.exact", f"--packs={corrections}"]
    texts, _ = run(rows, *options)
    assert texts[25] == rows[25][1]
    df = spark.createDataFrame(rows, "id long, text string").coalesce(1)
    done = ts.dedup(df, disable="dedup.exact", packs=str(corrections)).collect()
    assert {row.id: row.text for row in done} == texts


def test_a_bucket_that_is_too_large_is_told_of(spark):
    text = paragraph(random.Random(9))
    df = spark.createDataFrame([(i, f"{text} Fin numéro {i}.") for i in range(12)], "id long, text string")
    report = ts.duplicates(df, order="id", stages="dedup", bucket_cap=5).report
    assert report.largest_bucket == 12
    assert report.capped_buckets > 0
    assert report.dropped == {}


def test_an_order_that_is_none(spark):
    for rows in [(1, "a"), (1, "b")], [(None, "a")]:
        df = spark.createDataFrame(rows, "id int, text string")
        with pytest.raises(ValueError, match="tells no order"):
            ts.duplicates(df, order="id")


CONNECT = """
import json, sys
from pyspark.sql import SparkSession
from tamis import spark as ts

spark = SparkSession.builder.remote("local[2]").config("spark.sql.shuffle.partitions", "1").getOrCreate()
df = spark.createDataFrame(json.load(sys.stdin), "id long, text string, url string")
cleaned = ts.clean(df.where("id = 5"), annotate="note", stages=["langid"]).first()
learned = ts.learn(df)
done = ts.dedup(df, order="id", stages=["dedup"]).orderBy("id").collect()
json.dump([cleaned.text, cleaned.note.language, learned, [row.text for row in done]], sys.stdout)
spark.stop()
"""


def test_spark_connect(spark):
    pytest.importorskip("grpc", reason="no grpc here: pip install 'pyspark[connect]' to test Spark Connect")
    menu = "Recettes et carnets"
    rows = [(i, f"{menu}\n\n{text}") for i, text in documents(40, 6)]
    given = json.dumps([(i, text, f"https://a.example/{i}") for i, text in rows])
    said = subprocess.run([sys.executable, "-c", CONNECT], input=given, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    text, language, learned, texts = json.loads(said.stdout)
    assert (text, language) == (rows[5][1], "fr")
    assert menu in learned
    assert texts == list(run(rows, "--stages=dedup")[0].values())
