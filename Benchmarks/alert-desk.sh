#!/bin/sh
# What deciding costs: alerts per CPU second through the whole chain with 2,000 routes and 50,000 active alerts, memory for each of
# them, and the back-test of a month of 10 million alerts. Alerts are made up in memory; one thread.
#
# usage: Benchmarks/alert-desk.sh [TOCSIN]
set -eu
tocsin=${1:-.build/release/tocsin}
echo "the whole chain:"
"$tocsin" policy benchmark --routes 2000 --active 50000 --alerts 2000000
echo
echo "a month:"
"$tocsin" policy benchmark --routes 2000 --active 50000 --alerts 10000000 --seconds 2592000
