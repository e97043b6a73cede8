// Sessions and signals in the database, and the figures of a session computed from its signals.
import type { PaperPosition, SessionOut, SignalOut, SignalsQuery } from '../contract/inference.ts'
import { inTransaction, type Sqlite } from '../core/database.ts'
import { SECOND, epochMs, toIso, type EpochMs } from '../core/time.ts'
import type { Market } from '../market/types.ts'
import type { LiveSignal } from './session.ts'

export interface NewSession {
  readonly id: string
  readonly model: string
  readonly checkpoint: string
  readonly market: Market
  readonly confidenceN: number
  readonly pattern: string | null
  readonly warnings: readonly string[]
  readonly startedAt: EpochMs
}

interface SessionRow {
  id: string
  model: string
  checkpoint: string
  symbol: string
  venue: string
  confidence_n: number
  started_at: number
  stopped_at: number | null
  stop_reason: string | null
  missed_seconds: number
  figures: string | null
  pattern: string | null
  warnings: string
  position: string | null
}

/** What a session's signals come to. */
type Figures = Pick<SessionOut, 'signals' | 'calls' | 'latency_ms' | 'signals_per_minute'>

interface SignalRow {
  id: number
  session: string
  timestamp: number
  emitted_at: number
  symbol: string
  venue: string
  model: string
  checkpoint: string
  pattern: string | null
  action: SignalOut['action']
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
  intent: SignalOut['intent'] | null
}

