#!/usr/bin/env bash
# Starts an emulated tenant for the rest of the job, and makes it the Graph that is meant.
#
# It begins without the demo estate. The workflow `drift` asks what a tenant lost that was once as declared, so there
# the estate is applied first.
set -euo pipefail

log=$RUNNER_TEMP/emulated-tenant.log
: > "$log"
# A plan says which Graph it was made with, so the port is always the same one.
nohup target/debug/entrant emulator serve --listen 127.0.0.1:18365 --tenant-id 5b9e4d6c-3f0a-4c8e-9a57-0c1f6f2f8a11 > "$log" 2>&1 &
for _ in $(seq 100); do
    url=$(head -n 1 "$log")
    [ -z "$url" ] || break
    sleep 0.1
done
case $url in
    http://127.0.0.1:*) ;;
    *) cat "$log"; exit 1 ;;
esac
if [ "$GITHUB_WORKFLOW" = drift ]; then
    target/debug/entrant apply --graph-url "$url" --auto-approve
fi
echo "ENTRANT_GRAPH_URL=$url" >> "$GITHUB_ENV"
# What was declared before is not there, and that is no sign of a permission that was lost.
echo "EMULATED_TENANT=true" >> "$GITHUB_ENV"
