-- What PostgreSQL must be told in other words than `queries.sql` has; all else is as it stands there.

-- doubt_orphans
-- Put in doubt what dead runs had claimed: a run that lives holds a lock on its number.
UPDATE batch SET status = 'in doubt', reason = :reason, answered_at = :at
WHERE status = 'submitting' AND NOT EXISTS (
  SELECT 1 FROM pg_locks
  WHERE locktype = 'advisory' AND granted AND classid = 1398361668 AND objsubid = 2
    AND CAST(objid AS BIGINT) = claimed_by
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
RETURNING (SELECT id FROM issue WHERE seq = batch.issue) AS issue, number;

-- add_recipients
-- Put the keys of a batch into the guard, 16 bytes each, by one statement.
INSERT INTO recipient (issue, key, batch)
SELECT :seq, substr(:keys, 1 + 16 * i, 16), :number FROM generate_series(0, :n - 1) AS place (i);

-- repeat_batch
-- Take a batch in doubt for the very same call: its key must surely be alive, and time go forward.
UPDATE batch
SET status = 'submitting', claimed_by = :run, token = :token, attempts = attempts + 1
WHERE issue = (SELECT seq FROM issue WHERE id = :issue) AND number = :number
  AND status = 'in doubt' AND payload_hash = :payload_hash
  AND (SELECT stopped_at FROM issue WHERE seq = batch.issue) IS NULL
  AND :left = n - (SELECT count(*) FROM outcome AS o
                   WHERE o.issue = batch.issue AND o.batch = batch.number)
  AND (key_life >= :long OR (key_life > 0 AND claimed_by = :run))
  AND claimed_at <= :at AND :at >= (SELECT coalesce(max(at), '') FROM log)
  AND extract(epoch FROM CAST(:at AS timestamptz) - CAST(claimed_at AS timestamptz)) < key_life / 2
RETURNING number;
