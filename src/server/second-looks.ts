// Blind second looks at what was labelled: which moments, and keeping what is said of them beside what stands there.
import type { BlindMoment, SecondLookBody, SecondLookOut, SecondLooksOut } from '../contract/second-looks.ts'
import { AppError } from '../core/errors.ts'
import { HOUR, epochMs, toIso, type EpochMs } from '../core/time.ts'
import { testCaseSpans } from '../market-state/availability.ts'
import { rangeOf } from '../market/ranges.ts'
import type { Market, TimeRange } from '../market/types.ts'
import { blindSample, isHold } from '../training/health/blind-sample.ts'
import type { OpenWorkspace } from './open-workspace.ts'
import { wholeSecond } from './similar.ts'

/** Of the newest marks of the market, and of what was reviewed since the first of them. */
const MOST_MARKS = 5_000
/** Seeds are 32 bits. */
const SEEDS = 2 ** 32
const NONE =
  'Nothing of this market was labelled yet: mark trades, or review a span, before looking at them again.'

type Parts = Pick<
  OpenWorkspace,
  'annotations' | 'reviewedSpans' | 'rejectedHolds' | 'secondLooks' | 'reader' | 'clock'
>

/** @param until what is known now: no later moment is shown */
export async function drawSecondLooks(
  { annotations, reviewedSpans, rejectedHolds, secondLooks, reader, clock }: Parts,
  market: Market,
  { limit, seed = clock.now() % SEEDS, until }: { limit: number; seed?: number | undefined; until: EpochMs },
): Promise<SecondLooksOut> {
  const marks = (await annotations.newestHeld(market, MOST_MARKS)).filter(({ from }) => from <= until)
  const window = rangeOf(Math.min(until, ...marks.map(({ from }) => from)) - HOUR, until)
  const labelled = {
    marks,
    rejectedHolds: (await rejectedHolds.list(market)).filter((at) => at <= until),
    reviewed: (await reviewedSpans.touching(market, window)).map((span) => within(span, window)),
    possible: await testCaseSpans(reader, market),
    looked: await secondLooks.looked(market, MOST_MARKS),
  }
  const moments = blindSample(labelled, limit, seed).map((at) => momentOut(market, at))
  return { moments, seed, reason: moments.length === 0 ? NONE : null }
}

/** @throws AppError `invalid_timestamp`; 404 `unlabelled_moment` */
export async function answerSecondLook(
  parts: Parts,
  market: Market,
  { timestamp, answer, seconds_spent: spent }: SecondLookBody,
): Promise<SecondLookOut> {
  const at = wholeSecond(timestamp, 'timestamp')
  const stands = await standingAt(parts, market, at)
  const id = await parts.secondLooks.add({ market, at, ...stands, answer, secondsSpent: spent ?? null })
  return { id, ...momentOut(market, at), answer }
}

async function standingAt(
  { annotations, reviewedSpans, rejectedHolds }: Parts,
  market: Market,
  at: EpochMs,
): Promise<{ label: 'LONG' | 'SHORT' | 'HOLD'; annotationId: string | null }> {
  const near = await annotations.touching(market, rangeOf(at - HOUR, at + HOUR))
  const mark = near.find(({ entry }) => Date.parse(entry.timestamp) === at)
  if (mark !== undefined) return { label: mark.direction, annotationId: mark.id }
  const marks = near.map(({ entry, exit }) =>
    rangeOf(Date.parse(entry.timestamp), Date.parse(exit.timestamp)),
  )
  const reviewed = await reviewedSpans.touching(market, rangeOf(at, at + 1))
  const holds = await rejectedHolds.list(market)
  if (isHold(at, { marks, reviewed, rejectedHolds: holds })) return { label: 'HOLD', annotationId: null }
  throw new AppError(
    'unlabelled_moment',
    `Nothing was said of ${toIso(at)}: no mark enters there, and it was not reviewed. GET /api/data-set/second-looks draws moments that were labelled.`,
    { status: 404, field: 'timestamp' },
  )
}

function momentOut({ symbol, venue }: Market, at: EpochMs): BlindMoment {
  return { symbol, venue, timestamp: toIso(at) }
}

function within({ from, to }: TimeRange, window: TimeRange): TimeRange {
  return { from: epochMs(Math.max(from, window.from)), to: epochMs(Math.min(to, window.to)) }
}
