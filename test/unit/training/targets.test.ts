// Targets: every boundary of the design's section 5, by hand.
import { describe, expect, it } from 'vitest'
import { SECOND, epochMs } from '../../../src/core/time.ts'
import { Targets, entryZone, zoneLength, type Mark, type Target } from '../../../src/training/data/targets.ts'

const T = 1_700_000_000_000
const flat = () => 100

function mark(fields: Partial<Mark> & { holding?: number } = {}): Mark {
  const entry = fields.entry ?? epochMs(T)
  return {
    id: 'a',
    direction: 'LONG',
    entry,
    exit: epochMs(entry + (fields.holding ?? 300) * SECOND),
    entryPrice: 100,
    exitPrice: fields.direction === 'SHORT' ? 96 : 104,
    trained: true,
    ...fields,
  }
}
/** The targets at seconds relative to T. */
function at(targets: Targets, ...seconds: number[]): Target[] {
  return seconds.map((second) => targets.at(epochMs(T + second * SECOND)))
}
const span = (from: number, to: number) => ({
  from: epochMs(T + from * SECOND),
  to: epochMs(T + to * SECOND),
})

describe('z', () => {
  it('is a tenth of the holding time, between 3 and 30 seconds', () => {
    const z = (holding: number) => zoneLength(mark({ holding })) / SECOND
    expect([5, 30, 45, 300, 301, 9000].map(z)).toEqual([3, 3, 4.5, 30, 30, 30])
  })
})

describe('one mark', () => {
  const targets = new Targets([mark()], [], flat)
  it('is BUY from T up to T + z', () => {
    expect(at(targets, -1, 0, 29, 30)).toEqual(['neutral', 'BUY', 'BUY', 'neutral'])
  })
  it('is neutral before the zone and after it', () => {
    expect(at(targets, -31, -30, -1, 30, 89)).toEqual([
      'unlabelled',
      'neutral',
      'neutral',
      'neutral',
      'neutral',
    ])
  })
  it('is HOLD once it is too late, neutral around the exit', () => {
    expect(at(targets, 90, 269, 270, 300, 330, 331)).toEqual([
      'HOLD',
      'HOLD',
      'neutral',
      'neutral',
      'neutral',
      'unlabelled',
    ])
  })
  it('is SELL for a SHORT', () => {
    expect(at(new Targets([mark({ direction: 'SHORT' })], [], flat), 0)).toEqual(['SELL'])
  })
  it('has no late HOLD where the exit comes first', () => {
    expect(at(new Targets([mark({ holding: 12 })], [], flat), 2, 3, 8, 9, 12, 15, 16)).toEqual([
      'BUY',
      'neutral',
      'neutral',
      'neutral',
      'neutral',
      'neutral',
      'unlabelled',
    ])
  })
  it('says nothing but neutral when it is not trained on', () => {
    const untrained = new Targets([mark({ trained: false })], [span(-100, 1000)], flat)
    expect(at(untrained, -31, -30, 0, 100, 330, 331)).toEqual([
      'HOLD',
      'neutral',
      'neutral',
      'neutral',
      'neutral',
      'HOLD',
    ])
  })
})

describe('the early end', () => {
  it('comes as of the second that knows a quarter of the move', () => {
    const zone = entryZone(mark(), (instant) => (instant >= T + 7 * SECOND ? 101 : 100.99))
    expect((zone.to - T) / SECOND).toBe(7)
    const targets = new Targets([mark()], [], (instant) => (instant >= T + 7 * SECOND ? 101 : 100))
    expect(at(targets, 6, 7, 30, 89, 90)).toEqual(['BUY', 'neutral', 'neutral', 'neutral', 'HOLD'])
  })
  it('works downwards, keeps T itself, and ignores unknown prices', () => {
    expect(entryZone(mark({ direction: 'SHORT' }), () => 90).to).toBe(T + SECOND)
    expect(entryZone(mark(), () => Number.NaN).to).toBe(T + 30 * SECOND)
    expect(entryZone(mark(), () => 99).to).toBe(T + 30 * SECOND)
  })
})

describe('several marks', () => {
  it('lets a zone beat neutral, and neutral beat HOLD', () => {
    const second = mark({ id: 'b', entry: epochMs(T + 60 * SECOND) })
    const targets = new Targets([mark(), second], [span(-1000, 1000)], flat)
    expect(at(targets, -31, 59, 60, 89, 90, 149, 150)).toEqual([
      'HOLD',
      'neutral',
      'BUY',
      'BUY',
      'neutral',
      'neutral',
      'HOLD',
    ])
    expect(targets.warnings).toEqual([])
  })
  it('makes opposite zones that overlap both neutral, and says so', () => {
    const opposite = mark({ id: 'b', direction: 'SHORT', entry: epochMs(T + 20 * SECOND) })
    const targets = new Targets([mark(), opposite], [], flat)
    expect(at(targets, 0, 19, 20, 49)).toEqual(['neutral', 'neutral', 'neutral', 'neutral'])
    expect(targets.warnings).toHaveLength(1)
    expect(targets.warnings[0]).toContain('annotations a and b overlap')
  })
  it('keeps opposite zones that only touch', () => {
    const opposite = mark({ id: 'b', direction: 'SHORT', entry: epochMs(T + 30 * SECOND) })
    expect(at(new Targets([mark(), opposite], [], flat), 29, 30)).toEqual(['BUY', 'SELL'])
  })
})

describe('reviewed spans', () => {
  it('make unmarked seconds HOLD, and nothing else does', () => {
    const targets = new Targets([mark()], [span(-600, -400), span(-450, 2000)], flat)
    expect(at(targets, -601, -600, -420, 1999, 2000)).toEqual([
      'unlabelled',
      'HOLD',
      'HOLD',
      'HOLD',
      'unlabelled',
    ])
  })
  it('can be asked for their stretches', () => {
    const targets = new Targets([mark()], [span(-600, 2000)], flat)
    expect(targets.stretches('HOLD', span(-100, 1000))).toEqual([
      span(-100, -30),
      span(90, 270),
      { from: T + 330 * SECOND + 1, to: T + 1000 * SECOND },
    ])
  })
})
