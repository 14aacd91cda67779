-- The role that servers run with: it reads and writes rows, and changes no tables. Run it once as a
-- superuser on the database of Matinee, after a first start as the owner has created the tables, and set a
-- password of your own:
--
--   psql --single-transaction --file=deploy/postgres/server-role.sql matinee
--   psql --command='\password matinee_server' matinee
create role matinee_server login;
grant usage on schema public to matinee_server;
grant select, insert, update, delete on all tables in schema public to matinee_server;
-- Of the audit log it removes old entries alone, with a function that runs as the owner.
revoke update, delete on audit_events from matinee_server;
grant usage on all sequences in schema public to matinee_server;
-- Tables that later migrations make.
alter default privileges in schema public
  grant select, insert, update, delete on tables to matinee_server;
alter default privileges in schema public grant usage on sequences to matinee_server;
