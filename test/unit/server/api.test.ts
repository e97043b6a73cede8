// The HTTP interface on the demo market: health, candles, models, runs, metrics; every answer as OpenAPI says.
import { describe, expect, it } from 'vitest'
import type { CandlesOut, HealthOut, MarketsOut } from '../../../src/contract/market.ts'
import type { ModelsOut } from '../../../src/contract/training.ts'
import { MODELS } from '../../../src/models/registry.ts'
import { described } from './described.ts'
import { NOW } from './harness.ts'

const on = described()

describe('health and candles', () => {
  it('says what is served', async () => {
    const { body } = await on.call<HealthOut>('GET', '/api/health')
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
    const { body } = await on.call<CandlesOut>('GET', '/api/candles?symbol=ETH/USDT&timeframe=1m&limit=3')
    expect(body.candles.map(([open]) => open)).toEqual([1, 2, 3].map((n) => NOW - 5_000 - (4 - n) * 60_000))
    expect(body.gaps).toEqual([])
  })

  it('adds the forming candle when asked', async () => {
    const { body } = await on.call<CandlesOut>(
      'GET',
      '/api/candles?symbol=ETH/USDT&timeframe=1m&limit=2&forming=true',
    )
    expect(body.candles.at(-1)![0]).toBe(NOW - 5_000)
  })

  it('answers from ≤ open < to, in ms or ISO', async () => {
    const from = '2026-01-15T10:00:00Z'
    const path = `/api/candles?symbol=ETH/USDT&timeframe=1m&from=${from}&to=${NOW - 5_000}&venue=demo-1`
    const { body } = await on.call<CandlesOut>('GET', path)
    expect(body.candles).toHaveLength(30)
    expect(body.candles[0]![0]).toBe(Date.parse(from))
  })

  it('describes the markets and where cases are possible', async () => {
    const { body } = await on.call<MarketsOut>('GET', '/api/markets')
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
    expect(await on.failure('GET', path)).toMatchObject({ code, field, status })
  })
})

describe('models, runs and sessions', () => {
  it('lists the models that exist, and no other', async () => {
    const { body } = await on.call<ModelsOut>('GET', '/api/models')
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
    expect(await on.failure(method, path, { body })).toMatchObject({ status, code })
  })

  it('answers empty lists in envelopes of their name', async () => {
    for (const [path, name] of [
      ['/api/training-runs', 'training_runs'],
      ['/api/inference-sessions', 'inference_sessions'],
      ['/api/signals', 'signals'],
    ] as const) {
      expect((await on.call(`GET`, path)).body).toEqual({ [name]: [] })
    }
  })
})

describe('OpenAPI', () => {
  it('is complete and sound', () => {
    expect(on.api.problems()).toEqual([])
    expect(on.api.operations()).toContain('POST /api/annotations/{id}/restore')
    expect(on.api.operations()).toContain('GET /api/events')
  })

  it('has nothing that does not exist', () => {
    expect(on.api.operations().filter((each) => /evaluat/.test(each))).toEqual([])
  })
})

it('answers Prometheus text', async () => {
  const { text, headers } = await on.server.call('GET', '/metrics')
  expect(headers['content-type']).toContain('text/plain')
  expect(text).toContain('annotate_http_request_seconds_count{method="GET",route="/api/health",status="200"}')
  expect(text).toContain('annotate_event_clients 0')
})
