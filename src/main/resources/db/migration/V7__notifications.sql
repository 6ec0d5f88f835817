-- What owners want to be told of their jobs. It follows from the journal and is written in the transaction in which
-- the index goes on, but it is no copy: what was told was told, so that an index that is made anew tells nothing again.

-- The last line of the journal that this was decided for; beside ordering, which goes back to 0.
ALTER TABLE index_offset ADD COLUMN notified bigint NOT NULL DEFAULT 0;
UPDATE index_offset SET notified = ordering;

CREATE TABLE notification (
  job uuid NOT NULL,
  -- of the event that it follows from; the order in which a job's are told is that of the key
  sequence bigint NOT NULL,
  event text COLLATE "C" NOT NULL,
  -- -1: it is about the job as a whole
  file_index integer NOT NULL,
  -- of the remote file, that have come: offset, length, offset, length, …
  parts bigint[] NOT NULL,
  at timestamptz NOT NULL,
  -- What is told, in the form that JobTypes gives it.
  news bytea NOT NULL,
  state text COLLATE "C" NOT NULL DEFAULT 'PENDING',
  attempts integer NOT NULL DEFAULT 0,
  attempted_at timestamptz,
  -- What the last attempt came to: the status of HTTP, if there was one, and a sentence.
  status integer,
  answer text,
  PRIMARY KEY (job, sequence, event)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

CREATE INDEX notification_pending_idx ON notification (job, sequence, event) WHERE state = 'PENDING';
CREATE INDEX notification_oldest_idx ON notification (at) WHERE state = 'PENDING';
-- What is made often is put together for as long as nobody has begun to tell it.
CREATE UNIQUE INDEX notification_frequent_idx ON notification (job, event, file_index)
  WHERE state = 'PENDING' AND attempts = 0 AND event IN ('JOB_MODIFICATION', 'FILE_RANGES_TRANSFERRED');

-- Jobs of which something is still to be told, one row each: whoever tells it holds that row meanwhile.
CREATE TABLE job_to_notify (
  job uuid PRIMARY KEY,
  owner text COLLATE "C" NOT NULL,
  due_at timestamptz NOT NULL,
  -- null: nobody is telling
  held_until timestamptz
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
CREATE INDEX job_to_notify_due_idx ON job_to_notify (owner, due_at);
CREATE INDEX job_to_notify_held_idx ON job_to_notify (owner) WHERE held_until IS NOT NULL;
