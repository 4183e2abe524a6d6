"""Clean text that somebody else has scraped.

``clean`` one text, ``clean_many`` in a stream, or keep a ``Cleaner``. The work is
done by the program ``tamis``, which comes with this package and runs beside
Python; ``tamis.spark`` has the same for data frames.

>>> import tamis
>>> tamis.clean("Le cafÃ© est fermÃ©.").text
'Le café est fermé.'
"""

from ._binary import TamisError, TamisRestarted, binary
from ._cleaner import Cleaner, Item, Options, clean, clean_many
from ._result import Edit, Paragraph, Result, Step

__version__ = "0.1.0"

__all__ = [
    "Cleaner",
    "Edit",
    "Item",
    "Options",
    "Paragraph",
    "Result",
    "Step",
    "TamisError",
    "TamisRestarted",
    "binary",
    "clean",
    "clean_many",
]
