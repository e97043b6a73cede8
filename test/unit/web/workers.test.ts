// Who does jobs beside the server, in the page's words.
import { expect, it } from 'vitest'
import type { WorkerOut } from '../../../src/contract/workers.ts'
import { doesWhat, machineText, nameOf, summaryOf } from '../../../src/web/training/workers-words.ts'

const VERSION = '1.0.0'
const RUNS = [
  { id: 'a', model: 'cnn' },
  { id: 'b', model: 'transformer' },
]

function worker(part: Partial<WorkerOut> = {}): WorkerOut {
  const jobs = part.jobs ?? []
  return {
    id: `${part.host ?? 'desk-7'}-${part.pid ?? 1}`,
    host: 'desk-7',
    pid: 1,
    version: VERSION,
    platform: 'linux-x64',
    cpu: 'AMD EPYC',
    features: ['avx2'],
    processes: 2,
    kinds: ['training', 'backtest'],
    backtests: [],
    moments: [],
    exports: [],
    started_at: '2024-08-09T12:00:00Z',
    ...part,
    jobs,
  }
}

const jobs = (run: string, ...numbers: number[]) => numbers.map((number) => ({ run, number }))

it('counts who is there, and the busy processes of those that serve this server', () => {
  expect(summaryOf([worker({ processes: 1 })], VERSION)).toBe('1 worker, 0 of 1 process busy')
  const other = worker({ version: '0.9.0', jobs: jobs('x', 1) })
  expect(summaryOf([worker({ jobs: jobs('a', 0) }), worker(), other], VERSION)).toBe(
    '3 workers, 1 of 4 processes busy',
  )
})

it('says what each does: of one run which of its trainings, of several also of which', () => {
  const says = (part: Partial<WorkerOut>) => doesWhat(worker(part), RUNS, VERSION)
  expect(says({})).toBe('waits for jobs')
  expect(says({ jobs: jobs('a', 0) })).toBe('checkpoint')
  expect(says({ jobs: jobs('a', 10, 0, 9, 2) })).toBe('checkpoint, folds 2, 9 and 10')
  expect(says({ jobs: [...jobs('a', 3), ...jobs('b', 0), ...jobs('?', 1)] })).toBe(
    'cnn fold 3, transformer checkpoint, another run: fold 1',
  )
  expect(says({ jobs: jobs('a', 0), backtests: ['b'] })).toBe('checkpoint, 1 backtest')
  expect(says({ exports: ['e'] })).toBe('1 export')
  expect(says({ moments: ['desk-1:/a', 'desk-1:/a'] })).toBe('rows of moments')
  expect(says({ version: '0.9.0' })).toBe('version 0.9.0: does no jobs of this server')
})

it('names the process only where a machine has several', () => {
  const [one, two, far] = [worker(), worker({ pid: 2 }), worker({ host: 'desk-8' })]
  expect([one, two, far].map((each) => nameOf(each, [one, two, far]))).toEqual([
    'desk-7 (1)',
    'desk-7 (2)',
    'desk-8',
  ])
  expect(machineText(one)).toBe('2 jobs at a time, on linux-x64, AMD EPYC (avx2)')
})
