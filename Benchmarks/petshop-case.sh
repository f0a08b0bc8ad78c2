#!/usr/bin/env bash
# One PetShop case as a whole process, beside BARO (fse-baro from PyPI) on the same files in the same run.
# usage: Benchmarks/petshop-case.sh PETSHOP_DATASET_FOLDER/<scenario>/train/issue_N
set -euo pipefail
case=${1:?name one PetShop issue folder, for example …/dataset/low_traffic/train/issue_0}
here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
environment=$top/.build/benchmark-venv
[ -x "$top/.build/release/tocsin" ] || { echo "build first: swift build -c release" >&2; exit 64; }
if [ ! -x "$environment/bin/python" ]; then
  echo "installing fse-baro into $environment" >&2
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet fse-baro
fi
python3 "$here/whole_process.py" --runs "${RUNS:-7}" \
  tocsin "'$top/.build/release/tocsin' investigate '$case' --format json" \
  fse-baro "'$environment/bin/python' '$here/baro_petshop_case.py' '$case'"
