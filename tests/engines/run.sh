#!/usr/bin/env bash
# Runs the examples of docs/content/shards.md on the engines themselves: GNU parallel, and Slurm with its controller and its node on this
# host. What they merge is compared with a single build. The manifests for Kubernetes are validated against the schema of its API. MANY
# names the binary of tests/sites/many, which is compiled otherwise.
# Needs GNU parallel, slurm-wlm, munge, and Python with venv. Slurm's processes are this script's own, and end with it.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
processes=()
trap 'kill "${processes[@]}" 2>/dev/null || true; wait; rm -rf "$scratch"' EXIT
export PAGES=${PAGES:-1000}

# The binary is shipped: compiled once, and copied.
binary=${MANY:-${CARGO_TARGET_DIR:-target}/debug/many}
if [ -z "${MANY:-}" ]; then
    (cd tests/sites && cargo build --quiet --target-dir ../../target --config ../profile.toml --package many)
fi
"$binary" --quiet --out "$scratch/whole"

# A folder with the examples, and the binary under the name that they use.
examples() {
    mkdir "$scratch/$1"
    tests/code.py shards "$scratch/$1"
    cp "$binary" "$scratch/$1/my-site"
}

is_whole() {
    diff -r "$scratch/whole" "$scratch/$1/dist"
    printf '%s: %s files, as one build writes them\n' "$1" "$(find "$scratch/$1/dist" -type f | wc -l)"
}

examples parallel
(cd "$scratch/parallel" && ./parallel.sh >parallel.log)
is_whole parallel

examples slurm
# shellcheck source=tests/engines/slurm.sh
. tests/engines/slurm.sh
start_slurm "$scratch/slurm-own"
(cd "$scratch/slurm" && ./submit.sh >submit.log)
wait_for_jobs || { tail -n 20 "$scratch"/slurm/*.log "$scratch"/slurm-own/*.log; exit 1; }
is_whole slurm

# A shard that fails: the merge is never run.
examples failing
rm "$scratch/failing/my-site"
(cd "$scratch/failing" && ./submit.sh >submit.log)
wait_for_jobs
test ! -e "$scratch/failing/merge.log"
echo "slurm: no merge after a shard that failed"

examples kubernetes
python3 -m venv "$scratch/venv"
"$scratch/venv/bin/pip" install --quiet --disable-pip-version-check kubernetes-validate==1.37.0
"$scratch/venv/bin/kubernetes-validate" --strict --version 1.37 "$scratch"/kubernetes/{shards,merge}.yaml
# What the pods run, each with its number.
"$scratch/venv/bin/python" tests/engines/pods.py "$scratch/kubernetes/shards.yaml" "$scratch/kubernetes/merge.yaml" "$scratch/kubernetes"
mv "$scratch/kubernetes/shards/dist" "$scratch/kubernetes/dist"
is_whole kubernetes
