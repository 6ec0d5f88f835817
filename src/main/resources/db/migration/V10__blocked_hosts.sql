-- Remote hosts that nothing is to be asked of, because an operator has said so.
CREATE TABLE blocked_host (
  -- name:port, name, *.domain:port or *.domain
  hosts text COLLATE "C" PRIMARY KEY,
  reason text NOT NULL,
  by text NOT NULL,
  since timestamptz NOT NULL,
  -- null: until it is taken back
  until timestamptz
);
