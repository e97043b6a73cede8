// Tables of live inference: sessions, every signal they gave, and every call with its outcome.
import type { Generated } from 'kysely'
import type { CallOutcome, CallVerdict } from '../contract/live-calls.ts'
import type { Migration } from '../core/database.ts'
import type { Intent } from '../signals/paper-account.ts'
import type { Action } from '../signals/signal.ts'

/** Times are UTC ms; `figures`, `warnings`, `position`, `barriers` and `memory` JSON. */
export interface SessionTable {
  id: string
  model: string
  checkpoint: string
  symbol: string
  venue: string
  confidence_n: number
  started_at: number
  stopped_at: number | null
  stop_reason: string | null
  missed_seconds: Generated<number>
  /** Its signals so far, and those of them that opened a call. */
  signal_count: Generated<number>
  call_count: Generated<number>
  /** Of a stopped session: what its signals came to. */
  figures: string | null
  pattern: string | null
  warnings: Generated<string>
  /** The paper position as of the last signal; null for models that keep none. */
  position: string | null
  /** Seconds that were compared with the store, and those of them that it tells otherwise. */
  checked_seconds: Generated<number>
  mismatched_seconds: Generated<number>
  /** What its calls are measured by, fixed when it began; null where nothing was marked then. */
  barriers: string | null
  /** Oddness past which it abstains; null where that is not known, or never. */
  unlike_past: number | null
  /** 1 where the next server takes it up again. */
  resumes: Generated<0 | 1>
  /** What it goes on from: as of the last signal of one that resumes, else null. */
  memory: string | null
  /** Id of the session of all patterns that it answers one of; null for all others. */
  part_of: string | null
}

/** Where no server was there to answer a session: the seconds from `began_at` on, before `ended_at`; UTC ms. */
export interface GapTable {
  session: string
  began_at: number
  ended_at: number
}

/** Times are UTC ms. */
export interface CallTable {
  id: string
  session: string
  action: 'BUY' | 'SELL'
  opened_at: number
  closed_at: number | null
  /** Until when what its second saw was known, by the source's clock; null in replay, where all is. */
  seen_at: number | null
  price: number
  score: number
  buy: number
  sell: number
  hold: number
  rule_on: number
  rule_off: number
  confidence: number | null
  confidence_n: number
  confidence_low: number | null
  confidence_high: number | null
  outcome: Generated<CallOutcome>
  outcome_pct: number | null
  outcome_at: number | null
  verdict: CallVerdict | null
  /** Made by the verdict. */
  annotation: string | null
}

/** One a second and session; times are UTC ms. */
export interface SignalTable {
  id: Generated<number>
  session: string
  /** The as-of second. */
  timestamp: number
  emitted_at: number
  action: Action
  buy: number | null
  sell: number | null
  hold: number | null
  confidence: number | null
  confidence_n: number
  confidence_low: number | null
  confidence_high: number | null
  price: number | null
  latency_ms: number
  call_id: string | null
  call_opens: 0 | 1
  reason: string | null
  intent: Intent | null
  /** How unlike what its checkpoint learnt from; null where that is not known. */
  oddness: number | null
}

/** A second that the store tells otherwise than it was seen; `live` and `stored` are JSON. */
export interface MismatchTable {
  id: Generated<number>
  session: string
  /** As-of, UTC ms. */
  second: number
  place: string
  live: string
  stored: string
}

export interface InferenceTables {
  inference_session: SessionTable
  signal: SignalTable
  call: CallTable
  live_mismatch: MismatchTable
  inference_gap: GapTable
}

