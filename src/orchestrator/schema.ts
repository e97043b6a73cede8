// The orchestrator's tables: every promotion there ever was, the last of a model being the one that holds, none ever rewritten; and what the
// trader calls checkpoints.
import type { Generated } from 'kysely'
import type { PromotionKind } from '../contract/promotions.ts'
import type { Migration } from '../core/database.ts'

export interface OrchestratorTables {
  promotion: PromotionTable
  /** `pattern`: '' of the model as a whole. */
  checkpoint_challenger: { model: string; pattern: string; version: string }
  checkpoint_note: { model: string; version: string; note: string }
  forward_entry: ForwardEntryTable
  /** One row: the last promotion that was made without a record. */
  forward_before: { promotion: number }
}

/** One entry of a forward record. `subject`: what it is about, once in a record; `entry`: canonical JSON; `hash`: hexadecimal. */
export interface ForwardEntryTable {
  model: string
  /** The promotion's number. */
  record: number
  place: number
  subject: string
  entry: string
  hash: string
}

export interface PromotionTable {
  number: Generated<number>
  model: string
  /** First tag of what it was trained on; '' of the model as a whole. */
  pattern: string
  version: string
  /** UTC ms; null where it was promoted before this was written down. */
  promoted_at: number | null
  kind: PromotionKind
  reason: string | null
}

export const orchestratorMigrations: readonly Migration[] = [
  {
    id: 'orchestrator-001',
    sql: 'CREATE TABLE promoted_checkpoint (model TEXT PRIMARY KEY, version TEXT NOT NULL) WITHOUT ROWID',
  },
  {
    id: 'orchestrator-002',
    sql: `CREATE TABLE promotion (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      model TEXT NOT NULL,
      version TEXT NOT NULL,
      promoted_at INTEGER,
      kind TEXT NOT NULL,
      reason TEXT
    );
    CREATE INDEX promotion_of_model ON promotion (model, number);
    INSERT INTO promotion (model, version, promoted_at, kind, reason)
      SELECT model, version, NULL, 'promote', NULL FROM promoted_checkpoint ORDER BY model;
    DROP TABLE promoted_checkpoint;
    CREATE TRIGGER promotion_kept BEFORE DELETE ON promotion BEGIN SELECT RAISE(ABORT, 'promotions are never deleted'); END;
    CREATE TRIGGER promotion_fixed BEFORE UPDATE ON promotion BEGIN SELECT RAISE(ABORT, 'promotions are never changed'); END`,
  },
  {
    id: 'orchestrator-003',
    sql: `
      CREATE TABLE checkpoint_challenger (model TEXT NOT NULL UNIQUE, version TEXT NOT NULL);
      CREATE TABLE checkpoint_note (model TEXT NOT NULL, version TEXT NOT NULL, note TEXT NOT NULL, UNIQUE (model, version));
    `,
  },
  {
    id: 'orchestrator-forward-001',
    sql: `
      CREATE TABLE forward_entry (
        model TEXT NOT NULL,
        record INTEGER NOT NULL,
        place INTEGER NOT NULL,
        subject TEXT NOT NULL,
        entry TEXT NOT NULL,
        hash TEXT NOT NULL
      );
      CREATE UNIQUE INDEX forward_entry_in_order ON forward_entry (model, record, place);
      CREATE INDEX forward_entry_first ON forward_entry (model, record) WHERE place = 0;
      CREATE UNIQUE INDEX forward_entry_once ON forward_entry (record, subject);
      CREATE TABLE forward_before (promotion INTEGER NOT NULL);
      INSERT INTO forward_before SELECT coalesce(max(number), 0) FROM promotion;
      CREATE TRIGGER forward_entry_kept BEFORE DELETE ON forward_entry BEGIN SELECT RAISE(ABORT, 'a forward record is never shortened'); END;
      CREATE TRIGGER forward_entry_fixed BEFORE UPDATE ON forward_entry BEGIN SELECT RAISE(ABORT, 'a forward record is never changed'); END;
    `,
  },
  {
    id: 'orchestrator-patterns-001',
    sql: `
      ALTER TABLE promotion ADD COLUMN pattern TEXT NOT NULL DEFAULT '';
      CREATE TABLE challenger_before (model TEXT NOT NULL, version TEXT NOT NULL);
      INSERT INTO challenger_before SELECT model, version FROM checkpoint_challenger;
      DROP TABLE checkpoint_challenger;
      CREATE TABLE checkpoint_challenger (model TEXT NOT NULL, pattern TEXT NOT NULL DEFAULT '', version TEXT NOT NULL, UNIQUE (model, pattern));
      INSERT INTO checkpoint_challenger (model, version) SELECT model, version FROM challenger_before;
      DROP TABLE challenger_before;
    `,
  },
]
