// What the trader says of a call becomes a rejected HOLD or an annotation; another verdict takes the one before back.
import { directionOf, otherDirection } from '../contract/direction.ts'
import type { AnnotationOut } from '../contract/annotations.ts'
import type { CallVerdict, CallVerdictOut } from '../contract/live-calls.ts'
import { AppError } from '../core/errors.ts'
import { SECOND, epochMs, toIso, type EpochMs } from '../core/time.ts'
import { Turns } from '../core/turns.ts'
import type { CallRow } from '../inference/call-store.ts'
import type { App } from './app.ts'
import { withMatches } from './call-matches.ts'

/** Where neither outcome nor barriers say how long the trade is held. */
const HELD = 60 * SECOND

export class CallVerdicts {
  readonly #app: App
  readonly #turns = new Turns()

  constructor(app: App) {
    this.#app = app
  }

  /** @throws AppError 404 `unknown_call`; 409 `call_too_new` where nothing is known after its second yet; 422 `not_enough_candles` */
  async judge(id: string, verdict: CallVerdict | null): Promise<CallVerdictOut> {
    return this.#turns.run(id, async () => {
      const row = await this.#app.inference.record.call(id)
      const standing = await this.#annotationOf(row)
      const isSame = verdict === row.verdict && (row.annotation === null || standing !== null)
      if (isSame) return this.#answer(row, verdict, standing)
      const annotation =
        verdict === 'right' || verdict === 'other_side' ? await this.#mark(row, verdict) : null
      await this.#hold(row, verdict)
      if (standing !== null) await this.#app.annotations.remove(standing.id)
      return this.#answer(row, verdict, annotation)
    })
  }

  async #answer(
    { id }: CallRow,
    verdict: CallVerdict | null,
    annotation: AnnotationOut | null,
  ): Promise<CallVerdictOut> {
    const judged = await this.#app.inference.record.judge(id, verdict, annotation?.id ?? null)
    const [call = judged] = await withMatches(this.#app, [judged])
    return { ...call, annotation }
  }

  /** That of the verdict before; null where it made none, or the trader deleted it. */
  async #annotationOf({ annotation }: CallRow): Promise<AnnotationOut | null> {
    if (annotation === null) return null
    return this.#app.annotations.get(annotation).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'unknown_annotation') return null
      throw error
    })
  }

  async #hold(row: CallRow, verdict: CallVerdict | null): Promise<void> {
    const { rejectedHolds, bus } = this.#app
    const market = { venue: row.venue, symbol: row.symbol }
    const proposal = { origin: 'call', reference: row.id } as const
    if (verdict === 'hold') await rejectedHolds.add({ ...proposal, market, at: epochMs(row.opened_at) })
    else if (row.verdict === 'hold') await rejectedHolds.remove(proposal)
    else return
    // What is HOLD of the market changed, as by a reviewed span.
    bus.emit('reviewed_spans', market)
  }

  async #mark(row: CallRow, verdict: 'right' | 'other_side'): Promise<AnnotationOut> {
    const { annotations, provider } = this.#app
    const market = { venue: row.venue, symbol: row.symbol }
    const known = provider.statusOf(market) === null ? null : provider.asOf(market)
    const exit = await this.#exit(row, known)
    const called = directionOf(row.action)
    return annotations.create(
      {
        symbol: row.symbol,
        direction: verdict === 'right' ? called : otherDirection(called),
        entry: { timestamp: row.opened_at, price: row.price },
        exit,
        ...(row.pattern === null ? {} : { tags: [row.pattern] }),
        provenance: { mode: 'proposal', visible_until: known === null ? null : toIso(known) },
      },
      market,
    )
  }

  /** Where it ended so far: the trader places it. */
  async #exit(row: CallRow, known: EpochMs | null): Promise<{ timestamp: number; price: number }> {
    const market = { venue: row.venue, symbol: row.symbol }
    const { barriers } = await this.#app.inference.get(row.session)
    const held = barriers === null ? HELD : barriers.seconds * SECOND
    const to = epochMs(Math.min(row.outcome_at ?? row.opened_at + held, known ?? Infinity))
    const { candles } = await this.#app.reader.candles({
      market,
      timeframe: '1s',
      from: epochMs(row.opened_at),
      to,
      limit: held / SECOND + 1,
      asOf: to,
      forming: false,
    })
    const last = candles.at(-1)
    if (last === undefined) throw tooNew(row)
    return { timestamp: last.openTime + SECOND, price: last.close }
  }
}

function tooNew({ opened_at }: CallRow): AppError {
  return new AppError(
    'call_too_new',
    `Nothing is known yet of the market after ${toIso(epochMs(opened_at))}, so no exit can be placed. Say it again in a second.`,
    { status: 409 },
  )
}
