// What a forward record comes to: what calls earned after fees, beside the opponents, with intervals that draw whole days.
import type { ForwardFigures, ForwardOpponent, ForwardTerms } from '../../contract/forward.ts'
import type { GateVerdict } from '../../contract/promotions.ts'
import { numberAt } from '../../core/at.ts'
import { randomFrom } from '../../nn/random.ts'
import type { CallEntry, DayEntry } from '../../orchestrator/forward/entry.ts'
import { wilson } from '../../signals/confidence.ts'

/** Net percents of one day, of one caller. */
interface Sum {
  readonly n: number
  readonly pct: number
}

/** One day's calls, and on the same day those of an opponent. */
interface PairedDay {
  readonly own: Sum
  readonly other: Sum
}

const DRAWS = 2_000
const SEED = 1
const NONE: Sum = { n: 0, pct: 0 }

/** @param calls at least one */
export function forwardFigures(
  terms: ForwardTerms,
  calls: readonly CallEntry[],
  days: readonly DayEntry[],
): ForwardFigures {
  const own = byDay(calls.map((call) => ({ day: dayOf(call), net: call.net_pct })))
  const paired = [...own.values()].map((sum) => ({ own: sum, other: NONE }))
  const total = summed([...own.values()])
  const paid = calls.filter(({ net_pct: net }) => net > 0).length / calls.length
  const [low, high] = intervalOf(paired, ({ own: sum }) => meanOf(sum)) ?? [meanOf(total), meanOf(total)]
  return {
    net: { trades: calls.length, mean_pct: meanOf(total), interval: [low, high] },
    paid_share: paid,
    paid_interval: wilson(paid, calls.length),
    opponents: [againstRule(terms, own, days), againstRandom(terms, calls, days)],
  }
}

function againstRule(
  terms: ForwardTerms,
  own: ReadonlyMap<string, Sum>,
  days: readonly DayEntry[],
): ForwardOpponent {
  const trades = days.flatMap(({ day, plain_rule: rule }) => rule.map(({ net_pct: net }) => ({ day, net })))
  const other = byDay(trades)
  const names = new Set([...own.keys(), ...other.keys()])
  const paired = [...names]
    .toSorted()
    .map((day) => ({ own: own.get(day) ?? NONE, other: other.get(day) ?? NONE }))
  return opponent({ id: 'plain_rule', name: 'Plain rule' }, terms, paired)
}

/** Only calls that have random entries like them, so that each stands beside its own. */
function againstRandom(
  terms: ForwardTerms,
  calls: readonly CallEntry[],
  days: readonly DayEntry[],
): ForwardOpponent {
  const nets = new Map(days.flatMap(({ random }) => random.map((one) => [one.call, one.net_pct] as const)))
  const matched = calls.flatMap((call) => {
    const net = nets.get(call.call)
    return net === undefined ? [] : [{ day: dayOf(call), own: call.net_pct, other: net }]
  })
  const own = byDay(matched.map(({ day, own: net }) => ({ day, net })))
  const other = byDay(matched.map(({ day, other: net }) => ({ day, net })))
  const paired = [...own].map(([day, sum]) => ({ own: sum, other: other.get(day) ?? NONE }))
  return opponent({ id: 'random', name: 'Random entries like the calls' }, terms, paired)
}

function opponent(
  named: Pick<ForwardOpponent, 'id' | 'name'>,
  { calls_needed: needed, days_needed: fewestDays }: ForwardTerms,
  paired: readonly PairedDay[],
): ForwardOpponent {
  const other = summed(paired.map((day) => day.other))
  const difference = differenceOf({ own: summed(paired.map((day) => day.own)), other })
  const isEnough = other.n >= needed && paired.length >= fewestDays
  const interval = isEnough ? intervalOf(paired, differenceOf) : null
  return {
    ...named,
    trades: other.n,
    mean_pct: other.n === 0 ? null : meanOf(other),
    difference_pct: Number.isFinite(difference) ? difference : null,
    interval,
    verdict: verdictOf(interval),
  }
}

function verdictOf(interval: readonly [number, number] | null): GateVerdict {
  if (interval === null) return 'too_few'
  if (interval[0] > 0) return 'better'
  return interval[1] < 0 ? 'worse' : 'not_distinguishable'
}

/**
 * 95 % by the percentile bootstrap (Efron & Tibshirani 1993, chapter 13) over whole UTC days: calls of a day stand in one market mood and are no
 * independent evidence, so days are the blocks (Carlstein 1986). The seed never changes. Null where no draw says anything.
 */
function intervalOf(
  days: readonly PairedDay[],
  figure: (drawn: PairedDay) => number,
): [number, number] | null {
  const random = randomFrom(SEED)
  const drawn = Float64Array.from({ length: DRAWS }, () => {
    const picked = days.map(() => days[Math.floor(random() * days.length)]).filter((day) => day !== undefined)
    return figure({
      own: summed(picked.map(({ own }) => own)),
      other: summed(picked.map(({ other }) => other)),
    })
  })
  const known = drawn.filter((value) => Number.isFinite(value)).sort()
  if (known.length === 0) return null
  return [
    numberAt(known, Math.floor(known.length * 0.025)),
    numberAt(known, Math.ceil(known.length * 0.975) - 1),
  ]
}

function byDay(nets: readonly { readonly day: string; readonly net: number }[]): Map<string, Sum> {
  const days = new Map<string, Sum>()
  for (const { day, net } of nets.toSorted((a, b) => (a.day < b.day ? -1 : 1))) {
    const { n, pct } = days.get(day) ?? NONE
    days.set(day, { n: n + 1, pct: pct + net })
  }
  return days
}

function summed(sums: readonly Sum[]): Sum {
  return sums.reduce((total, { n, pct }) => ({ n: total.n + n, pct: total.pct + pct }), NONE)
}

/** NaN of none. */
function meanOf({ n, pct }: Sum): number {
  return pct / n
}

function differenceOf({ own, other }: PairedDay): number {
  return meanOf(own) - meanOf(other)
}

function dayOf({ opened_at: opened }: CallEntry): string {
  return opened.slice(0, 10)
}
