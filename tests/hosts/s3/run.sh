#!/usr/bin/env bash
# Replays site/s3.json through the model of the AWS CLI, and those of a built site: run.sh [DIST EXPECTED]. Needs Python and jq.
set -euo pipefail
built=("$@")
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

python3 -m venv "$scratch/venv"
"$scratch/venv/bin/pip" install --quiet --no-deps --requirement requirements.txt
node ../netlify-cloudflare/site.mjs site/expected.json "$scratch/dist" site/s3.json
"$scratch/venv/bin/python" s3.py "$scratch/dist" site/expected.json
./upload.sh "$scratch/dist"
if [ ${#built[@]} -gt 0 ]; then "$scratch/venv/bin/python" s3.py "${built[@]}"; fi
