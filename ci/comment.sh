#!/usr/bin/env bash
# Writes a file into the one comment of a pull request that begins with its first line, or into a new one. Needs the GitHub CLI.
#
#   ZTNET_REPOSITORY=owner/name ZTNET_PULL_REQUEST=7 ci/comment.sh ztnet-diff.md
set -euo pipefail

[ -f "$1" ] || exit 0
marker="$(head -n 1 "$1")"
comments="repos/$ZTNET_REPOSITORY/issues/$ZTNET_PULL_REQUEST/comments"
write() {
  local id
  id="$(gh api --paginate "$comments" --jq ".[] | select(.body | startswith(\"$marker\")) | .id")" || return
  id="${id%%$'\n'*}"
  if [ -n "$id" ]; then
    gh api --silent --method PATCH "repos/$ZTNET_REPOSITORY/issues/comments/$id" --field "body=@$1"
  else
    gh api --silent --method POST "$comments" --field "body=@$1"
  fi
}

# Whoever sends a change from a fork may not write comments; that says nothing about the change.
write "$1" || echo '::warning title=ztnet diff::the comment was not written: the token needs pull-requests: write'
