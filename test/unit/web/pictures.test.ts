// Numbers of a chart as CSV, and that every plot offers them.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { csvOf } from '../../../src/contract/csv.ts'
import { candlesCsv } from '../../../src/web/pictures/csv.ts'

it('writes candles with open times in UTC and every digit', () => {
  const open = Date.parse('2026-03-01T10:00:00Z')
  expect(candlesCsv([[open, 0.000_000_12, 2, 0.1, 1.5, 1e-9]])).toBe(
    'open_time,open,high,low,close,volume\r\n2026-03-01T10:00:00.000Z,1.2e-7,2,0.1,1.5,1e-9\r\n',
  )
})

it('quotes what would end a cell, and leaves what is not there empty', () => {
  expect(csvOf(['a', 'b'], [['x, "y"', null]])).toBe('a,b\r\n"x, ""y""",\r\n')
})

it('has no plot that cannot be saved', () => {
  const web = fileURLToPath(new URL('../../../src/web/', import.meta.url))
  const files = readdirSync(web, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.tsx'),
  )
  const withPlots = files.filter((name) =>
    /role="img"|<CaseChart|<EquityChart/.test(readFileSync(web + name, 'utf8')),
  )
  expect(withPlots.length).toBeGreaterThan(5)
  const unsaved = withPlots.filter((name) => !readFileSync(web + name, 'utf8').includes('<Plot'))
  expect(unsaved).toEqual([])
})
