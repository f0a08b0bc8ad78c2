#!/usr/bin/env bash
# Every accuracy figure of the documentation, from the data it is given, into datasets/results/<date>-<commit>/.
# usage: Benchmarks/accuracy.sh [petshop=DIR] [nezha=DIR] [rcaeval=DIR] [alertset=DIR] [nab=DIR]
# The committed simulated set and an unseen simulated seed are always measured.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
tocsin=$top/.build/release/tocsin
[ -x "$tocsin" ] || { echo "build first: swift build -c release" >&2; exit 64; }
results=$top/datasets/results/$(date -u +%Y-%m-%d)-$(git -C "$top" rev-parse --short HEAD)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$results"

measure() { # name, then the arguments of replay
  local name=$1
  shift
  echo "== $name"
  "$tocsin" replay "$@" --quiet --output "$work/$name" | tee "$results/$name.txt"
  # Times differ from run to run and say nothing about accuracy.
  python3 - "$work/$name/scorecard.json" "$results/$name.json" <<'PYTHON'
import json, sys
card = json.load(open(sys.argv[1]))
card.pop("seconds")
for result in card["results"] + card["healthy"].get("results", []):
    result.pop("seconds", None)
json.dump(card, open(sys.argv[2], "w"), indent=1, sort_keys=True)
PYTHON
}

measure simulated "$top/datasets/simulated"
"$tocsin" dataset simulate --to "$work/unseen" --seed "${SEED:-20261}" --cases 100 --healthy 100 --systems 4 --quiet
measure simulated-unseen "$work/unseen"
for argument in "$@"; do
  name=${argument%%=*}
  folder=${argument#*=}
  case $name in
    petshop)
      measure petshop "$folder" --adapter petshop
      measure petshop-blind "$folder" --adapter petshop --blind
      ;;
    nezha)
      measure nezha "$folder" --adapter nezha
      measure nezha-blind "$folder" --adapter nezha --blind
      ;;
    rcaeval | alertset) measure "$name" "$folder" --adapter "$name" ;;
    nab) python3 "$top/Benchmarks/nab.py" "$folder" | tee "$results/nab.txt" ;;
    *) echo "unknown data set $name" >&2; exit 64 ;;
  esac
done
echo "written to $results"
