#!/usr/bin/env bash
# The lab's recorded incidents: Tocsin beside answers that need no understanding, and beside BARO (fse-baro from PyPI) on the
# same series in the same run. With --modalities also what each kind of telemetry is worth.
# usage: Benchmarks/shop.sh [--modalities] [FOLDER]        (default: datasets/shop/develop)
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
tocsin=$top/.build/release/tocsin
[ -x "$tocsin" ] || { echo "build first: swift build -c release" >&2; exit 64; }
modalities=
[ "${1:-}" = --modalities ] && { modalities="metrics spans logs alerts changes"; shift; }
folder=${1:-$top/datasets/shop/develop}
environment=$top/.build/benchmark-venv
if ! "$environment/bin/python" -c "import baro" 2>/dev/null; then
  echo "installing fse-baro into $environment" >&2
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet fse-baro
fi

"$tocsin" replay "$folder" --project "$top" --quiet
"$tocsin" replay "$folder" --project "$top" --quiet --blind --format json | python3 -c '
import json, sys
card = json.load(sys.stdin)
print("without the time of the alert: top-1 {top1:.3f}, top-3 {top3:.3f}".format(**card["accuracy"]),
      "kind {:.3f}".format(card["faultAccuracy"]))'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for kind in $modalities; do
  cp -r "$folder" "$work/without"
  find "$work/without" -name "$kind.*" -delete
  "$tocsin" replay "$work/without" --project "$top" --quiet --healthy off --format json | python3 -c '
import json, sys
card = json.load(sys.stdin)
print("without", sys.argv[1] + ": top-1 {top1:.3f}, top-3 {top3:.3f},".format(**card["accuracy"]),
      "kind {:.3f}".format(card["faultAccuracy"]))' "$kind"
  rm -rf "$work/without"
done
"$environment/bin/python" "$top/Benchmarks/baro_cases.py" "$folder"
