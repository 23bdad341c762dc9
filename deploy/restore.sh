#!/bin/sh
# Brings back what deploy/backup.sh wrote, into a system whose databases are empty: sh deploy/restore.sh folder.
# .env has to be there again first. In a new system nothing has to run; in a running one the apps are ended
# meanwhile.
set -eu
cd "$(dirname "$0")/.."
folder=${1:?say which folder holds the backup}
# generated: services by `npm run generate` of apps/*/service.json
services='accounts oms supplier-refund reservation-refund'
# /generated
if docker compose version > /dev/null 2>&1; then compose='docker compose'; else compose=docker-compose; fi
ask() { $compose exec -T postgres psql -qU postgres -d "$1" -Atc "$2" < /dev/null; }

for service in $services; do [ -f "$folder/$service.dump" ] || { echo "There is no $folder/$service.dump." >&2; exit 1; }; done
# Looks before it ends anything: who is refused has the system as it was.
$compose up -d --no-recreate postgres
tries=60
until $compose exec -T postgres pg_isready -q -h 127.0.0.1 -U postgres < /dev/null; do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || { echo 'PostgreSQL is not ready after a minute.' >&2; exit 1; }
  sleep 1
done
full=''
for service in $services; do
  database=$(ask postgres "select 1 from pg_database where datname = '$service'")
  [ -n "$database" ] || continue
  tables=$(ask "$service" "select count(*) from pg_class where relnamespace = 'public'::regnamespace")
  [ "$tables" = 0 ] || full="$full $service"
done
if [ -n "$full" ]; then
  echo "These databases are not empty:$full. Nothing was changed. To begin anew, first:" >&2
  echo "  $compose stop gateway $services" >&2
  echo "  for database in$full; do $compose exec -T postgres dropdb -U postgres --force \$database; done" >&2
  exit 1
fi

$compose stop gateway $services
# Roles and databases are made of .env; the tables come from the backup.
for service in $services; do $compose run --rm -T "$service-migrations" node dist/main.js provision < /dev/null; done
for service in $services; do
  $compose exec -T postgres pg_restore -U postgres --exit-on-error --single-transaction --dbname "$service" < "$folder/$service.dump"
  echo "restored $service"
done
# An older backup gets the tables of this version.
$compose up -d
