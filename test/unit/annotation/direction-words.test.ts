// What the names of labels mean: the words of a direction wherever they stand; both or neither is asked.
import { describe, expect, it } from 'vitest'
import { meaningOf, type Said } from '../../../src/annotation/interchange/direction-words.ts'

const SILENT: Said = { otherwise: null, names: new Map() }
const of = (...names: string[]) => meaningOf(names, SILENT)

describe('the words of a label', () => {
  it.each([
    ['LONG_SCALP', 'LONG', ['SCALP']],
    ['SHORT_FADE', 'SHORT', ['FADE']],
    ['short squeeze', 'SHORT', ['squeeze']],
    ['LONG-scalp', 'LONG', ['scalp']],
    ['LongScalp', 'LONG', ['Scalp']],
    ['LONGScalp', 'LONG', ['Scalp']],
    ['goLong', 'LONG', ['go']],
    ['breakout_short', 'SHORT', ['breakout']],
    ['eth_long_scalp', 'LONG', ['eth_scalp']],
    ['BUY: flag', 'LONG', ['flag']],
    ['buy (dip)', 'LONG', ['dip']],
    ['Sell/fade-2', 'SHORT', ['fade-2']],
    ['long2', 'LONG', ['2']],
    ['BUY long breakout', 'LONG', ['breakout']],
    ['Überlauf_long', 'LONG', ['Überlauf']],
    [' sell ', 'SHORT', []],
  ])('%s is %s', (name, direction, tags) => {
    expect(of(name)).toEqual({ direction, tags })
  })

  it.each([
    [['LONG_SHORT'], 'both'],
    [['LONG', 'SELL'], 'both'],
    [['long', 'fade of shorts', 'short'], 'both'],
    [['longing'], 'neither'],
    [['belong', 'Shorts', 'buyer'], 'neither'],
    [['1'], 'neither'],
    [[], 'neither'],
  ] as const)('%j is asked: %s', (names, unclear) => {
    expect(meaningOf(names, SILENT)).toEqual({ direction: null, unclear })
  })

  it('stand before --direction, which is for those that say none; both stays both', () => {
    const said: Said = { otherwise: 'LONG', names: new Map() }
    expect(meaningOf(['SHORT_FADE'], said)).toEqual({ direction: 'SHORT', tags: ['FADE'] })
    expect(meaningOf(['fade'], said)).toEqual({ direction: 'LONG', tags: ['fade'] })
    expect(meaningOf(['long short'], said)).toEqual({ direction: null, unclear: 'both' })
  })

  it('stand behind what was said of a whole name', () => {
    const said: Said = { otherwise: null, names: new Map([['short squeeze', 'LONG']]) }
    expect(meaningOf(['Short squeeze', 'wide'], said)).toEqual({
      direction: 'LONG',
      tags: ['Short squeeze', 'wide'],
    })
    expect(meaningOf(['short squeeze', 'short'], said)).toEqual({ direction: null, unclear: 'both' })
  })
})
