// The markets' logs in PostgreSQL: a head for each market, and its entries in partitions by the day on which they were appended (as a hypertable: log-table.ts).
import type { Migration } from '../../core/database.ts'

/**
 * Of PostgreSQL alone. `number` counts a market's entries from 1 without gaps, in the head the last; `at`, UTC ms, never falls from one to the next; `token` is
 * the fence: whoever owns the market last has the greatest. Of an entry `token` and `seq` say who wrote it, and up to which number of its outbox; `operations`
 * how many rows are in `data` (payload.ts).
 */
export const marketLogMigrations: readonly Migration[] = [
  {
    id: 'market-log-001',
    sql: `
CREATE TABLE market_log_head (
  id INTEGER PRIMARY KEY AUTOINCREMENT, venue TEXT NOT NULL, symbol TEXT NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, token INTEGER NOT NULL,
  UNIQUE (venue, symbol));
CREATE TABLE market_log (
  market INTEGER NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, token INTEGER NOT NULL, seq INTEGER NOT NULL, operations INTEGER NOT NULL,
  format INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (market, number, at)) PARTITION BY RANGE (at);`,
  },
  {
    // What tells one set of logs from another: a file is at home in one.
    id: 'market-log-002',
    sql: 'CREATE TABLE market_logs (id TEXT PRIMARY KEY);',
    postgres: 'INSERT INTO market_logs VALUES (gen_random_uuid()::text);',
  },
]
