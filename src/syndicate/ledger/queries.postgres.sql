-- What only PostgreSQL is asked, and what it must be asked in other words than `queries.sql` has.

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

-- find_halted
-- Tell why workers have stopped with an issue.
SELECT halted FROM queue JOIN issue ON seq = queue.issue WHERE id = :issue AND halted <> '';

-- add_to_queue
-- Let workers hand over an issue, from now on or again.
INSERT INTO queue (issue) SELECT seq FROM issue WHERE id = :issue
ON CONFLICT (issue) DO UPDATE SET doubts = 0, halted = '';

-- halt_queue
-- Let workers stop with an issue; the first reason stays.
UPDATE queue SET halted = :reason
WHERE issue = (SELECT seq FROM issue WHERE id = :issue) AND halted = ''
RETURNING issue;

-- list_queue
-- List the batches that workers are still to hand over.
SELECT id AS issue, tally.number FROM queue JOIN issue ON seq = queue.issue
  JOIN tally ON tally.issue = queue.issue
WHERE halted = '' AND stopped_at IS NULL AND status = 'pending' AND n > withdrawn
ORDER BY queue.issue, tally.number;

-- find_wanted
-- Tell whether workers are still to hand over a batch.
SELECT batch.number FROM queue JOIN issue ON seq = queue.issue JOIN batch ON batch.issue = queue.issue
WHERE id = :issue AND batch.number = :number
  AND halted = '' AND stopped_at IS NULL AND status = 'pending';

-- count_doubt
-- Count one more doubtful answer in a row.
UPDATE queue SET doubts = doubts + 1 WHERE issue = (SELECT seq FROM issue WHERE id = :issue)
RETURNING doubts;

-- end_doubts
-- End the row of doubtful answers.
UPDATE queue SET doubts = 0
WHERE issue = (SELECT seq FROM issue WHERE id = :issue) AND doubts > 0;

-- take_turn
-- Take the next turn to call a provider, and tell how many seconds it is away.
INSERT INTO pace (provider, next_at)
VALUES (:provider, clock_timestamp() + make_interval(secs => :gap))
ON CONFLICT (provider) DO UPDATE
SET next_at = greatest(pace.next_at, clock_timestamp()) + make_interval(secs => :gap)
RETURNING CAST(
  extract(epoch FROM next_at - clock_timestamp()) - :gap AS DOUBLE PRECISION) AS seconds;

-- put_off
-- Let no call to a provider begin for so many seconds.
INSERT INTO pace (provider, next_at)
VALUES (:provider, clock_timestamp() + make_interval(secs => :seconds))
ON CONFLICT (provider) DO UPDATE
SET next_at = greatest(pace.next_at, clock_timestamp() + make_interval(secs => :seconds));

-- go_first
-- Be the one who tries an issue that nobody was accepted of yet, while this session lives.
SELECT pg_try_advisory_lock(1398361669, seq) AS first FROM issue WHERE id = :issue;

-- let_others_go
-- Let another be the one.
SELECT pg_advisory_unlock(1398361669, seq) AS let FROM issue WHERE id = :issue;
