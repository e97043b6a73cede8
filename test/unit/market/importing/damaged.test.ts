// What fuzzing has found in files: a time beyond all, a quote without its end; each refused by line or by name.
import { describe, expect, it } from 'vitest'
import { decimalText } from '../../../../src/market/importing/values/cell-texts.ts'
import { openStore } from '../fixture.ts'
import { candles, lines, trades, values, write } from './files.ts'

const HEADER = 'time,open,high,low,close,volume'
const good = lines((each) => `${each.openTime},${values(each)},${each.volume}`)

describe('a row that is damaged', () => {
  it.each([
    ['a time beyond what a number holds', '1e309,10,12,9,11,5', /timestamp is "1e309": expected/],
    ['a quote that does not close', '"1723161600000,10,12,9,11,5', /a quote in it does not close/],
  ])('by %s is refused by its line, and the others are kept', async (_name, bad, reason) => {
    const report = await candles(write([HEADER, ...good, bad]))
    expect(report).toMatchObject({ rows: 11, added: 10, refused_count: 1 })
    expect(report.refused).toEqual([{ line: 12, reason: expect.stringMatching(reason) as string }])
  })

  it('leaves its second unknown among trades, too', async () => {
    const rows = Array.from({ length: 12 }, (_, n) => `${1_723_161_600_000 + n * 1000},10,1,buy`)
    const report = await trades(write([...rows, '"1723161605500,10,1,buy', '1723161613000,10,1,buy']))
    expect(report).toMatchObject({ added: 13, refused_count: 1 })
    expect(report.gaps).not.toEqual([])
  })
})

describe('a file that is damaged', () => {
  it('in its first line is refused by it, and nothing is stored', async () => {
    const store = openStore()
    await expect(candles(write([`"${HEADER}`, ...good]), store)).rejects.toMatchObject({
      code: 'bad_header',
      message: expect.stringMatching(/quote that does not close: "time,open/) as string,
    })
    expect(store.markets()).toEqual([])
  })

  it('in the scale of its decimals is no text of two billion zeros', () => {
    expect(() => decimalText(-(2 ** 31))).toThrow(RangeError)
    expect(decimalText(2)(12_345n)).toBe('123.45')
  })
})
