-- How many jobs wait in each queue, told without reading what else is counted.
CREATE INDEX job_count_waiting_idx ON job_count (name) WHERE scope = 'queue' AND state = 'QUEUED';
