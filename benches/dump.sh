#!/bin/sh
# Makes dumps of about 100 MB and 1 GB out of a file of JSON Lines, plain or .gz, each copy with ids of its own, and measures what
# cleaning them takes: peak memory of both, one thread against two, plain input against gzip.
#
#   benches/dump.sh articles.jsonl.gz [FOLDER]
#
# The dumps are made in FOLDER (a temporary one) and removed. Needs GNU time and 2.5 GB of room.
set -eu

articles=$(realpath "${1:?give a file of JSON Lines, .gz}")
folder=$(realpath "${2:-${TMPDIR:-/tmp}}")
time=$(command -v gtime || echo /usr/bin/time)
cd "$(dirname "$0")/.."
work=$(mktemp -d "$folder/kupas-dump.XXXXXX")
trap 'rm -rf "$work"' EXIT
cargo build --release --quiet
kupas=${CARGO_TARGET_DIR:-target}/release/kupas

[ -s "$articles" ] || { echo "$articles is empty" >&2 && exit 2; }

# dump BYTES FILE: copies until there are so many bytes.
dump() {
    copy=0
    : >"$2"
    while [ "$(wc -c <"$2")" -lt "$1" ]; do
        copy=$((copy + 1))
        gzip -cdf "$articles" | sed "s/\"id\": *\"/&$copy-/" >>"$2"
    done
    head -c "$1" "$2" | sed '$d' >"$2.cut"
    mv "$2.cut" "$2"
}

# measure NAME COMMAND...: prints seconds, CPU seconds and peak memory. Records that cannot be used (1) are not what is measured.
measure() {
    name=$1
    shift
    "$time" -f '%e %U %S %M' -o "$work/once" "$@" >/dev/null 2>"$work/messages" || {
        [ $? -eq 1 ] || { cat "$work/messages" >&2 && exit 1; }
    }
    awk -v name="$name" 'END { printf "%-42s %8.1f s %8.1f CPU s %6.0f MB\n", name, $1, $2 + $3, $4 / 1024 }' "$work/once"
}

dump 100000000 "$work/small.jsonl"
dump 1000000000 "$work/large.jsonl"
gzip -k "$work/small.jsonl"
measure "100 MB, two threads" "$kupas" clean "$work/small.jsonl" -q -j 2
measure "1 GB, two threads" "$kupas" clean "$work/large.jsonl" -q -j 2
measure "100 MB, one thread" "$kupas" clean "$work/small.jsonl" -q -j 1
measure "100 MB as gzip, two threads" "$kupas" clean "$work/small.jsonl.gz" -q -j 2
measure "gzip -dc of that alone" gzip -dc "$work/small.jsonl.gz"
measure "100 MB to gzip, two threads" "$kupas" clean "$work/small.jsonl" -q -j 2 -o "$work/out.jsonl.gz"
