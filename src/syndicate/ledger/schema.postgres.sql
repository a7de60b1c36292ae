-- The ledger of Syndicate on PostgreSQL, first version: schema.sql, table by table, as this database
-- says it. docs/ledger.md says why it is as it is. Every change of the ledger holds one lock of the
-- database until it is committed, so numbers may be counted up by hand.

CREATE TABLE meta (                        -- one row: what this ledger is
  one INTEGER PRIMARY KEY CHECK (one = 1),
  version INTEGER NOT NULL,                -- number of the last migration
  id TEXT NOT NULL,                        -- random; tells two ledgers apart
  secret BYTEA,                            -- only when the ledger made it itself
  fingerprint TEXT                         -- of the secret in use; NULL until first use
);
INSERT INTO meta (one, version, id) VALUES (1, 0, replace(gen_random_uuid()::text, '-', ''));

CREATE DOMAIN moment AS TEXT COLLATE "C";  -- ISO 8601 in UTC with six decimals; sorts as text

CREATE TABLE run (                         -- its highest number is part of the generation
  number INTEGER PRIMARY KEY,
  by TEXT NOT NULL,
  started_at moment NOT NULL
);

CREATE TABLE newsletter (                  -- those that have a baseline
  name TEXT PRIMARY KEY,
  started_at moment NOT NULL
);

CREATE TABLE mailed_before (               -- the baseline: articles that never were new here
  newsletter TEXT NOT NULL REFERENCES newsletter (name),
  article TEXT NOT NULL,
  PRIMARY KEY (newsletter, article)
);

CREATE TABLE issue (
  seq INTEGER PRIMARY KEY,                 -- in the order of freezing; what other tables refer to
  id TEXT NOT NULL UNIQUE,
  newsletter TEXT NOT NULL REFERENCES newsletter (name),
  number INTEGER NOT NULL,
  provider TEXT NOT NULL,
  audience TEXT NOT NULL DEFAULT '',       -- id of the list that the provider holds
  content_hash TEXT NOT NULL,
  subject TEXT NOT NULL,
  message BYTEA NOT NULL,                  -- JSON of the message, byte for byte
  frozen_at moment NOT NULL,
  by TEXT NOT NULL,
  stopped_at moment,                       -- set by undo: nothing more of it is ever claimed
  blanked_at moment,                       -- when its addresses were forgotten
  UNIQUE (newsletter, number)
);

CREATE TABLE issue_article (
  issue INTEGER NOT NULL REFERENCES issue (seq),
  position INTEGER NOT NULL,
  article TEXT NOT NULL,
  PRIMARY KEY (issue, position)
);

CREATE TABLE batch (                       -- small rows: each is updated twice
  issue INTEGER NOT NULL REFERENCES issue (seq),
  number INTEGER NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending'
    CHECK (status IN
      ('pending', 'submitting', 'accepted', 'refused', 'in doubt', 'withdrawn')),
  n INTEGER NOT NULL CHECK (n > 0),        -- recipients put into it, or as told by the provider
  attempts INTEGER NOT NULL DEFAULT 0,
  claimed_by INTEGER REFERENCES run (number),
  claimed_at moment,
  token TEXT,                              -- of the claim; only its holder may answer
  payload_hash TEXT,
  key_life INTEGER NOT NULL DEFAULT 0,     -- seconds that the provider keeps its idempotency key
  answered_at moment,
  reference TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT '',
  CHECK (status <> 'submitting' OR (claimed_by IS NOT NULL AND token IS NOT NULL)),
  PRIMARY KEY (issue, number)
) WITH (fillfactor = 70);                  -- room for the updates beside the row

CREATE TABLE people (                      -- written once, read once: apart, or each claim pays
  issue INTEGER NOT NULL,
  batch INTEGER NOT NULL,
  rows BYTEA NOT NULL,                     -- JSON of the recipients, in the order of keys
  PRIMARY KEY (issue, batch),
  FOREIGN KEY (issue, batch) REFERENCES batch (issue, number)
);
ALTER TABLE people ALTER COLUMN rows SET STORAGE EXTERNAL;  -- compressing costs more than the disk

