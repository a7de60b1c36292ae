-- The ledger of Syndicate, first version. docs/ledger.md says why it is as it is.
-- Times are ISO 8601 text in UTC with six decimals: they sort as text and can be read by eye.

CREATE TABLE meta (                        -- one row: what this ledger is
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id TEXT NOT NULL,                        -- random; tells two ledgers apart
  secret BLOB,                             -- only when the ledger made it itself
  fingerprint TEXT                         -- of the secret in use; NULL until first use
) STRICT;
INSERT INTO meta (one, id) VALUES (1, lower(hex(randomblob(16))));

CREATE TABLE run (                         -- its highest number is part of the generation
  number INTEGER PRIMARY KEY,
  by TEXT NOT NULL,
  started_at TEXT NOT NULL
) STRICT;

CREATE TABLE newsletter (                  -- those that have a baseline
  name TEXT PRIMARY KEY,
  started_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE mailed_before (               -- the baseline: articles that never were new here
  newsletter TEXT NOT NULL REFERENCES newsletter (name),
  article TEXT NOT NULL,
  PRIMARY KEY (newsletter, article)
) STRICT, WITHOUT ROWID;

CREATE TABLE issue (
  seq INTEGER PRIMARY KEY,                 -- in the order of freezing; what other tables refer to
  id TEXT NOT NULL UNIQUE,
  newsletter TEXT NOT NULL REFERENCES newsletter (name),
  number INTEGER NOT NULL,
  provider TEXT NOT NULL,
  audience TEXT NOT NULL DEFAULT '',       -- id of the list that the provider holds
  content_hash TEXT NOT NULL,
  subject TEXT NOT NULL,
  message BLOB NOT NULL,                   -- JSON of the message, byte for byte
  frozen_at TEXT NOT NULL,
  by TEXT NOT NULL,
  stopped_at TEXT,                         -- set by undo: nothing more of it is ever claimed
  blanked_at TEXT,                         -- when its addresses were forgotten
  UNIQUE (newsletter, number)
) STRICT;

CREATE TABLE issue_article (
  issue INTEGER NOT NULL REFERENCES issue (seq),
  position INTEGER NOT NULL,
  article TEXT NOT NULL,
  PRIMARY KEY (issue, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE batch (                       -- small rows: each is updated twice
  issue INTEGER NOT NULL REFERENCES issue (seq),
  number INTEGER NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending'
    CHECK (status IN
      ('pending', 'submitting', 'accepted', 'refused', 'in doubt', 'withdrawn')),
  n INTEGER NOT NULL CHECK (n > 0),        -- recipients put into it, or as told by the provider
  attempts INTEGER NOT NULL DEFAULT 0,
  claimed_by INTEGER REFERENCES run (number),
  claimed_at TEXT,
  token TEXT,                              -- of the claim; only its holder may answer
  payload_hash TEXT,
  key_life INTEGER NOT NULL DEFAULT 0,     -- seconds that the provider keeps its idempotency key
  answered_at TEXT,
  reference TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT '',
  CHECK (status <> 'submitting' OR (claimed_by IS NOT NULL AND token IS NOT NULL)),
  PRIMARY KEY (issue, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE people (                      -- written once, read once: apart, or each claim pays
  issue INTEGER NOT NULL,
  batch INTEGER NOT NULL,
  rows BLOB NOT NULL,                      -- JSON of the recipients, in the order of keys
  UNIQUE (issue, batch),
  FOREIGN KEY (issue, batch) REFERENCES batch (issue, number)
) STRICT;

CREATE TABLE recipient (                   -- the guard against twice
  issue INTEGER NOT NULL,
  key BLOB NOT NULL CHECK (length(key) = 16),
  batch INTEGER NOT NULL,
  PRIMARY KEY (issue, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE outcome (                     -- only the exceptions: all others fare as their batch
  issue INTEGER NOT NULL,
  batch INTEGER NOT NULL,
  key BLOB NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('refused', 'in doubt', 'withdrawn')),
  reason TEXT NOT NULL,
  at TEXT NOT NULL,
  moved_to INTEGER,                        -- the batch in which somebody refused goes again
  CHECK (moved_to IS NULL OR status = 'refused'),
  PRIMARY KEY (issue, batch, key),
  FOREIGN KEY (issue, key) REFERENCES recipient (issue, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE excluded (
  issue INTEGER NOT NULL REFERENCES issue (seq),
  reason TEXT NOT NULL,
  line INTEGER NOT NULL,
  key BLOB                                 -- NULL where there is no address to make one of
) STRICT;
CREATE INDEX excluded_by_reason ON excluded (issue, reason);

CREATE TABLE log (
  number INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  by TEXT NOT NULL,
  issue TEXT NOT NULL,
  text TEXT NOT NULL,
  kind TEXT NOT NULL DEFAULT '',           -- "tested", "approved", "skipped": what commands look up
  subject TEXT NOT NULL DEFAULT ''         -- of which content hash, or which newsletter
) STRICT;
CREATE INDEX log_by_subject ON log (subject, kind) WHERE kind <> '';
CREATE TRIGGER log_is_never_changed BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_is_never_shortened BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

-- A batch and its exceptions. (Looked up batch by batch: a join with grouped exceptions reads
-- those of all issues.)
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
  sum(CASE status WHEN 'accepted' THEN n - moved - withdrawn - refused - in_doubt ELSE 0 END)
    AS accepted,
  sum(CASE status WHEN 'refused' THEN n - moved - withdrawn ELSE refused END) AS refused,
  sum(CASE WHEN status IN ('submitting', 'in doubt') THEN n - withdrawn ELSE in_doubt END)
    AS in_doubt,
  sum(CASE status WHEN 'pending' THEN n - withdrawn ELSE 0 END) AS pending,
  sum(CASE status WHEN 'withdrawn' THEN n ELSE withdrawn END) AS withdrawn,
  sum(n - moved) AS frozen
FROM tally GROUP BY issue;
