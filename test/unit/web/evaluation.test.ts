// Figures of a validation and of compared runs as text: what is too small to say is not a number.
import { describe, expect, it } from 'vitest'
import type { Figure } from '../../../src/contract/validation.ts'
import { changeText, metricName, metricText, settingText } from '../../../src/web/evaluation/compare-words.ts'
import { cellOf, meanText, spreadCellOf, TOO_FEW } from '../../../src/web/evaluation/figure-text.ts'

const figure = (part: Partial<Figure>): Figure => ({
  value: 0.731,
  n: 22,
  interval: null,
  reason: null,
  ...part,
})

describe('figures', () => {
  it('are written by their kind, with interval and n beside them', () => {
    expect(cellOf(figure({ interval: [0.518, 0.868] }), 'share')).toEqual({
      text: '73 %',
      about: '95 %: 52–87 %, n 22',
      isSaid: true,
    })
    expect(cellOf(figure({ value: -0.042 }), 'percent').text).toBe('−0.042 %')
    expect(cellOf(figure({ value: 0.996 }), 'share').text).toBe('99.6 %')
    expect(cellOf(figure({ value: 1 }), 'share').text).toBe('100 %')
    expect(cellOf(figure({ value: 1.804 }), 'ratio').text).toBe('1.80')
  })

  it('say that n is too small, and why, in place of a number', () => {
    const cell = cellOf(figure({ value: null, n: 3, reason: 'Under 10 calls.' }), 'share')
    expect(cell).toEqual({ text: TOO_FEW, about: 'Under 10 calls. n 3', isSaid: false })
    const spread = { median: null, lower_quartile: null, upper_quartile: null, n: 1, reason: 'One hit.' }
    expect(spreadCellOf(spread)).toEqual({ text: TOO_FEW, about: 'One hit. n 1', isSaid: false })
  })

  it('write delays with quartiles, and means of seeds with their spread', () => {
    const spread = { median: 2, lower_quartile: 1, upper_quartile: 4.5, n: 9, reason: null }
    expect(spreadCellOf(spread)).toMatchObject({ text: '2.0 s', about: 'quartiles 1.0–4.5 s, n 9' })
    expect(meanText(0.7123, 0.051)).toBe('0.712 ± 0.051')
    expect(meanText(0.7123, null)).toBe('0.712')
    expect(meanText(null, null)).toBe('–')
  })
})

describe('compared runs', () => {
  it('name metrics in words and write changes against the first', () => {
    expect(metricName('validation.false_calls_per_hour')).toBe('false calls per hour, held out')
    expect(metricName('duration_seconds')).toBe('duration seconds')
    expect(metricText(0.123_456)).toBe('0.1235')
    expect(metricText(12)).toBe('12')
    expect(metricText(null)).toBe('–')
    expect(changeText(0.75, 0.71)).toBe('+0.04')
    expect(changeText(0.5, 0.71)).toBe('−0.21')
    expect(changeText(0.5, 0.5)).toBe('')
    expect(changeText(0.5, null)).toBe('')
  })

  it('write any parameter', () => {
    expect(settingText({ BUY: 1, SELL: 2 })).toBe('{BUY:1,SELL:2}')
    expect(settingText(true)).toBe('yes')
    expect(settingText(['breakout', 'late'])).toBe('breakout, late')
    expect(settingText(Array.from({ length: 12 }, (_, i) => `annotation-${i}`))).toBe('12 named')
    expect(settingText(null)).toBe('–')
  })
})
