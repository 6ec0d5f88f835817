-- What operators say of bandwidth, jobs and times, all of it in each row. The last version is in force.
CREATE TABLE policies (
  version bigint PRIMARY KEY,
  -- in the form that JobTypes gives it
  policies text NOT NULL,
  changed_at timestamptz NOT NULL,
  changed_by text NOT NULL
);

-- Who did what that is in no job's history.
CREATE TABLE audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  by text NOT NULL,
  action text NOT NULL,
  subject text NOT NULL
);
