-- Every statement of the ledger. A paragraph each: its name, its purpose, its text.
-- Statuses are those of syndicate.models.Status; times are ISO text in UTC.

-- read_meta
-- Tell which ledger this is, and which secret it uses.
SELECT id, secret, fingerprint,
  (SELECT coalesce(max(number), 0) FROM run) AS runs,
  (SELECT coalesce(max(number), 0) FROM log) AS entries
FROM meta;

-- keep_secret
-- Remember the secret at first use; a second first use changes nothing.
UPDATE meta SET secret = :secret, fingerprint = :fingerprint WHERE fingerprint IS NULL;

-- add_run
-- Open a run; its number is one more than the last.
INSERT INTO run (number, by, started_at) SELECT coalesce(max(number), 0) + 1, :by, :at FROM run
RETURNING number;

-- doubt_orphans
-- Put in doubt what dead runs had claimed.
UPDATE batch SET status = 'in doubt', reason = :reason, answered_at = :at
WHERE status = 'submitting'
RETURNING (SELECT id FROM issue WHERE seq = batch.issue) AS issue, number;

-- find_newsletter
-- Tell whether a newsletter has a baseline.
SELECT name FROM newsletter WHERE name = :newsletter;

-- add_newsletter
-- Start a newsletter.
INSERT INTO newsletter (name, started_at) VALUES (:newsletter, :at);

-- add_mailed_before
-- Write down one article of the baseline.
INSERT INTO mailed_before (newsletter, article) VALUES (:newsletter, :article)
ON CONFLICT DO NOTHING;

-- list_mailed
-- List articles that are not new; an issue counts unless all of it was refused or withdrawn.
SELECT article, '' AS issue, 0 AS seq FROM mailed_before WHERE newsletter = :newsletter
UNION ALL
SELECT article, id, seq
FROM issue JOIN counts ON counts.issue = seq JOIN issue_article ON issue_article.issue = seq
WHERE newsletter = :newsletter AND frozen > refused + withdrawn
ORDER BY seq;

-- list_issue_ids
-- List the ids and numbers that are taken.
SELECT id, newsletter, number FROM issue;

-- find_taken
-- Find an issue that has this id, or this number in its newsletter.
SELECT id, number FROM issue
WHERE id = :id OR (newsletter = :newsletter AND number = :number);

-- add_issue
-- Write down an issue.
INSERT INTO issue
  (seq, id, newsletter, number, provider, settings, audience, content_hash, subject, message,
   frozen_at, by)
VALUES
  ((SELECT coalesce(max(seq), 0) + 1 FROM issue), :id, :newsletter, :number, :provider, :settings,
   :audience, :content_hash, :subject, :message, :at, :by)
RETURNING seq;

-- add_issue_article
-- Write down one article of an issue.
INSERT INTO issue_article (issue, position, article) VALUES (:seq, :position, :article);

-- add_batch
-- Write down a batch.
INSERT INTO batch (issue, number, n) VALUES (:seq, :number, :n);

-- add_people
-- Write down who is in a batch, as one value.
INSERT INTO people (issue, batch, rows) VALUES (:seq, :number, :rows);

-- add_recipients
-- Put the keys of a batch into the guard, 16 bytes each, by one statement: twice as fast as rows.
WITH RECURSIVE place (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM place WHERE i + 1 < :n)
INSERT INTO recipient (issue, key, batch) SELECT :seq, substr(:keys, 1 + 16 * i, 16), :number
FROM place;

-- add_excluded
-- Write down one candidate that was left out.
INSERT INTO excluded (issue, reason, line, key) VALUES (:seq, :reason, :line, :key);

-- find_issue
-- Find what other tables call an issue, and whether it was stopped.
SELECT seq, stopped_at FROM issue WHERE id = :id;

-- read_issue
-- Read an issue with its counts; a plain value in both places keeps all others from being counted.
SELECT seq, id, newsletter, number, provider, settings, audience, content_hash, subject, frozen_at,
  accepted, refused, in_doubt, pending, withdrawn, frozen
FROM issue JOIN counts ON counts.issue = seq
WHERE seq = :seq AND counts.issue = :seq;

-- read_issues
-- Read the issues of a newsletter, or all, with their counts, the newest first.
SELECT seq, id, newsletter, number, provider, settings, audience, content_hash, subject, frozen_at,
  accepted, refused, in_doubt, pending, withdrawn, frozen
FROM issue JOIN counts ON counts.issue = seq
WHERE CAST(:newsletter AS TEXT) IS NULL OR newsletter = :newsletter
ORDER BY seq DESC;

-- list_articles
-- List the articles of an issue in order.
SELECT article FROM issue_article WHERE issue = :seq ORDER BY position;

-- count_excluded
-- Count the excluded of an issue by reason.
SELECT reason, count(*) AS n FROM excluded WHERE issue = :seq GROUP BY reason ORDER BY reason;

-- read_message
-- Read the frozen message.
SELECT message FROM issue WHERE id = :issue;

