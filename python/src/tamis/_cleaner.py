"""Cleaning texts, one by one or in a stream."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from json.decoder import scanstring  # type: ignore[attr-defined]
from json.encoder import encode_basestring_ascii
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypedDict, TypeVar

from ._binary import FILTER, TamisError, binary, checked_tag, flags
from ._child import Child
from ._pool import Pool, Stream
from ._result import Audit, Result

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self, Unpack


class Options(TypedDict, total=False):
    """How to clean: the options of ``tamis clean``, whose help says what they do."""

    stages: str | Iterable[str] | None
    typography: Literal["plain", "print", "ascii", "off"] | None
    strictness: Literal["timid", "normal", "bold"] | None
    dedup: Literal["document", "run", "index", "off"] | None
    dedup_facts: Literal["keep", "ignore"] | None
    index: str | None
    index_read_only: bool | None
    index_memory: str | None
    enable: str | Iterable[str] | None
    disable: str | Iterable[str] | None
    templates: str | Iterable[str] | None
    site: str | None
    packs: str | Iterable[str] | None
    jobs: int | None
    memory: str | None
    max_record_bytes: str | None


def check_names(options: Mapping[str, Any]) -> None:
    """Refuse options that there are not."""
    if unknown := set(options) - set(Options.__annotations__):
        raise TypeError(f"no option {min(unknown)!r}")


Item = str | tuple[str, str | None] | tuple[str, str | None, str | None]
"""A text; or with its language (a BCP 47 tag), and with the URL of its page, where
they are known. The URL's host is the site that ``templates`` are of."""


class HasText(Protocol):
    """A document of a pipeline such as datatrove's."""

    text: str
    metadata: dict[str, Any]


Document = TypeVar("Document", bound=HasText)


