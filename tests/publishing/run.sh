#!/usr/bin/env bash
# Publishes a site to an S3 server on this host (moto) with the scripts of docs/content/uploading.md, changes some pages, and counts what
# is uploaded: nothing but these. Then a few pages go to R2 as wrangler keeps it on this host.
# PAGES is the number of pages (1,000), CHANGED that of changed ones (100). The variable TOOLS names a folder in which moto, awscli and
# wrangler are kept for the next run, MANY the binary of tests/sites/many, which is compiled otherwise.
# Usage: run.sh [PAGES [CHANGED]]
# Needs Python with venv, jq, rclone, and node with npm.
set -euo pipefail
objects=${1:-1000} changed=${2:-100}
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; wait; rm -rf "$scratch"' EXIT

binary=${MANY:-${CARGO_TARGET_DIR:-target}/debug/many}
if [ -z "${MANY:-}" ]; then
    (cd tests/sites && cargo build --quiet --target-dir ../../target --config ../profile.toml --package many)
fi
tools=${TOOLS:-$scratch/tools}
venv=$tools/venv
mkdir -p "$tools"
if ! [ -e "$venv" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --no-compile 'moto[server]==5.2.5' 'awscli==1.46.3'
fi
tests/code.py uploading "$scratch"

port=$(python3 -c 'import socket; free = socket.socket(); free.bind(("127.0.0.1", 0)); print(free.getsockname()[1])')
"$venv/bin/moto_server" --host 127.0.0.1 --port "$port" >"$scratch/server.log" 2>&1 &
server=$!
# The server has no certificate.
unset AWS_CA_BUNDLE
export PATH="$venv/bin:$PATH" AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_PAGER=
export AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_DEFAULT_REGION=us-east-1
export RCLONE_CONFIG=/dev/null RCLONE_CONFIG_MOTO_TYPE=s3 RCLONE_CONFIG_MOTO_PROVIDER=Other RCLONE_CONFIG_MOTO_ENV_AUTH=true
export RCLONE_CONFIG_MOTO_ENDPOINT=$AWS_ENDPOINT_URL RCLONE_S3_NO_CHECK_BUCKET=true RCLONE_S3_NO_HEAD=true
for _ in $(seq 900); do
    if grep -q Running "$scratch/server.log"; then break; fi
    sleep 0.2
done
if ! grep -q Running "$scratch/server.log"; then echo "the server has not started" >&2; cat "$scratch/server.log" >&2; exit 1; fi

# From here on, requests are counted.
mark() { counted=$(wc -l <"$scratch/server.log"); }

# The number of requests with a method.
count() { tail -n "+$((counted + 1))" "$scratch/server.log" | grep -c "\"$1 /" || true; }

expect() {
    if [ "$2" != "$3" ]; then echo "$1: $2, expected $3" >&2; exit 1; fi
    printf '%s: %s\n' "$1" "$2"
}

build() { PAGES=$1 CHANGING=$changed VERSION=$2 "$binary" --quiet --out "$scratch/dist" --changes "$scratch/$3.jsonl"; }

# The files of the site, as paths below `dist`.
files() { (cd "$scratch/dist" && find . -type f -not -name '.kiln*' -printf '%P\n') | sort; }

for tool in aws rclone; do
    target=$([ "$tool" = aws ] && echo aws-bucket || echo moto:rclone-bucket)
    upload() { "$scratch/upload-$tool.sh" "$scratch/$tool.jsonl" "$scratch/dist" "$target"; }
    aws s3 mb "s3://$tool-bucket" >/dev/null
    touch "$scratch/$tool.jsonl.state"
    build "$objects" 1 "$tool"
    started=$SECONDS
    mark
    upload
    expect "$tool: uploads of a new site" "$(count PUT)" "$(files | wc -l)"
    printf '%s: %s s\n' "$tool" "$((SECONDS - started))"

    # An upload that is never made: its changes are in the next file, too. Ten pages are gone then.
    rm "$scratch/$tool.jsonl"
    build "$objects" 2 "$tool"
    build "$((objects - 10))" 2 "$tool"
    started=$SECONDS
    mark
    upload
    expect "$tool: uploads after $changed changes" "$(count PUT)" "$changed"
    requests=$(($(count GET) + $(count HEAD)))
    deletes=$(($(count DELETE) + $(count POST)))
    printf '%s: %s s, %s other requests, %s to remove ten objects\n' "$tool" "$((SECONDS - started))" "$requests" "$deletes"
    # Repeating an upload is no error.
    upload
    rm "$scratch/$tool.jsonl"

    aws s3api list-objects-v2 --bucket "$tool-bucket" --query 'Contents[].Key' --output text | tr '\t' '\n' | sort >"$scratch/keys"
    files | diff - "$scratch/keys"
    # The bytes, the type and the headers of a page.
    aws s3 cp --only-show-errors "s3://$tool-bucket/0/0.json" "$scratch/object"
    cmp "$scratch/object" "$scratch/dist/0/0.json"
    aws s3api head-object --bucket "$tool-bucket" --key 0/0.json --query '[ContentType, CacheControl, ContentLanguage]' --output text |
        grep -qx $'application/feed+json\tpublic, max-age=60\ten'

    build "$((objects - 10))" 2 "$tool"
    mark
    upload
    expect "$tool: uploads after no change" "$(count PUT)" 0
done

# A version that runs on Node 20, too. Each call takes some seconds, so there are four pages: one changes, and one is removed.
if ! [ -e "$tools/wrangler" ]; then
    npm install --silent --no-audit --no-fund --prefix "$tools/wrangler" wrangler@4.80.0
fi
export CI=1 WRANGLER_SEND_METRICS=false WRANGLER_LOG_PATH="$scratch/wrangler-log" XDG_CONFIG_HOME="$scratch/wrangler-config"
changed=1
upload() { (cd "$tools/wrangler" && "$scratch/upload-wrangler.sh" "$scratch/wrangler.jsonl" "$scratch/dist" pages --local --persist-to "$scratch/r2"); }
touch "$scratch/wrangler.jsonl.state"
build 4 1 wrangler
upload >"$scratch/output"
expect "wrangler: uploads of a new site" "$(grep -c 'Upload complete' "$scratch/output")" "$(files | wc -l)"
rm "$scratch/wrangler.jsonl"
build 3 2 wrangler
upload >"$scratch/output"
expect "wrangler: uploads after a change" "$(grep -c 'Upload complete' "$scratch/output")" 1
expect "wrangler: removed objects" "$(grep -c 'Delete complete' "$scratch/output")" 1
tests/publishing/r2.py "$scratch/r2" "$scratch/r2-objects"
cut -f 1 "$scratch/r2-objects" | diff <(files) -
grep -qx $'0/0.json\tapplication/feed+json\tpublic, max-age=60' "$scratch/r2-objects"
cmp "$scratch/dist/0/0.json" <(cd "$tools/wrangler" && npx wrangler r2 object get pages/0/0.json --pipe --local --persist-to "$scratch/r2")
