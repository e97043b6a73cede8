// The whole loop on recorded Binance data, through the real command line and a real server: import, mark, train, go live.
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { AnnotationOut, TestCaseFile, TestCaseState } from '../../src/contract/annotations.ts'
import type { SessionOut, SignalOut } from '../../src/contract/inference.ts'
import type { ModelsOut, TrainingRunOut } from '../../src/contract/training.ts'
import { annotate, annotateJson, serve, type Served } from '../unit/cli/annotate.ts'
import { IndependentMarket, type Columns } from './independent.ts'
import { patient } from '../patience.ts'

const DATA = fileURLToPath(new URL('../../../shared/data/', import.meta.url))
const present = existsSync(join(DATA, 'README.md'))
if (!present) console.warn(`Skipped: ${DATA} is not here, so the loop is not walked on recorded data.`)

const FILES = {
  trades: join(DATA, 'trades/binance-ETHUSDT-2024-08-08.csv.gz'),
  '1m': join(DATA, 'candles/binance-ETHUSDT-1m-2024.csv.gz'),
  '1h': join(DATA, 'candles/binance-ETHUSDT-1h.csv.gz'),
  '1d': join(DATA, 'candles/binance-ETHUSDT-1d.csv.gz'),
}
const MARKET = ['--symbol', 'ETH/USDT', '--venue', 'binance']
const BEGIN = Date.parse('2024-08-08T23:56:00Z')
const END = Date.parse('2024-08-09T00:05:00Z')
const DATA_END = Date.parse('2024-08-09T00:05:05Z')
const HOLDING = 20_000