const INSERT_SIGNAL = `
  INSERT INTO signal (session, timestamp, emitted_at, action, buy, sell, hold, confidence, confidence_n,
    confidence_low, confidence_high, price, latency_ms, call_id, call_opens, reason, intent)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

const SELECT_SIGNALS = `
  SELECT signal.*, inference_session.symbol, inference_session.venue, inference_session.model, inference_session.checkpoint,
    inference_session.pattern
  FROM signal JOIN inference_session ON inference_session.id = signal.session`

/** Signals a minute are counted over the last minute of a session's seconds. */
const RATE_WINDOW = 60 * SECOND

export class InferenceStore {
  readonly #sqlite: Sqlite

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite
  }

  open({ id, model, checkpoint, market, confidenceN, pattern, warnings, startedAt }: NewSession): void {
    this.#run(
      'INSERT INTO inference_session (id, model, checkpoint, symbol, venue, confidence_n, pattern, warnings, started_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      [
        id,
        model,
        checkpoint,
        market.symbol,
        market.venue,
        confidenceN,
        pattern,
        JSON.stringify(warnings),
        startedAt,
      ],
    )
  }

  close(id: string, reason: string, at: EpochMs): void {
    const sql =
      'UPDATE inference_session SET stopped_at = ?, stop_reason = ?, figures = ? WHERE id = ? AND stopped_at IS NULL'
    this.#run(sql, [at, reason, JSON.stringify(this.#figures(id)), id])
  }

  closeAll(reason: string, at: EpochMs): void {
    const running = this.#sqlite.prepare('SELECT id FROM inference_session WHERE stopped_at IS NULL').all()
    for (const { id } of running as { id: string }[]) this.close(id, reason, at)
  }

  /** Stores a signal and the seconds missed before it, together. */
  add(session: string, signal: LiveSignal, missed: number): SignalOut {
    const row = inTransaction(this.#sqlite, () => {
      const { lastInsertRowid } = this.#sqlite.prepare(INSERT_SIGNAL).run(...valuesOf(session, signal))
      if (missed > 0) this.#countMissed(session, missed)
      if (signal.position !== null) this.#keepPosition(session, signal.position)
      // `all`, as `get` of libsql adds a field of its own to the row.
      return this.#sqlite.prepare(`${SELECT_SIGNALS} WHERE signal.id = ?`).all(lastInsertRowid)[0]
    })
    return signalOut(row as SignalRow)
  }

  session(id: string): SessionOut | null {
    const row = this.#sqlite.prepare('SELECT * FROM inference_session WHERE id = ?').get(id)
    return row === undefined ? null : this.#sessionOut(row as SessionRow)
  }

  /** Newest first. */
  sessions(): SessionOut[] {
    const rows = this.#sqlite
      .prepare('SELECT * FROM inference_session ORDER BY started_at DESC, rowid DESC')
      .all()
    return (rows as SessionRow[]).map((row) => this.#sessionOut(row))
  }

  /** Newest first, by emission. */
  signals({ session, model, symbol, venue, calls, limit = 50 }: SignalsQuery): SignalOut[] {
    const wanted = {
      'signal.session': session,
      model,
      symbol,
      venue,
      call_opens: calls === true ? 1 : undefined,
    }
    const given = Object.entries(wanted).filter((entry) => entry[1] !== undefined)
    const where = given.length === 0 ? '' : `WHERE ${given.map(([column]) => `${column} = ?`).join(' AND ')}`
    const sql = `${SELECT_SIGNALS} ${where} ORDER BY signal.id DESC LIMIT ?`
    const rows = this.#sqlite.prepare(sql).all(...given.map((entry) => entry[1]), limit)
    return (rows as SignalRow[]).map(signalOut)
  }

  counts(): { active: number; signals: number } {
    const active = this.#number('SELECT count(*) FROM inference_session WHERE stopped_at IS NULL')
    // Signals are never deleted: the newest number is their count, without reading them all.
    return { active, signals: this.#number('SELECT coalesce(max(id), 0) FROM signal') }
  }

  #sessionOut(row: SessionRow): SessionOut {
    const figures = row.figures === null ? this.#figures(row.id) : (JSON.parse(row.figures) as Figures)
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
      accuracy: null,
      confidence_n: row.confidence_n,
      pattern: row.pattern,
      warnings: JSON.parse(row.warnings) as string[],
      ...(row.position === null ? {} : { position: JSON.parse(row.position) as PaperPosition }),
      ...figures,
    }
  }

  #figures(session: string): Figures {
    const signals = this.#number('SELECT count(*) FROM signal WHERE session = ?', session)
    return {
      signals,
      calls: this.#number('SELECT count(*) FROM signal WHERE session = ? AND call_opens = 1', session),
      latency_ms: { p50: this.#latency(session, signals, 0.5), p99: this.#latency(session, signals, 0.99) },
      signals_per_minute: this.#rate(session),
    }
  }

  /** Nearest rank: the smallest latency that at least `share` of the signals do not exceed. */
  #latency(session: string, signals: number, share: number): number | null {
    if (signals === 0) return null
    const sql = 'SELECT latency_ms FROM signal WHERE session = ? ORDER BY latency_ms LIMIT 1 OFFSET ?'
    return this.#number(sql, session, Math.ceil(signals * share) - 1)
  }

  #rate(session: string): number | null {
    const ends = this.#sqlite
      .prepare('SELECT min(timestamp) AS first, max(timestamp) AS last FROM signal WHERE session = ?')
      .get(session) as { first: number | null; last: number | null }
    if (ends.first === null || ends.last === null) return null
    const from = Math.max(ends.first, ends.last - RATE_WINDOW + SECOND)
    const sql = 'SELECT count(*) FROM signal WHERE session = ? AND timestamp >= ?'
    return (this.#number(sql, session, from) * 60 * SECOND) / (ends.last - from + SECOND)
  }

  #countMissed(session: string, missed: number): void {
    this.#run('UPDATE inference_session SET missed_seconds = missed_seconds + ? WHERE id = ?', [
      missed,
      session,
    ])
  }

  #keepPosition(session: string, position: PaperPosition): void {
    this.#run('UPDATE inference_session SET position = ? WHERE id = ?', [JSON.stringify(position), session])
  }

  #run(sql: string, values: unknown[]): void {
    this.#sqlite.prepare(sql).run(...values)
  }

  #number(sql: string, ...values: unknown[]): number {
    const row = this.#sqlite.prepare(sql).get(...values) as Record<string, number>
    return Object.values(row)[0]!
  }
}

function valuesOf(session: string, signal: LiveSignal): unknown[] {
  const { scores, confidence } = signal
  const [low, high] = confidence.interval ?? [null, null]
  return [
    session,
    signal.timestamp,
    signal.emittedAt,
    signal.action,
    scores?.BUY ?? null,
    scores?.SELL ?? null,
    scores?.HOLD ?? null,
    confidence.confidence,
    confidence.n,
    low,
    high,
    signal.price,
    signal.latencyMs,
    // The tracker numbers calls by second; the session makes them unique.
    signal.call === null ? null : `${session}/${signal.call.id}`,
    signal.opens ? 1 : 0,
    signal.reason,
    signal.intent,
  ]
}

function signalOut(row: SignalRow): SignalOut {
  const { buy, sell, hold, confidence_low: low, confidence_high: high, intent, ...rest } = row
  return {
    ...rest,
    timestamp: toIso(epochMs(row.timestamp)),
    emitted_at: toIso(epochMs(row.emitted_at)),
    scores: buy === null || sell === null || hold === null ? null : { BUY: buy, SELL: sell, HOLD: hold },
    confidence_interval: low === null || high === null ? null : [low, high],
    call_opens: row.call_opens === 1,
    ...(intent == null ? {} : { intent }),
  }
}
