// docs/recipes/trade-calls-with-freqtrade.md: its strategy, loaded by freqtrade itself, sees a live session's call in the candle it came in.
import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CallOut } from '../../../src/contract/live-calls.ts'
import type { SessionOut } from '../../../src/contract/inference.ts'
import { floorTo, shift } from '../../../src/core/time.ts'
import { until } from '../../patience.ts'
import { EAGER, publishUntrained } from '../inference/checkpoint.ts'
import { NOW, startServer, type Harness } from '../server/harness.ts'

const MINUTE = 60_000
/** A Python that has freqtrade, where this machine has one. */
const PYTHON = process.env['ANNOTATE_FREQTRADE_PYTHON'] ?? 'python3'
const hasFreqtrade = canImport(PYTHON)
if (!hasFreqtrade)
  process.stderr.write('No Python with freqtrade (ANNOTATE_FREQTRADE_PYTHON): the recipe is not tried.\n')

/** Ten closed minutes up to the call's and the two after it, as freqtrade hands them over; prints the rows that say anything. */
const TRY = `
import json, sys
import pandas as pd
from freqtrade.resolvers import StrategyResolver
folder, opened = sys.argv[1], int(sys.argv[2])
config = {"strategy": "AnnotateCalls", "strategy_path": folder, "user_data_dir": __import__("pathlib").Path(folder),
          "stake_currency": "USDT", "dry_run": True, "runmode": "other", "trading_mode": "spot", "exchange": {"name": "binance"}}
strategy = StrategyResolver.load_strategy(config)
minutes = pd.date_range(pd.Timestamp(opened - 10 * 60000, unit="ms", tz="UTC"), periods=13, freq="min")
candles = pd.DataFrame({"date": minutes, "open": 1.0, "high": 1.0, "low": 1.0, "close": 1.0, "volume": 1.0})
seen = strategy.advise_exit(strategy.advise_entry(strategy.advise_indicators(candles, {"pair": "ETH/USDT"}), {"pair": "ETH/USDT"}), {"pair": "ETH/USDT"})
said = seen[seen["call"] != ""]
print(json.dumps([{"date": int(row["date"].timestamp() * 1000), "call": row["call"], "tag": row["call_tag"],
                   "enter_long": row["enter_long"] == 1, "exit_long": row["exit_long"] == 1} for _, row in said.iterrows()]))
`

let server: Harness
const folder = mkdtempSync(join(tmpdir(), 'annotate-freqtrade-'))
beforeAll(async () => {
  if (!hasFreqtrade) return
  server = await startServer('demo')
  await publishUntrained(server.workspace.checkpoints, { rule: EAGER, calibration: null })
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  if (hasFreqtrade) await server.stop()
})

it.runIf(hasFreqtrade)('enters in the candle of a BUY, leaves in that of a SELL', async () => {
  const recipe = readFileSync(
    new URL('../../../docs/recipes/trade-calls-with-freqtrade.md', import.meta.url),
    'utf8',
  )
  const [, indented = ''] = /^ *```python annotate_calls\.py\n(.*?)^ *```$/ms.exec(recipe) ?? []
  writeFileSync(join(folder, 'annotate_calls.py'), indented.replaceAll(/^ {3}/gm, ''))
  const { action, opened } = await firstCall()
  const candle = floorTo(opened, MINUTE)
  const env = { ...process.env, ANNOTATE_URL: server.http.url }
  const { stdout } = await promisify(execFile)(PYTHON, ['-c', TRY, folder, String(candle)], { env })
  const line = stdout.trim().split('\n').at(-1) ?? ''
  expect(JSON.parse(line)).toEqual([
    {
      date: candle,
      call: action,
      tag: 'cnn@0001',
      enter_long: action === 'BUY',
      exit_long: action === 'SELL',
    },
  ])
})

async function firstCall(): Promise<{ action: string; opened: number }> {
  const body = { model: 'cnn', symbol: 'ETH/USDT' }
  const { body: session } = await server.call<SessionOut>('POST', '/api/inference-sessions', { body })
  for (let i = 1; i <= 4; i++) {
    server.clock.moveTo(shift(NOW, i * 1000))
    await until('the second', () => answered(session.id, i))
  }
  const { body: listed } = await server.call<{ calls: CallOut[] }>('GET', '/api/calls')
  const [call] = listed.calls
  if (call === undefined) throw new Error('no call opened')
  return { action: call.action, opened: Date.parse(call.opened_at) }
}

async function answered(id: string, seconds: number): Promise<boolean> {
  const { body } = await server.call<SessionOut>('GET', `/api/inference-sessions/${id}`)
  return body.signals + body.missed_seconds >= seconds - 1
}

function canImport(program: string): boolean {
  try {
    execFileSync(program, ['-c', 'import freqtrade'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
