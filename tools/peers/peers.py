"""Compare tamis with the Python tools that do a part of it, in one run.

    python peers.py TAMIS [CORPUS.jsonl]

TAMIS is the program. CORPUS has records with a "text" each; without one the
whole documents of fixtures/ are taken, again and again, to 8 MB. Every tool
reads the same file in a process of its own, on one core, and is charged the CPU
seconds of that process, its start included. Run by "task bench:peers".
"""

import json
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).parents[2]


def texts(name):
    with open(name, encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def ftfy_(name):
    import ftfy

    for text in texts(name):
        ftfy.fix_text(text)


def plsfix_(name):
    import plsfix

    for text in texts(name):
        plsfix.fix_text(text)


def py3langid_(name):
    import py3langid

    for text in texts(name):
        py3langid.classify(text)


def justext_(name):
    """Judge each line as a paragraph of a page, as its own text is."""
    import html

    import justext

    stop = justext.get_stoplist("French")
    for text in texts(name):
        page = "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n") if line.strip())
        justext.justext(f"<html><body>{page}</body></html>", stop)


def c4_(name):
    """Apply the rules for lines of C4 (Raffel et al. 2020, section 2.2)."""
    notice = re.compile(r"terms of use|privacy policy|cookie policy|uses cookies|use of cookies", re.I)
    for text in texts(name):
        for line in text.split("\n"):
            line = line.strip()
            bool(line.endswith((".", "!", "?", '"')) and len(line.split()) >= 3
                 and "javascript" not in line.lower() and not notice.search(line))


def rensa_(name):
    """Drop near-identical paragraphs inside each document, by 5-grams."""
    from rensa import RMinHash, RMinHashLSH

    for text in texts(name):
        index, signatures = RMinHashLSH(threshold=0.7, num_perm=128, num_bands=32), []
        for paragraph in text.split("\n"):
            grams = [paragraph[i:i + 5] for i in range(max(1, len(paragraph) - 4))]
            m = RMinHash(num_perm=128, seed=42)
            m.update(grams)
            if not any(signatures[i].jaccard(m) >= 0.7 for i in index.query(m)):
                index.insert(len(signatures), m)
                signatures.append(m)


def datatrove_(name):
    """Make MinHash signatures of whole documents, the first of its four steps."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupSignature
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.utils.hashing import HashConfig

    with tempfile.TemporaryDirectory() as out:
        reader = JsonlReader(os.path.dirname(name), glob_pattern=os.path.basename(name))
        step = MinhashDedupSignature(output_folder=out + "/signatures", config=MinhashConfig(hash_config=HashConfig(hash_fc="sha1")))
        LocalPipelineExecutor([reader, step], tasks=1, logging_dir=out + "/logs").run()


PEERS = {f.__name__.rstrip("_"): f for f in (ftfy_, plsfix_, py3langid_, justext_, c4_, rensa_, datatrove_)}
STACK = ["ftfy", "py3langid", "c4", "rensa"]  # what tamis does in one pass


def charge(command):
    """Return the CPU and the wall-clock seconds that a command takes."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.monotonic() - start


def make_corpus(name, size=8 << 20):
    documents = [p.read_text("utf-8") for p in sorted(ROOT.glob("fixtures/documents/*/input.txt"))]
    written = 0
    with open(name, "w", encoding="utf-8") as out:
        while written < size:
            for text in documents:
                written += out.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")


def compare(tamis, corpus):
    size = os.path.getsize(corpus) / 1e6
    print(f"{size:.1f} MB, CPU seconds of whole processes on one core\n")
    clean = [tamis, "clean", "--format", "jsonl", "-j", "1", corpus, "-o", "/dev/null"]
    rows = {
        "tamis, all stages": clean,
        "tamis, mojibake and norm": [*clean, "--stages", "mojibake,norm"],
        "tamis, langid": [tamis, "detect", "--format", "jsonl", corpus],
        "tamis, junk": [*clean, "--stages", "junk"],
        "tamis, dedup": [*clean, "--stages", "dedup"],
    }
    rows.update((name, [sys.executable, __file__, "--peer", name, corpus]) for name in PEERS)
    seconds = {}
    for name, command in rows.items():
        try:
            seconds[name] = charge(command)[0]
        except subprocess.CalledProcessError as error:
            print(f"{name:30} failed: {error}")
            continue
        ratio = seconds[name] / seconds["tamis, all stages"]
        print(f"{name:30} {seconds[name]:8.2f} s  {size / seconds[name]:8.2f} MB/s  {ratio:6.2f} x tamis, all stages")
    if all(name in seconds for name in STACK):
        stack = sum(seconds[name] for name in STACK)
        print(f"{' + '.join(STACK):30} {stack:8.2f} s  {size / stack:8.2f} MB/s  {stack / seconds['tamis, all stages']:6.2f} x tamis, all stages")
    one, two = charge(clean)[1], charge([*clean, "-j", "2"])[1]
    print(f"\nwall clock with -j 2: {one / two:.2f} times as fast as with -j 1")


def main():
    if sys.argv[1] == "--peer":
        return PEERS[sys.argv[2]](sys.argv[3])
    with tempfile.TemporaryDirectory() as folder:
        corpus = sys.argv[2] if len(sys.argv) > 2 else os.path.join(folder, "corpus.jsonl")
        if len(sys.argv) < 3:
            make_corpus(corpus)
        compare(sys.argv[1], corpus)


if __name__ == "__main__":
    main()
