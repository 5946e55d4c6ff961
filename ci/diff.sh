#!/usr/bin/env bash
# Compares the snapshot of a change with the one before it: ztnet-diff.md for people, SARIF and annotations for GitHub, and an exit status
# that fails the change where ZTNET_FAIL_ON says so. Needs nothing but git and ztnet; works in any CI.
#
#   ZTNET_NEW=snapshots/prod.json ci/diff.sh
#
# ZTNET_OLD       what to compare with; ZTNET_NEW as it is at ZTNET_BASE, or one commit ago
# ZTNET_POLICY    ztnet.yaml        ZTNET_MATCH   id, name or tag:<Key>     ZTNET_FAIL_ON  new-violation, opened, any, never
# ZTNET_SARIF     ztnet.sarif       ZTNET         the command to run        ZTNET_BASE     branch that the change goes to
set -euo pipefail

: "${ZTNET_NEW:?name the snapshot of the change}"
read -r -a ztnet <<< "${ZTNET:-npx --yes ztnet}"

old="${ZTNET_OLD:-}"
if [ -z "$old" ]; then
  base='HEAD~1'
  if [ -n "${ZTNET_BASE:-}" ]; then
    git fetch --quiet --depth=1 origin "$ZTNET_BASE" 2> /dev/null || true
    base="origin/$ZTNET_BASE"
    # What came to that branch since is no part of the change.
    since="$(git merge-base "$base" HEAD 2> /dev/null || true)"
    if [ -n "$since" ] && [ "$since" != "$(git rev-parse "$base")" ]; then base="$(git rev-parse --short "$since")"; fi
  fi
  old="$base:$ZTNET_NEW"
  if git rev-parse --quiet --verify "$base^{commit}" > /dev/null && ! git cat-file -e "$old" 2> /dev/null; then
    echo "$ZTNET_NEW is new: there is nothing to compare it with" >&2
    exit 0
  fi
fi

options=(--match "${ZTNET_MATCH:-id}")
if [ -n "${ZTNET_POLICY:-}" ]; then options+=(--policy "$ZTNET_POLICY"); fi

sarif="${ZTNET_SARIF:-ztnet.sarif}"
format=text
if [ "${GITHUB_ACTIONS:-}" = true ]; then format=github; fi
status=0
"${ztnet[@]}" diff "$old" "$ZTNET_NEW" "${options[@]}" --format "$format" --fail-on "${ZTNET_FAIL_ON:-new-violation}" \
  --also markdown=ztnet-diff.md --also "sarif=$sarif" || status=$?
# 1 is a difference that fails the change; all else is no answer.
if [ "$status" -gt 1 ]; then exit "$status"; fi
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat ztnet-diff.md >> "$GITHUB_STEP_SUMMARY"; fi
if [ -n "${GITHUB_OUTPUT:-}" ]; then echo "sarif=$sarif" >> "$GITHUB_OUTPUT"; fi
exit "$status"
