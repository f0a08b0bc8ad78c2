#!/usr/bin/env bash
# The cost of one investigation as the number of services grows: 10 series each, two hours at 15 s, simulated.
# usage: Benchmarks/scaling.sh [SERVICES…]
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
tocsin=$top/.build/release/tocsin
[ -x "$tocsin" ] || { echo "build first: swift build -c release" >&2; exit 64; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
[ $# -gt 0 ] || set -- 100 300 1000 3000
commands=()
for services in "$@"; do
  "$tocsin" dataset simulate --to "$folder/$services" --services "$services" --cases 1 --healthy 0 --systems 1 \
    --minutes 120 --step-seconds 15 --seed 1 --quiet
  case=$(find "$folder/$services" -name case.yaml -printf '%h\n' | head -1)
  commands+=("$services services" "'$tocsin' investigate '$case' --format json")
done
python3 "$top/Benchmarks/whole_process.py" --runs "${RUNS:-3}" "${commands[@]}"
