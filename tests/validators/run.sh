#!/usr/bin/env bash
# Validates the feeds, the sitemaps and the web manifest that tests/sites/blog is expected to write, the sitemap of a site with more
# than one file, and the workflows: those of the repository, of the template and of the documentation. Nothing is compiled: the integration tests compare what builds write with these files, byte for byte. Needs xmllint,
# Python with venv, and npm.
set -euo pipefail
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
files=../sites/blog/expected/files

# Schemas that others keep: that of the protocol of sitemaps, and that of the W3C's web manifest.
(
    cd "$scratch"
    npm pack --silent sitemap@9.0.1 @hint/parser-manifest@2.3.20 >/dev/null
    tar -xzf sitemap-9.0.1.tgz package/schema/sitemap.xsd
    tar -xzf hint-parser-manifest-2.3.20.tgz package/dist/src/schema.json
)
cp sitemaps/*.xsd "$scratch/package/schema"
sitemaps="$scratch/package/schema"

valid() { xmllint --noout --nonet "$@"; }
valid --schema "$sitemaps/all.xsd" $files/sitemap.xml ../sites/blog/expected/sitemap.xml ../sites/settings/expected/sitemap.xml sitemaps/part.xml
valid --schema "$sitemaps/index.xsd" sitemaps/index.xml
valid --relaxng atom.rng $files/atom.xml
valid --relaxng rss.rng $files/rss.xml

python3 -m venv "$scratch/venv"
"$scratch/venv/bin/pip" install --quiet --disable-pip-version-check feedparser==6.0.12 jsonschema==4.25.1 check-jsonschema==0.39.0
"$scratch/venv/bin/python" validate.py $files "$scratch/package/dist/src/schema.json"

# The file that a block of a page shows.
block() { sed -n "/^# ${2//\//\\/}$/,/^\`\`\`/p" "../../docs/content/$1" | sed '$d' >"$scratch/${2##*/}"; }
block shards.md .github/workflows/publish.yml
block deploying.md .gitlab-ci.yml
schema() { "$scratch/venv/bin/check-jsonschema" --builtin-schema "vendor.$@"; }
schema github-workflows ../../.github/workflows/*.yml ../../site-template/.github/workflows/*.yml "$scratch/publish.yml"
schema gitlab-ci --data-transform gitlab-ci "$scratch/.gitlab-ci.yml"