class Cleaner:
    """A tamis that stays, and cleans one text after the other.

    It may be used from several threads, each of which gets a process of its own
    while it needs one; after a fork, where the new process starts others; and it
    can be pickled. A process that dies is started again, with a warning
    (:class:`TamisRestarted`), and what it had not answered is asked again.

    >>> with Cleaner(typography="print") as cleaner:
    ...     print(cleaner.clean("Le bus est-il à l'heure ?", lang="fr").text.replace("\\u202f", "_"))
    Le bus est-il à l’heure_?

    Args:
        lang: the language of all texts (BCP 47), if known.
        options: those of ``tamis clean``, with ``_`` for ``-``. With ``dedup``
            "run" or "index", each call of :meth:`clean_many` is a run.
    """

    def __init__(self, lang: str | None = None, **options: Unpack[Options]) -> None:
        self._lang = lang
        self._options: dict[str, Any] = {
            name: list(value) if isinstance(value, Iterable) and not isinstance(value, str) else value
            for name, value in options.items()
        }
        check_names(options)
        remembers = options.get("dedup") in ("run", "index") and not options.get("index_read_only")
        command = [binary(), *FILTER, *flags({"lang": lang, **self._options})]
        self._audit = (*command, "--lang-field=lang")
        self._pool = Pool([*self._audit, "--annotate"], remembers=remembers)

    def __reduce__(self) -> tuple[Any, ...]:
        return _made, (self._lang, self._options)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes. The cleaner can't be used after it."""
        self._pool.close()

    def clean(self, text: str, lang: str | None = None, url: str | None = None) -> Result:
        """Clean one text.

        Args:
            text: what to clean; one document.
            lang: its language (BCP 47), if known.
            url: that of its page, if known.

        Raises:
            TamisError: with the message of the program, if it could not.
        """
        if self._pool.remembers:
            raise ValueError("one text is no run; use clean_many")
        item = (text, lang, url)
        size(item)
        answer, child = self._pool.ask(record(item))
        result = self._result(child, item, answer)
        self._pool.give(child)
        return _checked(result)

    def clean_many(self, texts: Iterable[Item], errors: Literal["raise", "keep"] = "raise") -> Iterator[Result]:
        """Clean a stream of texts: a result for each, in order.

        Some megabytes are on their way at any time; a source that waits for the
        results of what it gave before would wait for ever.

        Args:
            texts: each a text, or a tuple of a text, its language and its URL.
            errors: what to do with a text that can't be cleaned: ``raise`` ends
                the stream, ``keep`` gives it as it was with ``Result.error`` set.

        >>> with Cleaner(stages=["mojibake", "norm"]) as cleaner:
        ...     for result in cleaner.clean_many(["Le cafÃ© est fermÃ©.", "Le pont est ouvert."]):
        ...         print(result.text)
        Le café est fermé.
        Le pont est ouvert.
        """
        if errors not in ("raise", "keep"):
            raise ValueError(f"errors={errors!r}: give raise or keep")
        return self._results(iter(texts), errors)

    def _results(self, texts: Iterator[Item], errors: str) -> Iterator[Result]:
        for items, answers, child in Stream(self._pool, texts, record, size).run():
            for item, answer in zip(items, answers, strict=True):
                result = self._result(child, item, answer)
                yield _checked(result) if errors == "raise" else result

    def examples(
        self, examples: Mapping[str, Any], column: str = "text", language: str | None = None
    ) -> dict[str, Any]:
        """Clean a column of examples: a function for ``datasets.Dataset.map``.

        It takes one example, or a batch of them, and returns the columns that
        change; a null stays one.

        >>> with Cleaner(stages=["mojibake"]) as cleaner:
        ...     cleaner.examples({"id": [1, 2], "text": ["dÃ©jÃ\\u00a0 vu", None]})
        {'text': ['déjà vu', None]}

        Args:
            examples: columns by name.
            column: that of the texts.
            language: the column that is to hold the languages, if any.
        """
        values = examples[column]
        if isinstance(values, str) or values is None:
            batch = self.examples({column: [values]}, column, language)
            return {name: column_values[0] for name, column_values in batch.items()}
        results = self.clean_many(text for text in values if text is not None)
        cleaned = [None if text is None else next(results) for text in values]
        changed: dict[str, Any] = {column: [result and result.text for result in cleaned]}
        if language is not None:
            changed[language] = [result and result.language for result in cleaned]
        return changed

    def documents(self, data: Iterable[Document], rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        """Clean documents: a step for a pipeline such as datatrove's.

        Each document's ``text`` is replaced, and its ``metadata["language"]`` set.
        """
        waiting: deque[Document] = deque()

        def texts() -> Iterator[str]:
            for document in data:
                waiting.append(document)
                yield document.text

        for result in self.clean_many(texts()):
            document = waiting.popleft()
            document.text, document.metadata["language"] = result.text, result.language
            yield document

    def _result(self, child: Child, item: Item, answer: bytes) -> Result:
        text, lang, url = _parts(item)
        cleaned, note = parts_of(answer)
        if NOTE not in note:
            return Result(text, text, error=child.complaint())
        find = None if self._pool.remembers else Audit(self._audit, lang, url)
        return Result(cleaned, text, note, find=find)


Row = tuple[bytes, str | None, str | None]
"""An item as the columns of a frame have it, whose text is in UTF-8 or should be."""


def _parts(item: Item | Row) -> tuple[Any, str | None, str | None]:
    if isinstance(item, tuple):
        return (*item, None) if len(item) == 2 else item
    return item, None, None


def size(item: Item) -> int:
    text = item[0] if isinstance(item, tuple) else item
    if not isinstance(text, str):
        raise TypeError(f"a text is a str, not {type(text).__name__}")
    return len(text)


def record(item: Item | Row) -> bytes:
    """Return the record of an item.

    >>> record("un été").decode()
    '{"text":"un été"}\\n'
    >>> record(("an hour", "en", None)).decode()
    '{"text":"an hour","lang":"en"}\\n'
    """
    text, lang, url = _parts(item)
    more = b"" if lang is None else b',"lang":"%s"' % checked_tag(lang).encode()
    if url is not None:
        more += b',"url":' + quoted(url)
    return b'{"text":%s%s}\n' % (quoted(text), more)


_CONTROLS = bytes(range(0x20))
_OTHERS = bytes(range(0x20, 0x100))
_ESCAPES = {c: b"\\u%04x" % c for c in _CONTROLS} | dict(
    zip(b"\b\f\r\t", (rb"\b", rb"\f", rb"\r", rb"\t"), strict=True)
)


def quoted(text: str | bytes) -> bytes:
    """Return text as JSON; several times as fast as ``json``, for most text needs little quoting.

    Bytes stand for the text that they encode, and stay if they encode none.

    >>> quoted('a\\n"b"\\t\\0').decode()
    '"a\\\\n\\\\"b\\\\"\\\\t\\\\u0000"'
    """
    try:
        data = text.encode() if isinstance(text, str) else text
    except UnicodeEncodeError:  # lone surrogates, which JSON can hold and UTF-8 can't
        assert isinstance(text, str)
        return encode_basestring_ascii(text).encode()
    data = data.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    for control in set(data.translate(None, _OTHERS)):
        data = data.replace(bytes([control]), _ESCAPES[control])
    return b'"%s"' % data


NOTE = '"tamis":'
"""What stands before the note of an answer, which a text that could not be cleaned has none of."""


def parts_of(answer: bytes) -> tuple[str, str]:
    """Return the text of a record, and what comes after it.

    >>> parts_of(b'{"text":"a \\\\"b\\\\"","id":7}')
    ('a "b"', ',"id":7}')
    """
    whole = answer.decode("utf-8", "replace")
    text, end = scanstring(whole, len('{"text":"'))
    return text, whole[end:]


def _checked(result: Result) -> Result:
    if result.error is not None:
        raise TamisError(result.error)
    return result


def _made(lang: str | None, options: dict[str, Any]) -> Cleaner:
    return Cleaner(lang, **options)


@lru_cache(maxsize=8)
def _shared(options: tuple[tuple[str, Any], ...]) -> Cleaner:
    return Cleaner(**dict(options))


def shared(options: Mapping[str, Any]) -> Cleaner:
    """Return the cleaner that calls with the same options share."""
    given = {k: tuple(v) if isinstance(v, Iterable) and not isinstance(v, str) else v for k, v in options.items()}
    return _shared(tuple((k, v) for k, v in sorted(given.items()) if v is not None))


def clean(text: str, lang: str | None = None, url: str | None = None, **options: Unpack[Options]) -> Result:
    """Clean one text; see :meth:`Cleaner.clean`.

    The process that does it stays, for the next call with the same options.

    >>> clean("La réunion est reportée...", lang="fr").text
    'La réunion est reportée…'
    """
    return shared(options).clean(text, lang, url)


def clean_many(
    texts: Iterable[Item],
    errors: Literal["raise", "keep"] = "raise",
    lang: str | None = None,
    **options: Unpack[Options],
) -> Iterator[Result]:
    """Clean a stream of texts, in order and within bounded memory; see :meth:`Cleaner.clean_many`.

    >>> [result.text for result in clean_many(["voilÃ\u00a0", "déjà"], stages=["mojibake"])]
    ['voilà', 'déjà']
    """
    return shared({"lang": lang, **options}).clean_many(texts, errors)
