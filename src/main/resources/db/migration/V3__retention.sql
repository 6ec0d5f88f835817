-- Jobs that are over go away: what finds them, and tables that stay as large as what they hold.

-- Since when nothing will happen to the job any more; null: something may. Made from the row itself, so that
-- whoever writes it need not know; null while the job lives, so that its events leave the index alone.
ALTER TABLE job ADD COLUMN final_at timestamptz GENERATED ALWAYS AS (
  CASE WHEN state IN ('ACKNOWLEDGED', 'CANCELLED') AND due_at IS NULL THEN modified_at END) STORED;
CREATE INDEX job_final_idx ON job (final_at) WHERE final_at IS NOT NULL;

-- The calls about a job, or an operation.
CREATE INDEX request_id_idx ON request (id);

ALTER TABLE operation ADD COLUMN done_at timestamptz;
UPDATE operation SET done_at = now() WHERE done;
CREATE INDEX operation_done_idx ON operation (done_at) WHERE done_at IS NOT NULL;

-- Tags are not used, and asking for them would cost every event that is removed a query.
ALTER TABLE event_tag DROP CONSTRAINT fk_event_journal;

-- What is removed makes room for what comes, without waiting for a fifth of the table.
ALTER TABLE event_journal SET (
  autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_limit = 2000, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE job_term SET (
  autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE snapshot SET (autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE request SET (autovacuum_vacuum_scale_factor = 0.05);
