#!/bin/sh
# How many alerts a second are acknowledged over HTTP, in batches of 100 over 8 connections: Tocsin, which writes them to
# the disk first, and an Alertmanager in the same run, which keeps them in memory. Then the storm: 10,000 distinct alerts
# of 200 services. Needs prometheus-alertmanager and python3; takes about two minutes.
#
#   Benchmarks/intake.sh [SECONDS]
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-10}
swift build -c release --product tocsin >/dev/null
program=$(swift build -c release --show-bin-path)/tocsin
work=$(mktemp -d)
trap 'kill $server $manager 2>/dev/null || true; rm -rf "$work"' EXIT
server= manager=

"$program" serve --data "$work/data" --listen 127.0.0.1:18787 2>"$work/tocsin.log" & server=$!
if command -v prometheus-alertmanager >/dev/null; then
  printf 'route: {receiver: none}\nreceivers: [{name: none}]\n' >"$work/alertmanager.yml"
  prometheus-alertmanager --config.file="$work/alertmanager.yml" --storage.path="$work/am" \
    --web.listen-address=127.0.0.1:18793 --cluster.listen-address= 2>"$work/alertmanager.log" & manager=$!
fi
until curl -sf http://127.0.0.1:18787/readyz >/dev/null; do sleep 0.2; done

for mode in refresh distinct; do
  for target in 127.0.0.1:18787 127.0.0.1:18793; do
    [ "$target" = 127.0.0.1:18787 ] || [ -n "$manager" ] || continue
    python3 Benchmarks/alert_load.py "$target" "$mode" "$seconds"
  done
done
kill -TERM $server; wait $server || true
rm -rf "$work/data"
"$program" serve --data "$work/data" --listen 127.0.0.1:18787 2>"$work/tocsin.log" & server=$!
until curl -sf http://127.0.0.1:18787/readyz >/dev/null; do sleep 0.2; done
python3 Benchmarks/alert_load.py 127.0.0.1:18787 storm 1
grep -E 'VmHWM' "/proc/$server/status"
