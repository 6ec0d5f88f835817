-- How many clusters were founded on this database, one after the other: whoever founds one counts it, and a node that lost
-- its connection sees by it whether its own is still the last.
CREATE TABLE cluster_founded (times bigint NOT NULL);
INSERT INTO cluster_founded VALUES (0);
