#!/bin/sh
# Brings back what deploy/backup.sh wrote, into a system whose databases are empty: sh deploy/restore.sh folder.
# .env has to be there again first. Where the system is new, nothing has to run; where it runs, its apps are ended meanwhile.
set -eu
cd "$(dirname "$0")/.."
folder=${1:?say which folder holds the backup}
services='accounts oms supplier-refund reservation-refund'

for service in $services; do [ -f "$folder/$service.dump" ] || { echo "There is no $folder/$service.dump." >&2; exit 1; }; done
docker-compose stop gateway $services
# Roles and databases are made of .env; the tables come from the backup.
for service in $services; do docker-compose run --rm -T "$service-migrations" node dist/main.js provision; done
for service in $services; do
  tables=$(docker-compose exec -T postgres psql -U postgres -d "$service" -At -c "select count(*) from pg_class where relnamespace = 'public'::regnamespace")
  [ "$tables" = 0 ] || { echo "The database $service is not empty. To begin anew: docker-compose exec postgres dropdb -U postgres $service" >&2; exit 1; }
done
for service in $services; do
  docker-compose exec -T postgres pg_restore -U postgres --exit-on-error --single-transaction --dbname "$service" < "$folder/$service.dump"
  echo "restored $service"
done
# An older backup gets the tables of this version.
docker-compose up -d
