// The market's tables. A candle has one current row; rows it replaced stay in candle_version with the time that ended them.
import type { Migration } from '../../core/database.ts'

/**
 * `timeframe` is its length in seconds; times are UTC ms. `known_at` null means: known by its own time (a candle's end, a range's `to`).
 * `origin` 1 is the venue's own row, 0 composed. `side` 1 buy, -1 sell, 0 unknown.
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
]
