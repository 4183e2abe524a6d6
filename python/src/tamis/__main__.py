"""``python -m tamis`` is the command."""

from ._binary import main

main()
