// The measures of a data set's health, each with faults planted among innocent marks: every one is found, and nothing else.
import { describe, expect, it } from 'vitest'
import type { AnnotationOut } from '../../../../src/contract/annotations.ts'
import type { LabelledMoment } from '../../../../src/contract/data-set-health.ts'
import { MINUTE, SECOND, epochMs, toIso } from '../../../../src/core/time.ts'
import { zoneOf } from '../../../../src/core/zone.ts'
import { rangeOf } from '../../../../src/market/ranges.ts'
import { besideGaps } from '../../../../src/training/health/beside-gaps.ts'
import { countsOf, hoursOf, quartersOf } from '../../../../src/training/health/counts.ts'
import { doubtfulMarks, type SideScores } from '../../../../src/training/health/doubtful.ts'
import { DOUBLE_FROM, OPPOSITE_FROM, likeLabels } from '../../../../src/training/health/like-labels.ts'
import { sameMoves } from '../../../../src/training/health/same-moves.ts'
import { spreadOver, stepOf } from '../../../../src/training/health/spread.ts'
import { realisedVolatility, thirdOf } from '../../../../src/training/health/volatility.ts'

const START = epochMs(Date.parse('2026-01-15T09:00:00Z'))
const MARKET = { symbol: 'ETH/USDT', venue: 'demo-5' }

interface Marked {
  readonly from: number
  readonly to: number
  readonly direction?: 'LONG' | 'SHORT'
  readonly tags?: string[]
  readonly venue?: string
  readonly pct?: [gross: number, net: number]
}

/** A mark of seconds from START on. */
function mark(
  id: string,
  { from, to, direction = 'LONG', tags = [], venue = 'demo-5', pct }: Marked,
): AnnotationOut {
  const [gross, net] = pct ?? [1, 0.8]
  return {
    id,
    test_case_id: `annotation_${id}`,
    symbol: MARKET.symbol,
    venue,
    direction,
    entry: { timestamp: toIso(epochMs(START + from * SECOND)), price: 100 },
    exit: { timestamp: toIso(epochMs(START + to * SECOND)), price: 101 },
    stop_price: null,
    target_price: null,
    reward_to_risk: null,
    notes: '',
    tags,
    profit_loss_pct: gross,
    net_profit_loss_pct: net,
    holding_period_seconds: to - from,
    entry_check: { last_close: null, next_open: null, deviation_pct: null, reachable: null },
    warnings: [],
    provenance: { mode: 'hindsight', visible_until: null, created_at: toIso(START), seconds_spent: null },
    created_at: toIso(START),
    updated_at: toIso(START),
    deleted_at: null,
  }
}

const moment = (id: string, label: LabelledMoment['label'], second: number): LabelledMoment => ({
  annotation_id: label === 'HOLD' ? null : id,
  ...MARKET,
  timestamp: toIso(epochMs(START + second * SECOND)),
  label,
})

describe('counts', () => {
  const marks = [
    mark('a', { from: 0, to: 60, tags: ['break', 'news'] }),
    mark('b', { from: 100, to: 160, tags: ['break'], direction: 'SHORT', pct: [0.1, -0.1] }),
    mark('c', { from: 3600, to: 3700, venue: 'demo-6', pct: [-1, -1.2] }),
  ]
  const counts = countsOf(
    marks,
    new Map([
      ['a', 'calm'],
      ['b', 'lively'],
    ]),
  )

  it('has every mark at each of its tags, its market, hour, volatility and result', () => {
    expect(counts.tag).toEqual([
      { value: 'break', long: 1, short: 1 },
      { value: 'news', long: 1, short: 0 },
      { value: null, long: 1, short: 0 },
    ])
    expect(counts.market).toEqual([
      { value: 'ETH/USDT · demo-5', long: 1, short: 1 },
      { value: 'ETH/USDT · demo-6', long: 1, short: 0 },
    ])
    expect(counts.hour).toHaveLength(24)
    expect(counts.hour.filter(({ long, short }) => long + short > 0)).toEqual([
      { value: '09', long: 1, short: 1 },
      { value: '10', long: 1, short: 0 },
    ])
    expect(counts.volatility).toEqual([
      { value: 'calm', long: 1, short: 0 },
      { value: 'usual', long: 0, short: 0 },
      { value: 'lively', long: 0, short: 1 },
      { value: null, long: 1, short: 0 },
    ])
    expect(counts.result).toEqual([
      { value: 'gain', long: 1, short: 0 },
      { value: 'loss after fees', long: 0, short: 1 },
      { value: 'loss before fees', long: 1, short: 0 },
    ])
  })
})