CREATE TABLE recipient (                   -- the guard against twice
  issue INTEGER NOT NULL,
  key BYTEA NOT NULL CHECK (octet_length(key) = 16),
  batch INTEGER NOT NULL,
  PRIMARY KEY (issue, key)
);

CREATE TABLE outcome (                     -- only the exceptions: all others fare as their batch
  issue INTEGER NOT NULL,
  batch INTEGER NOT NULL,
  key BYTEA NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('refused', 'in doubt', 'withdrawn')),
  reason TEXT NOT NULL,
  at moment NOT NULL,
  moved_to INTEGER,                        -- the batch in which somebody refused goes again
  CHECK (moved_to IS NULL OR status = 'refused'),
  PRIMARY KEY (issue, batch, key),
  FOREIGN KEY (issue, key) REFERENCES recipient (issue, key)
);

CREATE TABLE excluded (
  issue INTEGER NOT NULL REFERENCES issue (seq),
  reason TEXT NOT NULL,
  line INTEGER NOT NULL,
  key BYTEA                                -- NULL where there is no address to make one of
);
CREATE INDEX excluded_by_reason ON excluded (issue, reason);

CREATE TABLE log (
  number BIGINT PRIMARY KEY,
  at moment NOT NULL,
  by TEXT NOT NULL,
  issue TEXT NOT NULL,
  text TEXT NOT NULL,
  kind TEXT NOT NULL DEFAULT '',           -- "tested", "approved", "skipped": what commands look up
  subject TEXT NOT NULL DEFAULT ''         -- of which content hash, or which newsletter
);
CREATE INDEX log_by_subject ON log (subject, kind) WHERE kind <> '';
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the log is append-only';
END $$;
CREATE TRIGGER log_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON log
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE queue (                       -- issues that workers hand over, on any computer
  issue INTEGER PRIMARY KEY REFERENCES issue (seq),
  doubts INTEGER NOT NULL DEFAULT 0,       -- doubtful answers, one after the other
  halted TEXT NOT NULL DEFAULT ''          -- why nobody hands it over until it is queued again
);

CREATE UNLOGGED TABLE pace (               -- shared by all; not worth a write to the disk
  provider TEXT PRIMARY KEY,
  next_at TIMESTAMPTZ NOT NULL             -- no call begins before
);

-- A batch and its exceptions.
CREATE VIEW tally AS
SELECT b.issue, b.number, b.status, b.reason, b.n,
  (SELECT count(*) FROM outcome AS o
   WHERE o.issue = b.issue AND o.batch = b.number AND o.status = 'withdrawn') AS withdrawn,
  (SELECT count(*) FROM outcome AS o
   WHERE o.issue = b.issue AND o.batch = b.number AND o.status = 'refused'
     AND o.moved_to IS NULL) AS refused,
  (SELECT count(*) FROM outcome AS o
   WHERE o.issue = b.issue AND o.batch = b.number AND o.status = 'in doubt') AS in_doubt,
  (SELECT count(*) FROM outcome AS o
   WHERE o.issue = b.issue AND o.batch = b.number AND o.moved_to IS NOT NULL) AS moved
FROM batch AS b;

-- Recipients of an issue by where they stand; worked out from the rows, never stored a second time.
-- Whoever reads while a call is under way cannot know either: submitting counts as in doubt.
CREATE VIEW counts AS
SELECT issue,
  sum(CASE status WHEN 'accepted' THEN n - moved - withdrawn - refused - in_doubt ELSE 0 END)::bigint
    AS accepted,
  sum(CASE status WHEN 'refused' THEN n - moved - withdrawn ELSE refused END)::bigint AS refused,
  sum(CASE WHEN status IN ('submitting', 'in doubt') THEN n - withdrawn ELSE in_doubt END)::bigint
    AS in_doubt,
  sum(CASE status WHEN 'pending' THEN n - withdrawn ELSE 0 END)::bigint AS pending,
  sum(CASE status WHEN 'withdrawn' THEN n ELSE withdrawn END)::bigint AS withdrawn,
  sum(n - moved)::bigint AS frozen
FROM tally GROUP BY issue;
