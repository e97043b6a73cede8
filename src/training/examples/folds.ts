// What is held out: each episode in turn, whole days, or from fifty episodes on what lies ahead of a moving border in time.
import { at } from '../../core/at.ts'
import { sameMarket } from '../../contract/market-name.ts'
import { DAY, epochMs, floorTo, type EpochMs } from '../../core/time.ts'
import { clip } from '../../market/ranges.ts'
import type { Market, TimeRange } from '../../market/types.ts'
import { EMBARGO, type Episode } from './episodes.ts'
import type { MarketData } from '../data/training-data.ts'
import type { Mark } from '../data/targets.ts'

/** Time of one market, [from, to). */
export interface Region {
  readonly market: Market
  readonly from: EpochMs
  readonly to: EpochMs
}

export interface Fold {
  /** Marks that the fold's model never sees. */
  readonly test: readonly Mark[]
  /** Marks it is trained on: no label span of them lies within an embargo of a held-out one, in any market. */
  readonly train: readonly Mark[]
  /** Where it is scored. */
  readonly regions: readonly Region[]
  /** Where no HOLD of it, nor within an embargo of it, is trained on: the regions, and what else the model must not know. */
  readonly heldOut: readonly Region[]
}

export type Method = 'leave_one_episode_out' | 'leave_one_day_out' | 'walk_forward' | 'walk_forward_days'

export interface Split {
  readonly method: Method
  readonly folds: readonly Fold[]
}

/** From so many episodes on, models are only asked about what came after what they were trained on. */
const ENOUGH_TO_WALK = 50
/** The first part of the walk is trained on only; the rest is walked in so many steps, of which the last two are the last 20 %. */
const FIRST_TRAINED = 0.5
const STEPS = 5
/** From so many reviewed days with annotations on, whole days are held out. */
const ENOUGH_DAYS = 5

/**
 * @param episodes ascending by time
 * @param markets tell which days were reviewed
 * @returns null where there are fewer than two episodes: nothing can be held out
 */
export function splitOf(episodes: readonly Episode[], markets: readonly MarketData[] = []): Split | null {
  if (episodes.length < 2) return null
  const days = daysOf(episodes, markets)
  const whole = days.filter(({ reviewed, episodes: own }) => reviewed && own.length > 0).length >= ENOUGH_DAYS
  if (episodes.length < ENOUGH_TO_WALK) {
    return whole
      ? { method: 'leave_one_day_out', folds: days.map((day) => leaveDayOut(day, episodes)) }
      : { method: 'leave_one_episode_out', folds: episodes.map((own) => leaveEpisodeOut(own, episodes)) }
  }
  const byDays = whole ? steps(days.map(({ episodes: own, from }) => ({ from, episodes: own }))) : []
  if (byDays.length > 0) {
    return { method: 'walk_forward_days', folds: byDays.map((step) => walk(step, episodes)) }
  }
  const each = episodes.map((episode) => ({ from: episode.span.from, episodes: [episode] }))
  return { method: 'walk_forward', folds: steps(each).map((step) => walk(step, episodes)) }
}

/** Each episode in turn, however many there are: to look at labels, which may be looked at from later ones too. */
export function eachLeftOut(episodes: readonly Episode[]): Split | null {
  if (episodes.length < 2) return null
  return { method: 'leave_one_episode_out', folds: episodes.map((own) => leaveEpisodeOut(own, episodes)) }
}

/** The same held out by at most `most` models, each of which never sees several of the folds: every one is held out once still. */
export function inGroups(split: Split, most: number): Split {
  if (split.folds.length <= most) return split
  const groups = Array.from({ length: most }, (_, group) =>
    split.folds.filter((_fold, i) => i % most === group),
  )
  return { ...split, folds: groups.map(joined) }
}

function joined(folds: readonly Fold[]): Fold {
  return {
    test: folds.flatMap(({ test }) => test),
    train: at(folds, 0).train.filter((mark) => folds.every(({ train }) => train.includes(mark))),
    regions: folds.flatMap(({ regions }) => regions),
    heldOut: folds.flatMap(({ heldOut }) => heldOut),
  }
}

/** Whether the seconds [from, to] of a market may be trained on while the fold's regions are held out. */
export function isClearOf(fold: Fold | null, market: Market, from: EpochMs, to: EpochMs): boolean {
  if (fold === null) return true
  return fold.heldOut.every(
    (region) =>
      !sameMarket(region.market, market) || to + EMBARGO <= region.from || from - EMBARGO >= region.to,
  )
}

/** The parts of a range of a market that may be trained on while the fold's regions are held out. */
export function clearParts(fold: Fold | null, market: Market, range: TimeRange): TimeRange[] {
  const regions = (fold?.heldOut ?? []).filter((region) => sameMarket(region.market, market))
  return regions.reduce<TimeRange[]>(
    (parts, { from, to }) =>
      parts.flatMap((part) => [
        ...clip([part], { from: epochMs(-Infinity), to: epochMs(from - EMBARGO) }),
        ...clip([part], { from: epochMs(to + EMBARGO), to: epochMs(Infinity) }),
      ]),
    [range],
  )
}

