"""Cleaning texts in other processes: order, bounds, threads, forks, deaths."""

from __future__ import annotations

import gc
import itertools
import json
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import warnings
from types import SimpleNamespace

import pytest

import tamis
from tamis import Cleaner, TamisError, TamisRestarted
from tamis._child import Child
from tamis._pool import BATCH, TRIES, WINDOW

UNICODE = {"stages": ["mojibake", "norm"]}

TEXT = """\
À lire aussi : Dix idées de promenades au bord de l’eau

Le potier ouvre son atelier le samedi matin , et chacun repart avec le bol qu'il a tournÃ©.

Le potier ouvre son atelier le samedi matin, et chacun repart avec le bol qu’il a tourné.
"""


def letters(n: int) -> list[str]:
    return [f"La lettre numÃ©ro {i} est arrivÃ©e." for i in range(n)]


def clean_letters(n: int) -> list[str]:
    return [f"La lettre numéro {i} est arrivée." for i in range(n)]


@pytest.fixture
def cleaner():
    with Cleaner(**UNICODE) as made:
        yield made


def test_a_text_is_cleaned_and_told_of():
    result = tamis.clean(TEXT)
    assert result.text == "Le potier ouvre son atelier le samedi matin, et chacun repart avec le bol qu’il a tourné.\n"
    assert (result.language, result.script) == ("fr", "Latn")
    assert 0.5 < result.confidence <= 1
    assert result.counts["kept"] == 1
    assert result.counts["dropped"] == 2
    assert [p.rule for p in result.paragraphs] == ["junk.fr.read-also", None, "dedup.exact"]
    assert str(result) == result.text
    assert eval(repr(result.text)) == result.text


def test_edits_undo():
    result = tamis.clean("😀 " + TEXT)
    at, clean = 0, ""
    for edit in result.edits:
        assert result.source[edit.start : edit.end] == edit.old
        assert edit.rule == edit.steps[-1].rule
        clean += result.source[at : edit.start] + edit.new
        at = edit.end
    assert clean + result.source[at:] == result.text
    assert "mojibake.cp1252" in {step.rule for edit in result.edits for step in edit.steps}
    assert tamis.clean("Rien à redire ici, vraiment.").edits == ()


@pytest.mark.parametrize("text", ["", "\n\n", "\x00", "a\u2028b", "\ud800 seul", '"\\', "é" * 70_000, "\ufeff", "𝒳"])
def test_any_text_comes_back(cleaner, text):
    result = cleaner.clean(text)
    assert isinstance(result.text, str)
    assert result.source == text
    assert isinstance(result.edits, tuple)


def test_what_is_no_text_is_refused(cleaner):
    for value in None, b"bytes", 3:
        with pytest.raises(TypeError):
            cleaner.clean(value)
        with pytest.raises(TypeError):
            list(cleaner.clean_many([value]))
    assert cleaner.clean("voilÃ\xa0").text == "voilà"


def test_a_language_that_is_known():
    assert tamis.clean("Chat 42", lang="fr").language == "fr"
    assert [r.language for r in tamis.clean_many([("Taxi", "de"), ("Taxi", "fr")])] == ["de", "fr"]
    with pytest.raises(ValueError, match="BCP 47"):
        tamis.clean("Chat", lang="le français")


def test_the_programs_message_is_the_exceptions():
    with pytest.raises(TamisError, match="--typography") as caught:
        Cleaner(typography="fancy").clean("a")
    assert caught.value.status == 2
    with pytest.raises(TamisError, match="--lang"):
        list(Cleaner(lang="!").clean_many(["a"]))
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    with pytest.raises(TypeError, match="no option 'typo'"):
        Cleaner(typo="print")
    with pytest.raises(TypeError, match="output"):
        Cleaner(output="x")


def test_a_missing_program(monkeypatch):
    monkeypatch.setenv("TAMIS_BINARY", "/nowhere/tamis")
    with pytest.raises(TamisError, match="/nowhere/tamis can't be started"):
        Cleaner().clean("a")


def test_a_configuration_file_is_not_obeyed(tmp_path, monkeypatch):
    (tmp_path / ".tamis.yaml").write_text("typography: off\n")
    monkeypatch.chdir(tmp_path)
    with Cleaner() as cleaner:
        assert cleaner.clean("C'est l'heure du départ...", lang="fr").text == "C’est l’heure du départ…"