describe.skipIf(!present)('the loop on recorded data', { timeout: 240_000 }, () => {
  let workspace: string
  let server: Served
  let truth: IndependentMarket
  const at = (): string[] => ['--workspace', workspace]

  beforeAll(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'annotate-loop-'))
    truth = new IndependentMarket(FILES)
  })
  afterAll(async () => {
    server?.running.process.kill('SIGKILL')
    await rm(workspace, { recursive: true, force: true })
  })

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(new URL(path, server.url), {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const answer = (await response.json()) as T
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`)
    return answer
  }

  async function run(id: string): Promise<TrainingRunOut> {
    return call('GET', `/api/training-runs/${id}`)
  }

  it('imports 14,515 trades and candles of three timeframes, and nothing twice', async () => {
    const trades = ['import', 'trades', FILES.trades, ...MARKET, ...at()]
    expect(await annotateJson(...trades)).toMatchObject({ rows: 14_515, added: 14_515, refused_count: 0 })
    expect(await annotateJson(...trades)).toMatchObject({ rows: 14_515, added: 0, already_present: 14_515 })
    for (const [timeframe, rows] of [
      ['1m', 43_208],
      ['1h', 26_303],
      ['1d', 1_096],
    ] as const) {
      const report = await annotateJson(
        'import',
        'candles',
        FILES[timeframe],
        '--timeframe',
        timeframe,
        ...MARKET,
        ...at(),
      )
      expect(report).toMatchObject({ rows, refused_count: 0 })
    }
  })

  it('makes 20 marks into 20 cases that hold what the files hold, to the last digit', async () => {
    server = await serve(
      '--source',
      'replay',
      '--from',
      '2024-08-08T23:56:00Z',
      '--speed',
      '0.001',
      ...MARKET,
      ...at(),
    )
    for (let n = 0; n < 20; n++) {
      const entry = BEGIN + 5_000 + Math.round((n * (END - BEGIN - 30_000)) / 20_000) * 1_000
      const annotation = await call<AnnotationOut>('POST', '/api/annotations', markAt(entry))
      expect(annotation.test_case_id).toBe(`annotation_${annotation.id}`)
      const path = join(workspace, 'ANNOTATE/data/test_cases', `${annotation.test_case_id}.json`)
      const file = JSON.parse(await readFile(path, 'utf8')) as TestCaseFile
      expect(Date.parse(file.timestamp)).toBe(entry)
      expect(file.gaps).toEqual([])
      expect(file.market_state).toEqual(stateAt(entry))
    }
    const { test_cases: cases } = await call<{ test_cases: TestCaseState[] }>('GET', '/api/test-cases')
    expect(cases).toHaveLength(20)
    expect(cases.filter(({ state }) => state === 'complete')).toHaveLength(20)
  })

  function markAt(entry: number): object {
    const [price, exit] = [truth.closeAt(entry), truth.closeAt(entry + HOLDING)]
    return {
      symbol: 'ETH/USDT',
      direction: exit >= price ? 'LONG' : 'SHORT',
      entry: { timestamp: new Date(entry).toISOString(), price },
      exit: { timestamp: entry + HOLDING, price: exit },
    }
  }

  function stateAt(T: number): Record<string, Columns> {
    const timeframes = ['1s', '1m', '1h', '1d'] as const
    return Object.fromEntries(
      timeframes.map((timeframe) => [`ohlcv_${timeframe}`, truth.columns(timeframe, T)]),
    )
  }

  it('trains the CNN on them in the background, and leaves its result and its checkpoint', async () => {
    await call('POST', '/api/reviewed-spans', { symbol: 'ETH/USDT', from: BEGIN, to: END })
    const started = await call<TrainingRunOut>('POST', '/api/training-runs', {
      model: 'cnn',
      epochs: 3,
      views: 8,
      seed: 1,
    })
    expect(['QUEUED', 'RUNNING']).toContain(started.status)
    await vi.waitUntil(async () => !['QUEUED', 'RUNNING'].includes((await run(started.id)).status), {
      timeout: 120_000,
      interval: 200,
    })
    const ended = await run(started.id)
    expect(ended).toMatchObject({
      status: 'COMPLETED',
      error: null,
      current_epoch: 3,
      hold_source: 'reviewed',
      checkpoint: '0001',
    })
    expect(ended.epochs).toHaveLength(3)
    const result = JSON.parse(
      await readFile(join(workspace, 'ANNOTATE/data/training_results', `${started.id}.json`), 'utf8'),
    ) as TrainingRunOut
    expect(result).toMatchObject({ id: started.id, status: 'COMPLETED', loss: ended.loss })
    const checkpoint = await readdir(join(workspace, 'models/checkpoints/cnn/0001'))
    const own = [
      'metadata.json',
      'model.onnx',
      'oddness.safetensors',
      'self_test.json',
      'weights.safetensors',
    ]
    expect(checkpoint.toSorted()).toEqual(own)
    const { models } = await call<ModelsOut>('GET', '/api/models')
    expect(models[0]).toMatchObject({
      id: 'cnn',
      promoted: '0001',
      checkpoints: [{ version: '0001', run_id: started.id }],
    })
  })

  it('ends within two seconds when told to, and lets the next one have the workspace', async () => {
    const other = await annotate('serve', '--port', '0', ...at())
    expect(other.code).toBe(1)
    expect(other.stderr).toContain('is in use by the server at')
    const { code, ms } = await server.stop()
    expect(code).toBe(0)
    expect(ms).toBeLessThan(patient(2_000))
  })

  it('goes live on a replay at 10×: a signal for every second, none missed', async () => {
    server = await serve(
      '--source',
      'replay',
      '--from',
      '2024-08-09T00:03:30Z',
      '--speed',
      '10',
      ...MARKET,
      ...at(),
    )
    const { id } = await call<SessionOut>('POST', '/api/inference-sessions', {
      model: 'cnn',
      symbol: 'ETH/USDT',
    })
    const session = (): Promise<SessionOut> => call('GET', `/api/inference-sessions/${id}`)
    await vi.waitUntil(async () => (await session()).state === 'stopped', { timeout: 60_000, interval: 100 })
    const ended = await session()
    expect(ended).toMatchObject({ stop_reason: 'end_of_data', missed_seconds: 0, checkpoint: '0001' })
    const { signals } = await call<{ signals: SignalOut[] }>('GET', `/api/signals?session=${id}&limit=1000`)
    const seconds = signals.map(({ timestamp }) => Date.parse(timestamp))
    expect(seconds[0]).toBe(DATA_END)
    expect(seconds).toEqual(seconds.map((_, n) => DATA_END - n * 1_000))
    expect(seconds.length).toBeGreaterThan(60)
    expect(signals.filter(({ reason }) => reason !== null)).toEqual([])
    for (const { timestamp, price } of signals) expect(price).toBe(truth.closeAt(Date.parse(timestamp)))
    expect(ended.latency_ms.p50).toBeLessThan(patient(100))
  })

  it('remembers the session and its signals after a restart', async () => {
    const before = await call<{ signals: SignalOut[] }>('GET', '/api/signals?limit=1000')
    await server.stop()
    server = await serve(
      '--source',
      'replay',
      '--from',
      '2024-08-09T00:00:00Z',
      '--speed',
      '0.001',
      ...MARKET,
      ...at(),
    )
    expect(await call('GET', '/api/signals?limit=1000')).toEqual(before)
    expect((await server.stop()).code).toBe(0)
  })
})
