#!/usr/bin/env bash
# Collects a snapshot and commits it where something changed: what a schedule runs every night. Autoscaling leaves no commits.
#
#   ci/nightly.sh snapshots/prod.json --profile prod
set -euo pipefail

snapshot="$1"
shift
read -r -a ztnet <<< "${ZTNET:-npx --yes ztnet}"

mkdir -p "$(dirname "$snapshot")"
taken="$(mktemp -d)"
trap 'rm -rf "$taken"' EXIT
new="$taken/$(basename "$snapshot")"
"${ztnet[@]}" collect "$@" -o "$new"
if [ -f "$snapshot" ]; then
  # What was read at another time, and says the same, is no change.
  if "${ztnet[@]}" diff "$snapshot" "$new" --format json | grep -q '"settings": 0'; then
    echo 'nothing changed' >&2
    exit 0
  fi
fi
cp "$new" "$snapshot"
git add "$snapshot"
git commit --quiet --message "Snapshot of $(date -u +%Y-%m-%d)"
if [ "${ZTNET_PUSH:-true}" = true ]; then git push --quiet; fi
