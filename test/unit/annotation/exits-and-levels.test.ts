// Where an annotation ends: exits that are odd, stop and target, over a real database and real files.
import { describe, expect, it } from 'vitest'
import { annotationOfCase, differences } from '../../../src/annotation/from-case.ts'
import type { AnnotationTables } from '../../../src/annotation/schema.ts'
import type { TestCaseFile } from '../../../src/contract/annotations.ts'
import { at, markAt, MARKET, openFilledRoom, second } from './fixture.ts'
import { refusal } from './refusal.ts'

describe('an exit at 0 or below', () => {
  const exit = { timestamp: second(360), price: -37.63 }

  it('is refused in a market that has no such prices', async () => {
    const { annotations } = openFilledRoom()
    const error = await refusal(annotations.create(markAt(300, 60, { direction: 'SHORT', exit }), MARKET))
    expect(error).toMatchObject({ code: 'invalid_price', field: 'exit.price' })
    expect(error.message).toContain('--negative-prices')
  })

  it('is kept in one that has, with its case, and taken for sound at the next start', async () => {
    const { annotations, store, testCases, text } = openFilledRoom()
    store.takeNegativePrices(MARKET)
    const out = await annotations.create(markAt(300, 60, { direction: 'SHORT', exit }), MARKET)
    const pct = (100 * (102.99 + 37.63)) / 102.99
    expect(out.profit_loss_pct).toBeCloseTo(pct, 9)
    const content = JSON.parse(await text(out.test_case_id)) as TestCaseFile
    expect(content.expected_outcome).toMatchObject({ exit_price: -37.63 })
    expect(await testCases.list()).toMatchObject([{ state: 'complete', left_out: null }])
  })

  it('may not lie before the entry: a state that saw such a price is none', async () => {
    const { annotations, store } = openFilledRoom()
    store.takeNegativePrices(MARKET)
    const openTime = at('2024-08-08T22:00:00Z')
    const low = { openTime, open: 1, high: 1, low: -1, close: 1, volume: 11 }
    store.addCandles(MARKET, '1h', [low], { first: null, corrected: at('2030-01-01T00:00:00Z') })
    const error = await refusal(annotations.create(markAt(300), MARKET))
    expect(error).toMatchObject({ code: 'non_positive_price', status: 422 })
    expect(await annotations.list()).toEqual([])
  })
})

describe('an exit in the future', () => {
  it('is kept with a warning, which goes once the mark is saved with an exit that came', async () => {
    const { annotations } = openFilledRoom()
    // The room's clock stands at noon of the day after.
    const exit = { timestamp: '2024-08-10T12:00:01Z', price: 200 }
    const out = await annotations.create(markAt(300, 60, { exit }), MARKET)
    expect(out.warnings).toEqual([
      expect.stringMatching(/^When it was saved .* its exit .* lay in the future/),
    ])
    expect((await annotations.get(out.id)).warnings).toEqual(out.warnings)
    expect((await annotations.replace(out.id, markAt(300, 100), MARKET)).warnings).toEqual([])
  })
})

describe('stop and target of an annotation', () => {
  it('are kept with it and its case, say the reward to risk, and stay where a change leaves them out', async () => {
    const { annotations, text } = openFilledRoom()
    const plain = await annotations.create(markAt(400), MARKET)
    expect(plain).toMatchObject({ stop_price: null, target_price: null, reward_to_risk: null })
    expect(await text(plain.test_case_id)).not.toContain('stop_price')
    const out = await annotations.create(markAt(300, 60, { stop_price: 102.69 }), MARKET)
    expect(out).toMatchObject({ stop_price: 102.69, target_price: null })
    expect(out.reward_to_risk).toBeCloseTo(2, 9)
    const aimed = await annotations.replace(out.id, markAt(300, 60, { target_price: 103.89 }), MARKET)
    expect(aimed).toMatchObject({ stop_price: 102.69, target_price: 103.89 })
    expect(aimed.reward_to_risk).toBeCloseTo(3, 9)
    expect(JSON.parse(await text(out.test_case_id))).toMatchObject({
      stop_price: 102.69,
      target_price: 103.89,
    })
    const none = await annotations.replace(out.id, markAt(300, 60, { stop_price: null }), MARKET)
    expect(none).toMatchObject({ stop_price: null, target_price: 103.89, reward_to_risk: null })
  })

  it('are refused on the wrong side of the entry, also where it is the entry that moved past them; nothing is saved', async () => {
    const { annotations } = openFilledRoom()
    expect(await refusal(annotations.create(markAt(300, 60, { stop_price: 103 }), MARKET))).toMatchObject({
      code: 'invalid_stop',
      field: 'stop_price',
    })
    const short = markAt(300, 60, { direction: 'SHORT', target_price: 103 })
    expect(await refusal(annotations.create(short, MARKET))).toMatchObject({ code: 'invalid_target' })
    expect(await annotations.count()).toBe(0)
    const out = await annotations.create(markAt(300, 60, { stop_price: 102.5 }), MARKET)
    const moved = await refusal(annotations.replace(out.id, markAt(240), MARKET))
    expect(moved.message).toContain('The stop 102.5 of a LONG is not below its entry 102.39.')
    expect(await annotations.get(out.id)).toEqual(out)
  })

  it('come back from the case alone', async () => {
    const { annotations, text, database } = openFilledRoom()
    const out = await annotations.create(markAt(300, 60, { stop_price: 102.5, target_price: 104 }), MARKET)
    const row = annotationOfCase(JSON.parse(await text(out.test_case_id)) as TestCaseFile)
    expect(row).toMatchObject({ stop_price: 102.5, target_price: 104 })
    const stored = await database.tables<AnnotationTables>().selectFrom('annotation').selectAll().execute()
    expect(differences(stored[0]!, JSON.parse(await text(out.test_case_id)) as TestCaseFile)).toEqual([])
  })
})