export const inferenceMigrations: readonly Migration[] = [
  {
    id: 'inference-001',
    sql: `
      CREATE TABLE inference_session (
        id TEXT PRIMARY KEY,
        model TEXT NOT NULL,
        checkpoint TEXT NOT NULL,
        symbol TEXT NOT NULL,
        venue TEXT NOT NULL,
        confidence_n INTEGER NOT NULL,
        started_at INTEGER NOT NULL,
        stopped_at INTEGER,
        stop_reason TEXT,
        missed_seconds INTEGER NOT NULL DEFAULT 0
      );
      CREATE TABLE signal (
        id INTEGER PRIMARY KEY,
        session TEXT NOT NULL REFERENCES inference_session (id),
        timestamp INTEGER NOT NULL,
        emitted_at INTEGER NOT NULL,
        action TEXT NOT NULL,
        buy REAL, sell REAL, hold REAL,
        confidence REAL, confidence_n INTEGER NOT NULL, confidence_low REAL, confidence_high REAL,
        price REAL,
        latency_ms REAL NOT NULL,
        call_id TEXT,
        call_opens INTEGER NOT NULL,
        reason TEXT
      );
      CREATE UNIQUE INDEX signal_by_second ON signal (session, timestamp);
      CREATE INDEX signal_by_latency ON signal (session, latency_ms);
      CREATE INDEX signal_opening ON signal (session, id) WHERE call_opens = 1;
    `,
  },
  {
    id: 'inference-002',
    // JSON of a stopped session's figures, so that a long list needs no counting of signals.
    sql: 'ALTER TABLE inference_session ADD COLUMN figures TEXT',
  },
  {
    id: 'inference-003',
    // `warnings` is JSON.
    sql: `
      ALTER TABLE inference_session ADD COLUMN pattern TEXT;
      ALTER TABLE inference_session ADD COLUMN warnings TEXT NOT NULL DEFAULT '[]';
    `,
  },
  {
    id: 'inference-004',
    // `position` is JSON: the paper position as of the last signal. Both are null for models that keep none.
    sql: `
      ALTER TABLE inference_session ADD COLUMN position TEXT;
      ALTER TABLE signal ADD COLUMN intent TEXT;
    `,
  },
  {
    id: 'inference-005',
    // So that a page of a session's signals costs a page, and its figures no counting.
    sql: `
      CREATE INDEX signal_of_session ON signal (session, id);
      ALTER TABLE inference_session ADD COLUMN signal_count INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE inference_session ADD COLUMN call_count INTEGER NOT NULL DEFAULT 0;
      UPDATE inference_session SET
        signal_count = (SELECT count(*) FROM signal WHERE session = inference_session.id),
        call_count = (SELECT count(*) FROM signal WHERE session = inference_session.id AND call_opens = 1);
    `,
  },
  {
    id: 'inference-006',
    // So that a page of sessions costs a page, and those that run are found among any number that do not.
    sql: `
      CREATE INDEX inference_session_started ON inference_session (started_at);
      CREATE INDEX inference_session_running ON inference_session (started_at) WHERE stopped_at IS NULL;
    `,
    postgres: 'ALTER TABLE inference_session ADD COLUMN rowid BIGINT GENERATED ALWAYS AS IDENTITY',
  },
  {
    id: 'inference-007',
    sql: `
      ALTER TABLE inference_session ADD COLUMN barriers TEXT;
      CREATE TABLE call (
        id TEXT PRIMARY KEY,
        session TEXT NOT NULL REFERENCES inference_session (id),
        action TEXT NOT NULL CHECK (action IN ('BUY', 'SELL')),
        opened_at INTEGER NOT NULL,
        closed_at INTEGER,
        seen_at INTEGER,
        price REAL NOT NULL,
        score REAL NOT NULL,
        buy REAL NOT NULL, sell REAL NOT NULL, hold REAL NOT NULL,
        rule_on REAL NOT NULL, rule_off REAL NOT NULL,
        confidence REAL, confidence_n INTEGER NOT NULL, confidence_low REAL, confidence_high REAL,
        outcome TEXT NOT NULL DEFAULT 'open' CHECK (outcome IN ('open', 'right', 'wrong', 'expired')),
        outcome_pct REAL,
        outcome_at INTEGER,
        verdict TEXT CHECK (verdict IN ('hold', 'right', 'other_side')),
        annotation TEXT
      );
      CREATE INDEX call_by_time ON call (opened_at);
      CREATE INDEX call_of_session ON call (session, outcome);
      CREATE INDEX call_undecided ON call (id) WHERE outcome = 'open';
      CREATE INDEX call_lasting ON call (session) WHERE closed_at IS NULL;
    `,
  },
  {
    id: 'inference-checks-001',
    sql: `
      ALTER TABLE inference_session ADD COLUMN checked_seconds INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE inference_session ADD COLUMN mismatched_seconds INTEGER NOT NULL DEFAULT 0;
      CREATE TABLE live_mismatch (
        id INTEGER PRIMARY KEY,
        session TEXT NOT NULL REFERENCES inference_session (id),
        second INTEGER NOT NULL,
        place TEXT NOT NULL,
        live TEXT NOT NULL,
        stored TEXT NOT NULL
      );
      CREATE INDEX live_mismatch_of_session ON live_mismatch (session, id);
    `,
  },
  {
    id: 'inference-lineage-001',
    // So that what went live with a checkpoint is found among any number of sessions.
    sql: 'CREATE INDEX inference_session_of_checkpoint ON inference_session (model, checkpoint, started_at)',
  },
  {
    id: 'inference-resume-001',
    // `memory` is JSON. Sessions of before keep none: they do not resume.
    sql: `
      ALTER TABLE inference_session ADD COLUMN resumes INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE inference_session ADD COLUMN memory TEXT;
      CREATE TABLE inference_gap (
        session TEXT NOT NULL REFERENCES inference_session (id),
        began_at INTEGER NOT NULL,
        ended_at INTEGER NOT NULL
      );
      CREATE UNIQUE INDEX inference_gap_of_session ON inference_gap (session, began_at);
    `,
  },
  {
    id: 'inference-oddness-001',
    sql: `
      ALTER TABLE signal ADD COLUMN oddness REAL;
      ALTER TABLE inference_session ADD COLUMN unlike_past REAL;
    `,
  },
  {
    id: 'inference-all-patterns-001',
    sql: `
      ALTER TABLE inference_session ADD COLUMN part_of TEXT;
      CREATE INDEX inference_session_part ON inference_session (part_of) WHERE part_of IS NOT NULL;
    `,
  },
]
