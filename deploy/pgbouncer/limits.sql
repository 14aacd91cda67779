-- The time limits of the server's role, for servers behind a connection pooler. A pooler takes no settings from a
-- connection, so the limits have to be settings of the role. The server checks them when it starts.
--
-- Run this once as a superuser or as the role itself, in the database of Matinee. Then let PgBouncer reconnect:
-- RECONNECT in its console. With another role, replace `matinee` after `alter role`.
alter role matinee in database matinee set statement_timeout = '15s';
alter role matinee in database matinee set lock_timeout = '5s';
alter role matinee in database matinee set idle_in_transaction_session_timeout = '30s';
