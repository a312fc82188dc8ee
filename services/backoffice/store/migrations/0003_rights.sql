-- One role per face, each with the least rights. The roles exist before the database does. Nobody may change or
-- delete what the audit holds.
GRANT USAGE ON SCHEMA public TO backoffice_staff, backoffice_internal;
REVOKE ALL ON audit_entry, audit_head FROM PUBLIC;

GRANT SELECT, INSERT, DELETE, UPDATE (last_used_at) ON employee_session TO backoffice_staff;
GRANT SELECT, INSERT ON audit_entry TO backoffice_staff;
GRANT SELECT ON audit_head TO backoffice_staff;

-- The jobs delete what is over without seeing whose it was.
GRANT SELECT (last_used_at, expires_at), DELETE ON employee_session TO backoffice_internal;
GRANT SELECT, INSERT ON audit_entry TO backoffice_internal;
GRANT SELECT ON audit_head TO backoffice_internal;
