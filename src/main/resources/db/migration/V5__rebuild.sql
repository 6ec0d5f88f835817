-- While the index is made anew its tables have no indexes but their keys. How to make them again stays
-- here until that is done, so that a rebuild that was cut off is put right by whoever comes next.
CREATE TABLE index_to_make (
  definition TEXT PRIMARY KEY
);