def test_one_text_of_many_is_refused(cleaner):
    limited = Cleaner(max_record_bytes="200", **UNICODE)
    texts = ["un", "x" * 400, "trois"]
    with pytest.raises(TamisError, match="200 bytes"):
        list(limited.clean_many(texts))
    results = list(limited.clean_many(texts, errors="keep"))
    assert [r.text for r in results] == texts
    assert [r.error is None for r in results] == [True, False, True]
    both = [r.error or "" for r in limited.clean_many(["y" * 300, "x" * 400], errors="keep")]
    assert all("200 bytes" in why for why in both)
    with pytest.raises(ValueError, match="errors="):
        cleaner.clean_many([], errors="ignore")


def test_a_stream_keeps_its_order(cleaner):
    assert [r.text for r in cleaner.clean_many(letters(20_000))] == clean_letters(20_000)
    assert list(cleaner.clean_many([])) == []
    assert list(cleaner.clean_many(iter([]))) == []


def test_a_stream_is_bounded_and_does_not_end(cleaner):
    taken = 0

    def endless():
        nonlocal taken
        for i in itertools.count():
            taken += 1
            yield "x" * 10_000 + str(i)

    stream = cleaner.clean_many(endless())
    for i, result in enumerate(itertools.islice(stream, 2_000)):
        assert result.text.endswith(str(i))
        assert (taken - i) * 10_000 <= WINDOW + 2 * BATCH
    stream.close()
    assert cleaner.clean("Ã©tÃ©").text == "été"


def test_a_source_that_fails_comes_after_what_it_gave(cleaner):
    def source():
        yield from letters(3)
        raise LookupError("no more letters")

    stream = cleaner.clean_many(source())
    assert [next(stream).text for _ in range(3)] == clean_letters(3)
    with pytest.raises(LookupError, match="no more letters"):
        next(stream)


def test_streams_within_streams(cleaner):
    nested = (cleaner.clean(r.text + " Un Ã©tÃ©.").text for r in cleaner.clean_many(letters(50)))
    assert list(nested) == [text + " Un été." for text in clean_letters(50)]


def test_threads(cleaner):
    got: dict[int, list[str]] = {}

    def work(n: int) -> None:
        ones = [cleaner.clean(text).text for text in letters(30)]
        got[n] = ones + [r.text for r in cleaner.clean_many(letters(300))]

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert all(got[n] == clean_letters(30) + clean_letters(300) for n in range(6))
    assert len(cleaner._pool._idle) <= (os.cpu_count() or 1)


def in_fork(cleaner: Cleaner, out) -> None:
    out.put((os.getpid(), [r.text for r in cleaner.clean_many(letters(100))], cleaner.clean("Ã©tÃ©").text))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_after_a_fork(cleaner):
    assert cleaner.clean("Ã©tÃ©").text == "été"
    stream = cleaner.clean_many(letters(50_000))
    assert next(stream).text == clean_letters(1)[0]
    forks = multiprocessing.get_context("fork")
    out = forks.SimpleQueue()
    workers = [forks.Process(target=in_fork, args=(cleaner, out)) for _ in range(3)]
    for w in workers:
        w.start()
    for _ in workers:
        pid, many, one = out.get()
        assert pid != os.getpid()
        assert (many, one) == (clean_letters(100), "été")
    for w in workers:
        w.join()
        assert w.exitcode == 0
    assert sum(1 for _ in stream) == 49_999
    assert cleaner.clean("Ã©tÃ©").text == "été"


def kill_all() -> int:
    children = list(Child.running())
    for child in children:
        os.kill(child.pid, signal.SIGKILL)
    return len(children)


def test_a_dead_child_is_started_again(cleaner):
    cleaner.clean("a")
    gc.collect()
    assert kill_all() >= 1
    with pytest.warns(TamisRestarted, match=r"status -9.*started again"):
        assert cleaner.clean("Ã©tÃ©").text == "été"


