// The rooms hold: the checker passes on this tree, and fails, by the rule's name, on every forbidden import planted in a copy.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const depcruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')

interface Violation {
  readonly rule: { readonly name: string }
  readonly from: string
  readonly to: string
}

/** Every broken rule of the tree at `folder`. */
function check(folder: string, ...paths: string[]): Violation[] {
  const report = execFileSync(
    process.execPath,
    [depcruise, '--output-type', 'json', '--config', '.dependency-cruiser.cjs', ...paths],
    { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, NODE_OPTIONS: '' } },
  )
  return (JSON.parse(report) as { summary: { violations: Violation[] } }).summary.violations
}

function describeAll(violations: readonly Violation[]): string[] {
  return violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)
}

/** A harmless file in every room: what the planted imports point at. */
const targets = (
  'core contract market market-state signals queue annotation nn models orchestrator ' +
  'training inference keeping server cli web utils'
)
  .split(' ')
  .map((room) => `src/${room}/target.ts`)

/** And one in every folder of the page. */
const webTargets =
  'state controls marking charts actions depth history markets training evaluation keys panels app widgets'
    .split(' ')
    .map((folder) => `src/web/${folder}/target.ts`)

/** And of training. */
const trainingTargets = 'data examples learning agent evaluation jobs runs helpers'
  .split(' ')
  .map((folder) => `src/training/${folder}/target.ts`)

/** The rule that has to catch it, the planted file and its text. */
const planted: readonly (readonly [rule: string, path: string, text: string])[] = [
  ['inference-imports', 'src/inference/planted-1.ts', `import '../training/target.ts'`],
  ['inference-imports', 'src/inference/planted-2.ts', `import '../annotation/target.ts'`],
  ['nn-imports', 'src/nn/planted-3.ts', `import '../market/target.ts'`],
  ['market-imports', 'src/market/planted-4.ts', `import '../annotation/target.ts'`],
  ['market-state-imports', 'src/market-state/planted-5.ts', `import '../signals/target.ts'`],
  ['core-imports', 'src/core/planted-6.ts', `import '../contract/target.ts'`],
  ['contract-imports', 'src/contract/planted-7.ts', `import '../market/target.ts'`],
  ['signals-imports', 'src/signals/planted-8.ts', `import '../market/target.ts'`],
  ['queue-imports', 'src/queue/planted-60.ts', `import '../training/target.ts'`],
  ['annotation-imports', 'src/annotation/planted-9.ts', `import '../training/target.ts'`],
  ['models-imports', 'src/models/planted-10.ts', `import '../market-state/target.ts'`],
  ['orchestrator-imports', 'src/orchestrator/planted-11.ts', `import '../training/target.ts'`],
  ['training-imports', 'src/training/planted-12.ts', `import '../inference/target.ts'`],
  ['keeping-imports', 'src/keeping/planted-56.ts', `import '../inference/target.ts'`],
  ['only-keeping-uses-yazl', 'src/server/planted-57.ts', `import 'yazl'`],
  ['server-imports', 'src/server/planted-13.ts', `import '../cli/target.ts'`],
  ['cli-imports', 'src/cli/planted-14.ts', `import '../web/target.ts'`],
  ['web-imports', 'src/web/planted-15.ts', `import '../market/target.ts'`],
  [
    'web-imports',
    'src/web/planted-16.ts',
    `import type { T } from '../training/target.ts'\nexport const t: T = 1`,
  ],
  ['every-file-in-a-room', 'src/core/planted-17.ts', `import '../utils/target.ts'`],
  [
    'no-cycle',
    'src/core/planted-18.ts',
    `import { b } from './planted-19.ts'\nexport const a = (): unknown => b`,
  ],
  ['no-cycle', 'src/market/planted-30.ts', `import type { A } from './planted-31.ts'\nexport type B = A | 1`],
  ['src-stands-alone', 'src/core/planted-20.ts', `import '../../test/target.ts'`],
  ['ground-truth-for-tests-only', 'src/market/demo/planted-21.ts', `import './ground-truth.ts'`],
  ['only-nn-uses-onnxruntime-node', 'src/models/planted-22.ts', `import 'onnxruntime-node'`],
  ['only-core-uses-libsql', 'src/market/planted-23.ts', `import 'libsql'`],
  ['only-core-postgres-uses-pg', 'src/core/planted-58.ts', `import 'pg'`],
  ['market-log-on-top', 'src/market/store/planted-59.ts', `import '../log/target.ts'`],
  ['only-server-uses-fastify', 'src/cli/planted-24.ts', `import 'fastify'`],
  ['only-server-uses-fastify', 'src/cli/planted-25.ts', `import '@fastify/static'`],
  ['only-cli-uses-commander', 'src/server/planted-26.ts', `import 'commander'`],
  ['only-market-exchange-uses-ccxt', 'src/market/planted-27.ts', `import 'ccxt'`],
  ['no-dev-packages-in-src', 'src/core/planted-28.ts', `import 'fast-check'`],
  ['resolvable', 'src/core/planted-29.ts', `import './absent.ts'`],
  ['web-state-imports', 'src/web/state/planted-30.ts', `import '../marking/target.ts'`],
  [
    'web-state-imports',
    'src/web/state/planted-31.ts',
    `import type { T } from '../charts/target.ts'\nexport const t: T = 1`,
  ],
  ['web-controls-imports', 'src/web/controls/planted-32.ts', `import '../actions/target.ts'`],
  ['web-marking-imports', 'src/web/marking/planted-33.ts', `import '../charts/target.ts'`],
  ['web-charts-imports', 'src/web/charts/planted-34.ts', `import '../actions/target.ts'`],
  ['web-actions-imports', 'src/web/actions/planted-35.ts', `import '../panels/target.ts'`],
  ['web-depth-imports', 'src/web/depth/planted-36.ts', `import '../history/target.ts'`],
  ['web-history-imports', 'src/web/history/planted-37.ts', `import '../keys/target.ts'`],
  ['web-markets-imports', 'src/web/markets/planted-38.ts', `import '../panels/target.ts'`],
  ['web-training-imports', 'src/web/training/planted-39.ts', `import '../evaluation/target.ts'`],
  ['web-evaluation-imports', 'src/web/evaluation/planted-40.ts', `import '../panels/target.ts'`],
  ['web-keys-imports', 'src/web/keys/planted-41.ts', `import '../panels/target.ts'`],
  ['web-panels-imports', 'src/web/panels/planted-42.ts', `import '../app/target.ts'`],
  ['web-every-file-in-a-folder', 'src/web/app/planted-43.ts', `import '../widgets/target.ts'`],
  [
    'no-cycle',
    'src/web/state/planted-44.ts',
    `import type { B } from './planted-45.ts'\nexport type A = B[]`,
  ],
  [
    'training-data-imports',
    'src/training/data/planted-46.ts',
    `import type { T } from '../examples/target.ts'\nexport const t: T = 1`,
  ],
  ['training-examples-imports', 'src/training/examples/planted-47.ts', `import '../learning/target.ts'`],
  ['training-learning-imports', 'src/training/learning/planted-48.ts', `import '../agent/target.ts'`],
  ['training-agent-imports', 'src/training/agent/planted-49.ts', `import '../jobs/target.ts'`],
  ['training-evaluation-imports', 'src/training/evaluation/planted-50.ts', `import '../learning/target.ts'`],
  ['training-jobs-imports', 'src/training/jobs/planted-51.ts', `import '../runs/target.ts'`],
  ['training-runs-imports', 'src/training/runs/planted-52.ts', `import '../helpers/target.ts'`],
  ['training-every-file-in-a-folder', 'src/server/planted-53.ts', `import '../training/helpers/target.ts'`],
  [
    'no-cycle',
    'src/training/data/planted-54.ts',
    `import type { B } from './planted-55.ts'\nexport type A = B[]`,
  ],
]

