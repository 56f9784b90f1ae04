#!/usr/bin/env bash
# Builds tests/sites/hosted for all hosts, and replays its redirects and headers through the hosts' own parsers; then the samples
# that kiln's unit tests keep. DIST names a folder in which that site is built already.
# Usage: run.sh [DIST]
# Needs node with npm, Python with venv, and jq.
set -euo pipefail
dist=${1:+$(realpath "$1")}
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

if [ -z "$dist" ]; then
    dist=$scratch/dist
    (cd ../.. && KILN_SITE=tests/sites/hosted cargo run --quiet --features hosts -- --quiet --out "$dist")
fi
node expected.mjs "$dist" ../sites/hosted/answers.json >"$scratch/expected.json"

netlify-cloudflare/run.sh
node netlify-cloudflare/netlify.mjs "$dist" "$scratch/expected.json"
node netlify-cloudflare/cloudflare.mjs "$dist" "$scratch/expected.json" netlify

(cd vercel-firebase && npm ci --no-audit --no-fund --loglevel=error && npm test --silent)
for host in vercel firebase azure; do
    node "vercel-firebase/$host.mjs" "$dist" "$scratch/expected.json"
done

s3/run.sh "$dist" "$scratch/expected.json"
