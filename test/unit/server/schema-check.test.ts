// Requests against schemas: nothing is coerced in bodies, little in query strings, and every fault names its field.
import Type, { type TSchema } from 'typebox'
import { describe, expect, it } from 'vitest'
import { AnnotationBody } from '../../../src/contract/annotations.ts'
import { CandlesQuery } from '../../../src/contract/market.ts'
import { TrainingBody } from '../../../src/contract/training-parameters.ts'
import type { AppError } from '../../../src/core/errors.ts'
import { checkBySchema } from '../../../src/server/schema-check.ts'

interface Checked {
  value?: unknown
  error?: AppError
}

function check(schema: TSchema, httpPart: string, input: unknown): Checked {
  const validate = checkBySchema({ schema, httpPart, method: 'POST', url: '/' }) as (
    input: unknown,
  ) => Checked
  return validate(input)
}

const mark = {
  symbol: 'ETH/USDT',
  direction: 'LONG',
  entry: { timestamp: '2024-08-09T00:00:05Z', price: 2683.1 },
  exit: { timestamp: 1723161665000, price: 2684 },
}

describe('bodies', () => {
  it('pass as they are', () => {
    expect(check(AnnotationBody, 'body', mark)).toEqual({ value: mark })
  })

  it.each([
    [{ ...mark, colour: 'red' }, 'colour', /Unknown field "colour". Known fields: symbol, venue, direction/],
    [
      { ...mark, entry: { ...mark.entry, at: 1 } },
      'entry.at',
      /Unknown field "entry.at". Known fields: timestamp, price/,
    ],
    [{ ...mark, direction: 'UP' }, 'direction', /direction is "UP": expected one of LONG, SHORT/],
    [{ ...mark, symbol: undefined }, 'symbol', /symbol/],
    [{ ...mark, entry: { price: 1 } }, 'entry.timestamp', /entry.timestamp is missing/],
    [
      { ...mark, entry: { ...mark.entry, price: '2683' } },
      'entry.price',
      /entry.price is "2683": expected number/,
    ],
    [{ ...mark, entry: { ...mark.entry, price: 0 } }, 'entry.price', /entry.price is 0: expected .*above 0/],
    [{ ...mark, tags: 'breakout' }, 'tags', /tags is "breakout": expected array/],
    [{ ...mark, tags: [1] }, 'tags.0', /tags.0 is 1: expected string/],
    [
      { ...mark, tags: ['breakout', '*'] },
      'tags.1',
      /tags.1 is "\*": expected a name of its own: "\*" means all patterns/,
    ],
    [{ ...mark, notes: 'cut\0short' }, 'notes', /^notes holds a NUL character \(U\+0000\).*leave it out/],
    [{ ...mark, tags: ['a', 'b\0'] }, 'tags.1', /^tags.1 holds a NUL/],
    [{ ...mark, notes: 'half \ud83d' }, 'notes', /^notes holds half of a surrogate pair.*leave it out/],
    [{ ...mark, provenance: { annotator: '\udc00x' } }, 'provenance.annotator', /half of a surrogate pair/],
  ])('%j is refused by its field', (body, field, words) => {
    const { error } = check(AnnotationBody, 'body', body)
    expect(error).toMatchObject({ code: 'invalid_request', field, status: 400 })
    expect(error!.message).toMatch(words)
  })

  it.each([[true], [1.5], [null], [{}]])('%j is no timestamp', (timestamp) => {
    const { error } = check(AnnotationBody, 'body', { ...mark, entry: { timestamp, price: 1 } })
    expect(error).toMatchObject({ code: 'invalid_timestamp', field: 'entry.timestamp' })
    expect(error!.message).toContain('ISO 8601 with an offset')
  })

  it.each([[null], [undefined], ['text'], [[]]])('%j is no body', (body) => {
    const { error } = check(AnnotationBody, 'body', body)
    expect(error).toMatchObject({ code: 'invalid_request', status: 400 })
  })

  it('take all other text, of every plane', () => {
    const body = { ...mark, notes: 'ä\u0001\n😀\uffff', tags: ['*a', '**'] }
    expect(check(AnnotationBody, 'body', body)).toEqual({ value: body })
  })

  it('are looked through however deep, names of fields too', () => {
    const deep = (inner: unknown) =>
      JSON.parse(`${'[['.repeat(50_000)}${JSON.stringify(inner)}${']]'.repeat(50_000)}`)
    for (const inner of ['\0', { '\ud800': 1 }])
      expect(check(Type.Unknown(), 'body', deep(inner)).error).toMatchObject({ code: 'invalid_request' })
    expect(check(Type.Unknown(), 'body', deep('whole')).error).toBeUndefined()
  })

  it('have limits', () => {
    const { error } = check(TrainingBody, 'body', { model: 'cnn', epochs: 0 })
    expect(error!.message).toMatch(/^epochs is 0: expected .*1/)
  })
})

describe('query strings', () => {
  it('become numbers and booleans where the schema wants them', () => {
    const query = { symbol: '1', timeframe: '1m', limit: '5', forming: 'true', from: '1723161665000' }
    expect(check(CandlesQuery, 'querystring', query)).toEqual({
      value: { ...query, limit: 5, forming: true },
    })
  })

  it.each([
    ['limit', 'many'],
    ['limit', '1e2'],
    ['limit', ''],
    ['limit', '0'],
    ['limit', '2.5'],
    ['forming', 'yes'],
    ['timeframe', '5m'],
    ['limti', '5'],
  ])('%s=%s is refused', (name, value) => {
    const query = { symbol: 'ETH/USDT', timeframe: '1m', [name]: value }
    expect(check(CandlesQuery, 'querystring', query).error).toMatchObject({
      code: 'invalid_request',
      field: name,
    })
  })

  it('hold no NUL either', () => {
    const query = { symbol: 'ETH\0/USDT', timeframe: '1m' }
    expect(check(CandlesQuery, 'querystring', query).error).toMatchObject({ field: 'symbol' })
  })

  it('take no value twice', () => {
    const query = { symbol: 'ETH/USDT', timeframe: '1m', limit: ['1', '2'] }
    expect(check(CandlesQuery, 'querystring', query).error).toMatchObject({ field: 'limit' })
  })
})

it('lengths are said as limits', () => {
  const schema = Type.Object({
    id: Type.String({ maxLength: 3, minLength: 2 }),
    list: Type.Array(Type.Number(), { maxItems: 1 }),
  })
  const messageOf = (id: string, list: number[]): string | undefined =>
    check(schema, 'body', { id, list }).error?.message
  expect(messageOf('aaaa', [])).toContain('expected at most 3 characters')
  expect(messageOf('a', [])).toContain('expected at least 2 characters')
  expect(messageOf('aa', [1, 2])).toContain('expected at most 1 items')
})

it('names nothing where the whole value is wrong', () => {
  const { error } = check(Type.Object({}), 'body', 5)
  expect(error!.field).toBeUndefined()
})
