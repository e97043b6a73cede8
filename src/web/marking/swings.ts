// Swings of the price: from where it turned to where it turned back, on a scale of time that is asked for. Pure.
import type { CandleRow } from '../../contract/shapes.ts'
import type { Leg } from '../state/mark.ts'
import { gainingDirection, netPct } from '../state/pnl.ts'
import { MINUTE, SECOND } from '../state/timeframes.ts'
import { turnAt } from './turns.ts'

export interface Swing {
  readonly entry: Leg
  readonly exit: Leg
}

/** A highest or a lowest close. */
interface Turn extends Leg {
  readonly side: 'high' | 'low'
}

/**
 * Of `rows`, ascending candles of one second: from high to low and from low to high, each where the last ends. A turn is the highest or the
 * lowest close of `around` seconds on either side, of several in a row that close alike the first, and of several highs without a low between
 * them the highest. It is known once those seconds are over. Nothing swings over a hole of more than a minute.
 */
export function swingsIn(rows: readonly CandleRow[], around: number): Swing[] {
  return unbroken(rows).flatMap((run) => {
    const turns = inTurn(turnsIn(run, around))
    return turns.slice(1).map((exit, i) => ({ entry: legOf(turns[i] ?? exit), exit: legOf(exit) }))
  })
}

/** Whether the move from its entry to its exit pays the fees of both. */
export function paysFees({ entry, exit }: Swing): boolean {
  if (entry.price <= 0) return false
  return netPct(gainingDirection(entry.price, exit.price), entry.price, exit.price) >= 0
}

/** Of ascending swings the first that begins at `from` or later, UTC ms; with −1 the last that begins before it. Null where there is none. */
export function swingBeside(swings: readonly Swing[], from: number, direction: 1 | -1): Swing | null {
  const found =
    direction === 1
      ? swings.find(({ entry }) => entry.time >= from)
      : swings.findLast(({ entry }) => entry.time < from)
  return found ?? null
}

function turnsIn(rows: readonly CandleRow[], around: number): Turn[] {
  return rows.flatMap(([open, , , , price], i): Turn[] => {
    const side = i < around || i + around >= rows.length ? null : turnAt(rows, i, around)
    return side === null ? [] : [{ time: open + SECOND, price, side }]
  })
}

/** Highs and lows in turn: of several of one side the furthest. */
function inTurn(turns: readonly Turn[]): Turn[] {
  const kept: Turn[] = []
  for (const turn of turns) {
    const last = kept.at(-1)
    if (last?.side !== turn.side) kept.push(turn)
    else if (turn.side === 'high' ? turn.price > last.price : turn.price < last.price)
      kept[kept.length - 1] = turn
  }
  return kept
}

function legOf({ time, price }: Turn): Leg {
  return { time, price }
}

/** Cut where more than a minute is missing. */
function unbroken(rows: readonly CandleRow[]): CandleRow[][] {
  const runs: CandleRow[][] = []
  for (const row of rows) {
    const run = runs.at(-1)
    const before = run?.at(-1)
    if (run === undefined || before === undefined || row[0] - before[0] > MINUTE) runs.push([row])
    else run.push(row)
  }
  return runs
}
