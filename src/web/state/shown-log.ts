// What was painted on the charts and is still to be told to the server: merged by timeframe, and told once. Pure.
import type { Timeframe } from './timeframes.ts'

/** [from, to), UTC ms. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

export interface Told extends Stretch {
  readonly timeframe: Timeframe
}

/** `goes on`: it was known up to somewhere in it, and only its end is new, as of a chart that time moves. */
type News = 'nothing' | 'goes on' | 'new'

/** Stretches told of one timeframe are forgotten beyond that: to tell them again does no harm. */
const MOST = 200

export class ShownLog {
  readonly #pending = new Map<Timeframe, Stretch[]>()
  readonly #told = new Map<Timeframe, Stretch[]>()

  note(timeframe: Timeframe, stretch: Stretch): News {
    if (!(stretch.from < stretch.to)) return 'nothing'
    const known = [this.#told, this.#pending].flatMap((log) => log.get(timeframe) ?? [])
    if (known.some((one) => one.from <= stretch.from && one.to >= stretch.to)) return 'nothing'
    this.#pending.set(timeframe, joined([...(this.#pending.get(timeframe) ?? []), stretch]))
    return known.some((one) => one.from <= stretch.from && one.to >= stretch.from) ? 'goes on' : 'new'
  }

  /** What is new, at most so many stretches of it, which count as told from now on. */
  take(most: number): Told[] {
    const all = [...this.#pending].flatMap(([timeframe, stretches]) =>
      stretches.map((stretch) => ({ ...stretch, timeframe })),
    )
    const taken = all.slice(0, most)
    this.#pending.clear()
    for (const { timeframe, from, to } of all.slice(most))
      this.#pending.set(timeframe, [...(this.#pending.get(timeframe) ?? []), { from, to }])
    for (const { timeframe, from, to } of taken) {
      const told = joined([...(this.#told.get(timeframe) ?? []), { from, to }])
      this.#told.set(timeframe, told.length > MOST ? [{ from, to }] : told)
    }
    return taken
  }

  /** It could not be told: all that was taken is new again. */
  putBack(taken: readonly Told[]): void {
    this.#told.clear()
    for (const { timeframe, from, to } of taken)
      this.#pending.set(timeframe, joined([...(this.#pending.get(timeframe) ?? []), { from, to }]))
  }

  /** Another market. */
  forget(): void {
    this.#pending.clear()
    this.#told.clear()
  }
}

function joined(stretches: readonly Stretch[]): Stretch[] {
  const out: Stretch[] = []
  for (const { from, to } of stretches.toSorted((a, b) => a.from - b.from)) {
    const last = out.at(-1)
    if (last !== undefined && from <= last.to)
      out[out.length - 1] = { from: last.from, to: Math.max(last.to, to) }
    else out.push({ from, to })
  }
  return out
}
