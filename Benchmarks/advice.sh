#!/bin/bash
# What a language model could change, and what a hostile one does:  Benchmarks/advice.sh [hostile] [petshop=DIR] [nezha=DIR]
#
# Without "hostile": the bounds of advice (best, worst, random) on simulated seeds, with and without the alert, and on the
# public sets that are named. With it: 100 simulated cases through each misbehaving server of hostile_model.py; every line
# has to end in "harmed 0". DEADLINE=SECONDS bounds each agent's model part there (2 by default).
set -euo pipefail
cd "$(dirname "$0")/.."
tocsin=.build/release/tocsin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

bounds() { # name, arguments of replay
  local name=$1; shift
  "$tocsin" replay "$@" --quiet --healthy off --advice-bounds --format json | python3 -c '
import json, sys
bounds = json.load(sys.stdin)["adviceBounds"]
row = " ".join("%s %.3f (+%g -%g)" % (name, bounds[key]["top1"], bounds[key]["helped"], bounds[key]["harmed"])
               for name, key in [("best", "oracle"), ("worst", "adversary"), ("random", "random"), ("test", "unadvised")])
print("%-22s %3d cases  without %.3f  %s" % (sys.argv[1], bounds["cases"], bounds["top1Without"], row))' "$name"
}

hostile() {
  "$tocsin" dataset simulate --to "$work/cases" --seed 555 --cases 100 --healthy 0 --systems 4 --quiet
  cp -r agents prompts runbooks "$work"
  sed -i "s/^modelDeadlineSeconds: .*/modelDeadlineSeconds: ${DEADLINE:-2}/" "$work"/agents/*.yaml
  for mode in random nonsense invented commands never slow huge invalid-utf8 truncated busy; do
    rm -f "$work/port"
    python3 Benchmarks/hostile_model.py "$work/port" "$mode" & local server=$!
    until [ -s "$work/port" ]; do read -rt 0.1 <> <(:) || true; done
    cat > "$work/tocsin.yaml" <<YAML
models:
  hostile:
    interface: openai
    baseURL: http://127.0.0.1:$(cat "$work/port")/v1
    model: hostile
    contextTokens: 128000
    price: {input: 0, output: 0}
YAML
    "$tocsin" replay "$work/cases" --project "$work" --model hostile --quiet --healthy off --format json | python3 -c '
import json, sys
card = json.load(sys.stdin)
model = card["model"]
print("%-14s asked %d  helped %d  harmed %d  failed %d  %d calls  slowest case %.1f s" % (
  sys.argv[1], model["asked"], model["helped"], model["harmed"], card["failed"], model["cost"]["modelCalls"],
  max(result["seconds"] for result in card["results"])))' "$mode"
    kill "$server"; wait "$server" 2> /dev/null || true
  done
}

for argument in "$@"; do [ "$argument" != hostile ] || { hostile; exit; }; done
for seed in 7 99 4242 555 31337 90210; do
  "$tocsin" dataset simulate --to "$work/$seed" --seed $seed --cases 100 --healthy 0 --systems 4 --quiet
  bounds "seed $seed" "$work/$seed"; bounds "seed $seed, blind" "$work/$seed" --blind
done
for seed in 8 100; do
  "$tocsin" dataset simulate --to "$work/$seed" --seed $seed --cases 100 --healthy 0 --systems 4 --services 40 \
    --step-seconds 60 --traces 60 --log-lines 300 --quiet
  bounds "harder seed $seed" "$work/$seed"; bounds "harder seed $seed, blind" "$work/$seed" --blind
done
for argument in "$@"; do
  name=${argument%%=*}
  bounds "$name" "${argument#*=}" --adapter "$name"; bounds "$name, blind" "${argument#*=}" --adapter "$name" --blind
done
