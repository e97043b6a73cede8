// The trader's marks: create, read, replace, delete, restore. Row and test case are durable before anything is answered.
import { randomUUID } from 'node:crypto'
import type { AnnotationBody, AnnotationOut, EntryCheck } from '../contract/annotations.ts'
import { at } from '../core/at.ts'
import type { Bus } from '../core/bus.ts'
import type { Clock } from '../core/clock.ts'
import type { Database } from '../core/database.ts'
import { unknownThing } from '../core/errors.ts'
import { epochMs, parseInstant, toIso, type EpochMs } from '../core/time.ts'
import type { Workspace } from '../core/workspace.ts'
import type { BookStore } from '../market/book/book-store.ts'
import type { MarketReader } from '../market/provider.ts'
import type { Market, TimeRange } from '../market/types.ts'
import { AnnotationStore, tagsOf, type AnnotationFilter } from './annotation-store.ts'
import { CaseBuilder } from './case-builder.ts'
import { holdingSeconds, provenanceOf, testCaseId, tradeOf } from './case-content.ts'
import { CaseFiles } from './case-files.ts'
import { markOf } from './mark.ts'
import { grossPct, netPct } from './profit.ts'
import type { Page, PageWanted } from './pages.ts'
import { rewardToRiskOf } from './plan.ts'
import type { AnnotationRow } from './schema.ts'
import { Turns } from '../core/turns.ts'
import { warningsOf } from './warnings.ts'

export interface AnnotationEvent {
  readonly type: 'created' | 'replaced' | 'deleted' | 'restored'
  readonly annotation: AnnotationOut
}

export interface AnnotationsParts {
  readonly database: Database
  readonly workspace: Workspace
  readonly reader: MarketReader
  /** Where the order books of cases come from; without it they get none. */
  readonly books?: BookStore
  /** Stamps `created_at` and `updated_at`. */
  readonly clock: Clock
  readonly feePctPerSide?: number
  readonly bus?: Bus<{ annotation: AnnotationEvent }>
}

/** A row that is written beside its case's file. */
interface Saving {
  readonly write: () => Promise<void>
  /** Where the file cannot be put in its place. */
  readonly takeBack: () => Promise<void>
  /** What is noted of it once both are durable. */
  readonly settled?: Partial<AnnotationRow>
}

/** Percent of what each side of a trade turns over. */
export const DEFAULT_FEE_PCT_PER_SIDE = 0.1

export class Annotations {
  readonly #parts: AnnotationsParts
  readonly #store: AnnotationStore
  readonly #files: CaseFiles
  readonly #builder: CaseBuilder
  readonly #turns = new Turns()

  constructor(parts: AnnotationsParts) {
    this.#parts = parts
    this.#store = new AnnotationStore(parts.database)
    this.#files = new CaseFiles(parts.workspace.testCases)
    this.#builder = new CaseBuilder(parts.reader, parts.books)
  }