/** Every second belongs to the nearest episode of its market: the borders lie halfway between them. */
function leaveEpisodeOut(episode: Episode, episodes: readonly Episode[]): Fold {
  const neighbours = episodes.filter((other) => sameMarket(other.market, episode.market))
  const index = neighbours.indexOf(episode)
  const before = neighbours[index - 1]
  const after = neighbours[index + 1]
  const region: Region = {
    market: episode.market,
    from: before === undefined ? epochMs(-Infinity) : halfway(before.span.to, episode.span.from),
    to: after === undefined ? epochMs(Infinity) : halfway(episode.span.to, after.span.from),
  }
  // Other markets move with this one, so what they did meanwhile is held out with it.
  const elsewhere = uniqueMarkets(episodes)
    .filter((market) => !sameMarket(market, episode.market))
    .map((market) => ({ market, ...episode.span }))
  const train = episodes.filter((other) => isApart(other.span, episode.span))
  return {
    test: episode.marks,
    train: marksOf(train),
    regions: [region],
    heldOut: [region, ...elsewhere],
  }
}

interface Day extends TimeRange {
  readonly reviewed: boolean
  readonly episodes: readonly Episode[]
}

/** UTC days with episodes or reviewed seconds, ascending, without a hole between them; a day ends when its last episode is over. */
function daysOf(episodes: readonly Episode[], markets: readonly MarketData[]): Day[] {
  const reviewed = new Set(
    markets
      .filter(({ holdSource }) => holdSource === 'reviewed')
      .flatMap(({ holdSpans }) => holdSpans.flatMap(daysIn)),
  )
  const all = [...new Set([...reviewed, ...episodes.map(({ span }) => dayOf(span.from))])].sort(
    (a, b) => a - b,
  )
  const starts = all.map((day) => epochMs(Math.max(day, ...reachInto(day, episodes))))
  return all.map((day, i) => {
    const from = i === 0 ? epochMs(-Infinity) : at(starts, i)
    const to = starts[i + 1] ?? epochMs(Infinity)
    const own = episodes.filter(({ span }) => span.from >= from && span.from < to)
    return { from, to, reviewed: reviewed.has(day), episodes: own }
  })
}

/** Ends of the episodes that began before a day and are not over an embargo before it. */
function reachInto(day: EpochMs, episodes: readonly Episode[]): number[] {
  return episodes.filter(({ span }) => span.from < day && span.to > day).map(({ span }) => span.to)
}

function daysIn({ from, to }: TimeRange): EpochMs[] {
  const days: EpochMs[] = []
  for (let day = dayOf(from); day < to; day = epochMs(day + DAY)) days.push(day)
  return days
}

function dayOf(instant: EpochMs): EpochMs {
  return floorTo(instant, DAY)
}

function leaveDayOut({ from, to, episodes: own }: Day, episodes: readonly Episode[]): Fold {
  const regions = uniqueMarkets(episodes).map((market) => ({ market, from, to }))
  const train = episodes.filter(
    (other) =>
      !own.includes(other) &&
      isApart(other.span, { from, to }) &&
      own.every((held) => isApart(other.span, held.span)),
  )
  return { test: marksOf(own), train: marksOf(train), regions, heldOut: regions }
}

/** What is held out together: everything from `from` to the next step. */
interface Step extends TimeRange {
  readonly episodes: readonly Episode[]
}

/** Groups what comes after the first half into steps of as many episodes each as whole units allow; none where no unit begins there. */
function steps(units: readonly { from: EpochMs; episodes: readonly Episode[] }[]): Step[] {
  const total = units.reduce((sum, { episodes }) => sum + episodes.length, 0)
  const found: { from: EpochMs; to: EpochMs; episodes: Episode[]; number: number }[] = []
  let before = 0
  for (const { from, episodes } of units) {
    const number = Math.floor(((before / total - FIRST_TRAINED) / (1 - FIRST_TRAINED)) * STEPS + 1e-9)
    before += episodes.length
    const last = found.at(-1)
    if (number < 0) continue
    if (last !== undefined && (last.number === number || episodes.length === 0))
      last.episodes.push(...episodes)
    else {
      if (last !== undefined) last.to = from
      found.push({ from, to: epochMs(Infinity), episodes: [...episodes], number })
    }
  }
  return found.filter(({ episodes }) => episodes.length > 0)
}

/** Trained on what was over an embargo before the step began; nothing later is known. */
function walk({ from, to, episodes: held }: Step, episodes: readonly Episode[]): Fold {
  const train = episodes.filter(({ span }) => span.to + EMBARGO <= from)
  const markets = uniqueMarkets(episodes)
  return {
    test: marksOf(held),
    train: marksOf(train),
    regions: markets.map((market) => ({ market, from, to })),
    heldOut: markets.map((market) => ({ market, from, to: epochMs(Infinity) })),
  }
}

/** Whether an embargo or more lies between two spans. */
function isApart(a: TimeRange, b: TimeRange): boolean {
  return a.to + EMBARGO <= b.from || b.to + EMBARGO <= a.from
}

function marksOf(episodes: readonly Episode[]): Mark[] {
  return episodes.flatMap(({ marks }) => marks)
}

function halfway(a: EpochMs, b: EpochMs): EpochMs {
  return epochMs(Math.round((a + b) / 2000) * 1000)
}

function uniqueMarkets(episodes: readonly Episode[]): Market[] {
  const markets: Market[] = []
  for (const { market } of episodes) {
    if (!markets.some((known) => sameMarket(known, market))) markets.push(market)
  }
  return markets
}
