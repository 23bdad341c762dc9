#!/bin/sh
# Makes every secret of a deployment and writes it to .env beside docker-compose.yml, or to the file that is named,
# readable by its owner only. A secret that stands there stays: run it again for a service that came later, or, to rotate
# a secret, after taking out its line.
set -eu
cd "$(dirname "$0")/.."
umask 077
file=${1:-.env}
touch "$file"
chmod 600 "$file"

# NATS takes a value that begins with a digit for a number.
password() { printf 's%s' "$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')"; }
key() { head -c 32 /dev/urandom | base64 | tr -d '\n'; }

add() {
  if grep -q "^$1=" "$file"; then return; fi
  printf '%s=%s\n' "$1" "$2" >> "$file"
  echo "made $1"
}

add POSTGRES_PASSWORD "$(password)"
# generated: services by `npm run generate` of apps/*/service.json
services='ACCOUNTS OMS SUPPLIER_REFUND RESERVATION_REFUND'
# /generated
# generated: users
users='GATEWAY OPERATOR ACCOUNTS OMS SUPPLIER_REFUND RESERVATION_REFUND'
# /generated
for service in $services; do
  add "POSTGRES_${service}_PASSWORD" "$(password)"
  add "POSTGRES_${service}_OWNER_PASSWORD" "$(password)"
done
for user in $users; do add "NATS_${user}_PASSWORD" "$(password)"; done
add SECRET_KEY "$(key)"
add WIRE_KEY "$(key)"
add OMNITRON_SIMULATOR_PASSWORD "$(password)"
