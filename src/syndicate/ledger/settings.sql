-- Version 2: what the provider was told of itself when an issue was frozen.

ALTER TABLE issue ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';  -- JSON; never a key
