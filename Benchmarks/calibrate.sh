#!/usr/bin/env bash
# Fits how sure answers are to replays of the data it is given, and puts the result into use: it writes
# agents/calibration/confidence.yaml and what is built in (ConfidenceModel+Standard.swift). Build again afterwards.
# usage: Benchmarks/calibrate.sh [petshop=DIR] [nezha=DIR] [rcaeval=DIR] [alertset=DIR]
# One simulated seed is always fitted on, two others are held out. Every set but the alert sets is replayed with the time
# of the alert and without it; each system of an alert set counts for itself.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
tocsin=$top/.build/release/tocsin
[ -x "$tocsin" ] || { echo "build first: swift build -c release" >&2; exit 64; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fitted=()
held=()

replay() { # name, then the arguments of replay
  local name=$1
  shift
  echo "== $name" >&2
  "$tocsin" replay "$@" --project "$top" --quiet --output "$work/$name" >/dev/null
}

both() { # name, then the arguments of replay
  local name=$1
  shift
  replay "$name" "$@"
  replay "$name-blind" "$@" --blind
}

simulate() { # name, seed
  "$tocsin" dataset simulate --to "$work/data/$1" --seed "$2" --cases 100 --healthy 100 --systems 4 --quiet
  both "$1" "$work/data/$1"
}

simulate simulated-20262 20262
fitted+=("$work/simulated-20262" "$work/simulated-20262-blind")
for seed in 20261 20263; do
  simulate "simulated-$seed" "$seed"
  held+=(--held-out "$work/simulated-$seed" --held-out "$work/simulated-$seed-blind")
done
for argument in "$@"; do
  name=${argument%%=*}
  folder=${argument#*=}
  case $name in
    petshop | nezha | rcaeval)
      both "$name" "$folder" --adapter "$name"
      fitted+=("$work/$name" "$work/$name-blind")
      ;;
    alertset)
      for system in "$folder"/fault-alerts/*/; do
        system=$(basename "$system")
        replay "alertset-$system" "$folder" --adapter alertset --filter "$system/*"
        fitted+=("$work/alertset-$system")
      done
      ;;
    *) echo "unknown data set $name" >&2; exit 64 ;;
  esac
done

mkdir -p "$top/agents/calibration"
file=$top/agents/calibration/confidence.yaml
"$tocsin" calibrate "${fitted[@]}" "${held[@]}" --project "$top" --output "$file"
{
  echo "extension ConfidenceModel {"
  echo "  /// What \`agents/calibration/confidence.yaml\` says, for a program that stands alone; a test keeps the two in step."
  echo "  package static let standard = ConfidenceModel("
  awk '
    /^intercept:/ { intercept = $2 }
    /^abstainBelow:/ { line = $2 }
    /^caution:/ { caution = $2 }
    /^weights:/ { inside = 1; next }
    inside { sub(":", "", $1); weights = weights (weights == "" ? "" : ", ") "." $1 ": " $2 }
    END {
      print "    intercept: " intercept ","
      print "    weights: [" weights "],"
      print "    caution: " caution ","
      print "    abstentionLine: " line ")"
    }' "$file"
  echo "}"
} >"$top/Sources/RootCauseAnalysis/ConfidenceModel+Standard.swift"
echo "build again: swift build -c release" >&2
