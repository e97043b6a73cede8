// Tables of the annotation room: annotations, reviewed spans and rejected HOLDs; test cases themselves are files.
import type { Timeframe } from '../contract/timeframes.ts'
import type { Migration } from '../core/database.ts'

/** Times are UTC ms, prices quote units, `tags` and `entry_check` JSON. */
export interface AnnotationRow {
  id: string
  venue: string
  symbol: string
  direction: 'LONG' | 'SHORT'
  /** T, the as-of instant. */
  entry_time: number
  entry_price: number
  exit_time: number
  exit_price: number
  /** Where the trader would leave at a loss, and with the gain aimed at; null: not said. */
  stop_price: number | null
  target_price: number | null
  notes: string
  tags: string
  /** Fee of each side in percent, as it stood when the annotation was saved. */
  fee_pct: number
  entry_check: string
  /** Worst share of missing candles among the case's timeframes, percent. */
  gap_share_pct: number
  mode: 'hindsight' | 'replay' | 'live' | 'proposal'
  visible_until: number | null
  seconds_spent: number | null
  /** Who made it, where an imported file says so. */
  annotator: string | null
  created_at: number
  updated_at: number
  deleted_at: number | null
  /** 1 while the test-case file may not match this row yet: a crash then leaves work for `repair`. */
  file_pending: 0 | 1
  /** Text of the test-case file of a deleted annotation, so that undoing the delete brings back the same bytes. */
  removed_case: string | null
}

export interface ReviewedSpanRow {
  id: string
  venue: string
  symbol: string
  from_time: number
  to_time: number
  created_at: number
}

/** A proposal that the trader rejected; once each. */
export interface RejectedHoldRow {
  id: string
  venue: string
  symbol: string
  /** The as-of second. */
  at: number
  origin: 'call' | 'suggestion'
  reference: string
  created_at: number
}

/** What is known of a test case without making its market state anew. */
export interface CaseStateRow {
  annotation_id: string
  /** Of the file as it was last read: its time and size; other than the file's own, it is read again. */
  stamp: string
  /** `TestCaseState` as JSON, of the file alone. */
  state: string
  /** What today's data would make otherwise, in words; null: nothing. */
  revision: string | null
  /** 1: market data before the entry changed since they were compared with the file. */
  due: 0 | 1
}

/** One answer to a suggestion. */
export interface SuggestionAnswerRow {
  id: string
  venue: string
  symbol: string
  at: number
  answer: 'accept' | 'hold' | 'other_side' | 'skip'
  created_at: number
}

/** One answer to a moment that was shown blind a second time. */
export interface SecondLookRow {
  id: string
  venue: string
  symbol: string
  at: number
  /** What stood there then. */
  label: 'LONG' | 'SHORT' | 'HOLD'
  annotation_id: string | null
  answer: 'LONG' | 'SHORT' | 'HOLD'
  seconds_spent: number | null
  created_at: number
}

/** One row: how far the market's changes have been read. */
export interface CaseWatchRow {
  id: 0
  candles: number
  books: number
}

/** A stretch of a market that was on a screen in candles of one timeframe: [from, to), apart from the others of its kind. */
export interface ShownStretchRow {
  venue: string
  symbol: string
  timeframe: Timeframe
  from_time: number
  to_time: number
}

/** How far was shown when an entry was chosen: `ShownAfter` as JSON. Kept for a day. */
export interface EntrySightRow {
  venue: string
  symbol: string
  entry_time: number
  shown: string
  created_at: number
}

export interface AnnotationTables {
  shown_stretch: ShownStretchRow
  entry_sight: EntrySightRow
  case_state: CaseStateRow
  case_watch: CaseWatchRow
  annotation: AnnotationRow
  reviewed_span: ReviewedSpanRow
  rejected_hold: RejectedHoldRow
  suggestion_answer: SuggestionAnswerRow
  second_look: SecondLookRow
}

