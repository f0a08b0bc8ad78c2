#!/usr/bin/env bash
# The cost of one investigation of a cluster's objects alone: 200 pods, and 20,000 pods with 100,000 events, simulated.
# usage: Benchmarks/kubernetes.sh
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
tocsin=$top/.build/release/tocsin
[ -x "$tocsin" ] || { echo "build first: swift build -c release" >&2; exit 64; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
commands=()
for size in "200 0" "20000 100000"; do
  read -r pods events <<< "$size"
  "$tocsin" dataset simulate --kubernetes --to "$folder/$pods" --pods "$pods...$pods" --events "$events" --cases 1 \
    --healthy 0 --seed 1 --quiet
  case=$(find "$folder/$pods" -name case.yaml -printf '%h\n' | head -1)
  gunzip "$case"/kubernetes/*.gz
  # Objects alone: what was measured of them is read at the speed of any other case.
  rm -f "$case"/metrics.csv*
  commands+=("$pods pods, $events events" "'$tocsin' investigate '$case' --format json")
done
python3 "$top/Benchmarks/whole_process.py" --runs "${RUNS:-3}" "${commands[@]}"
