#!/bin/sh
# Fetches the test suite of SCION, with its translation of the W3C's suite, and runs the tests on it.
#
# usage: tests/scxml/scion.sh [FOLDER]
set -eu

here=$(cd "$(dirname "$0")/../.." && pwd)
folder=${1:-"$here/target/scion"}

if [ ! -d "$folder/package/test" ]; then
    mkdir -p "$folder"
    cd "$folder"
    archive=$(npm pack --silent @scion-scxml/test-framework@2.0.16)
    tar -xzf "$archive"
fi
cd "$here"
FSM_SCION_TESTS="$folder/package/test" cargo test -p fsm-tests --test scxml -- --nocapture
