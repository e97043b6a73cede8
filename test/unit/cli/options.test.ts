// Options of the verbs: filters, sources, CSV.
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { annotationFilter } from '../../../src/cli/annotation-filter.ts'
import { annotationsCsv } from '../../../src/cli/annotations-csv.ts'
import { backtestBodies, withBacktestFlags, type BacktestFlags } from '../../../src/cli/backtest-flags.ts'
import { databaseChoice } from '../../../src/cli/database-option.ts'
import { bar } from '../../../src/cli/output.ts'
import { sourceOf, type SourceFlags } from '../../../src/cli/source-flags.ts'
import { verb } from '../../../src/cli/verb.ts'
import type { AnnotationOut } from '../../../src/contract/annotations.ts'
import { workspaceAt } from '../../../src/core/workspace.ts'

const ID = '3fa85f64-5717-4562-b3fc-2c963f66afa6'

describe('a filter of annotations', () => {
  it.each([
    [undefined, {}],
    ['', {}],
    [ID, { ids: [ID] }],
    [`annotation_${ID}, ${ID}`, { ids: [ID, ID] }],
    ['tag=breakout', { tag: 'breakout' }],
    ['symbol=ETH/USDT,venue=binance', { market: { symbol: 'ETH/USDT', venue: 'binance' } }],
    ['direction=LONG,from=1970-01-01T00:00:05Z,to=9000', { direction: 'LONG', from: 5000, to: 9000 }],
  ])('%j', (text, filter) => {
    expect(annotationFilter(text)).toEqual(filter)
  })

  it.each(['breakout', 'tag=', 'colour=red', 'direction=UP', `${ID},tag=x`])('%j is none', (text) => {
    expect(() => annotationFilter(text)).toThrow(/is no filter/)
  })

  it('takes no local times', () => {
    expect(() => annotationFilter('from=2024-08-09T00:00:00')).toThrow(/ISO 8601 with an offset/)
  })
})

describe('a database', () => {
  const workspace = workspaceAt('/somewhere')
  const chosen = (given?: string) => databaseChoice(workspace, given).postgres

  it("is the workspace's own file, or a PostgreSQL besides", () => {
    expect(databaseChoice(workspace)).toEqual({ file: workspace.database, postgres: null })
    expect(['', ' ', 'sqlite'].map(chosen)).toEqual([null, null, null])
    const url = 'postgres://me:p%40ss@db.example:5433/desk?sslmode=require'
    expect(databaseChoice(workspace, ` ${url} `)).toEqual({ file: workspace.database, postgres: url })
  })

  it.each(['mysql://me:secret@db/x', 'postgres://me:secret@db', 'postgres://db/x', 'secret'])(
    'is not %j, and the password is not repeated',
    (text) => {
      expect(() => chosen(text)).toThrow(/--database or DATABASE_URL.*postgres:\/\/USER:PASSWORD@HOST/)
      expect(() => chosen(text)).not.toThrow(/secret/)
    },
  )

  it('is what DATABASE_URL says where a verb is told nothing, and is never printed by help', () => {
    vi.stubEnv('DATABASE_URL', 'postgres://me:secret@db/x')
    onTestFinished(() => void vi.unstubAllEnvs())
    const told = (...words: string[]) => verb('any', '').parse(words, { from: 'user' }).opts()
    expect(told()).toMatchObject({ database: 'postgres://me:secret@db/x' })
    expect(told('--database', 'sqlite')).toMatchObject({ database: 'sqlite' })
    expect(verb('any', '').helpInformation()).not.toContain('secret')
  })
})

describe('a source', () => {
  const flags: SourceFlags = { source: 'demo', symbol: ['ETH/USDT'], seed: 3, speed: 1 }

  it('is the demo market of a seed, or a replay from an instant', () => {
    expect(sourceOf(flags)).toEqual({ kind: 'demo', symbols: ['ETH/USDT'], seed: 3 })
    expect(sourceOf({ ...flags, venue: 'demo-3' })).toMatchObject({ kind: 'demo' })
    const replay = {
      ...flags,
      source: 'replay',
      from: '1970-01-01T00:00:05Z',
      speed: 10,
      venue: 'binance',
    } as const
    expect(sourceOf(replay)).toEqual({
      kind: 'replay',
      symbol: 'ETH/USDT',
      venue: 'binance',
      from: 5000,
      speed: 10,
    })
  })

  it.each([
    [{ from: '2024-08-09T00:00:00Z' }, /--from goes with --source replay/],
    [{ speed: 10 }, /--speed goes with --source replay/],
    [{ venue: 'binance' }, /demo-3/],
    [{ source: 'replay' as const }, /needs --from/],
  ])('does not take %j', (changes, words) => {
    expect(() => sourceOf({ ...flags, ...changes })).toThrow(words)
  })
})

it('writes CSV that other programs read', () => {
  const annotation = {
    id: ID,
    entry: { timestamp: 'T', price: 1.5 },
    exit: { timestamp: 'U', price: 2 },
    notes: 'two\nlines, "quoted"',
    tags: ['a', 'b'],
    provenance: { mode: 'replay' },
  } as unknown as AnnotationOut
  const [head, ...rows] = annotationsCsv([annotation]).split('\r\n')
  expect(head!.split(',').slice(0, 2)).toEqual(['id', 'test_case_id'])
  expect(rows.join('\r\n')).toContain('a;b,"two\nlines, ""quoted""",replay')
})

it.each([
  [0, '[--------------------] 0 %'],
  [0.5, '[##########----------] 50 %'],
  [1, '[####################] 100 %'],
])('shows %d as a bar', (share, text) => {
  expect(bar(share)).toBe(text)
})

describe('what a backtest tries', () => {
  const tried = (...sweeps: string[]) => {
    const span = ['--model', 'cnn', '--symbol', 'ETH/USDT', '--from', '0', '--to', '9000']
    const command = withBacktestFlags(verb('any', ''))
      .exitOverride()
      .configureOutput({ writeErr() {} })
    command.parse([...span, ...sweeps.flatMap((each) => ['--sweep', each])], { from: 'user' })
    return backtestBodies(command.opts<BacktestFlags>())[0]!.sweep
  }

  it('is all values of a name that is given twice, each once', () => {
    expect(tried('on=0.5', 'fee=0.1', 'on=0.6,0.5')).toEqual({ on: [0.5, 0.6], fee_pct: [0.1] })
  })

  it.each(['off=1', 'toString=1', 'on=', 'on=a'])('is not %j', (text) => {
    expect(() => tried(text)).toThrow(/Expected one of on, fee, target, stop, hold and numbers/)
  })
})
