-- What the account of PostgreSQL that serves may do: read and write rows, and change neither the schema nor what the audit holds.
-- The account that migrates owns the tables and runs this in their database after `selfheal migrate`, once; and again where a later version
-- says so. Before it, once: CREATE ROLE selfheal_serving LOGIN PASSWORD '…';
-- Nobody makes tables here but who owns the database: before PostgreSQL 15 everybody could, and there only the schema's owner, a superuser, can
-- take it away.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO selfheal_serving;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO selfheal_serving;
REVOKE INSERT, UPDATE, DELETE ON _sqlx_migrations FROM selfheal_serving;
REVOKE UPDATE, DELETE ON audit_event, audit_checkpoint, audit_mark FROM selfheal_serving;
-- Tables that this account makes in later migrations.
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO selfheal_serving;
