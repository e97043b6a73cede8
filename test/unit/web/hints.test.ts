// What a chart says of a gap and of a stretch where no test case can stand.
import { expect, it } from 'vitest'
import type { CandleRow } from '../../../src/contract/shapes.ts'
import type { MarketOut } from '../../../src/contract/market.ts'
import { intervalOf } from '../../../src/web/state/interval.ts'
import { CandleWindow } from '../../../src/web/charts/candle-window.ts'
import { hintOf } from '../../../src/web/panels/hints.ts'

const start = Date.UTC(2024, 7, 9)
const at = (second: number) => start + second * 1000
const iso = (second: number) => new Date(at(second)).toISOString()
const market = { test_case_spans: [{ from: iso(100), to: iso(200) }] } as MarketOut

function held(): CandleWindow {
  const window = new CandleWindow(intervalOf('1s'))
  const rows = Array.from({ length: 600 }, (_, i): CandleRow => [at(i), 1, 1, 1, 1, 1])
  window.replace(rows, [{ from: at(150), to: at(160) }])
  return window
}

it('names a gap with its length, wherever it lies', () => {
  expect(hintOf(held(), at(155), market, at(600))).toBe(
    'No 1s data 08-09 00:02:30 – 00:02:40 (10 s): a gap, not a quiet market. Test cases that touch it say so.',
  )
})

it('says where no test case can stand, and nothing where one can', () => {
  expect(hintOf(held(), at(50), market, at(600))).toMatch(/^No test case can stand here/)
  expect(hintOf(held(), at(120), market, at(600))).toBeNull()
  expect(hintOf(held(), at(300), market, at(600))).toMatch(/^No test case can stand here/)
})

it('lets the last span go on with the present, and says nothing of the future', () => {
  expect(hintOf(held(), at(230), market, at(240))).toBeNull()
  expect(hintOf(held(), at(500), market, at(240))).toBeNull()
})