-- list_pending
-- List batches that nobody has claimed and that still hold somebody.
SELECT number FROM tally
WHERE issue = (SELECT seq FROM issue WHERE id = :issue) AND status = 'pending' AND n > withdrawn
ORDER BY number;

-- list_batches
-- List the batches of an issue.
SELECT number, status, reference FROM batch
WHERE issue = (SELECT seq FROM issue WHERE id = :issue) ORDER BY number;

-- list_doubts
-- List the batches of an issue that hold somebody in doubt, and since when.
SELECT t.number, coalesce(b.answered_at, b.claimed_at) AS since,
  CASE WHEN t.status = 'in doubt' THEN b.payload_hash ELSE '' END AS payload_hash,
  CASE WHEN t.status = 'in doubt' THEN t.n - t.withdrawn - t.moved ELSE t.in_doubt END AS people,
  CASE WHEN t.status = 'in doubt' THEN t.reason ELSE 'the answer does not speak of them' END
    AS reason
FROM tally AS t JOIN batch AS b ON b.issue = t.issue AND b.number = t.number
WHERE t.issue = (SELECT seq FROM issue WHERE id = :issue)
  AND (t.status = 'in doubt' OR t.in_doubt > 0)
ORDER BY t.number;

-- list_excluded
-- List who was left out of an issue.
SELECT key, reason, line FROM excluded
WHERE issue = (SELECT seq FROM issue WHERE id = :issue) ORDER BY line;

-- read_batch
-- Read a batch and the people in it.
SELECT status, rows, reference, CASE WHEN audience = '' THEN NULL ELSE n END AS told
FROM batch JOIN people ON people.issue = batch.issue AND batch = batch.number
  JOIN issue ON seq = batch.issue
WHERE id = :issue AND batch.number = :number;

-- list_outcomes
-- List the exceptions in a batch.
SELECT key, status, reason, moved_to FROM outcome
WHERE issue = (SELECT seq FROM issue WHERE id = :issue) AND batch = :number;

-- list_refused_batches
-- List the batches in which somebody was refused.
SELECT number, status, reason FROM tally
WHERE issue = (SELECT seq FROM issue WHERE id = :issue) AND (status = 'refused' OR refused > 0)
ORDER BY number;

-- claim_batch
-- Take a pending batch for one call, unless undone, or somebody left it since it was read.
UPDATE batch
SET status = 'submitting', claimed_by = :run, claimed_at = :at, token = :token,
  payload_hash = :payload_hash, key_life = :key_life, reference = :reference,
  attempts = attempts + 1, answered_at = NULL, reason = ''
WHERE issue = (SELECT seq FROM issue WHERE id = :issue) AND number = :number
  AND status = 'pending' AND :left > 0
  AND (SELECT stopped_at FROM issue WHERE seq = batch.issue) IS NULL
  AND :left = n - (SELECT count(*) FROM outcome AS o
                   WHERE o.issue = batch.issue AND o.batch = batch.number)
RETURNING number;

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
  AND strftime('%s', :at) - strftime('%s', claimed_at) < key_life / 2
RETURNING number;

-- find_doubtful
-- Tell whether a batch is in doubt, or was accepted.
SELECT status FROM batch
WHERE issue = (SELECT seq FROM issue WHERE id = :issue) AND number = :number
  AND status IN ('in doubt', 'accepted');

-- accept_found
-- Count somebody in doubt as accepted: the provider's records tell of them.
DELETE FROM outcome
WHERE issue = (SELECT seq FROM issue WHERE id = :issue) AND batch = :number AND key = :key
  AND status = 'in doubt'
RETURNING key;

-- call_back
-- Withdraw what a provider had accepted and gave back before it went.
UPDATE batch SET status = 'withdrawn', reason = :reason, answered_at = :at
WHERE issue = (SELECT seq FROM issue WHERE id = :issue) AND status = 'accepted'
RETURNING n;

-- answer_batch
-- Record what became of a claim; only its holder may, and late only a clear answer counts.
UPDATE batch
SET status = CASE WHEN :status = 'pending' THEN
    (SELECT CASE WHEN stopped_at IS NULL THEN 'pending' ELSE 'withdrawn' END
     FROM issue WHERE seq = batch.issue)
    ELSE :status END,
  reference = CASE WHEN :reference = '' THEN reference ELSE :reference END, reason = :reason, answered_at = :at
WHERE issue = (SELECT seq FROM issue WHERE id = :issue) AND number = :number AND token = :token
  AND (status = 'submitting' OR (status = 'in doubt' AND :status IN ('accepted', 'refused')))
RETURNING status, (SELECT by FROM run WHERE run.number = claimed_by) AS by;

-- settle_batch
-- Record what a person knows of a batch in doubt.
UPDATE batch
SET status = CASE WHEN :status = 'pending' THEN
    (SELECT CASE WHEN stopped_at IS NULL THEN 'pending' ELSE 'withdrawn' END
     FROM issue WHERE seq = batch.issue)
    ELSE :status END,
  answered_at = :at
WHERE issue = (SELECT seq FROM issue WHERE id = :issue) AND number = :number
  AND status = 'in doubt'
RETURNING status;

