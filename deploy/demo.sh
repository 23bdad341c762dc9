#!/bin/sh
# In the container `demo`: an account to try the system with, once, and what to try.
set -eu
accounts() { node dist/cli.js "$@"; }

if accounts account list --json | grep -q '"name":"demo"'; then
  echo 'The demo account is there already. For another token: docker-compose run --rm accounts-cli token create --account demo'
  exit 0
fi
accounts account create --name demo
printf '%s' "$OMNITRON_PASSWORD" | accounts omnitron set --account demo --url http://omnitron-simulator:8090 --username "$OMNITRON_USERNAME" --password-stdin --no-test
accounts token create --account demo --label demo
echo "Try it: curl -H 'Authorization: Token <the token above>' -X POST $PUBLIC_URL/api/v1/oms/cancellation-reasons/pull_from_omnitron/"
