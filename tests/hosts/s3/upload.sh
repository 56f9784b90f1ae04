#!/usr/bin/env bash
# Runs the loop that src/hosts/s3.rs documents, with an `aws` that only writes down which objects it is to put.
#
#     upload.sh DIST
set -euo pipefail
dist=$(realpath "$1")
source=$(cd "$(dirname "$0")/../../.." && pwd)/src/hosts/s3.rs
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cat >"$scratch/aws" <<'AWS'
#!/usr/bin/env bash
set -euo pipefail
[ "$1 $2" = "s3api put-object" ] || exit 0
body=null
while [ $# -gt 0 ]; do
    case $1 in
        --body) test -f "$2"; body=$(jq --null-input --arg file "${2#dist/}" '$file'); shift ;;
        --cli-input-json) input=$2; shift ;;
    esac
    shift
done
jq --compact-output --sort-keys --argjson file "$body" '{file: $file, input: .}' <<<"$input" >>"$CALLS"
AWS
chmod +x "$scratch/aws"
sed -n '/^\/\/! ```sh$/,/^\/\/! ```$/ { /```/d; s|^//! \{0,1\}||; p }' "$source" >"$scratch/loop"
ln -s "$dist" "$scratch/dist"
(cd "$scratch" && CALLS=$scratch/calls PATH="$scratch:$PATH" bucket=my-bucket bash -euo pipefail loop)

jq --compact-output --sort-keys '.objects[]' "$dist/s3.json" | diff - "$scratch/calls"
echo "s3: $(wc -l <"$scratch/calls") objects put by the loop"