-- accept_doubtful
-- Count the doubtful recipients of an accepted batch as accepted.
DELETE FROM outcome
WHERE issue = (SELECT seq FROM issue WHERE id = :issue) AND batch = :number
  AND status = 'in doubt'
RETURNING key;

-- refuse_doubtful
-- Count the doubtful recipients of an accepted batch as refused.
UPDATE outcome SET status = 'refused', reason = :reason, at = :at
WHERE issue = (SELECT seq FROM issue WHERE id = :issue) AND batch = :number
  AND status = 'in doubt'
RETURNING key;

-- stop_issue
-- Let nothing more of an issue be claimed; a second time changes nothing.
UPDATE issue SET stopped_at = :at WHERE seq = :seq AND stopped_at IS NULL RETURNING seq;

-- withdraw_pending
-- Withdraw what nobody has claimed of an issue.
UPDATE batch SET status = 'withdrawn', reason = :reason, answered_at = :at
WHERE issue = :seq AND status = 'pending'
RETURNING number, n - (SELECT count(*) FROM outcome AS o
                       WHERE o.issue = batch.issue AND o.batch = batch.number) AS n;

-- last_batch
-- Find the highest number of a batch of an issue.
SELECT coalesce(max(number), 0) AS number FROM batch WHERE issue = :seq;

-- shrink_batch
-- Leave fewer recipients in a pending batch.
UPDATE batch SET n = :n
WHERE issue = :seq AND number = :number AND status = 'pending'
RETURNING number;

-- keep_people
-- Write down anew who is in a batch.
UPDATE people SET rows = :rows WHERE issue = :seq AND batch = :number;

-- move_recipient
-- Put a recipient, who stays one row, into another batch.
UPDATE recipient SET batch = :to WHERE issue = :seq AND key = :key;

-- move_refused
-- Keep that somebody was refused, and in which batch they go again.
INSERT INTO outcome (issue, batch, key, status, reason, at, moved_to)
VALUES (:seq, :number, :key, 'refused', :reason, :at, :to)
ON CONFLICT (issue, batch, key) DO UPDATE SET moved_to = excluded.moved_to;

-- add_outcome
-- Write down an exception of a batch that stands as said; the first word on a recipient stays.
INSERT INTO outcome (issue, batch, key, status, reason, at)
SELECT r.issue, r.batch, r.key, :status, :reason, :at
FROM recipient AS r JOIN batch AS b ON b.issue = r.issue AND b.number = r.batch
WHERE r.issue = (SELECT seq FROM issue WHERE id = :issue) AND r.key = :key
  AND b.number = :number AND b.status = :batch_status
ON CONFLICT DO NOTHING;

-- tally_batch
-- Count the recipients of a batch by their exceptions.
SELECT n, withdrawn, refused, in_doubt FROM tally
WHERE issue = (SELECT seq FROM issue WHERE id = :issue) AND number = :number;

-- add_log
-- Append to the log.
INSERT INTO log (number, at, by, issue, text, kind, subject)
VALUES ((SELECT coalesce(max(number), 0) + 1 FROM log), :at, :by, :issue, :text, :kind, :subject);

-- read_log
-- Read the log, or what it says of one issue, the oldest first.
SELECT at, by, text, issue, kind, subject FROM log
WHERE CAST(:issue AS TEXT) IS NULL OR issue = :issue ORDER BY number;

-- read_marks
-- Read what was noted of a content hash or a newsletter, the oldest first.
SELECT at, by, text, issue, kind, subject FROM log
WHERE kind = :kind AND kind <> '' AND subject = :subject ORDER BY number;

-- withdraw_recipient
-- Withdraw somebody from whatever batch of theirs is pending or in doubt.
INSERT INTO outcome (issue, batch, key, status, reason, at)
SELECT r.issue, r.batch, r.key, 'withdrawn', :reason, :at
FROM recipient AS r JOIN batch AS b ON b.issue = r.issue AND b.number = r.batch
WHERE r.key = :key AND b.status IN ('pending', 'in doubt')
ON CONFLICT DO NOTHING;

-- withdraw_doubtful
-- Count somebody in doubt within an accepted batch as withdrawn.
UPDATE outcome SET status = 'withdrawn', reason = :reason, at = :at
WHERE key = :key AND status = 'in doubt';

-- list_people_of
-- Find the batches whose people include somebody, also those they were refused in before.
SELECT issue AS seq, batch AS number FROM recipient WHERE key = :key
UNION
SELECT issue, batch FROM outcome WHERE key = :key;

-- list_numbers
-- List the numbers of the batches of an issue.
SELECT number FROM batch WHERE issue = :seq;

-- read_people
-- Read who is in a batch.
SELECT rows FROM people WHERE issue = :seq AND batch = :number;

-- list_to_blank
-- List finished issues frozen before a time whose addresses are still there.
SELECT seq, id FROM issue JOIN counts ON counts.issue = seq
WHERE frozen_at < :before AND blanked_at IS NULL AND pending = 0 AND in_doubt = 0;

-- mark_blanked
-- Note that the addresses of an issue are gone.
UPDATE issue SET blanked_at = :at WHERE seq = :seq;
