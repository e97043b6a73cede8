// The market's tables. A candle has one current row; rows it replaced stay in candle_version with the time that ended them.
import type { Migration } from '../../core/database.ts'

/**
 * `timeframe` is its length in seconds; times are UTC ms. `known_at` null means: known by its own time (a candle's end, a range's `to`).
 * `origin` 1 is the venue's own row, 0 composed. `side` 1 buy, -1 sell, 0 unknown.
 *
 * Since market-002 what each import brought can be taken out again. `source` of coverage is the import that recorded it, 0 streams, downloads and
 * all that was there before. `source` of trades and of the venue's own candles is the import that had a share in the row, else, negative or 0,
 * the last import there was when a stream or a download gave it. `import_block` holds the rows that an import gave, in pieces
 * (`timeframe` 0: trades; both times are first and last key); `row_aside` what streams and downloads said, after that many imports, of places where
 * it does not stand by itself; `coverage_cut` coverage that `import --replace` put aside. An import with `forgetting_at` and without
 * `forgotten_at` is being taken out, and gone on with when that is asked for again.
 *
 * Since market-003 a market may be one that trades at 0 and below; its few candles that did are found by an index of their own.
 */
export const marketMigrations: readonly Migration[] = [
  {
    id: 'market-001',
    sql: `
CREATE TABLE market (id INTEGER PRIMARY KEY, venue TEXT NOT NULL, symbol TEXT NOT NULL, UNIQUE (venue, symbol));
CREATE TABLE trade (
  market INTEGER NOT NULL REFERENCES market, time INTEGER NOT NULL, id TEXT NOT NULL, sequence INTEGER NOT NULL,
  price REAL NOT NULL, amount REAL NOT NULL, side INTEGER NOT NULL, arrived_at INTEGER NOT NULL,
  PRIMARY KEY (market, time, id)) WITHOUT ROWID;
CREATE TABLE candle (
  market INTEGER NOT NULL REFERENCES market, timeframe INTEGER NOT NULL, open_time INTEGER NOT NULL, origin INTEGER NOT NULL,
  version INTEGER NOT NULL, open REAL NOT NULL, high REAL NOT NULL, low REAL NOT NULL, close REAL NOT NULL, volume REAL NOT NULL,
  known_at INTEGER, source INTEGER, PRIMARY KEY (market, timeframe, open_time)) WITHOUT ROWID;
CREATE TABLE candle_version (
  market INTEGER NOT NULL REFERENCES market, timeframe INTEGER NOT NULL, open_time INTEGER NOT NULL, origin INTEGER NOT NULL,
  version INTEGER NOT NULL, open REAL NOT NULL, high REAL NOT NULL, low REAL NOT NULL, close REAL NOT NULL, volume REAL NOT NULL,
  known_at INTEGER, source INTEGER, superseded_at INTEGER NOT NULL,
  PRIMARY KEY (market, timeframe, open_time, version)) WITHOUT ROWID;
CREATE TABLE coverage (
  market INTEGER NOT NULL REFERENCES market, timeframe INTEGER NOT NULL, kind TEXT NOT NULL, from_time INTEGER NOT NULL,
  to_time INTEGER NOT NULL, known_at INTEGER, CHECK (kind IN ('trades', 'candles', 'sparse')), CHECK (from_time < to_time));
CREATE INDEX coverage_place ON coverage (market, timeframe, kind, from_time);
CREATE TABLE import (
  id INTEGER PRIMARY KEY, market INTEGER NOT NULL REFERENCES market, kind TEXT NOT NULL, timeframe INTEGER, file TEXT NOT NULL,
  sha256 TEXT, rows INTEGER, added INTEGER, started_at INTEGER NOT NULL, finished_at INTEGER);
CREATE TABLE candle_change (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, market INTEGER NOT NULL, timeframe INTEGER NOT NULL, from_time INTEGER NOT NULL,
  to_time INTEGER NOT NULL);`,
  },
  {
    id: 'market-002',
    sql: `
ALTER TABLE market ADD COLUMN forgotten_at INTEGER;
ALTER TABLE coverage ADD COLUMN source INTEGER NOT NULL DEFAULT 0;
ALTER TABLE trade ADD COLUMN source INTEGER NOT NULL DEFAULT 0;
ALTER TABLE import ADD COLUMN path TEXT;
ALTER TABLE import ADD COLUMN from_time INTEGER;
ALTER TABLE import ADD COLUMN to_time INTEGER;
ALTER TABLE import ADD COLUMN replaces INTEGER NOT NULL DEFAULT 0;
ALTER TABLE import ADD COLUMN forgetting_at INTEGER;
ALTER TABLE import ADD COLUMN forgotten_at INTEGER;
CREATE TABLE import_block (
  id INTEGER PRIMARY KEY, import INTEGER NOT NULL REFERENCES import, market INTEGER NOT NULL, timeframe INTEGER NOT NULL,
  from_time INTEGER NOT NULL, to_time INTEGER NOT NULL, rows INTEGER NOT NULL, data BLOB NOT NULL);
CREATE INDEX import_block_place ON import_block (market, timeframe, from_time);
CREATE INDEX import_block_import ON import_block (import, from_time);
CREATE TABLE row_aside (
  market INTEGER NOT NULL, timeframe INTEGER NOT NULL, time INTEGER NOT NULL, id TEXT NOT NULL, after_import INTEGER NOT NULL, data TEXT NOT NULL,
  PRIMARY KEY (market, timeframe, time, id, after_import)) WITHOUT ROWID;
CREATE TABLE coverage_cut (
  cut_by INTEGER NOT NULL REFERENCES import, market INTEGER NOT NULL, timeframe INTEGER NOT NULL, kind TEXT NOT NULL,
  from_time INTEGER NOT NULL, to_time INTEGER NOT NULL, known_at INTEGER, source INTEGER NOT NULL);
CREATE TRIGGER market_remembered AFTER INSERT ON coverage BEGIN
  UPDATE market SET forgotten_at = NULL WHERE id = NEW.market AND forgotten_at IS NOT NULL;
END;`,
  },
  {
    id: 'market-003',
    sql: `
ALTER TABLE market ADD COLUMN negative_prices INTEGER NOT NULL DEFAULT 0;
CREATE INDEX candle_not_positive ON candle (market, timeframe, open_time) WHERE low <= 0;`,
  },
]