  /**
   * Saves a mark and its test case.
   * @throws AppError `invalid_timestamp`, `invalid_exit`, `invalid_stop`, `invalid_target` (400), `not_enough_candles` (422, with what is available); nothing is saved then
   */
  async create(body: AnnotationBody, market: Market): Promise<AnnotationOut> {
    const now = this.#parts.clock.now()
    const { row, text } = await this.#builder.build({
      ...markOf(body, market),
      id: randomUUID(),
      fee_pct: this.#fee,
      ...provenanceIn(body, null),
      created_at: now,
      updated_at: now,
    })
    await this.#save(row.id, text, {
      write: () => this.#store.insert({ ...row, file_pending: 1 }),
      takeBack: () => this.#store.erase(row.id),
    })
    return this.#announce('created', row)
  }

  /**
   * Replaces a mark; its case is rewritten. What the body leaves out of `provenance`, stop and target stays as it was.
   * @throws AppError as `create`; 404 `unknown_annotation`
   */
  async replace(id: string, body: AnnotationBody, market: Market): Promise<AnnotationOut> {
    return this.#turns.run(id, async () => {
      const old = await this.#standing(id)
      const { row, text } = await this.#builder.build({
        ...markOf(body, market, old),
        id,
        fee_pct: this.#fee,
        ...provenanceIn(body, old),
        created_at: old.created_at,
        updated_at: this.#parts.clock.now(),
      })
      await this.#save(id, text, {
        write: () => this.#store.update(id, { ...row, file_pending: 1 }),
        takeBack: () => this.#store.update(id, old),
      })
      return this.#announce('replaced', row)
    })
  }

  /** Takes the mark and its case away; `restore` brings both back. @throws AppError 404 `unknown_annotation` */
  async remove(id: string): Promise<AnnotationOut> {
    return this.#turns.run(id, async () => {
      const old = await this.#standing(id)
      const gone = { deleted_at: this.#parts.clock.now(), removed_case: await this.#files.usableText(id) }
      await this.#store.update(id, { ...gone, file_pending: 1 })
      await this.#files.remove(id)
      await this.#settle(id)
      return this.#announce('deleted', { ...old, ...gone })
    })
  }

  /**
   * Undoes a delete; the case comes back byte for byte. One that was not deleted is answered as it stands.
   * @throws AppError 404 `unknown_annotation`
   */
  async restore(id: string): Promise<AnnotationOut> {
    return this.#turns.run(id, async () => {
      const old = await this.#existing(id)
      if (old.deleted_at === null) return this.#out(old)
      const row = { ...old, deleted_at: null, removed_case: null }
      const text = old.removed_case ?? (await this.#builder.build(row)).text
      await this.#save(id, text, {
        write: () => this.#store.update(id, { deleted_at: null, file_pending: 1 }),
        takeBack: () => this.#store.update(id, { deleted_at: old.deleted_at, file_pending: 0 }),
        settled: { removed_case: null },
      })
      return this.#announce('restored', row)
    })
  }

  /** @throws AppError 404 `unknown_annotation`, of a deleted one too */
  async get(id: string): Promise<AnnotationOut> {
    return this.#out(await this.#standing(id))
  }

  /** Ascending by entry time. */
  async list(filter: AnnotationFilter = {}): Promise<AnnotationOut[]> {
    return this.#outs(await this.#store.list(filter))
  }

  /** Those of `ids` that stand, in any order; as many as one page has at most. */
  async named(ids: readonly string[]): Promise<AnnotationOut[]> {
    return this.#outs(await this.#store.named(ids))
  }

  /** A page of the same list, from its end on. */
  async page(filter: AnnotationFilter, wanted: PageWanted): Promise<Page<AnnotationOut>> {
    const { rows, next } = await this.#store.page(filter, wanted)
    return { rows: await this.#outs(rows), next }
  }

  /** Those of `market` whose [entry, exit] shares an instant with `range`, ascending by entry time. */
  async touching(market: Market, range: TimeRange): Promise<AnnotationOut[]> {
    return this.#outs(await this.#store.touching(market, range))
  }

  /** [entry, exit] of the newest that stand of a market, newest first. */
  async newestHeld(market: Market, limit: number): Promise<TimeRange[]> {
    const rows = await this.#store.newestHeld(market, limit)
    return rows.map(({ entry_time: from, exit_time: to }) => ({ from: epochMs(from), to: epochMs(to) }))
  }

  /** How many stand. */
  async count(): Promise<number> {
    return this.#store.count()
  }

  /** The case's file is on the disk before the row is, and in its place after it: what is refused leaves neither behind. */
  async #save(id: string, text: string, { write, takeBack, settled }: Saving): Promise<void> {
    const staged = await this.#files.stage(id, text)
    await write().catch(async (error: unknown) => {
      await staged.discard()
      throw error
    })
    await staged.place().catch(async (error: unknown) => {
      await takeBack()
      throw error
    })
    await this.#settle(id, settled)
  }

  /** Row and case are durable by now: where this cannot be noted, the next start looks at the file once more, and all is well. */
  async #settle(id: string, patch: Partial<AnnotationRow> = {}): Promise<void> {
    await this.#store.update(id, { file_pending: 0, ...patch }).catch(() => undefined)
  }

  get #fee(): number {
    return this.#parts.feePctPerSide ?? DEFAULT_FEE_PCT_PER_SIDE
  }

  async #existing(id: string): Promise<AnnotationRow> {
    const row = await this.#store.find(id)
    if (row !== undefined) return row
    throw unknownThing('annotation', id, 'GET /api/annotations lists those there are.')
  }

  async #standing(id: string): Promise<AnnotationRow> {
    const row = await this.#existing(id)
    if (row.deleted_at === null) return row
    throw unknownThing('annotation', id, `It is deleted: POST /api/annotations/${id}/restore brings it back.`)
  }

  async #announce(type: AnnotationEvent['type'], row: AnnotationRow): Promise<AnnotationOut> {
    const annotation = await this.#out(row)
    this.#parts.bus?.emit('annotation', { type, annotation })
    return annotation
  }

  async #out(row: AnnotationRow): Promise<AnnotationOut> {
    return at(await this.#outs([row]), 0)
  }

  async #outs(rows: readonly AnnotationRow[]): Promise<AnnotationOut[]> {
    const overlapping = await this.#store.overlapping(rows.filter((row) => row.deleted_at === null))
    return rows.map((row) => annotationOut(row, warningsOf(row, overlapping.get(row.id) ?? [])))
  }
}

function annotationOut(row: AnnotationRow, warnings: string[]): AnnotationOut {
  return {
    id: row.id,
    test_case_id: testCaseId(row.id),
    symbol: row.symbol,
    venue: row.venue,
    direction: row.direction,
    entry: { timestamp: toIso(epochMs(row.entry_time)), price: row.entry_price },
    exit: { timestamp: toIso(epochMs(row.exit_time)), price: row.exit_price },
    stop_price: row.stop_price,
    target_price: row.target_price,
    reward_to_risk: rewardToRiskOf(row),
    notes: row.notes,
    tags: tagsOf(row),
    profit_loss_pct: grossPct(tradeOf(row)),
    net_profit_loss_pct: netPct(tradeOf(row), row.fee_pct),
    holding_period_seconds: holdingSeconds(row),
    entry_check: JSON.parse(row.entry_check) as EntryCheck,
    warnings,
    provenance: provenanceOf(row),
    created_at: toIso(epochMs(row.created_at)),
    updated_at: toIso(epochMs(row.updated_at)),
    deleted_at: row.deleted_at === null ? null : toIso(epochMs(row.deleted_at)),
  }
}

/** What the body says of where the mark came from; else what was known; else marked in hindsight. */
function provenanceIn(
  { provenance = {} }: AnnotationBody,
  old: AnnotationRow | null,
): Pick<AnnotationRow, 'mode' | 'visible_until' | 'seconds_spent' | 'annotator'> {
  const { mode, visible_until: until, seconds_spent: spent } = provenance
  return {
    mode: mode ?? old?.mode ?? 'hindsight',
    visible_until: until === undefined ? (old?.visible_until ?? null) : instantOrNull(until),
    seconds_spent: spent === undefined ? (old?.seconds_spent ?? null) : spent,
    annotator: provenance.annotator ?? old?.annotator ?? null,
  }
}

function instantOrNull(value: string | number | null): EpochMs | null {
  return value === null ? null : parseInstant(value, 'provenance.visible_until')
}
