"""Texts for the files that peers make, some of them damaged as scraped ones are."""

SENTENCES = [
    "Le marché  ouvre à huit heures , et les maraîchers y vendent leurs fraises...",
    "Le pont sera fermÃ© Ã  la circulation pendant trois semaines, le temps de refaire la chaussée.",
    "The library lends seeds now : one takes them in spring , and brings others back in autumn.",
    "Partager sur Facebook",
    "Die Brücke  ist seit Montag gesperrt, sagte der Bürgermeister.",
    'Les joueurs ont salué leur public "comme chaque samedi" avant de rentrer au vestiaire.',
]


def text(n):
    """The text of number n: always the same, empty at times."""
    lines = [f"{SENTENCES[(n + i * i) % len(SENTENCES)]} {n + i}" for i in range(n % 9)]
    return "\n\n".join(lines)


def long_text(size):
    """A text of at least size characters, which tamis cleans in sections."""
    lines, length = [], 0
    while length < size:
        lines.append(f"{SENTENCES[len(lines) % 3]} {len(lines)}")
        length += len(lines[-1])
    return "\n".join(lines)
