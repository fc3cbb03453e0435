#!/bin/sh
# Cleans a file of JSON Lines on one thread, copies it unchanged with serde_json, and compares: CPU seconds, peak memory.
#
#   benches/compare.sh dump.jsonl.gz [RUNS]
#
# Both programs read the same file, decompression included where it is a .gz, and write plain JSON Lines. They run in turn,
# RUNS times (5), so that both see the same machine; the fastest run of each counts. Needs GNU time.
set -eu

dump=$(realpath "${1:?give a file of JSON Lines, plain or .gz}")
runs=${2:-5}
time=$(command -v gtime || echo /usr/bin/time)
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cargo build --release --quiet --bin kupas --example copy_jsonl
target=${CARGO_TARGET_DIR:-target}/release

# measure NAME COMMAND...: adds "CPU-seconds kilobytes" to NAME. Records that cannot be used are not what is measured.
measure() {
    name=$1
    shift
    "$time" -f '%U %S %M' -o "$work/once" "$@" >"$work/out" || true
    tail -n 1 "$work/once" | awk '{ print $1 + $2, $3 }' >>"$work/$name"
}

run=0
while [ "$run" -lt "$runs" ]; do
    measure copy "$target/examples/copy_jsonl" "$dump"
    bytes=$(wc -c <"$work/out")
    measure clean "$target/kupas" clean "$dump" --threads 1 --quiet
    measure clean2 "$target/kupas" clean "$dump" --threads 2 --quiet
    run=$((run + 1))
done

best() { sort -n "$work/$1" | awk 'NR == 1 { print $1 }'; }
peak() { awk '$2 > most { most = $2 } END { print most }' "$work/$1"; }
awk -v copy="$(best copy)" -v clean="$(best clean)" -v peak1="$(peak clean)" -v peak2="$(peak clean2)" -v bytes="$bytes" 'BEGIN {
    printf "copy with serde_json   %6.2f s  %6.1f MB/s\n", copy, bytes / copy / 1e6
    printf "clean, one thread      %6.2f s  %6.1f MB/s  peak %4.0f MB\n", clean, bytes / clean / 1e6, peak1 / 1024
    printf "clean, two threads                          peak %4.0f MB\n", peak2 / 1024
    printf "cleaning takes %.2f times as long as copying\n", clean / copy
}'
