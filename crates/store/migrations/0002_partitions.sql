-- Partitions by day of receipt, so that whole days go at once, and space for findings to change in place.
--
-- PostgreSQL alone: lines between the two marks are left out for SQLite, whose tables stay as they are.

--{postgres
ALTER TABLE observation RENAME TO observation_before;

-- What one source saw once. Rows are inserted and expired, never updated. The key stands in each partition without the
-- day, which is the same there or nearly so. Retention class: observation.
CREATE TABLE observation (LIKE observation_before) PARTITION BY RANGE (received_day);

-- What is there stays in one partition. It ends the day after tomorrow: until then a program of before can go on.
DO $$
DECLARE
    today INTEGER := EXTRACT(EPOCH FROM now()) / 86400;
    last_day INTEGER;
BEGIN
    SELECT MAX(received_day) INTO last_day FROM batch;
    IF last_day IS NULL THEN
        DROP TABLE observation_before;
    ELSE
        EXECUTE format('ALTER TABLE observation ATTACH PARTITION observation_before FOR VALUES FROM (MINVALUE) TO (%s)',
            GREATEST(last_day, today) + 2);
    END IF;
END $$;

-- A sighting changes the row and none of its keys. With half of each page free the new row lies beside the old one, and
-- no index is touched.
ALTER TABLE finding SET (fillfactor = 50);
--}
