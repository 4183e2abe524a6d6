#!/bin/sh
# run.sh [CORPUS.jsonl]   compare with the Python tools, which are installed in an
# environment of their own.
set -eu
venv=${XDG_CACHE_HOME:-$HOME/.cache}/tamis/peers
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install -q -r tools/peers/requirements.txt
exec "$venv/bin/python" tools/peers/peers.py bin/tamis "$@"
