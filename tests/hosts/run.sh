#!/usr/bin/env bash
# Builds tests/sites/hosted for all hosts, and replays its redirects and headers through the hosts' own parsers; then the samples
# that kiln's unit tests keep. Needs node with npm, Python with venv, and jq.
set -euo pipefail
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

(cd ../.. && KILN_SITE=tests/sites/hosted cargo run --quiet --release --features hosts -- --quiet --out "$scratch/dist")
node expected.mjs "$scratch/dist" ../sites/hosted/answers.json >"$scratch/expected.json"

netlify-cloudflare/run.sh
node netlify-cloudflare/netlify.mjs "$scratch/dist" "$scratch/expected.json"
node netlify-cloudflare/cloudflare.mjs "$scratch/dist" "$scratch/expected.json" netlify

(cd vercel-firebase && npm ci --no-audit --no-fund --loglevel=error && npm test --silent)
for host in vercel firebase azure; do
    node "vercel-firebase/$host.mjs" "$scratch/dist" "$scratch/expected.json"
done

s3/run.sh "$scratch/dist" "$scratch/expected.json"
