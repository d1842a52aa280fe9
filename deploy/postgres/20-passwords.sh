#!/bin/sh
# Passwords of the roles that 10-roles.sql has made; run once, when PostgreSQL makes its data.
set -eu
for pair in "hoso:$HOSO_OWNER_PASSWORD" "hoso_app:$HOSO_APP_PASSWORD" "hoso_prefect:$HOSO_PREFECT_PASSWORD" "hoso_audit:$HOSO_AUDIT_PASSWORD"; do
    # Through standard input: everybody can read a command line. A statement that fails is not logged with its password.
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<SQL
\set role '${pair%%:*}'
\set password '${pair#*:}'
set log_min_error_statement = panic;
alter role :"role" password :'password';
alter role :"role" set log_error_verbosity = terse;
SQL
done
