#!/bin/sh
# Writes the secrets of compose.yaml into the folder `secrets`: sh secrets.sh HOST. It changes no file that exists.
# The certificate is self-signed, for a first look. For customers, replace secrets/matinee.pem: the certificate
# with its chain, and the key after it.
set -eu
cd "$(dirname "$0")"
host=${1:?Usage: sh secrets.sh HOST, the name under which customers reach this machine}
umask 077
mkdir -p secrets
cd secrets

if [ ! -e postgres-password ]; then
  openssl rand -hex 24 >postgres-password
fi
password=$(cat postgres-password)

if [ ! -e matinee.env ]; then
  cat >matinee.env <<END
DATABASE_URL=postgresql://matinee:$password@pgbouncer:6432/matinee
DATABASE_DIRECT_URL=postgresql://matinee:$password@postgres:5432/matinee
JWT_SECRET_KEY=$(openssl rand -hex 48)
TICKET_KEYS=1:$(openssl rand -base64 32 | tr '+/' '-_' | tr -d '=\n')
METRICS_TOKEN=$(openssl rand -hex 24)
ALLOWED_ORIGINS=https://$host
END
fi

# The two files of PgBouncer, whose process has another user.
if [ ! -e userlist.txt ]; then
  printf '"matinee" "%s"\n' "$password" >userlist.txt
  chmod 644 userlist.txt
fi
if [ ! -e pgbouncer.ini ]; then
  sed -e 's/host=127\.0\.0\.1 port=5432/host=postgres port=5432/' -e 's/^listen_addr = .*/listen_addr = */' \
    ../../pgbouncer/pgbouncer.ini >pgbouncer.ini
  chmod 644 pgbouncer.ini
fi

if [ ! -e matinee.pem ]; then
  openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj "/CN=$host" -addext "subjectAltName=DNS:$host" \
    -keyout key.pem -out certificate.pem 2>openssl.log || { cat openssl.log >&2; exit 1; }
  cat certificate.pem key.pem >matinee.pem
  rm certificate.pem key.pem openssl.log
  chmod 644 matinee.pem
fi
