// The command line as processes: what it prints, how it ends, beside a server and without one.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AnnotationOut, TestCaseState } from '../../../src/contract/annotations.ts'
import type { LedgerEntryOut } from '../../../src/contract/ledger.ts'
import type { TrainingRunOut } from '../../../src/contract/training.ts'
import { verbs } from '../../../src/cli/verbs.ts'
import { annotate, annotateJson, serve, start, stop } from './annotate.ts'
import { END, importMarket } from './market-files.ts'
import { patient } from '../../patience.ts'

const VERBS = [
  'serve',
  'import',
  'download-data',
  'record',
  'ledger',
  'imports',
  'forget',
  'similar',
  'health',
  'annotate',
  'test-cases',
  'train',
  'worker',
  'runs',
  'models',
  'evaluate',
  'backtest',
  'backtests',
  'infer',
  'calls',
  'alerts',
  'export',
  'doctor',
  'backup',
  'restore',
  'migrate',
]
let folder: string
let workspace: string
const at = (): string[] => ['--workspace', workspace]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'annotate-cli-'))
  workspace = join(folder, 'workspace')
  await importMarket(folder, workspace)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const LEGS = ['--entry', `${new Date(END - 30_000).toISOString()},2400`, '--exit', `${END - 10_000},2410`]

describe('ledger', () => {
  it('lists what is held and where it came from', async () => {
    const { ledger } = await annotateJson<{ ledger: LedgerEntryOut[] }>('ledger', ...at(), '--hash')
    const minutes = ledger.find(({ holds }) => holds === '1m')!
    expect(minutes).toMatchObject({ symbol: 'ETH/USDT', gaps: [], simulated: false })
    expect(minutes.rows).toBeGreaterThanOrEqual(100)
    expect(minutes.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(minutes.origins[0]).toMatchObject({ kind: 'file', rows: minutes.own_rows })
    const { stdout } = await annotate('ledger', ...at())
    expect(stdout).toMatch(/ETH\/USDT +1m .*1 files/)
  })
})

describe('help', () => {
  it('lists the verbs there are, and each has help', async () => {
    const { stdout, code } = await annotate('--help')
    expect(code).toBe(0)
    const listed = [...stdout.matchAll(/^ {2}([a-z-]+) .*$/gm)].map((match) => match[1])
    expect(listed.filter((name) => name !== 'help')).toEqual(VERBS)
    // What `annotate <verb>` loads, in this process: a process each would take longer than all the rest here.
    for (const [index, command] of (await verbs(VERBS)).entries()) {
      expect(command.helpInformation()).toMatch(`Usage: ${VERBS[index]!} [options]`)
      expect(command.options.length + command.commands.length).toBeGreaterThan(0)
    }
    const serveHelp = await annotate('serve', '--help')
    expect(serveHelp.code).toBe(0)
    expect(serveHelp.stdout).toContain('annotate serve')
    expect(serveHelp.stdout).toContain('--exchange')
  })

  it('is what a wrong call leads to, in words and with exit code 1', async () => {
    const calls: [args: string[], words: RegExp][] = [
      [['bogus'], /unknown command/],
      [['train'], /--model/],
      [['worker'], /give --database postgres/],
      [['serve', '--source', 'broker'], /Allowed choices are demo, replay, exchange/],
      [['serve', '--source', 'exchange'], /--exchange/],
      [['serve', '--source', 'exchange', '--exchange', 'bynance'], /no exchange "bynance"/],
      [['serve', '--exchange', 'binance'], /--source exchange/],
      [['download-data', '--exchange', 'binance', '--symbol', 'A/B', '--from', 'noon'], /from is "noon"/],
      [['serve', '--port', 'http'], /whole number/],
      [['serve', '--source', 'replay'], /--from/],
      [['serve', '--host', '0.0.0.0'], /token/],
      [
        ['import', 'candles', 'x.csv', '--symbol', 'A/B', '--timeframe', '7m'],
        /Allowed choices are 1s, 1m, 1h, 1d/,
      ],
      [['import', 'trades', '/nowhere.csv', '--symbol', 'A/B'], /nowhere\.csv/],
      [
        ['annotate', '--symbol', 'A/B', '--direction', 'LONG', '--entry', 'noon', '--exit', 'later'],
        /<time>,<price>/,
      ],
    ]
    const ended = await Promise.all(
      calls.map(([args]) => annotate(...args, ...(args[0] === 'bogus' ? [] : at()))),
    )
    for (const [index, { code, stderr, stdout }] of ended.entries()) {
      expect(stderr).toMatch(calls[index]![1])
      expect(stderr).not.toContain('    at ')
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    }
  })
})

describe('import', () => {
  it('reports refused rows with their lines, stores the others, and ends with 3 where they are more than one in ten', async () => {
    const path = join(folder, 'dirty.csv')
    await writeFile(
      path,
      'timestamp_ms,price,amount,side\n1700000000000,10,1,buy\n1700000001000,NaN,1,buy\n1700000002000,10,-1,sell\n1700000003000,11,2,sell\n',
    )
    const { code, stdout, stderr } = await annotate('import', 'trades', path, '--symbol', 'A/B', ...at())
    expect(code).toBe(3)
    expect(stderr).toContain('2 of 4 rows were refused, because')
    expect(stdout).toContain('4 rows of trades, A/B on imported')
    expect(stdout).toMatch(/refused line 3: .*\n\s+refused line 4: /)
    const again = await annotate('import', 'trades', path, '--symbol', ' a/b', '--json', ...at())
    const report = JSON.parse(again.stdout) as object
    expect(report).toMatchObject({
      import: 6,
      rows: 4,
      added: 0,
      already_present: 2,
      refused_count: 2,
      conflicts: 0,
    })
  })
})

describe('annotate, test-cases and export without a server', { timeout: 180_000 }, () => {
  it('marks, lists, exports, deletes and restores', async () => {
    const made = await annotateJson<AnnotationOut>(
      'annotate',
      '--symbol',
      'ETH/USDT',
      '--direction',
      'LONG',
      ...LEGS,
      '--tag',
      'breakout',
      '--notes',
      'a "quoted", note',
      ...at(),
    )
    expect(made).toMatchObject({ venue: 'imported', direction: 'LONG', tags: ['breakout'] })
    const listed = await annotateJson<{ annotations: AnnotationOut[] }>(
      'annotate',
      'list',
      '--annotations',
      'tag=breakout',
      ...at(),
    )
    expect(listed.annotations.map(({ id }) => id)).toEqual([made.id])
    const cases = await annotateJson<{ test_cases: TestCaseState[] }>('test-cases', ...at())
    expect(cases.test_cases).toMatchObject([{ test_case_id: made.test_case_id, state: 'complete' }])
    const whole = await annotateJson<{ action: string }>('test-cases', made.test_case_id, ...at())
    expect(whole.action).toBe('BUY')

    const out = join(folder, 'out')
    expect(await annotateJson('export', out, '--format', 'csv', ...at())).toEqual({
      path: out,
      annotations: 1,
      test_cases: 1,
    })
    expect((await readdir(out)).toSorted()).toEqual(['annotations.csv', 'test_cases'])
    expect(await readFile(join(out, 'annotations.csv'), 'utf8')).toContain('"a ""quoted"", note"')
    const exported = JSON.parse(
      await readFile(join(out, 'test_cases', `${made.test_case_id}.json`), 'utf8'),
    ) as object
    const original = JSON.parse(
      await readFile(join(workspace, 'ANNOTATE/data/test_cases', `${made.test_case_id}.json`), 'utf8'),
    ) as object
    expect(exported).toEqual(original)

    const deleted = await annotate('annotate', 'delete', made.id, ...at())
    expect(deleted).toMatchObject({ code: 0 })
    expect((await annotate('test-cases', ...at())).stdout).toContain(
      'No test cases found: create annotations first.',
    )
    expect((await annotate('annotate', 'restore', made.id, ...at())).code).toBe(0)
    expect((await annotate('test-cases', ...at())).stdout).toContain(made.test_case_id)
    const saved = await annotate('test-cases', '--save-again', 'all', ...at())
    expect(saved.stdout).toContain('1 test case written anew')
    await annotate('annotate', 'delete', made.id, ...at())
  })

  it('says what is stored where too little is', async () => {
    const early = ['--entry', `${END - 200_000},2400`, '--exit', `${END - 190_000},2410`]
    const { code, stderr } = await annotate(
      'annotate',
      '--symbol',
      'ETH/USDT',
      '--direction',
      'LONG',
      ...early,
      ...at(),
    )
    expect(code).toBe(1)
    expect(stderr).toContain('[not_enough_candles]')
  })
})

describe('train and infer', () => {
  it('end with 1 and say what to do where there is nothing to train on or to run', async () => {
    const train = await annotate('train', '--model', 'cnn', '--json', ...at())
    expect(train.code).toBe(1)
    expect(train.stderr).toContain('[no_test_cases]')
    expect(JSON.parse(train.stdout) as TrainingRunOut).toMatchObject({ status: 'FAILED' })
    const from = new Date(END - 20_000).toISOString()
    const infer = await annotate('infer', '--model', 'cnn', '--source', 'replay', '--from', from, ...at())
    expect(infer.code).toBe(1)
    expect(infer.stderr).toContain('train it first')
  })
})

describe('evaluate', () => {
  it('takes no number of a checkpoint without its model, and no run beside them', async () => {
    const wrong = async (...flags: string[]) => {
      const { code, stderr } = await annotate('evaluate', ...at(), ...flags)
      expect(code).toBe(1)
      return stderr
    }
    expect(await wrong('--checkpoint', '0001')).toMatch(/--checkpoint 0001 needs --model, such as/)
    expect(await wrong('--run', 'a', '--model', 'cnn')).toMatch(/'--run <id>' cannot be used with/)
  })
})

describe('beside a server', { timeout: 180_000 }, () => {
  it('marks through it, refuses what needs the workspace alone, and takes over when it was killed', async () => {
    const replay = [
      '--source',
      'replay',
      '--from',
      new Date(END - 60_000).toISOString(),
      '--speed',
      '0.001',
      ...at(),
    ]
    const server = await serve(...replay)
    const made = await annotateJson<AnnotationOut>(
      'annotate',
      '--symbol',
      'ETH/USDT',
      '--direction',
      'SHORT',
      ...LEGS,
      ...at(),
    )
    const answer = await fetch(new URL(`/api/annotations/${made.id}`, server.url))
    expect(await answer.json()).toEqual(made)
    const train = await annotate('train', '--model', 'cnn', '--annotations', 'tag=none', ...at())
    expect(train).toMatchObject({ code: 1 })
    expect(train.stderr).toContain('No annotation matches')
    const infer = await annotate('infer', '--model', 'cnn', ...replay)
    expect(infer).toMatchObject({ code: 1 })
    expect(infer.stderr).toContain('is in use by the server at')

    server.running.process.kill('SIGKILL')
    const next = await serve(...replay)
    const listed = (await (await fetch(new URL('/api/annotations', next.url))).json()) as {
      annotations: AnnotationOut[]
    }
    expect(listed.annotations.map(({ id }) => id)).toEqual([made.id])
    const { code, ms } = await next.stop()
    expect(code).toBe(0)
    expect(ms).toBeLessThan(patient(2_000))
  })

  it('ends within two seconds while it is still starting', async () => {
    const running = start('serve', '--port', '0', '--workspace', join(folder, 'other'))
    await new Promise((resolve) => setTimeout(resolve, 700))
    const { ms } = await stop(running)
    expect(ms).toBeLessThan(patient(4_000))
  })
})
