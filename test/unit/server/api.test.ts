// The HTTP interface on the demo market: candles, annotations, spans, cases, models, runs; every answer as OpenAPI says.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MODELS } from '../../../src/models/registry.ts'
import type {
  AnnotationOut,
  ReviewedSpanOut,
  TestCaseFile,
  TestCaseOut,
  TestCaseState,
  TestCasesOut,
} from '../../../src/contract/annotations.ts'
import type { CandlesOut, HealthOut, MarketsOut } from '../../../src/contract/market.ts'
import type { ErrorBody } from '../../../src/contract/shapes.ts'
import type { ModelsOut } from '../../../src/contract/training.ts'
import { NOW, startServer, type Answer, type CallOptions, type Harness } from './harness.ts'
import { OpenApi } from './openapi.ts'

let server: Harness
let api: OpenApi

beforeAll(async () => {
  server = await startServer('demo')
  api = new OpenApi((await server.call<object>('GET', '/api/openapi.json')).body)
})
afterAll(() => server.stop())

/** A call whose answer must be what OpenAPI says. */
async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<Answer<T>> {
  const answer = await server.call<T>(method, path, options)
  expect(api.faults(method, path, answer.status, answer.body)).toEqual([])
  return answer
}

async function failure(
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<ErrorBody['error'] & { status: number }> {
  const { status, body } = await call<ErrorBody>(method, path, options)
  return { ...body.error, status }
}

/** A page of annotations or of test cases. */
type Paged = Partial<Record<'annotations' | 'test_cases', { id: string; annotation_id?: string }[]>> & {
  next?: string | null
}

async function lastClose(): Promise<number> {
  const { body } = await call<CandlesOut>('GET', '/api/candles?symbol=ETH/USDT&timeframe=1s&limit=1')
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

describe('health and candles', () => {
  it('says what is served', async () => {
    const { body } = await call<HealthOut>('GET', '/api/health')
    expect(body.data_source).toMatchObject({
      kind: 'demo',
      venue: 'demo-1',
      symbol: 'ETH/USDT',
      simulated: true,
    })
    expect(body.now).toBe('2026-01-15T10:30:05Z')
    expect(body.counts).toMatchObject({ active_sessions: 0 })
  })

  it('answers the last candles, ascending, one timeframe apart', async () => {
    const { body } = await call<CandlesOut>('GET', '/api/candles?symbol=ETH/USDT&timeframe=1m&limit=3')
    expect(body.candles.map(([open]) => open)).toEqual([1, 2, 3].map((n) => NOW - 5_000 - (4 - n) * 60_000))
    expect(body.gaps).toEqual([])
  })

  it('adds the forming candle when asked', async () => {
    const { body } = await call<CandlesOut>(
      'GET',
      '/api/candles?symbol=ETH/USDT&timeframe=1m&limit=2&forming=true',
    )
    expect(body.candles.at(-1)![0]).toBe(NOW - 5_000)
  })

  it('answers from ≤ open < to, in ms or ISO', async () => {
    const from = '2026-01-15T10:00:00Z'
    const path = `/api/candles?symbol=ETH/USDT&timeframe=1m&from=${from}&to=${NOW - 5_000}&venue=demo-1`
    const { body } = await call<CandlesOut>('GET', path)
    expect(body.candles).toHaveLength(30)
    expect(body.candles[0]![0]).toBe(Date.parse(from))
  })

  it('describes the markets and where cases are possible', async () => {
    const { body } = await call<MarketsOut>('GET', '/api/markets')
    expect(body.markets[0]).toMatchObject({ symbol: 'ETH/USDT', venue: 'demo-1', simulated: true })
    expect(body.markets[0]!.test_case_spans.at(-1)!.to).toBe('2026-01-15T10:30:05Z')
  })

  it.each([
    ['/api/candles?timeframe=1m', 'invalid_request', 'symbol', 400],
    ['/api/candles?symbol=ETH/USDT&timeframe=5m', 'invalid_request', 'timeframe', 400],
    ['/api/candles?symbol=DOGE/USDT&timeframe=1m', 'unknown_symbol', 'symbol', 404],
    ['/api/candles?symbol=ETH/USDT&venue=nowhere&timeframe=1m', 'unknown_venue', 'venue', 404],
    ['/api/candles?symbol=ETH/USDT&timeframe=1m&from=2026-01-15T10:00:00', 'invalid_timestamp', 'from', 400],
    ['/api/candles?symbol=ETH/USDT&timeframe=1m&limit=0', 'invalid_request', 'limit', 400],
    ['/api/candles?symbol=ETH/USDT&timeframe=1m&colour=red', 'invalid_request', 'colour', 400],
  ])('%s fails in words', async (path, code, field, status) => {
    expect(await failure('GET', path)).toMatchObject({ code, field, status })
  })
})

describe('annotations', () => {
  it('that are saved are followed by an event with the state of their test case', async () => {
    const leave = new AbortController()
    const stream = await fetch(new URL('/api/events?types=test_case', server.http.url), {
      signal: leave.signal,
    })
    const { body } = await call<AnnotationOut>('POST', '/api/annotations', { body: await markAt(NOW) })
    let text = ''
    for await (const chunk of stream.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      if (text.includes('event: test_case')) break
    }
    leave.abort()
    const { test_cases } = (await call<TestCasesOut>('GET', '/api/test-cases')).body
    expect(JSON.parse(/event: test_case\ndata: (.*)/.exec(text)![1]!)).toEqual(
      test_cases.find(({ annotation_id }) => annotation_id === body.id),
    )
    await call('DELETE', `/api/annotations/${body.id}`)
  })

  it('are saved with their case before the answer, read, replaced, deleted and restored', async () => {
    const created = await call<AnnotationOut>('POST', '/api/annotations', { body: await markAt(NOW) })
    expect(created.status).toBe(201)
    const { id, test_case_id: caseId } = created.body
    expect(caseId).toBe(`annotation_${id}`)
    const file = join(server.workspace.testCases, `${caseId}.json`)
    const saved = JSON.parse(await readFile(file, 'utf8')) as TestCaseFile
    expect(saved).toMatchObject({
      test_case_id: caseId,
      timestamp: '2026-01-15T10:30:05Z',
      action: 'BUY',
      venue: 'demo-1',
    })

    const path = `/api/annotations/${id}`
    const replaced = await call<AnnotationOut>('PUT', path, {
      body: await markAt(NOW - 5_000, { direction: 'SHORT' }),
    })
    expect(replaced.body).toMatchObject({ id, direction: 'SHORT' })
    expect((JSON.parse(await readFile(file, 'utf8')) as TestCaseFile).action).toBe('SELL')

    expect((await call<AnnotationOut>('DELETE', path)).body.deleted_at).not.toBeNull()
    expect(existsSync(file)).toBe(false)
    expect(
      (await call<{ annotations: AnnotationOut[] }>('GET', '/api/annotations')).body.annotations,
    ).toEqual([])
    await call('POST', `${path}/restore`)
    expect(existsSync(file)).toBe(true)

    const listed = await call<{ annotations: AnnotationOut[] }>(
      'GET',
      '/api/annotations?symbol=ETH/USDT&tag=breakout',
    )
    expect(listed.body.annotations.map((each) => each.id)).toEqual([id])
    const cases = await call<{ test_cases: TestCaseState[] }>('GET', '/api/test-cases')
    expect(cases.body.test_cases).toMatchObject([{ test_case_id: caseId, state: 'complete' }])
    const whole = await call<TestCaseOut>('GET', `/api/test-cases/${caseId}`)
    expect(whole.body.market_state.ohlcv_1s.timestamps).toHaveLength(100)
    expect(whole.body).toMatchObject({
      annotation_id: id,
      state: 'complete',
      left_out: 'a loss of 1 % before fees',
      detail: null,
    })
    expect(whole.body).toMatchObject(JSON.parse(await readFile(file, 'utf8')) as TestCaseFile)
    await call('DELETE', path)
  })

  it('come whole, or a page at a time with their test cases, by what the page before says', async () => {
    const made: string[] = []
    for (const minutes of [5, 3, 1]) {
      const body = await markAt(NOW - minutes * 60_000)
      made.push((await call<AnnotationOut>('POST', '/api/annotations', { body })).body.id)
    }
    for (const [path, name] of [
      ['/api/annotations', 'annotations'],
      ['/api/test-cases', 'test_cases'],
    ] as const) {
      const read = async (query: string) => (await call<Paged>('GET', `${path}?symbol=ETH/USDT${query}`)).body
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
        expect(await failure('GET', `${path}?${query}`)).toMatchObject({ code: 'invalid_request' })
    }
    for (const id of made) await call('DELETE', `/api/annotations/${id}`)
  })

  it('where too little is stored are refused with what there is, and nothing is saved', async () => {
    const error = await failure('POST', '/api/annotations', { body: await markAt(NOW - 40 * 86_400_000) })
    expect(error).toMatchObject({ status: 422, code: 'not_enough_candles', timeframe: '1s', need: 100 })
    expect(error).toHaveProperty('available')
    expect(
      (await call<{ annotations: AnnotationOut[] }>('GET', '/api/annotations')).body.annotations,
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
    expect(await failure('POST', '/api/annotations', { body: await markAt(NOW, changes) })).toMatchObject({
      status: 400,
      code,
      field,
    })
  })

  it('that are not there are 404', async () => {
    for (const method of ['GET', 'DELETE']) {
      expect(await failure(method, '/api/annotations/nothing')).toMatchObject({
        status: 404,
        code: 'unknown_annotation',
      })
    }
    expect(await failure('GET', '/api/test-cases/annotation_none')).toMatchObject({
      status: 404,
      code: 'unknown_test_case',
    })
  })
})

describe('reviewed spans', () => {
  it('are made, listed and taken back', async () => {
    const body = { symbol: 'ETH/USDT', from: '2026-01-15T10:00:00Z', to: '2026-01-15T10:20:00Z' }
    const made = await call<ReviewedSpanOut>('POST', '/api/reviewed-spans', { body })
    expect(made).toMatchObject({ status: 201, body: { venue: 'demo-1', from: body.from, to: body.to } })
    const listed = await call<{ reviewed_spans: ReviewedSpanOut[] }>('GET', '/api/reviewed-spans')
    expect(listed.body.reviewed_spans).toEqual([made.body])
    for (const [query, answer] of [
      ['symbol=ETH/USDT', { reviewed_spans: [made.body] }],
      ['symbol=BTC/USDT', { reviewed_spans: [] }],
      ['venue=elsewhere', { reviewed_spans: [] }],
      ['limit=1', { reviewed_spans: [made.body], next: null }],
    ] as const)
      expect((await call('GET', `/api/reviewed-spans?${query}`)).body).toEqual(answer)
    const path = `/api/reviewed-spans/${made.body.id}`
    expect((await call('GET', path)).body).toEqual(made.body)
    await call('DELETE', path)
    expect(await failure('GET', path)).toMatchObject({ status: 404, code: 'unknown_reviewed_span' })
    expect(await failure('DELETE', path)).toMatchObject({ status: 404 })
    expect(await failure('POST', '/api/reviewed-spans', { body: { ...body, to: body.from } })).toMatchObject({
      status: 400,
    })
  })
})

describe('models, runs and sessions', () => {
  it('lists the models that exist, and no other', async () => {
    const { body } = await call<ModelsOut>('GET', '/api/models')
    const own = { id: 'custom', name: 'Your own', trainable: false }
    const trained = MODELS.map(({ id, name }) => ({ id, name, trainable: true }))
    expect(trained[0]).toMatchObject({ id: 'cnn', name: 'StandardizedCNN' })
    expect(body.models).toMatchObject([...trained, own])
  })

  it.each([
    ['POST', '/api/training-runs', { model: 'oracle' }, 404, 'unknown_model'],
    ['POST', '/api/training-runs', { model: 'cnn', epochs: 0 }, 400, 'invalid_request'],
    ['POST', '/api/training-runs', { model: 'custom' }, 422, 'not_trainable'],
    ['GET', '/api/training-runs/none', undefined, 404, 'unknown_training_run'],
    ['POST', '/api/training-runs/none/cancel', undefined, 404, 'unknown_training_run'],
    ['POST', '/api/models/oracle/promote', { checkpoint: '0001' }, 404, 'unknown_model'],
    ['POST', '/api/models/cnn/promote', { checkpoint: '0001' }, 404, 'unknown_checkpoint'],
    ['POST', '/api/models/cnn/promote', { checkpoint: '0001', reason: ' ' }, 400, 'invalid_request'],
    ['POST', '/api/models/cnn/rollback', undefined, 409, 'nothing_to_roll_back'],
    ['POST', '/api/models/oracle/rollback', undefined, 404, 'unknown_model'],
    ['GET', '/api/models/oracle/history', undefined, 404, 'unknown_model'],
    ['GET', '/api/models/cnn/history?at=yesterday', undefined, 400, 'invalid_timestamp'],
    ['POST', '/api/inference-sessions', { model: 'cnn', symbol: 'ETH/USDT' }, 409, 'no_checkpoint'],
    ['POST', '/api/inference-sessions', { model: 'cnn', symbol: 'DOGE/USDT' }, 404, 'unknown_symbol'],
    ['GET', '/api/inference-sessions/none', undefined, 404, 'unknown_inference_session'],
    ['POST', '/api/inference-sessions/none/stop', undefined, 404, 'unknown_inference_session'],
    ['GET', '/api/training-runs?before=none', undefined, 404, 'unknown_training_run'],
    ['GET', '/api/training-runs?limit=0', undefined, 400, 'invalid_request'],
    ['GET', '/api/inference-sessions?before=none', undefined, 404, 'unknown_inference_session'],
    ['GET', '/api/signals?limit=0', undefined, 400, 'invalid_request'],
  ])('%s %s %j fails in words', async (method, path, body, status, code) => {
    expect(await failure(method, path, { body })).toMatchObject({ status, code })
  })

  it('answers empty lists in envelopes of their name', async () => {
    for (const [path, name] of [
      ['/api/training-runs', 'training_runs'],
      ['/api/inference-sessions', 'inference_sessions'],
      ['/api/signals', 'signals'],
    ] as const) {
      expect((await call(`GET`, path)).body).toEqual({ [name]: [] })
    }
  })
})

describe('what is no request', () => {
  it.each([
    ['POST', '/api/annotations', { raw: '{"symbol":' }, 400, 'invalid_json'],
    ['POST', '/api/annotations', { raw: '' }, 400, 'invalid_request'],
    [
      'POST',
      '/api/annotations',
      { raw: 'symbol=1', headers: { 'content-type': 'text/plain' } },
      415,
      'invalid_content_type',
    ],
    ['POST', '/api/annotations', {}, 400, 'invalid_request'],
    [
      'POST',
      '/api/annotations',
      { raw: JSON.stringify({ notes: 'x'.repeat(2_000_000) }) },
      413,
      'body_too_large',
    ],
    ['GET', '/api/nothing', {}, 404, 'unknown_path'],
    ['DELETE', '/api/health', {}, 405, 'method_not_allowed'],
    ['PATCH', '/api/annotations', { raw: '{"symbol":' }, 405, 'method_not_allowed'],
    [
      'PUT',
      '/api/annotations',
      { raw: 'a', headers: { 'content-type': 'text/xml' } },
      405,
      'method_not_allowed',
    ],
    ['PUT', `/api/annotations/a%2Fb/restore`, {}, 405, 'method_not_allowed'],
    ['POST', '/api/annotations/', {}, 404, 'unknown_path'],
    ['POST', '/api/training-runs/', {}, 404, 'unknown_path'],
    ['POST', '/metrics', {}, 405, 'method_not_allowed'],
    ['POST', '/', {}, 404, 'unknown_path'],
  ])('%s %s is answered in words', async (method, path, options, status, code) => {
    const answer = await server.call<ErrorBody>(method, path, options)
    expect(answer).toMatchObject({ status, body: { error: { code } } })
    expect(answer.body.error.message.length).toBeGreaterThan(10)
  })
})

describe('a method that a path does not take', () => {
  const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'TRACE']
  const described = (path: string): string[] => {
    const own = api.methodsAt(path)
    return [...own, ...(own.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].toSorted()
  }

  it('is told which it takes, on every path there is', async () => {
    const paths = [...new Set(api.operations().map((each) => each.split(' ')[1] ?? ''))]
    expect(paths.length).toBeGreaterThan(40)
    for (const template of paths) {
      const path = template.replaceAll(/\{\w+\}/g, 'x')
      const allow = described(path)
      for (const method of METHODS.filter((each) => !allow.includes(each))) {
        const { status, headers, body } = await server.call<ErrorBody>(method, path)
        expect({ status, allow: String(headers['allow']).split(', ') }, `${method} ${path}`).toEqual({
          status: 405,
          allow,
        })
        if (method !== 'HEAD') expect(body.error).toMatchObject({ code: 'method_not_allowed', allow })
      }
    }
  })

  it('OPTIONS tells it alone, and HEAD goes with GET', async () => {
    const { status, headers, text } = await server.call('OPTIONS', '/api/%61nnotations')
    expect({ status, allow: headers['allow'], text }).toEqual({
      status: 204,
      allow: 'GET, HEAD, OPTIONS, POST',
      text: '',
    })
    expect(headers['access-control-allow-origin']).toBeUndefined()
    expect((await server.call('HEAD', '/api/health')).status).toBe(200)
    expect((await server.call('OPTIONS', '/api/nothing')).status).toBe(404)
  })
})

describe('OpenAPI', () => {
  it('is complete and sound', () => {
    expect(api.problems()).toEqual([])
    expect(api.operations()).toContain('POST /api/annotations/{id}/restore')
    expect(api.operations()).toContain('GET /api/events')
  })

  it('has nothing that does not exist', () => {
    expect(api.operations().filter((each) => /evaluat/.test(each))).toEqual([])
  })
})

it('answers Prometheus text', async () => {
  const { text, headers } = await server.call('GET', '/metrics')
  expect(headers['content-type']).toContain('text/plain')
  expect(text).toContain('annotate_http_request_seconds_count{method="GET",route="/api/health",status="200"}')
  expect(text).toContain('annotate_event_clients 0')
})
