// What servers on one PostgreSQL hand each other: orders for the owner, and the events that it tells.
import type { Migration } from '../../core/database.ts'

/**
 * Of PostgreSQL alone. `asked` and `answer` are JSON; `token` is the owner's that took the order, null: none did. Instants are of PostgreSQL's clock, UTC ms.
 */
export const besideMigrations: readonly Migration[] = [
  {
    id: 'beside-001',
    sql: `
CREATE TABLE server_order (id TEXT PRIMARY KEY, operation TEXT NOT NULL, asked TEXT NOT NULL, made_at INTEGER NOT NULL, token INTEGER, answer TEXT, answered_at INTEGER);
CREATE TABLE server_event (id INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, symbol TEXT, venue TEXT, payload TEXT NOT NULL, told_at INTEGER NOT NULL);
CREATE INDEX server_event_told ON server_event (told_at);`,
  },
  {
    // Files of the owner that every machine has: of a unit (a checkpoint, the result of a run) `stamp` is the hash of the file that says what the others are, `changed` counts
    // what was put there, `at` is when it was made, UTC ms.
    id: 'beside-002',
    sql: `
CREATE TABLE shared_unit (unit TEXT PRIMARY KEY, stamp TEXT NOT NULL, changed INTEGER NOT NULL, at INTEGER NOT NULL);
CREATE INDEX shared_unit_changed ON shared_unit (changed);
CREATE TABLE shared_file (unit TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (unit, name));`,
  },
  {
    // Markets that are followed, each by the server that has its lease; `wanted_by`: the place of one that asks for it. An order is for whoever has the lease that it names;
    // an event was told by the server at `origin`.
    id: 'beside-003',
    sql: `
CREATE TABLE followed_market (venue TEXT NOT NULL, symbol TEXT NOT NULL, lease TEXT NOT NULL UNIQUE, wanted_by TEXT, PRIMARY KEY (venue, symbol));
ALTER TABLE server_order ADD COLUMN lease TEXT NOT NULL DEFAULT 'server';
ALTER TABLE server_event ADD COLUMN origin TEXT NOT NULL DEFAULT '';`,
  },
]
