// Tables of alerts: where calls are sent, and every delivery until it is made or given up.
import type { DeliveryState, DeliveryType } from '../contract/alerts.ts'
import type { Migration } from '../core/database.ts'

/** Times are UTC ms; `filters` JSON. */
export interface AlertTable {
  id: string
  url: string
  secret: string
  filters: string
  outcomes: 0 | 1
  created_at: number
}

/** `content` is what is sent, as it is signed. */
export interface DeliveryTable {
  id: string
  alert: string
  type: DeliveryType
  call: string | null
  content: string
  state: DeliveryState
  attempts: number
  created_at: number
  next_attempt_at: number | null
  delivered_at: number | null
  error: string | null
}

export interface AlertTables {
  alert: AlertTable
  alert_delivery: DeliveryTable
}

export const alertMigrations: readonly Migration[] = [
  {
    id: 'alerts-001',
    sql: `
      CREATE TABLE alert (
        id TEXT PRIMARY KEY,
        url TEXT NOT NULL,
        secret TEXT NOT NULL,
        filters TEXT NOT NULL,
        outcomes INTEGER NOT NULL,
        created_at INTEGER NOT NULL
      );
      CREATE TABLE alert_delivery (
        id TEXT PRIMARY KEY,
        alert TEXT NOT NULL REFERENCES alert (id) ON DELETE CASCADE,
        type TEXT NOT NULL CHECK (type IN ('call', 'outcome', 'test')),
        call TEXT,
        content TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead')),
        attempts INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        next_attempt_at INTEGER,
        delivered_at INTEGER,
        error TEXT,
        UNIQUE (alert, type, call)
      );
      CREATE INDEX alert_delivery_due ON alert_delivery (next_attempt_at) WHERE state = 'waiting';
      CREATE INDEX alert_delivery_state ON alert_delivery (alert, state, created_at);
    `,
    postgres: 'ALTER TABLE alert_delivery ADD COLUMN rowid BIGINT GENERATED ALWAYS AS IDENTITY',
  },
]
