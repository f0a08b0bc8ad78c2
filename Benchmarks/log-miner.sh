#!/usr/bin/env bash
# The log miner's speed and memory on lines of about 200 bytes, beside drain3 (from PyPI) on the same lines in one run.
# usage: Benchmarks/log-miner.sh [LINES]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
lines=${1:-1000000}
environment=$top/.build/drain3-venv
[ -x "$top/.build/release/tocsin" ] || { echo "build first: swift build -c release" >&2; exit 64; }
if [ ! -x "$environment/bin/python" ]; then
  echo "installing drain3 into $environment" >&2
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet drain3
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 "$here/log_lines.py" "$lines" > "$folder/lines"
python3 "$here/log_lines.py" "$lines" junk > "$folder/junk"
echo "$lines lines of 40 statements, $(($(stat -c %s "$folder/lines") / lines)) bytes each"
python3 "$here/whole_process.py" --runs 0 --items "$lines" \
  tocsin "'$top/.build/release/tocsin' logs '$folder/lines' --format json" \
  drain3 "'$environment/bin/python' '$here/drain3_lines.py' '$folder/lines'"
echo "$lines lines of junk, no two alike"
python3 "$here/whole_process.py" --runs 0 --items "$lines" \
  tocsin "'$top/.build/release/tocsin' logs '$folder/junk' --format json"
