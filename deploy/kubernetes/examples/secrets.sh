#!/bin/sh
# Prints every Secret that the manifests refer to, with new passwords and keys, for a system that has none yet:
# sh deploy/kubernetes/examples/secrets.sh | kubectl create -f -
# Never `apply`: it would put new keys where something is sealed with the old ones.
set -eu
postgres=${1:-refundry-postgres-rw:5432}
nats=${2:-nats:4222}

# NATS takes a value that begins with a digit for a number.
password() { printf 's%s' "$(openssl rand -hex 24)"; }
key() { openssl rand -base64 32; }

# A name, then keys and values by turns.
secret() {
  printf -- '---\napiVersion: v1\nkind: Secret\nmetadata: { name: %s, namespace: refundry }\nstringData:\n' "$1"
  shift
  printf '  %s: %s\n' "$@"
}

# generated: users by `npm run generate` of apps/*/service.json
users='gateway operator accounts oms supplier-refund reservation-refund'
# /generated
# Those that keep secrets in their databases.
# generated: keys
with_key='accounts oms supplier-refund reservation-refund'
# /generated
passwords=''
for user in $users; do
  password=$(password)
  passwords="$passwords $user $password"
  set -- NATS_URL "nats://$user:$password@$nats"
  case $user in
    gateway | operator) ;;
    *)
      set -- "$@" DATABASE_URL "postgres://$user:$(password)@$postgres/$user"
      secret "$user-owner" DATABASE_OWNER_URL "postgres://${user}_owner:$(password)@$postgres/$user"
      ;;
  esac
  case " $with_key " in *" $user "*) set -- "$@" SECRET_KEY "$(key)" ;; esac
  secret "$user" "$@"
done
# One word each: neither names nor passwords hold a space. `routes` is who NATS' servers are to each other.
secret nats-users $passwords routes "$(password)"
secret wire WIRE_KEY "$(key)"
