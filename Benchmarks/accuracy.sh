#!/usr/bin/env bash
# Every accuracy figure and ablation of the documentation, from the data it is given, with trivial baselines and
# bootstrap intervals beside each, into datasets/results/<date>-<commit>/.
# usage: Benchmarks/accuracy.sh [--ablations] [petshop=DIR] [nezha=DIR] [rcaeval=DIR] [alertset=DIR] [nab=DIR]
# The committed simulated set, an unseen simulated seed and simulated clusters are always measured. --ablations repeats every replay once for
# each part that `tocsin replay --without` knows.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
tocsin=$top/.build/release/tocsin
[ -x "$tocsin" ] || { echo "build first: swift build -c release" >&2; exit 64; }
results=$top/datasets/results/$(date -u +%Y-%m-%d)-$(git -C "$top" rev-parse --short HEAD)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$results"

# The names are those of the enumeration that the command reads.
parts=$(sed -n -e 's/^  case [a-zA-Z]* = "\([a-z-]*\)"$/\1/p' -e 's/^  case \([a-z]*\)$/\1/p' \
  "$top/Sources/IncidentModel/Ingredient.swift")
isAblating=
[ "${1:-}" = --ablations ] && { isAblating=yes; shift; }

measure() { # name, then the arguments of replay
  local name=$1
  shift
  echo "== $name"
  "$tocsin" replay "$@" --project "$top" --quiet --output "$work/$name" | tee "$results/$name.txt"
  # Times differ from run to run and say nothing about accuracy.
  python3 - "$work/$name/scorecard.json" "$results/$name.json" <<'PYTHON'
import json, sys
card = json.load(open(sys.argv[1]))
card.pop("seconds")
for result in card["results"] + card["healthy"].get("results", []):
    result.pop("seconds", None)
json.dump(card, open(sys.argv[2], "w"), indent=1, sort_keys=True)
PYTHON
  [ -n "$isAblating" ] || return 0
  for part in $parts; do
    echo "   without $part"
    "$tocsin" replay "$@" --project "$top" --quiet --healthy off --without "$part" --format json \
      >"$work/$name/without-$part.json"
  done
}

measure simulated "$top/datasets/simulated"
"$tocsin" dataset simulate --to "$work/unseen" --seed "${SEED:-20261}" --cases 100 --healthy 100 --systems 4 --quiet
measure simulated-unseen "$work/unseen"
measure simulated-unseen-blind "$work/unseen" --blind
# Rules on objects have no parts to leave out.
for clusters in "clusters --cases 171 --healthy 500" "clusters-two-faults --cases 57 --healthy 0 --faults 2"; do
  read -r name options <<<"$clusters"
  # shellcheck disable=SC2086
  "$tocsin" dataset simulate --kubernetes --to "$work/simulated-$name" --seed "${SEED:-20261}" $options --quiet
  isAblating='' measure "$name" "$work/simulated-$name"
done
for argument in "$@"; do
  name=${argument%%=*}
  folder=${argument#*=}
  case $name in
    petshop | nezha)
      measure "$name" "$folder" --adapter "$name"
      measure "$name-blind" "$folder" --adapter "$name" --blind
      ;;
    rcaeval) measure "$name" "$folder" --adapter "$name" ;;
    alertset)
      for system in "$folder"/fault-alerts/*/; do
        system=$(basename "$system")
        measure "alertset-$system" "$folder" --adapter alertset --filter "$system/*"
      done
      ;;
    nab) python3 "$top/Benchmarks/nab.py" "$folder" | tee "$results/nab.txt" ;;
    *) echo "unknown data set $name" >&2; exit 64 ;;
  esac
done
python3 "$top/Benchmarks/accuracy_tables.py" "$work" "$results"
echo "written to $results"
