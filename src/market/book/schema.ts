// The order book's table: a minute of one venue's one-second snapshots a row. Applied after the market's own migrations.
import type { Migration } from '../../core/database.ts'

/**
 * `start` is UTC ms, a whole minute; snapshots with start ≤ time < start + 60 s are in `data` (snapshot-codec.ts), `seconds` of them, from
 * `first_time` to `last_time`. The consolidated book needs no table: it follows from the venues' rows.
 */
export const bookMigrations: readonly Migration[] = [
  {
    id: 'market-book-001',
    sql: `
CREATE TABLE book_block (
  id INTEGER PRIMARY KEY, market INTEGER NOT NULL REFERENCES market, start INTEGER NOT NULL, seconds INTEGER NOT NULL,
  first_time INTEGER NOT NULL, last_time INTEGER NOT NULL, data BLOB NOT NULL, UNIQUE (market, start),
  CHECK (start % 60000 = 0 AND first_time >= start AND last_time < start + 60000));`,
  },
  {
    // What was written, so that whoever made something of it can tell; the oldest are forgotten.
    id: 'market-book-002',
    sql: `
CREATE TABLE book_change (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, market INTEGER NOT NULL REFERENCES market, from_time INTEGER NOT NULL);`,
  },
  {
    // A market that was taken out is listed again once it has a book.
    id: 'market-book-003',
    sql: `
CREATE TRIGGER book_remembered AFTER INSERT ON book_block BEGIN
  UPDATE market SET forgotten_at = NULL WHERE id = NEW.market AND forgotten_at IS NOT NULL;
END;`,
  },
  {
    // Seconds [from_time, to_time) that an import brought, or found there the same.
    id: 'market-book-004',
    sql: `
CREATE TABLE book_import_span (
  import INTEGER NOT NULL, market INTEGER NOT NULL REFERENCES market, from_time INTEGER NOT NULL, to_time INTEGER NOT NULL,
  brought INTEGER NOT NULL CHECK (brought IN (0, 1)), CHECK (from_time < to_time));
CREATE INDEX book_import_span_import ON book_import_span (import);
CREATE INDEX book_import_span_market ON book_import_span (market, from_time);`,
  },
]
