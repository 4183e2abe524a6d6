"""Makes web archives with warcio, and compares them with what became of them.

    warc_peer.py make DIR             writes archives to DIR, and their texts as DIR/*.jsonl
    warc_peer.py compare DIR CLEAN RESTORED
                                      compares those of DIR with those of CLEAN, of which only
                                      the texts differ, and are those of CLEAN/*.jsonl, and
                                      their lengths and digests; and with those of RESTORED,
                                      which hold the same bytes
"""

import gzip
import io
import json
import pathlib
import sys

from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker
from warcio.indexer import Indexer
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from texts import long_text, text

ARCHIVES = {"crawl.warc.wet.gz": (True, "1.0"), "plain.wet": (False, "1.0"), "newer.warc.gz": (True, "1.1"), "newer.warc": (False, "1.1")}
CHANGED = {"content-length", "warc-block-digest", "warc-payload-digest"}


def conversion(w, n, content, **more):
    headers = {
        "WARC-Refers-To": f"<urn:uuid:00000000-0000-4000-8000-{n:012}>",
        "WARC-Identified-Content-Language": "fra,eng",
        "X-Odd": "kept, à la lettre ;  with  spaces",
        **more,
    }
    page = f"https://site.example/{n}?q=é&n={n}"
    return w.create_warc_record(page, "conversion", io.BytesIO(content), warc_content_type="text/plain", warc_headers_dict=headers)


def make(folder):
    for name, (compress, version) in ARCHIVES.items():
        with open(folder / name, "wb") as f, open(folder / f"{name}.jsonl", "w", encoding="utf-8") as lines:
            w = WARCWriter(f, gzip=compress, warc_version=version)
            w.write_record(w.create_warcinfo_record(name, {"software": "a crawler", "isPartOf": "a test"}))
            for n in range(120):
                content = text(n) if n != 60 else long_text(1_500_000)
                print(json.dumps({"text": content}, ensure_ascii=False), file=lines)
                w.write_record(conversion(w, n, content.encode()))
                if n % 10 == 0:
                    others(w, n)


def others(w, n):
    """Writes records that are no text, and must stay as they are."""
    page = f"http://site.example/{n}"
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html"), ("X-Two", "1"), ("X-Two", "2")], protocol="HTTP/1.1")
    html = w.create_warc_record(page, "response", io.BytesIO("<p>fermÃ© </p>".encode()), http_headers=headers)
    w.write_record(html)
    ask = StatusAndHeaders("GET / HTTP/1.1", [("Host", "site.example")], is_http_request=True)
    w.write_record(w.create_warc_record(page, "request", http_headers=ask))
    w.write_record(w.create_revisit_record(page, "sha1:AAAA", page, "2020-01-01T00:00:00Z", http_headers=headers))
    image = w.create_warc_record(page + ".png", "resource", io.BytesIO(bytes(range(256))), warc_content_type="image/png")
    w.write_record(image)
    w.write_record(w.create_warc_record(page, "metadata", io.BytesIO(b"a: b\r\n"), warc_content_type="application/warc-fields"))


def records(name):
    with open(name, "rb") as f:
        for r in ArchiveIterator(f, no_record_parse=True):
            yield r.rec_headers, r.raw_stream.read()


def compare(folder, clean, restored):
    for name in ARCHIVES:
        check(name, "restored bytes", held(restored / name) == held(folder / name), True)
        before, after = list(records(folder / name)), list(records(clean / name))
        check(name, "records", len(after), len(before))
        with open(clean / f"{name}.jsonl", encoding="utf-8") as f:
            texts = iter([json.loads(line)["text"].encode() for line in f])
        for (old, was), (new, got) in zip(before, after):
            check(name, "version", new.protocol, old.protocol)
            check(name, "headers", list(same(new)), list(same(old)))
            check(name, "length", int(new.get_header("Content-Length")), len(got))
            kept = old.get_header("WARC-Type") != "conversion"
            check(name, "block", got, was if kept else next(texts))
            check(name, "headers of a record that stays", new.headers == old.headers, kept or got == was)
        checker = Checker(type("Options", (), {"inputs": [str(clean / name)], "verbose": False}))
        checker.process_all()
        check(name, "warcio check", checker.exit_value, 0)
        alone(clean / name)
    print(len(ARCHIVES), "archives")


def held(name):
    data = name.read_bytes()
    return gzip.decompress(data) if name.suffix == ".gz" else data


def same(headers):
    """The headers that do not tell of the block, and where those stand that do."""
    for name, value in headers.headers:
        yield (name, None if name.lower() in CHANGED else value)


def alone(name):
    """Reads each record alone, at the offset that an index gives."""
    index = io.StringIO()
    Indexer(["offset", "warc-target-uri"], [str(name)], None).process_one(open(name, "rb"), index, name.name)
    entries = [json.loads(line) for line in index.getvalue().splitlines()]
    with open(name, "rb") as f:
        for entry in entries:
            f.seek(int(entry["offset"]))
            record = next(iter(ArchiveIterator(f, no_record_parse=True)))
            check(name.name, "record at its offset", record.rec_headers.get_header("WARC-Target-URI"), entry.get("warc-target-uri"))


def check(name, what, got, want):
    if got != want:
        print(f"{name}: {what}: {str(got)[:1000]}, not {str(want)[:1000]}")


if __name__ == "__main__":
    {"make": make, "compare": compare}[sys.argv[1]](*map(pathlib.Path, sys.argv[2:]))