/** Imports that are allowed and must not be caught. */
const allowed: readonly (readonly [path: string, text: string])[] = [
  ['src/inference/allowed-1.ts', `import '../orchestrator/target.ts'\nimport '../market-state/target.ts'`],
  ['src/training/allowed-2.ts', `import '../annotation/target.ts'\nimport '../models/target.ts'`],
  ['src/web/panels/allowed-6.ts', `import '../keys/target.ts'\nimport '../depth/target.ts'`],
  ['src/web/keys/allowed-7.ts', `import '../training/target.ts'\nimport '../history/target.ts'`],
  ['src/training/agent/allowed-8.ts', `import '../learning/target.ts'\nimport '../examples/target.ts'`],
  ['src/training/runs/allowed-9.ts', `import '../evaluation/target.ts'\nimport '../jobs/target.ts'`],
  ['test/allowed-5.ts', `import '../src/market/demo/ground-truth.ts'\nimport 'fast-check'`],
]

describe('the checker of the rooms', () => {
  let copy = ''
  let caught: Violation[] = []

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'annotate-rooms-'))
    for (const part of ['.dependency-cruiser.cjs', 'package.json', 'src']) {
      cpSync(join(root, part), join(copy, part), { recursive: true })
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    for (const path of [
      ...targets,
      ...webTargets,
      ...trainingTargets,
      'src/market/demo/ground-truth.ts',
      'src/market/log/target.ts',
      'test/target.ts',
    ]) {
      write(join(copy, path), 'export type T = 1\n')
    }
    for (const [, path, text] of planted) write(join(copy, path), text)
    write(
      join(copy, 'src/core/planted-19.ts'),
      `import { a } from './planted-18.ts'\nexport const b = (): unknown => a`,
    )
    write(
      join(copy, 'src/web/state/planted-45.ts'),
      `import type { A } from './planted-44.ts'\nexport type B = A | 1`,
    )
    write(
      join(copy, 'src/training/data/planted-55.ts'),
      `import type { A } from './planted-54.ts'\nexport type B = A | 1`,
    )
    write(
      join(copy, 'src/market/planted-31.ts'),
      `import type { B } from './planted-30.ts'\nexport type A = B[]`,
    )
    for (const [path, text] of allowed) write(join(copy, path), text)
    caught = check(copy, 'src', 'test')
  })

  afterAll(() => rmSync(copy, { recursive: true, force: true }))

  it('finds nothing forbidden in this tree', () => {
    expect(describeAll(check(root, 'src', 'test', 'bench', 'scripts'))).toEqual([])
  })

  it.each(planted)('%s catches %s', (rule, path) => {
    expect(caught.filter(({ from }) => from === path).map((violation) => violation.rule.name)).toContain(rule)
  })

  it.each(allowed)('lets %s pass', (path) => {
    expect(describeAll(caught.filter(({ from }) => from === path))).toEqual([])
  })
})

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
