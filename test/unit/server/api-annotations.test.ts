// Annotations, their cases and reviewed spans over HTTP on the demo market; every answer as OpenAPI says.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type {
  AnnotationOut,
  ReviewedSpanOut,
  TestCaseFile,
  TestCaseOut,
  TestCaseState,
  TestCasesOut,
} from '../../../src/contract/annotations.ts'
import type { CandlesOut } from '../../../src/contract/market.ts'
import { described } from './described.ts'
import { NOW } from './harness.ts'

const on = described()

/** A page of annotations or of test cases. */
type Paged = Partial<Record<'annotations' | 'test_cases', { id: string; annotation_id?: string }[]>> & {
  next?: string | null
}

async function lastClose(): Promise<number> {
  const { body } = await on.call<CandlesOut>('GET', '/api/candles?symbol=ETH/USDT&timeframe=1s&limit=1')
  return body.candles[0]![4]
}

async function markAt(entry: number, changes: object = {}): Promise<object> {
  const price = await lastClose()
  return {
    symbol: 'ETH/USDT',
    direction: 'LONG',
    entry: { timestamp: new Date(entry).toISOString(), price },
    exit: { timestamp: entry + 60_000, price: price * 1.01 },
    tags: ['breakout'],
    ...changes,
  }
}

describe('annotations', () => {
  it('that are saved are followed by an event with the state of their test case', async () => {
    const leave = new AbortController()
    const stream = await fetch(new URL('/api/events?types=test_case', on.server.http.url), {
      signal: leave.signal,
    })
    const { body } = await on.call<AnnotationOut>('POST', '/api/annotations', { body: await markAt(NOW) })
    let text = ''
    for await (const chunk of stream.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      if (text.includes('event: test_case')) break
    }
    leave.abort()
    const { test_cases } = (await on.call<TestCasesOut>('GET', '/api/test-cases')).body
    expect(JSON.parse(/event: test_case\ndata: (.*)/.exec(text)![1]!)).toEqual(
      test_cases.find(({ annotation_id }) => annotation_id === body.id),
    )
    await on.call('DELETE', `/api/annotations/${body.id}`)
  })

  it('are saved with their case before the answer, read, replaced, deleted and restored', async () => {
    const created = await on.call<AnnotationOut>('POST', '/api/annotations', { body: await markAt(NOW) })
    expect(created.status).toBe(201)
    const { id, test_case_id: caseId } = created.body
    expect(caseId).toBe(`annotation_${id}`)
    const file = join(on.server.workspace.testCases, `${caseId}.json`)
    const saved = JSON.parse(await readFile(file, 'utf8')) as TestCaseFile
    expect(saved).toMatchObject({
      test_case_id: caseId,
      timestamp: '2026-01-15T10:30:05Z',
      action: 'BUY',
      venue: 'demo-1',
    })

    const path = `/api/annotations/${id}`
    const replaced = await on.call<AnnotationOut>('PUT', path, {
      body: await markAt(NOW - 5_000, { direction: 'SHORT' }),
    })
    expect(replaced.body).toMatchObject({ id, direction: 'SHORT' })
    expect((JSON.parse(await readFile(file, 'utf8')) as TestCaseFile).action).toBe('SELL')

    expect((await on.call<AnnotationOut>('DELETE', path)).body.deleted_at).not.toBeNull()
    expect(existsSync(file)).toBe(false)
    expect(
      (await on.call<{ annotations: AnnotationOut[] }>('GET', '/api/annotations')).body.annotations,
    ).toEqual([])
    await on.call('POST', `${path}/restore`)
    expect(existsSync(file)).toBe(true)

    const listed = await on.call<{ annotations: AnnotationOut[] }>(
      'GET',
      '/api/annotations?symbol=ETH/USDT&tag=breakout',
    )
    expect(listed.body.annotations.map((each) => each.id)).toEqual([id])
    const cases = await on.call<{ test_cases: TestCaseState[] }>('GET', '/api/test-cases')
    expect(cases.body.test_cases).toMatchObject([{ test_case_id: caseId, state: 'complete' }])
    const whole = await on.call<TestCaseOut>('GET', `/api/test-cases/${caseId}`)
    expect(whole.body.market_state.ohlcv_1s.timestamps).toHaveLength(100)
    expect(whole.body).toMatchObject({
      annotation_id: id,
      state: 'complete',
      left_out: 'a loss of 1 % before fees',
      detail: null,
    })
    expect(whole.body).toMatchObject(JSON.parse(await readFile(file, 'utf8')) as TestCaseFile)
    await on.call('DELETE', path)
  })

  it('come whole, or a page at a time with their test cases, by what the page before says', async () => {
    const made: string[] = []
    for (const minutes of [5, 3, 1]) {
      const body = await markAt(NOW - minutes * 60_000)
      made.push((await on.call<AnnotationOut>('POST', '/api/annotations', { body })).body.id)
    }
    for (const [path, name] of [
      ['/api/annotations', 'annotations'],
      ['/api/test-cases', 'test_cases'],
    ] as const) {
      const read = async (query: string) =>
        (await on.call<Paged>('GET', `${path}?symbol=ETH/USDT${query}`)).body
      const idsOf = (page: Paged) => page[name]!.map((one) => one.annotation_id ?? one.id)
      const whole = await read('')
      expect(idsOf(whole)).toEqual(made)
      expect(whole).not.toHaveProperty('next')
      const last = await read('&limit=2')
      expect(idsOf(last)).toEqual(made.slice(1))
      const first = await read(`&limit=2&before=${last.next}`)
      expect({ ids: idsOf(first), next: first.next }).toEqual({ ids: made.slice(0, 1), next: null })
      expect(idsOf(await read(`&before=${last.next}`))).toEqual(made.slice(0, 1))
      for (const query of ['before=yesterday', 'limit=0', 'limit=100000'])
        expect(await on.failure('GET', `${path}?${query}`)).toMatchObject({ code: 'invalid_request' })
    }
    for (const id of made) await on.call('DELETE', `/api/annotations/${id}`)
  })

  it('where too little is stored are refused with what there is, and nothing is saved', async () => {
    const error = await on.failure('POST', '/api/annotations', { body: await markAt(NOW - 40 * 86_400_000) })
    expect(error).toMatchObject({ status: 422, code: 'not_enough_candles', timeframe: '1s', need: 100 })
    expect(error).toHaveProperty('available')
    expect(
      (await on.call<{ annotations: AnnotationOut[] }>('GET', '/api/annotations')).body.annotations,
    ).toEqual([])
  })

  it.each([
    ['an unknown field', { colour: 'red' }, 'invalid_request', 'colour'],
    ['a wrong direction', { direction: 'UP' }, 'invalid_request', 'direction'],
    [
      'a local time',
      { entry: { timestamp: '2026-01-15T10:30:05', price: 1 } },
      'invalid_timestamp',
      'entry.timestamp',
    ],
    ['a price as text', { entry: { timestamp: NOW, price: '1' } }, 'invalid_request', 'entry.price'],
  ])('with %s are refused', async (_, changes, code, field) => {
    expect(await on.failure('POST', '/api/annotations', { body: await markAt(NOW, changes) })).toMatchObject({
      status: 400,
      code,
      field,
    })
  })

  it('that are not there are 404', async () => {
    for (const method of ['GET', 'DELETE']) {
      expect(await on.failure(method, '/api/annotations/nothing')).toMatchObject({
        status: 404,
        code: 'unknown_annotation',
      })
    }
    expect(await on.failure('GET', '/api/test-cases/annotation_none')).toMatchObject({
      status: 404,
      code: 'unknown_test_case',
    })
  })
})

