-- The index: a copy of what the journal says, made by the projection and rebuilt from the journal at
-- will (job, job_term, job_count, index_offset, unreadable_job), and what no job's history holds.
-- Texts that are compared collate "C": a prefix is then a range, and the order is the same everywhere.

CREATE TABLE job (
  -- A UUIDv7: the order of ids is the order of creation.
  id uuid PRIMARY KEY,
  sequence bigint NOT NULL,
  owner text COLLATE "C" NOT NULL,
  queue text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  priority text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  display_name text COLLATE "C" NOT NULL,
  -- What job_term says of the job.
  terms text[] COLLATE "C" NOT NULL,
  created_at timestamptz NOT NULL,
  modified_at timestamptz NOT NULL,
  -- When time alone will change something; null: never.
  due_at timestamptz,
  -- The job's place in its queue, all null where it wants none. It runs where its slice has an end.
  place_since timestamptz,
  next_slice bigint,
  next_host text COLLATE "C",
  slice_ends_at timestamptz,
  -- What lists show, in the form that JobTypes gives it.
  summary bytea NOT NULL
) WITH (
  -- Every event rewrites its job's row; dead rows and statistics of a busy table do not wait for a fifth of it.
  fillfactor = 85,
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_analyze_scale_factor = 0.02
);

CREATE INDEX job_state_idx ON job (state, id);
CREATE INDEX job_queue_idx ON job (queue, id);
CREATE INDEX job_owner_idx ON job (owner, id);
CREATE INDEX job_display_name_idx ON job (display_name, id);
CREATE INDEX job_created_idx ON job (created_at);
CREATE INDEX job_due_idx ON job (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX job_place_idx ON job (queue, id) WHERE place_since IS NOT NULL;
CREATE INDEX job_waiting_idx ON job (place_since) WHERE place_since IS NOT NULL AND slice_ends_at IS NULL;

-- Labels and hosts, one row for each that a job has: newest first is then the order of the index.
CREATE TABLE job_term (
  term text COLLATE "C" NOT NULL,
  id uuid NOT NULL,
  PRIMARY KEY (term, id)
);

-- How many jobs there are, so that nobody counts a million rows: of all, of each queue, of each owner.
CREATE TABLE job_count (
  scope text COLLATE "C" NOT NULL,
  -- of the queue or owner; empty in the scope "all"
  name text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  priority text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  jobs bigint NOT NULL,
  PRIMARY KEY (scope, name, type, priority, state)
) WITH (fillfactor = 50);

-- How far the journal is in the index: one row.
CREATE TABLE index_offset (
  only_one boolean PRIMARY KEY DEFAULT TRUE CHECK (only_one),
  ordering bigint NOT NULL
);
INSERT INTO index_offset (ordering) VALUES (0);

-- Jobs whose history cannot be read or makes no sense: out of order until somebody looks.
CREATE TABLE unreadable_job (
  id uuid PRIMARY KEY,
  sequence bigint NOT NULL,
  problem text NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);

-- From here on, what the journal does not hold.

CREATE TABLE queue_setting (
  queue text COLLATE "C" PRIMARY KEY,
  background_slots integer NOT NULL
);

-- Owners who are logged off.
CREATE TABLE owner_session (
  owner text COLLATE "C" PRIMARY KEY,
  logged_off_since timestamptz NOT NULL
);

-- Calls with an Idempotency-Key, and what they were answered.
CREATE TABLE request (
  scope text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  fingerprint text NOT NULL,
  id uuid NOT NULL,
  status integer,
  location text,
  body text,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (scope, key)
);

-- Calls on many jobs at once.
CREATE TABLE operation (
  id uuid PRIMARY KEY,
  done boolean NOT NULL,
  -- in the form that JobTypes gives it
  operation bytea NOT NULL
);
CREATE INDEX operation_unfinished_idx ON operation (id) WHERE NOT done;
