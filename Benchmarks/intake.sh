#!/bin/sh
# How many alerts a second are acknowledged over HTTP, in batches of 100 over 8 connections: Tocsin, which writes them to
# the disk first, and an Alertmanager in the same run, which keeps them in memory. They take turns, each three times, and
# the medians are compared. Needs prometheus-alertmanager and python3; takes about two minutes.
#
#   Benchmarks/intake.sh [SECONDS]
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-6}
swift build -c release --product tocsin >/dev/null
program=$(swift build -c release --show-bin-path)/tocsin
work=$(mktemp -d)
server= manager=
trap 'kill $server $manager 2>/dev/null || true; rm -rf "$work"' EXIT
printf 'route: {receiver: none}\nreceivers: [{name: none}]\n' >"$work/alertmanager.yml"

start() {
  rm -rf "$work/data" "$work/am"
  "$program" serve --data "$work/data" --listen 127.0.0.1:18787 2>"$work/tocsin.log" & server=$!
  prometheus-alertmanager --config.file="$work/alertmanager.yml" --storage.path="$work/am" \
    --web.listen-address=127.0.0.1:18793 --cluster.listen-address= 2>"$work/alertmanager.log" & manager=$!
  until curl -sf http://127.0.0.1:18787/readyz >/dev/null; do sleep 0.2; done
  until curl -sf http://127.0.0.1:18793/-/ready >/dev/null; do sleep 0.2; done
}

middle() { sort -n | sed -n 2p; }

for mode in refresh distinct; do
  : >"$work/tocsin" >"$work/alertmanager"
  for round in 1 2 3; do
    # Each round begins with nothing known, so that neither is slowed by what the rounds before left.
    start
    python3 Benchmarks/alert_load.py 127.0.0.1:18793 $mode "$seconds" >>"$work/alertmanager"
    python3 Benchmarks/alert_load.py 127.0.0.1:18787 $mode "$seconds" >>"$work/tocsin"
    memory=$(sed -n 's/^VmHWM:[[:space:]]*//p' "/proc/$server/status")
    kill -TERM $server $manager; wait $server $manager || true
  done
  ours=$(cut -d' ' -f1 "$work/tocsin" | middle)
  theirs=$(cut -d' ' -f1 "$work/alertmanager" | middle)
  awk -v mode=$mode -v ours="$ours" -v theirs="$theirs" -v p99="$(cut -d' ' -f2 "$work/tocsin" | sort -n | tail -1)" \
    -v their99="$(cut -d' ' -f2 "$work/alertmanager" | sort -n | tail -1)" \
    -v refused="$(awk '{ n += $3 } END { print n }' "$work/tocsin")" -v memory="$memory" 'BEGIN {
      printf "%s: tocsin %d alerts/s (worst p99 %d ms, %d requests refused, peak %s), alertmanager %d alerts/s " \
        "(worst p99 %d ms), ratio %.2f\n", mode, ours, p99, refused, memory, theirs, their99, ours / theirs }'
done