describe('volatility', () => {
  it('is the root of the summed squared log returns', () => {
    const returns = [0.01, -0.02, 0.005]
    let close = 100
    const closes = [close, ...returns.map((r) => (close *= Math.exp(r)))]
    expect(realisedVolatility(closes)).toBeCloseTo(Math.hypot(...returns), 12)
    expect(realisedVolatility([100, 100, 100])).toBe(0)
  })

  it('lies in a third of what is usual', () => {
    const usual = Array.from({ length: 99 }, (_, i) => i)
    expect([-1, 32, 33, 65, 66, 1000].map((value) => thirdOf(value, usual))).toEqual([
      'calm',
      'calm',
      'usual',
      'usual',
      'lively',
      'lively',
    ])
  })
})

it('spreads instants evenly over ranges of any length', () => {
  const ranges = [
    rangeOf(START, START + 100 * SECOND),
    rangeOf(START + MINUTE * 60, START + MINUTE * 60 + 300 * SECOND),
  ]
  const spread = spreadOver(ranges, stepOf(ranges, 40))
  expect(spread).toHaveLength(40)
  expect(spread.filter(({ of }) => of === ranges[0])).toHaveLength(10)
  expect(spread.every(({ of, at }) => at >= of.from && at < of.to && at % SECOND === 0)).toBe(true)
  expect(spreadOver([], stepOf([], 40))).toEqual([])
})

describe('marks of the same move', () => {
  it('are those entered within seconds or held together, in one market', () => {
    const found = sameMoves([
      mark('alone', { from: 0, to: 60 }),
      mark('first', { from: 1000, to: 1060 }),
      mark('twin', { from: 1004, to: 1055 }),
      mark('long', { from: 2000, to: 3000 }),
      mark('inside', { from: 2500, to: 2600, direction: 'SHORT' }),
      mark('after', { from: 3001, to: 3100 }),
      mark('elsewhere', { from: 1000, to: 1060, venue: 'demo-6' }),
    ])
    expect(found).toMatchObject([
      {
        kind: 'same_entry',
        mark: { annotation_id: 'first' },
        other: { annotation_id: 'twin' },
        shared_seconds: 51,
      },
      {
        kind: 'overlap',
        mark: { annotation_id: 'long' },
        other: { annotation_id: 'inside', label: 'SHORT' },
      },
    ])
    expect(found).toHaveLength(2)
    expect(found[0]?.entries_apart_seconds).toBe(4)
  })

  it('are told without one row for each of the pairs of hundreds that all overlap', () => {
    const marks = Array.from({ length: 200 }, (_, i) => mark(`${i}`, { from: i, to: 10_000 }))
    expect(sameMoves(marks).length).toBeLessThanOrEqual(2000)
  })
})

describe('marks beside gaps', () => {
  const covered = [
    rangeOf(START - MINUTE * 10, START + 500 * SECOND),
    rangeOf(START + 520 * SECOND, START + 2000 * SECOND),
  ]

  it('are those that enter shortly after one, or are held through it', () => {
    const found = besideGaps(
      [
        mark('well before', { from: 100, to: 400 }),
        mark('through', { from: 450, to: 600 }),
        mark('just after', { from: 570, to: 700 }),
        mark('long after', { from: 621, to: 700 }),
      ],
      covered,
    )
    expect(
      found.map(({ mark: { annotation_id }, where, missing_seconds }) => [
        annotation_id,
        where,
        missing_seconds,
      ]),
    ).toEqual([
      ['through', 'held', 20],
      ['just after', 'before', 20],
    ])
    expect(found[0]).toMatchObject({
      from: toIso(epochMs(START + 500 * SECOND)),
      to: toIso(epochMs(START + 520 * SECOND)),
    })
  })

  it('are none where the exit has not come yet', () => {
    expect(besideGaps([mark('open', { from: 1900, to: 2500 })], covered)).toEqual([])
  })
})

describe('marks that look wrong', () => {
  /** Scores of ordinary moments: 0.00 to 0.99 of either side. */
  const ordinary = Array.from({ length: 100 }, (_, i): SideScores => ({
    BUY: i / 100,
    SELL: ((i * 37) % 100) / 100,
  }))
  const scored = (id: string, label: 'LONG' | 'SHORT', BUY: number, SELL: number) => ({
    mark: moment(id, label, 0),
    BUY,
    SELL,
  })

  it('are those that ordinary moments score as high as, and those that score higher the other way round', () => {
    const found = doubtfulMarks(
      [
        scored('good', 'LONG', 0.97, 0.1),
        scored('good short', 'SHORT', 0.96, 0.98),
        scored('nothing', 'LONG', 0.4, 0.2),
        scored('nothing either way', 'SHORT', 0.6, 0.5),
        scored('wrong side', 'SHORT', 0.99, 0.05),
      ],
      ordinary,
    )
    expect(found.map(({ mark: { annotation_id: id }, looks }) => [id, looks])).toEqual([
      ['wrong side', 'other_side'],
      ['nothing', 'HOLD'],
      ['nothing either way', 'HOLD'],
    ])
    expect(found[1]).toMatchObject({ score: 0.4, other_side_score: 0.2, as_ordinary: 0.6 })
  })

  it('are none where too few moments tell what is ordinary', () => {
    expect(doubtfulMarks([scored('nothing', 'LONG', 0, 0)], ordinary.slice(0, 49))).toEqual([])
  })
})

