#!/bin/sh
# Kills the server at 50 random moments under load and looks after each start whether everything that was acknowledged is
# there, and at the end whether every board is what an uninterrupted investigation of the same telemetry leaves. The same
# test as in `make test`, which kills five times. Takes several minutes.
#
#   Benchmarks/crashes.sh [MOMENTS]
set -eu
cd "$(dirname "$0")/.."
TOCSIN_TEST_CRASHES=${1:-50} TOCSIN_STRICT=1 swift test --filter nothingThatWasAcknowledgedIsLost