describe('reviewed spans', () => {
  it('are made, listed and taken back', async () => {
    const body = { symbol: 'ETH/USDT', from: '2026-01-15T10:00:00Z', to: '2026-01-15T10:20:00Z' }
    const made = await on.call<ReviewedSpanOut>('POST', '/api/reviewed-spans', { body })
    expect(made).toMatchObject({ status: 201, body: { venue: 'demo-1', from: body.from, to: body.to } })
    const listed = await on.call<{ reviewed_spans: ReviewedSpanOut[] }>('GET', '/api/reviewed-spans')
    expect(listed.body.reviewed_spans).toEqual([made.body])
    for (const [query, answer] of [
      ['symbol=ETH/USDT', { reviewed_spans: [made.body] }],
      ['symbol=BTC/USDT', { reviewed_spans: [] }],
      ['venue=elsewhere', { reviewed_spans: [] }],
      ['limit=1', { reviewed_spans: [made.body], next: null }],
    ] as const)
      expect((await on.call('GET', `/api/reviewed-spans?${query}`)).body).toEqual(answer)
    const path = `/api/reviewed-spans/${made.body.id}`
    expect((await on.call('GET', path)).body).toEqual(made.body)
    await on.call('DELETE', path)
    expect(await on.failure('GET', path)).toMatchObject({ status: 404, code: 'unknown_reviewed_span' })
    expect(await on.failure('DELETE', path)).toMatchObject({ status: 404 })
    expect(
      await on.failure('POST', '/api/reviewed-spans', { body: { ...body, to: body.from } }),
    ).toMatchObject({
      status: 400,
    })
  })
})