export const annotationMigrations: Migration[] = [
  {
    id: 'annotation-001',
    sql: `
      CREATE TABLE annotation (
        id TEXT PRIMARY KEY,
        venue TEXT NOT NULL,
        symbol TEXT NOT NULL,
        direction TEXT NOT NULL CHECK (direction IN ('LONG', 'SHORT')),
        entry_time INTEGER NOT NULL,
        entry_price REAL NOT NULL,
        exit_time INTEGER NOT NULL,
        exit_price REAL NOT NULL,
        notes TEXT NOT NULL,
        tags TEXT NOT NULL,
        fee_pct REAL NOT NULL,
        entry_check TEXT NOT NULL,
        gap_share_pct REAL NOT NULL,
        mode TEXT NOT NULL,
        visible_until INTEGER,
        seconds_spent REAL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        deleted_at INTEGER,
        file_pending INTEGER NOT NULL,
        removed_case TEXT
      );
      CREATE INDEX annotation_entry ON annotation (venue, symbol, entry_time);
      CREATE TABLE reviewed_span (
        id TEXT PRIMARY KEY,
        venue TEXT NOT NULL,
        symbol TEXT NOT NULL,
        from_time INTEGER NOT NULL,
        to_time INTEGER NOT NULL,
        created_at INTEGER NOT NULL
      );
      CREATE INDEX reviewed_span_from ON reviewed_span (venue, symbol, from_time);
    `,
  },
  {
    id: 'annotation-002',
    sql: `
      CREATE TABLE case_state (
        annotation_id TEXT PRIMARY KEY,
        stamp TEXT NOT NULL,
        state TEXT NOT NULL,
        revision TEXT,
        due INTEGER NOT NULL
      );
      CREATE INDEX case_state_due ON case_state (annotation_id) WHERE due = 1;
      CREATE TABLE case_watch (id INTEGER PRIMARY KEY CHECK (id = 0), candles INTEGER NOT NULL, books INTEGER NOT NULL);
      INSERT INTO case_watch (id, candles, books) VALUES (0, 0, 0);
    `,
  },
  { id: 'annotation-003', sql: 'ALTER TABLE annotation ADD COLUMN annotator TEXT' },
  {
    id: 'annotation-004',
    sql: `
      CREATE TABLE rejected_hold (
        id TEXT PRIMARY KEY,
        venue TEXT NOT NULL,
        symbol TEXT NOT NULL,
        at INTEGER NOT NULL,
        origin TEXT NOT NULL CHECK (origin IN ('call', 'suggestion')),
        reference TEXT NOT NULL,
        created_at INTEGER NOT NULL
      );
      CREATE UNIQUE INDEX rejected_hold_once ON rejected_hold (origin, reference);
      CREATE INDEX rejected_hold_at ON rejected_hold (venue, symbol, at);
    `,
  },
  // What overlaps a mark is looked for no further back than the longest is held.
  {
    id: 'annotation-005',
    sql: `CREATE INDEX annotation_holding ON annotation (venue, symbol, exit_time - entry_time) WHERE deleted_at IS NULL`,
  },
  {
    id: 'annotation-006',
    sql: `
      CREATE TABLE suggestion_answer (
        id TEXT PRIMARY KEY,
        venue TEXT NOT NULL,
        symbol TEXT NOT NULL,
        at INTEGER NOT NULL,
        answer TEXT NOT NULL CHECK (answer IN ('accept', 'hold', 'other_side', 'skip')),
        created_at INTEGER NOT NULL
      );
      CREATE INDEX suggestion_answer_at ON suggestion_answer (venue, symbol, at);
    `,
  },
  // Spans around an instant are looked for no further back than the longest lasts.
  {
    id: 'annotation-007',
    sql: `CREATE INDEX reviewed_span_length ON reviewed_span (venue, symbol, to_time - from_time)`,
  },
  {
    id: 'annotation-008',
    sql: `
      CREATE TABLE shown_stretch (
        venue TEXT NOT NULL,
        symbol TEXT NOT NULL,
        timeframe TEXT NOT NULL,
        from_time INTEGER NOT NULL,
        to_time INTEGER NOT NULL,
        PRIMARY KEY (venue, symbol, timeframe, from_time)
      ) WITHOUT ROWID;
      CREATE TABLE entry_sight (
        venue TEXT NOT NULL,
        symbol TEXT NOT NULL,
        entry_time INTEGER NOT NULL,
        shown TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        PRIMARY KEY (venue, symbol, entry_time)
      ) WITHOUT ROWID;
      CREATE INDEX entry_sight_made ON entry_sight (created_at);
    `,
  },
  {
    id: 'annotation-009',
    sql: `
      ALTER TABLE annotation ADD COLUMN stop_price REAL;
      ALTER TABLE annotation ADD COLUMN target_price REAL;
    `,
  },
  {
    id: 'annotation-010',
    sql: `
      CREATE TABLE second_look (
        id TEXT PRIMARY KEY,
        venue TEXT NOT NULL,
        symbol TEXT NOT NULL,
        at INTEGER NOT NULL,
        label TEXT NOT NULL CHECK (label IN ('LONG', 'SHORT', 'HOLD')),
        annotation_id TEXT,
        answer TEXT NOT NULL CHECK (answer IN ('LONG', 'SHORT', 'HOLD')),
        seconds_spent REAL,
        created_at INTEGER NOT NULL
      );
      CREATE INDEX second_look_made ON second_look (venue, symbol, created_at);
    `,
  },
]
