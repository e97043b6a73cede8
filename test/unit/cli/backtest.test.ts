// `annotate backtest` and `annotate backtests` as processes: by a running server, several at once, with their figures in words.
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { BacktestDetail } from '../../../src/contract/backtests.ts'
import { MINUTE, toIso, shift } from '../../../src/core/time.ts'
import { publishUntrained, EAGER } from '../inference/checkpoint.ts'
import { NOW, startServer, type Harness } from '../server/harness.ts'
import { annotate, annotateJson } from './annotate.ts'

let server: Harness
beforeAll(async () => {
  server = await startServer('demo')
  server.app.lock.announce(server.http.url)
  for (const on of [0, 1]) {
    const rule = { ...EAGER, on }
    await publishUntrained(server.workspace.checkpoints, { rule, calibration: null })
  }
})
afterAll(() => server.stop())

const at = () => ['--workspace', server.workspace.root]
const span = ['--symbol', 'ETH/USDT', '--from', toIso(shift(NOW, -5 * MINUTE)), '--to', toIso(NOW)]
const terms = ['--fee', '0.05', '--target', '0.1', '--hold', '60']

it('runs two checkpoints at once and prints them as JSON, and again in words', async () => {
  const models = ['--model', 'cnn@0001', '--model', 'cnn@0002', '--sweep', 'on=0.2,0.9']
  const { backtests } = await annotateJson<{ backtests: BacktestDetail[] }>(
    'backtest',
    ...at(),
    ...models,
    ...span,
    ...terms,
  )
  expect(backtests.map(({ checkpoint, status, fee_pct: fee }) => [checkpoint, status, fee])).toEqual([
    ['0001', 'COMPLETED', 0.05],
    ['0002', 'COMPLETED', 0.05],
  ])
  const [eager, silent] = backtests
  expect(eager!.calls.length).toBeGreaterThan(0)
  expect(silent!.calls).toEqual([])
  expect(silent!.sweep.map(({ on }) => on)).toEqual([0.2, 0.9])

  const shown = await annotate('backtests', 'show', eager!.id, ...at())
  expect(shown.stdout).toMatch(/^cnn@0001 on ETH\/USDT \(demo-1\) .*: COMPLETED/)
  expect(shown.stdout).toMatch(/fee 0.05 % and slippage 0 % a side, target 0.1 %, stop 0.05 % \(assumed\)/)
  for (const words of ['Buy and hold', 'Plain rule', 'Random entries', 'Your own annotations', '10:00 UTC'])
    expect(shown.stdout).toContain(words)
  const there = await annotate('backtests', 'show', eager!.id, '--timezone', 'Asia/Kolkata', ...at())
  expect(there.stdout).toContain(':00 Asia/Kolkata')
  expect(there.stdout).not.toContain('UTC')
  const listed = await annotate('backtests', 'list', ...at())
  expect(listed.stdout.match(/COMPLETED/g)).toHaveLength(2)
})

it('says what is wrong before anything is begun', async () => {
  const wrong = async (...flags: string[]) => {
    const { code, stderr } = await annotate('backtest', ...at(), ...span, ...flags)
    expect(code).not.toBe(0)
    return stderr
  }
  expect(await wrong('--model', 'cnn', '--sweep', 'off=1')).toMatch(/on, fee, target, stop, hold/)
  expect(await wrong('--model', 'cnn', '--fee', '11')).toMatch(/0 to 10/)
  expect(await wrong('--model', 'cnn@0099')).toMatch(/unknown_checkpoint/)
  expect(await wrong('--model', 'cnn', '--timezone', 'Atlantis')).toMatch(/Atlantis/)
})