def test_a_stream_survives_a_death(cleaner):
    got = []
    with pytest.warns(TamisRestarted):
        for i, result in enumerate(cleaner.clean_many(letters(60_000))):
            got.append(result.text)
            if i in (10, 30_000):
                kill_all()
    assert got == clean_letters(60_000)


def test_a_child_that_always_dies_is_given_up(tmp_path, monkeypatch):
    program = tmp_path / "tamis"
    program.write_text("#!/bin/sh\nread line\nkill -9 $$\n")
    program.chmod(0o755)
    monkeypatch.setenv("TAMIS_BINARY", str(program))
    with Cleaner() as cleaner:
        for attempt in (lambda: cleaner.clean("a"), lambda: list(cleaner.clean_many(["a"]))):
            with pytest.raises(TamisError, match="status -9") as caught, warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("always")
                attempt()
            assert caught.value.status == -signal.SIGKILL
            assert len(said) == TRIES - 1


def test_closing():
    cleaner = Cleaner(**UNICODE)
    cleaner.clean("a")
    pids = [child.pid for child in cleaner._pool._idle]
    cleaner.close()
    cleaner.close()
    with pytest.raises(ValueError, match="closed"):
        cleaner.clean("a")
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_nothing_is_left_when_python_ends():
    program = "import tamis; tamis.clean('a'); s = tamis.clean_many(['b'] * 9); next(s); print('done')"
    run = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, timeout=60)
    assert (run.stdout, run.stderr, run.returncode) == ("done\n", "", 0)


def test_a_cleaner_can_be_pickled(cleaner):
    with pickle.loads(pickle.dumps(cleaner)) as other:
        assert other.clean("Ã©tÃ©").text == "été"
        result = pickle.loads(pickle.dumps(other.clean("Ã©tÃ©")))
        assert result == other.clean("Ã©tÃ©")
        assert [e.new for e in result.edits] == ["é", "é"]


def test_examples_of_a_data_set(cleaner):
    batch = {"body": ["Ã©tÃ©", None, "b"], "id": [1, 2, 3]}
    assert cleaner.examples(batch, column="body") == {"body": ["été", None, "b"]}
    assert cleaner.examples({"text": "Ã©tÃ©"}, language="lang") == {"text": "été", "lang": "und"}
    assert cleaner.examples({"text": None}) == {"text": None}


def test_a_step_of_a_pipeline(cleaner):
    documents = [SimpleNamespace(text=text, id=i, metadata={}) for i, text in enumerate(letters(500))]
    done = list(cleaner.documents(iter(documents), rank=0, world_size=1))
    assert [d.id for d in done] == list(range(500))
    assert [d.text for d in done] == clean_letters(500)
    assert done[0].metadata == {"language": "und"}


def test_a_run_remembers(tmp_path):
    text = TEXT.splitlines(keepends=True)[-1]
    with Cleaner(dedup="run") as cleaner:
        for _ in range(2):
            first, second = cleaner.clean_many([text, text])
            assert (first.text, second.text) == (text, "")
        with pytest.raises(ValueError, match="without the others"):
            assert second.edits
        with pytest.raises(ValueError, match="clean_many"):
            cleaner.clean(text)
    index = str(tmp_path / "index")
    with Cleaner(dedup="index", index=index) as cleaner:
        assert [bool(r.text) for r in cleaner.clean_many([text])] == [True]
        assert [bool(r.text) for r in cleaner.clean_many([text])] == [False]
        with pytest.raises(TamisError, match="another process"):
            stream = cleaner.clean_many(itertools.repeat(text))
            next(stream)
            list(cleaner.clean_many([text]))


def test_the_command():
    run = subprocess.run([sys.executable, "-m", "tamis", "version"], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("tamis ")
    run = subprocess.run(
        [sys.executable, "-m", "tamis", "--format=jsonl"],
        input=json.dumps({"text": "Ã©tÃ©"}),
        capture_output=True,
        text=True,
    )
    assert json.loads(run.stdout) == {"text": "été"}


def test_answers_do_not_wait_for_others(cleaner):
    begun = threading.Event()

    def slow():
        yield "Ã©tÃ©"
        begun.set()
        time.sleep(0.2)

    stream = cleaner.clean_many(slow())
    assert next(stream).text == "été"
    assert begun.is_set()
