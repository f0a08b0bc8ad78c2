#!/bin/sh
# Incidents of a dataset mixed at random into one stream: how well correlation takes them apart again, and how many alerts come on a
# page, for several seeds, and for fewer sites, where more incidents overlap in one system.
#
# usage: Benchmarks/alert-desk-interleave.sh DATASET [TOCSIN]
set -eu
dataset=$1
tocsin=${2:-.build/release/tocsin}
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
cat > "$folder/policy.yaml" <<'POLICY'
route: {receiver: on-call, group_by: [site, alertname]}
receivers: [{name: on-call}]
correlation: {labels: [component]}
POLICY
printf 'sites\tseed\tincidents\talerts\tfound\tadjusted Rand index\tpages\talerts per page\tpages without correlation\n'
for sites in 20 10 5; do
  for seed in 1 2 3 4 5; do
    "$tocsin" policy interleave "$dataset" --policy "$folder/policy.yaml" --seed $seed --sites $sites --format json --quiet |
      python3 -c '
import json, sys
r = json.load(sys.stdin)
print(sys.argv[1], sys.argv[2], r["incidents"], r["alerts"], r["found"], "%.3f" % r["adjustedRandIndex"], r["pages"],
      "%.1f" % r["alertsPerPage"], r["pagesWithoutCorrelation"], sep="\t")' $sites $seed
  done
done
