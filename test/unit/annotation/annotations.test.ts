// Annotations over a real database and real files: what is saved, what is refused, what is warned of.
import { readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { TestCaseFile } from '../../../src/contract/annotations.ts'
import { at, markAt, MARKET, openFilledRoom, openRoom, priceAt, second } from './fixture.ts'
import { refusal } from './refusal.ts'

describe('creating an annotation', () => {
  it('answers with the annotation and leaves its case on disk', async () => {
    const { annotations, text } = openFilledRoom()
    const out = await annotations.create(
      markAt(300, 60, { notes: 'clean break', tags: ['breakout', 'news'] }),
      MARKET,
    )
    expect(out).toMatchObject({
      test_case_id: `annotation_${out.id}`,
      symbol: 'ETH/USDT',
      venue: 'test',
      direction: 'LONG',
      entry: { timestamp: '2024-08-09T00:00:00Z', price: 102.99 },
      exit: { timestamp: '2024-08-09T00:01:00Z', price: 103.59 },
      holding_period_seconds: 60,
      profit_loss_pct: ((103.59 - 102.99) / 102.99) * 100,
      entry_check: { last_close: 102.99, next_open: 103, deviation_pct: 0, reachable: true },
      warnings: [],
      provenance: {
        mode: 'hindsight',
        visible_until: null,
        created_at: '2024-08-10T12:00:00Z',
        seconds_spent: null,
      },
      deleted_at: null,
    })
    const content = JSON.parse(await text(out.test_case_id)) as TestCaseFile
    expect(Object.keys(content).slice(0, 6)).toEqual([
      'test_case_id',
      'symbol',
      'timestamp',
      'action',
      'market_state',
      'expected_outcome',
    ])
    expect(content).toMatchObject({
      test_case_id: out.test_case_id,
      timestamp: '2024-08-09T00:00:00Z',
      action: 'BUY',
      expected_outcome: {
        direction: 'LONG',
        profit_loss_pct: out.profit_loss_pct,
        entry_price: 102.99,
        exit_price: 103.59,
        holding_period_seconds: 60,
      },
      venue: 'test',
      gaps: [],
      tags: ['breakout', 'news'],
      notes: 'clean break',
    })
    const { ohlcv_1s: seconds, ohlcv_1m: minutes, ohlcv_1d: days } = content.market_state
    expect(seconds.timestamps.at(-1)).toBe('2024-08-08T23:59:59Z')
    expect(seconds.close.at(-1)).toBe(102.99)
    expect(minutes.timestamps.at(-1)).toBe('2024-08-08T23:59:00Z')
    expect([minutes.open.at(-1), minutes.high.at(-1), minutes.volume.at(-1)]).toEqual([102.4, 102.99, 30])
    expect(days.timestamps.at(-1)).toBe('2024-08-08T00:00:00Z')
  })

  it('writes the last minute as forming within the minute', async () => {
    const { annotations, testCases } = openFilledRoom()
    const { test_case_id } = await annotations.create(markAt(305), MARKET)
    const { ohlcv_1m: minutes } = (await testCases.get(test_case_id)).market_state
    expect(minutes.timestamps.at(-1)).toBe('2024-08-09T00:00:00Z')
    expect([minutes.open.at(-1), minutes.close.at(-1), minutes.volume.at(-1)]).toEqual([103, 103.04, 2.5])
  })

  it('turns a short around: SELL, gains where the price falls', async () => {
    const { annotations, testCases } = openFilledRoom()
    const out = await annotations.create(
      markAt(300, 60, { direction: 'SHORT', exit: { timestamp: second(360), price: 100 } }),
      MARKET,
    )
    expect(out.profit_loss_pct).toBeCloseTo(2.9032, 4)
    const content = await testCases.get(out.test_case_id)
    expect(content.action).toBe('SELL')
    expect(content.expected_outcome.profit_loss_pct).toBe(out.profit_loss_pct)
  })

  it('keeps where the mark came from', async () => {
    const { annotations, testCases } = openFilledRoom()
    const provenance = {
      mode: 'replay',
      visible_until: '2024-08-09T02:00:00+02:00',
      seconds_spent: 12.5,
    } as const
    const out = await annotations.create(markAt(300, 60, { provenance }), MARKET)
    const expected = {
      mode: 'replay',
      visible_until: '2024-08-09T00:00:00Z',
      created_at: '2024-08-10T12:00:00Z',
      seconds_spent: 12.5,
    }
    expect(out.provenance).toEqual(expected)
    expect((await testCases.get(out.test_case_id)).provenance).toEqual(expected)
  })

  it('refuses what can not be, and saves nothing', async () => {
    const { annotations, workspace } = openFilledRoom()
    const entry = { timestamp: second(300) + 1, price: 100 }
    const halfSecond = await refusal(annotations.create(markAt(300, 60, { entry }), MARKET))
    expect([halfSecond.code, halfSecond.status, halfSecond.field]).toEqual([
      'invalid_timestamp',
      400,
      'entry.timestamp',
    ])
    const local = { timestamp: '2024-08-09T00:00:00', price: 100 }
    expect((await refusal(annotations.create(markAt(300, 60, { entry: local }), MARKET))).code).toBe(
      'invalid_timestamp',
    )
    for (const timestamp of [-8_640_000_000_000_000, 253_402_300_800_000, '+010000-01-01T00:00:00Z']) {
      const far = annotations.create(markAt(300, 60, { entry: { timestamp, price: 100 } }), MARKET)
      expect((await refusal(far)).code).toBe('invalid_timestamp')
    }
    const longAgo = markAt(300, 60, { entry: { timestamp: '0001-01-01T00:00:00Z', price: 100 } })
    expect((await refusal(annotations.create(longAgo, MARKET))).code).toBe('not_enough_candles')
    expect((await refusal(annotations.create(markAt(300, 0), MARKET))).code).toBe('invalid_exit')
    expect((await refusal(annotations.create(markAt(99), MARKET))).code).toBe('not_enough_candles')
    expect(await annotations.list()).toEqual([])
    await expect(readdir(workspace.testCases)).rejects.toThrow('ENOENT')
  })

  it('says what is missing, where a case is possible and what to do', async () => {
    const { annotations } = openFilledRoom()
    const early = await refusal(annotations.create(markAt(99), MARKET))
    expect(early.status).toBe(422)
    expect(early.details).toMatchObject({
      timeframe: '1s',
      have: 99,
      need: 100,
      available: [{ from: '2024-08-08T23:56:40Z', to: '2024-08-09T00:10:00Z' }],
    })
    expect(early.details['how']).toContain('annotate import trades FILE --symbol ETH/USDT --venue test')
    const late = await refusal(annotations.create(markAt(901), MARKET))
    expect(late.details).toMatchObject({ timeframe: '1s', have: 99 })
    expect(late.details['how']).toContain('2024-08-09T00:10:00Z')
    const elsewhere = await refusal(annotations.create(markAt(300), { ...MARKET, venue: 'other' }))
    expect(elsewhere.details).toMatchObject({ timeframe: '1s', have: 0, available: [] })
  })

  it('leaves no row where the file can not be written', async () => {
    const { annotations, workspace } = openFilledRoom()
    const { mkdirSync, writeFileSync } = await import('node:fs')
    const { dirname } = await import('node:path')
    mkdirSync(dirname(workspace.testCases), { recursive: true })
    writeFileSync(workspace.testCases, 'in the way')
    await expect(annotations.create(markAt(300), MARKET)).rejects.toThrow('EEXIST')
    expect(await annotations.list()).toEqual([])
  })
})

describe('warnings', () => {
  it('names a price that could not be had', async () => {
    const { annotations } = openFilledRoom()
    const entry = { timestamp: second(300), price: 104 }
    const out = await annotations.create(markAt(300, 200, { entry }), MARKET)
    expect(out.entry_check.reachable).toBe(false)
    expect(out.entry_check.deviation_pct).toBeCloseTo(0.9807, 4)
    expect(out.warnings[0]).toContain('104 was not traded')
    const within = await annotations.create(
      markAt(400, 200, { entry: { timestamp: second(400), price: priceAt(404) } }),
      MARKET,
    )
    expect(within.entry_check.reachable).toBe(true)
  })

  it('does not judge a price while the seconds after it are unknown', async () => {
    const { annotations } = openFilledRoom()
    const entry = { timestamp: second(900), price: 200 }
    const out = await annotations.create(markAt(900, 60, { entry }), MARKET)
    expect(out.entry_check).toMatchObject({ last_close: priceAt(899), next_open: null, reachable: null })
  })

  it('takes the last close from before quiet seconds, and the next trade from after them', async () => {
    const { annotations } = openFilledRoom()
    const entry = { timestamp: second(510), price: priceAt(499) }
    const out = await annotations.create(markAt(510, 60, { entry }), MARKET)
    expect(out.entry_check).toEqual({
      last_close: priceAt(499),
      next_open: priceAt(520),
      deviation_pct: 0,
      reachable: true,
    })
  })

  it('tells a gross loss from one that fees make', async () => {
    const { annotations, testCases } = openFilledRoom()
    const exit = (price: number) => ({ exit: { timestamp: second(360), price } })
    const loss = await annotations.create(markAt(300, 60, exit(102)), MARKET)
    expect(loss.warnings[0]).toBe('A loss of 0.96 % before fees: kept, but not trained on.')
    await annotations.remove(loss.id)
    const fees = await annotations.create(markAt(300, 60, exit(103)), MARKET)
    expect(fees.warnings[0]).toBe('A loss of 0.19 % after fees of 0.1 % a side (0.01 % before).')
    const [state] = await testCases.list()
    expect(state?.left_out).toBeNull()
  })

  it('names overlaps, opposite entries apart, and forgets them with the other annotation', async () => {
    const { annotations } = openFilledRoom()
    const first = await annotations.create(markAt(300, 100), MARKET)
    const same = await annotations.create(markAt(350, 100), MARKET)
    expect(same.warnings).toEqual([
      'Overlaps the LONG annotation entered at 2024-08-09T00:00:00Z: the two count as one episode.',
    ])
    const down = { direction: 'SHORT', exit: { timestamp: second(400), price: 100 } } as const
    const opposite = await annotations.create(markAt(304, 100, down), MARKET)
    expect(opposite.warnings[0]).toContain('Its entry zone overlaps that of the LONG annotation')
    expect((await annotations.get(first.id)).warnings).toHaveLength(2)
    await annotations.remove(same.id)
    await annotations.remove(opposite.id)
    expect((await annotations.get(first.id)).warnings).toEqual([])
  })
})

describe('reading, replacing, deleting, restoring', () => {
  it('lists by market, direction, tag and time', async () => {
    const { annotations } = openFilledRoom()
    const long = await annotations.create(markAt(600, 60, { tags: ['breakout'] }), MARKET)
    const down = { direction: 'SHORT', exit: { timestamp: second(400), price: 100 } } as const
    const short = await annotations.create(markAt(300, 60, down), MARKET)
    const ids = async (...args: Parameters<typeof annotations.list>): Promise<string[]> =>
      (await annotations.list(...args)).map(({ id }) => id)
    expect(await ids()).toEqual([short.id, long.id])
    expect(await ids({ direction: 'SHORT' })).toEqual([short.id])
    expect(await ids({ tag: 'breakout' })).toEqual([long.id])
    expect(await ids({ from: second(300), to: second(600) })).toEqual([short.id])
    expect(await ids({ market: { venue: 'other' } })).toEqual([])
    expect(await ids({ ids: [long.id] })).toEqual([long.id])
    await annotations.remove(long.id)
    expect(await ids()).toEqual([short.id])
    expect(await ids({ deleted: true })).toEqual([long.id])
    expect(await annotations.count()).toBe(1)
  })

  it('replaces mark and case', async () => {
    const { annotations, testCases, clock } = openFilledRoom()
    const provenance = { mode: 'live', seconds_spent: 7 } as const
    const { id } = await annotations.create(markAt(300, 60, { provenance }), MARKET)
    clock.moveTo(at('2024-08-10T13:00:00Z'))
    const out = await annotations.replace(id, markAt(400, 30, { notes: 'later' }), MARKET)
    expect(out).toMatchObject({
      id,
      entry: { timestamp: '2024-08-09T00:01:40Z' },
      created_at: '2024-08-10T12:00:00Z',
      updated_at: '2024-08-10T13:00:00Z',
      provenance: { mode: 'live', seconds_spent: 7 },
    })
    const content = await testCases.get(out.test_case_id)
    expect([content.timestamp, content.notes]).toEqual(['2024-08-09T00:01:40Z', 'later'])
    expect((await refusal(annotations.replace(id, markAt(50), MARKET))).code).toBe('not_enough_candles')
    expect((await annotations.get(id)).entry.timestamp).toBe('2024-08-09T00:01:40Z')
  })

  it('deletes row and file, and restores the same bytes', async () => {
    const { annotations, text, clock, workspace } = openFilledRoom()
    const { id, test_case_id } = await annotations.create(markAt(300), MARKET)
    const bytes = await text(test_case_id)
    clock.moveTo(at('2024-08-10T13:00:00Z'))
    expect((await annotations.remove(id)).deleted_at).toBe('2024-08-10T13:00:00Z')
    expect(await readdir(workspace.testCases)).toEqual([])
    const gone = await refusal(annotations.remove(id))
    expect([gone.code, gone.status]).toEqual(['unknown_annotation', 404])
    expect((await refusal(annotations.replace(id, markAt(300), MARKET))).code).toBe('unknown_annotation')
    expect((await refusal(annotations.get(id))).message).toContain('restore brings it back')
    expect((await annotations.list({ deleted: true })).map((each) => each.id)).toEqual([id])
    expect((await annotations.restore(id)).deleted_at).toBeNull()
    expect(await text(test_case_id)).toBe(bytes)
    expect((await annotations.restore(id)).id).toBe(id)
  })

  it('knows no annotation that was never made', async () => {
    const { annotations } = openRoom()
    const error = await refusal(annotations.get('nobody'))
    expect([error.code, error.status]).toEqual(['unknown_annotation', 404])
    expect((await refusal(annotations.restore('nobody'))).code).toBe('unknown_annotation')
  })

  it('tells listeners once it is durable', async () => {
    const { annotations, bus, testCases } = openFilledRoom()
    const heard: string[] = []
    bus.on('annotation', ({ type, annotation }) => heard.push(`${type} ${annotation.id}`))
    const { id } = await annotations.create(markAt(300), MARKET)
    await annotations.replace(id, markAt(301), MARKET)
    await annotations.remove(id)
    await annotations.restore(id)
    expect(heard).toEqual([`created ${id}`, `replaced ${id}`, `deleted ${id}`, `restored ${id}`])
    expect(await testCases.count()).toBe(1)
  })

  it('keeps row and file together under concurrent writes', async () => {
    const { annotations, testCases } = openFilledRoom()
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, n) => annotations.create(markAt(300 + n), MARKET)),
    )
    await Promise.all(
      made.flatMap(({ id }, n) => [
        annotations.replace(id, markAt(400 + n), MARKET),
        annotations.replace(id, markAt(600 + n), MARKET),
        annotations.remove(id),
        annotations.restore(id),
      ]),
    )
    const states = await testCases.list()
    expect(states.map(({ timestamp, state }) => [timestamp, state])).toEqual(
      Array.from({ length: 8 }, (_, n) => [
        new Date(second(600 + n)).toISOString().replace('.000', ''),
        'complete',
      ]),
    )
  })
})
