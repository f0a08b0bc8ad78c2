#!/bin/sh
# What deciding costs: alerts per CPU second through the whole chain with 2,000 routes and 50,000 active alerts, memory for each of
# them, and the back-test of a month of 10 million alerts, made up in memory and then read from a file. One thread.
#
# usage: Benchmarks/alert-desk.sh [TOCSIN [ALERTS OF THE MONTH]]
set -eu
tocsin=${1:-.build/release/tocsin}
month=${2:-10000000}
echo "the whole chain:"
"$tocsin" policy benchmark --routes 2000 --active 50000 --alerts 2000000
echo
echo "a month, made up in memory:"
"$tocsin" policy benchmark --routes 2000 --active 50000 --alerts "$month" --seconds 2592000
echo
echo "a month, from a file:"
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
python3 "$(dirname "$0")/alert-desk-history.py" "$month" "$folder"
ls -l "$folder/month.jsonl" | awk '{ printf "%d alerts, %.1f GB\n", '"$month"', $5 / 1e9 }'
/usr/bin/time -f '%e s, %U s of them CPU, at most %M KiB resident' \
  "$tocsin" policy replay "$folder/month.jsonl" --policy "$folder/policy.yml" --against "$folder/policy.yml" --quiet | head -12
