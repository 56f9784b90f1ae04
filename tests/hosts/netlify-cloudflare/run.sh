#!/usr/bin/env bash
# Replays the files of site/ through the code of Netlify and Cloudflare.
set -euo pipefail
cd "$(dirname "$0")"
npm ci --no-audit --no-fund --loglevel=error
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

node vectors.mjs
for host in netlify cloudflare both; do
    node site.mjs site/$host/expected.json "$scratch/$host" site/$host/_redirects site/$host/_headers
done
node netlify.mjs "$scratch/netlify" site/netlify/expected.json
node netlify.mjs "$scratch/both" site/both/expected.json
node cloudflare.mjs "$scratch/cloudflare" site/cloudflare/expected.json
node cloudflare.mjs "$scratch/both" site/both/expected.json netlify
