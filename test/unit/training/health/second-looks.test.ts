// Blind second looks: what is drawn tells nothing and is labelled, and how far the answers agree is counted as the books have it.
import { describe, expect, it } from 'vitest'
import type { SecondLook } from '../../../../src/annotation/second-looks.ts'
import { HOUR, MINUTE, SECOND, epochMs, type EpochMs } from '../../../../src/core/time.ts'
import { rangeOf } from '../../../../src/market/ranges.ts'
import { agreementOf, kappaOf } from '../../../../src/training/health/agreement.ts'
import { blindSample, isHold, type Labelled } from '../../../../src/training/health/blind-sample.ts'

const START = epochMs(Date.parse('2026-01-15T09:00:00Z'))
const at = (minute: number): EpochMs => epochMs(START + minute * MINUTE)

type Label = SecondLook['label']
const look = (label: Label, answer: Label, minute = 0): SecondLook => ({
  market: { venue: 'demo-5', symbol: 'ETH/USDT' },
  at: at(minute),
  label,
  annotationId: label === 'HOLD' ? null : `mark ${minute}`,
  answer,
  secondsSpent: null,
})
const looks = (label: Label, answer: Label, count: number): SecondLook[] =>
  Array.from({ length: count }, () => look(label, answer))

describe('what is drawn', () => {
  const marks = Array.from({ length: 30 }, (_, i) => rangeOf(at(10 * i), at(10 * i + 3)))
  const labelled: Labelled = {
    marks,
    rejectedHolds: [at(5), at(15)],
    reviewed: [rangeOf(at(0), at(300))],
    possible: [rangeOf(START - HOUR, START + 10 * HOUR)],
    looked: new Map(),
  }
  const isMark = (moment: EpochMs): boolean => marks.some(({ from }) => from === moment)

  it('is two in three marks, and one in three HOLD that nothing speaks against', () => {
    const drawn = blindSample(labelled, 12, 7)
    expect(drawn).toHaveLength(12)
    expect(new Set(drawn).size).toBe(12)
    expect(drawn).toEqual(drawn.toSorted((a, b) => a - b))
    expect(drawn.filter(isMark)).toHaveLength(8)
    const holds = drawn.filter((moment) => !isMark(moment))
    expect(holds).toHaveLength(4)
    for (const hold of holds) {
      expect(hold % SECOND).toBe(0)
      expect(isHold(hold, labelled)).toBe(true)
    }
    expect(holds.filter((hold) => labelled.rejectedHolds.includes(hold))).toHaveLength(2)
  })

  it('is the same of the same seed, and other moments of another', () => {
    expect(blindSample(labelled, 12, 7)).toEqual(blindSample(labelled, 12, 7))
    expect(blindSample(labelled, 12, 7)).not.toEqual(blindSample(labelled, 12, 8))
  })

  it('is first what was not looked at again yet, then what was longest ago', () => {
    const when = marks.slice(3).map(({ from }, i) => [from, epochMs(START + HOUR + i)] as const)
    const drawn = blindSample({ ...labelled, rejectedHolds: [], reviewed: [], looked: new Map(when) }, 5, 1)
    expect(drawn.toSorted((a, b) => a - b)).toEqual([0, 10, 20, 30, 40].map(at))
  })

  it('has no HOLD where nothing was reviewed, no more than there is, and nothing of nothing', () => {
    const alone = { ...labelled, rejectedHolds: [], reviewed: [] }
    expect(blindSample(alone, 12, 7).every(isMark)).toBe(true)
    expect(blindSample(alone, 50, 7)).toHaveLength(30)
    expect(blindSample({ ...alone, marks: [] }, 12, 7)).toEqual([])
  })

  it('says HOLD of no second beside a mark, nor of one that was not reviewed', () => {
    expect(isHold(at(5.5), labelled)).toBe(true)
    expect(isHold(at(4), labelled)).toBe(false)
    expect(isHold(at(8.5), labelled)).toBe(false)
    expect(isHold(at(305.5), labelled)).toBe(false)
    expect(isHold(at(5), { ...labelled, reviewed: [] })).toBe(true)
  })
})

describe('agreement', () => {
  it('is a share with its interval, beside what each label was answered with', () => {
    const agreement = agreementOf([
      ...looks('LONG', 'LONG', 8),
      look('LONG', 'HOLD', 1),
      look('SHORT', 'LONG', 2),
    ])
    expect(agreement).toMatchObject({ looks: 10, agreed: 8, share: 0.8, total: 2 })
    // Wilson's interval of 8 in 10.
    expect(agreement.interval?.[0]).toBeCloseTo(0.4902, 4)
    expect(agreement.interval?.[1]).toBeCloseTo(0.9433, 4)
    expect(agreement.answers).toHaveLength(9)
    expect(agreement.answers).toContainEqual({ label: 'LONG', answer: 'HOLD', count: 1 })
    expect(agreement.rows.map(({ mark, answer }) => [mark.annotation_id, answer])).toEqual([
      ['mark 2', 'LONG'],
      ['mark 1', 'HOLD'],
    ])
  })

  it('beyond chance is the textbook’s kappa', () => {
    // 20 and 15 agree of 50; the labels are 25 : 25, the answers 30 : 20, so chance agrees half the time: 0.4.
    const table = [
      ...looks('LONG', 'LONG', 20),
      ...looks('LONG', 'SHORT', 5),
      ...looks('SHORT', 'LONG', 10),
      ...looks('SHORT', 'SHORT', 15),
    ]
    const { kappa, kappa_interval: interval } = kappaOf(table)
    expect(kappa).toBeCloseTo(0.4, 12)
    expect(interval?.[0]).toBeLessThan(0.4)
    expect(interval?.[1]).toBeGreaterThan(0.4)
  })

  it('is not claimed of nothing, nor where there is one label alone', () => {
    expect(agreementOf([])).toMatchObject({ looks: 0, share: null, interval: null, kappa: null })
    expect(kappaOf(looks('LONG', 'LONG', 9)).kappa).toBeNull()
  })

  it('that is perfect is not certain', () => {
    const { kappa, kappa_interval: interval } = kappaOf([
      ...looks('LONG', 'LONG', 3),
      ...looks('SHORT', 'SHORT', 3),
    ])
    expect(kappa).toBe(1)
    expect(interval?.[0]).toBeLessThan(0.5)
  })
})
