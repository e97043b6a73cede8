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
]