describe('hours of another zone', () => {
  const full = (entries: readonly string[], zone: string) => {
    const marks = entries.map((entry, i) => {
      const from = (Date.parse(entry) - START) / SECOND
      return mark(`${i}`, { from, to: from + 60, direction: i === 0 ? 'SHORT' : 'LONG' })
    })
    const hours = hoursOf(quartersOf(marks), zoneOf(zone))
    expect(hours).toHaveLength(24)
    return hours.filter(({ long, short }) => long + short > 0)
  }

  it('are of the half hour where the zone is half an hour off', () => {
    const entries = ['2026-01-15T09:29:59Z', '2026-01-15T09:30:00Z', '2026-01-15T18:30:00Z']
    expect(full(entries, 'Asia/Kolkata')).toEqual([
      { value: '00', long: 1, short: 0 },
      { value: '14', long: 0, short: 1 },
      { value: '15', long: 1, short: 0 },
    ])
    expect(full(entries, 'Asia/Kathmandu').map(({ value }) => value)).toEqual(['00', '15'])
  })

  it('are what the clock showed then, on either side of summer time', () => {
    const entries = ['2026-03-29T00:59:59Z', '2026-03-29T01:00:00Z', '2026-10-25T00:30:00Z']
    // 01:59:59, 03:00:00, and 02:30 for the first time of two.
    expect(full(entries, 'Europe/Berlin')).toEqual([
      { value: '01', long: 0, short: 1 },
      { value: '02', long: 1, short: 0 },
      { value: '03', long: 1, short: 0 },
    ])
  })
})

describe('like moments', () => {
  const hour = 3600
  const moments = [
    moment('a', 'LONG', 0),
    moment('b', 'LONG', hour),
    moment('turned', 'SHORT', 2 * hour),
    moment('opposite', 'SHORT', 3 * hour),
    moment('hold', 'HOLD', 4 * hour),
    moment('beside a', 'SHORT', 30),
    moment('marked though held', 'LONG', 6 * hour),
    moment('far', 'SHORT', 7 * hour),
  ]
  /** By their places, as alike as this; all others not at all. */
  const alike = new Map([
    ['0 1', { similarity: DOUBLE_FROM, isTurned: false }],
    ['1 2', { similarity: 0.9, isTurned: true }],
    ['1 3', { similarity: 0.95, isTurned: false }],
    ['4 6', { similarity: 0.85, isTurned: false }],
    ['0 5', { similarity: 0.999, isTurned: false }],
    ['3 7', { similarity: OPPOSITE_FROM - 0.01, isTurned: true }],
  ])
  const found = likeLabels(
    moments,
    (a, b) => alike.get(`${Math.min(a, b)} ${Math.max(a, b)}`) ?? { similarity: 0, isTurned: false },
  )
  const named = (kind: string) =>
    found
      .filter((pair) => pair.kind === kind)
      .map(({ mark: { annotation_id: own }, other: { annotation_id: id, label } }) => [own, id ?? label])

  it('with opposite labels are told, a rejected HOLD among them', () => {
    expect(named('opposite')).toEqual([
      ['b', 'opposite'],
      ['marked though held', 'HOLD'],
    ])
  })

  it('with the same label are doubles from a stated likeness on, upside down too', () => {
    expect(named('double')).toEqual([['a', 'b']])
    const turned = likeLabels(moments.slice(1, 3), () => ({ similarity: 0.99, isTurned: true }))
    expect(turned).toMatchObject([{ kind: 'double', is_turned: true }])
    const upright = likeLabels(moments.slice(1, 3), () => ({ similarity: 0.99, isTurned: false }))
    expect(upright).toMatchObject([{ kind: 'opposite' }])
  })

  it('are none of two HOLDs, nor of two that are one moment', () => {
    const same = () => ({ similarity: 1, isTurned: false })
    expect(likeLabels([moment('', 'HOLD', 0), moment('', 'HOLD', hour)], same)).toEqual([])
    expect(likeLabels([moment('x', 'LONG', 0), moment('y', 'SHORT', 119)], same)).toEqual([])
  })
})
