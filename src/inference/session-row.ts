// A session as a row, and a row as the session that is told, or gone on with.
import type { Insertable, Selectable } from 'kysely'
import type { PaperPosition, SessionOut } from '../contract/inference.ts'
import { epochMs, toIso, type EpochMs } from '../core/time.ts'
import type { Market } from '../market/types.ts'
import type { Barriers } from '../signals/barriers.ts'
import type { OutcomeCounts } from './call-store.ts'
import type { Figures } from './figures.ts'
import type { SessionTable } from './schema.ts'
import type { SessionMemory } from './session.ts'

export interface NewSession {
  readonly id: string
  readonly model: string
  readonly checkpoint: string
  readonly market: Market
  readonly confidenceN: number
  readonly pattern: string | null
  readonly barriers: Barriers | null
  /** Oddness past which it abstains; null where that is not known, or never. */
  readonly unlikePast: number | null
  readonly warnings: readonly string[]
  readonly startedAt: EpochMs
  /** Whether the next server takes it up again. */
  readonly resumes: boolean
  /** The session of all patterns that it answers one of; null for all others. */
  readonly partOf: string | null
}

/** A session that runs by the database, as another process left it. */
export interface LeftSession extends Pick<
  NewSession,
  'id' | 'model' | 'checkpoint' | 'market' | 'confidenceN' | 'pattern' | 'barriers' | 'resumes' | 'partOf'
> {
  /** As of its last signal; null where it gave none. */
  readonly memory: SessionMemory | null
  /** Of a session of all patterns alone: those that answered for one when it was left. */
  readonly parts: readonly LeftSession[]
}

export function newRow(session: NewSession): Insertable<SessionTable> {
  const { id, model, checkpoint, market, confidenceN, pattern, barriers, warnings, startedAt, resumes } =
    session
  const { unlikePast, partOf } = session
  return {
    id,
    model,
    checkpoint,
    symbol: market.symbol,
    venue: market.venue,
    confidence_n: confidenceN,
    pattern,
    barriers: barriers === null ? null : JSON.stringify(barriers),
    unlike_past: unlikePast,
    warnings: JSON.stringify(warnings),
    started_at: startedAt,
    resumes: resumes ? 1 : 0,
    part_of: partOf,
  }
}

/** Those that stand by themselves, each with its parts. */
export function leftSessions(rows: readonly Selectable<SessionTable>[]): LeftSession[] {
  const all = rows.map(leftSession)
  const ids = new Set(all.map(({ id }) => id))
  const wholes = all.filter(({ partOf }) => partOf === null || !ids.has(partOf))
  return wholes.map((whole) => ({ ...whole, parts: all.filter(({ partOf }) => partOf === whole.id) }))
}

function leftSession(row: Selectable<SessionTable>): LeftSession {
  const { id, model, checkpoint, symbol, venue, pattern, barriers, memory } = row
  return {
    id,
    model,
    checkpoint,
    market: { symbol, venue },
    confidenceN: row.confidence_n,
    pattern,
    partOf: row.part_of,
    barriers: barriers === null ? null : (JSON.parse(barriers) as Barriers),
    resumes: row.resumes === 1,
    memory: memory === null ? null : (JSON.parse(memory) as SessionMemory),
    parts: [],
  }
}

/** What of a session its row says, and its calls. */
export function sessionOut(
  row: Selectable<SessionTable>,
  outcomes: OutcomeCounts,
): Omit<SessionOut, keyof Figures | 'gaps'> {
  return {
    id: row.id,
    model: row.model,
    checkpoint: row.checkpoint,
    symbol: row.symbol,
    venue: row.venue,
    state: row.stopped_at === null ? 'running' : 'stopped',
    stop_reason: row.stop_reason,
    started_at: toIso(epochMs(row.started_at)),
    stopped_at: row.stopped_at === null ? null : toIso(epochMs(row.stopped_at)),
    missed_seconds: row.missed_seconds,
    checked_seconds: row.checked_seconds,
    mismatched_seconds: row.mismatched_seconds,
    accuracy: null,
    confidence_n: row.confidence_n,
    pattern: row.pattern,
    ...(row.unlike_past === null ? {} : { unlike_past: row.unlike_past }),
    warnings: JSON.parse(row.warnings) as string[],
    ...(row.position === null ? {} : { position: JSON.parse(row.position) as PaperPosition }),
    barriers: row.barriers === null ? null : (JSON.parse(row.barriers) as Barriers),
    outcomes,
    ...(row.part_of === null ? {} : { part_of: row.part_of }),
  }
}
