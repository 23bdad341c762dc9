#!/bin/sh
# Writes a backup of every service's database: sh deploy/backup.sh [folder]. The system goes on meanwhile; each database
# is as it was at one moment. Keep .env too, elsewhere and closed: without SECRET_KEY the encrypted secrets can't be
# read.
set -eu
cd "$(dirname "$0")/.."
umask 077
folder=${1:-backups/$(date -u +%Y%m%dT%H%M%SZ)}
mkdir -p "$folder"
if docker compose version > /dev/null 2>&1; then compose='docker compose'; else compose=docker-compose; fi

# Accounts last: no other database may know an account that this one doesn't, for the next new one would get its number.
# generated: databases by `npm run generate` of apps/*/service.json
databases='oms supplier-refund reservation-refund accounts'
# /generated
for database in $databases; do
  $compose exec -T postgres pg_dump -U postgres --format=custom "$database" > "$folder/$database.dump.part"
  mv "$folder/$database.dump.part" "$folder/$database.dump"
  echo "$folder/$database.dump"
done
