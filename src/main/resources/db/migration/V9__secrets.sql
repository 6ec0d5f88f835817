-- Passwords, keys and headers of jobs, encrypted. A job's events say which of these rows are its own.
CREATE TABLE secret (
  id uuid PRIMARY KEY,
  job uuid NOT NULL,
  owner text COLLATE "C" NOT NULL,
  -- The number of the key that it is encrypted with.
  key integer NOT NULL,
  value bytea NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX secret_job_idx ON secret (job);
