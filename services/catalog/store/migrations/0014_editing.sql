-- What the employee's client called the beginning of a draft.
ALTER TABLE draft ADD COLUMN request_key text;
CREATE UNIQUE INDEX draft_request_key ON draft (author, request_key) WHERE request_key IS NOT NULL;

-- Who names a component as a substitute: asked when it becomes an assembly or is deleted.
CREATE INDEX bill_line_substitutes ON bill_line USING gin (substitutes) WHERE substitutes <> '{}';
CREATE INDEX assembly_line_substitutes ON assembly_line USING gin (substitutes) WHERE substitutes <> '{}';
