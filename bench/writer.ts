// A live server beside an import of trades: how late its event loop runs, and how long health takes to answer, meanwhile.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Effort, Row } from './bench.ts'
import { watchedServer } from './load/watched.ts'

export const title = 'One writer beside a live server'
export const onRequest = true

const PROGRAM = fileURLToPath(new URL('../bin/annotate.js', import.meta.url))
const TRADES: Readonly<Record<Effort, number>> = { full: 1_000_000, short: 20_000 }
/** ms of the market from one trade to the next. */
const STEP_MS = 35

export function run(effort: Effort): Promise<Row[]> {
  return besideImport(TRADES[effort])
}

/** Imports so many trades beside a live server. */
export async function besideImport(trades: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-bench-'))
  try {
    return await measure(folder, trades)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(folder: string, trades: number): Promise<Row[]> {
  const path = await tradesIn(folder, trades)
  const server = await watchedServer(folder)
  await server.figures()
  const began = performance.now()
  const importing = spawn(process.execPath, [PROGRAM, ...importOf(folder, path)], { stdio: 'ignore' })
  const ended = once(importing, 'exit')
  const slowest = await slowestUntil(server.url, ended)
  const [code] = (await ended) as [number | null]
  const seconds = (performance.now() - began) / 1000
  const { lag } = await server.figures()
  await server.stop()
  if (code !== 0) throw new Error(`the import ended with ${code}`)
  const note = `${trades.toLocaleString('en')} trades in ${seconds.toFixed(0)} s`
  return [
    { name: 'event loop late, p50', value: lag.p50, unit: 'ms', note },
    { name: 'event loop late, p99', value: lag.p99, unit: 'ms', note: 'target: under 50 ms' },
    { name: 'event loop late, most', value: lag.max, unit: 'ms' },
    { name: 'health, slowest answer', value: slowest, unit: 'ms' },
    { name: 'import beside a server', value: Math.round(trades / seconds), unit: 'trades/s' },
  ]
}

function importOf(workspace: string, path: string): string[] {
  return ['import', 'trades', path, '--workspace', workspace, '--symbol', 'TEST/USDT', '--venue', 'written']
}

async function slowestUntil(url: string, end: Promise<unknown>): Promise<number> {
  const state = { isOver: false }
  void end.then(() => (state.isOver = true))
  let slowest = 0
  while (!state.isOver) {
    const began = performance.now()
    await (await fetch(new URL('/api/health', url))).text()
    slowest = Math.max(slowest, performance.now() - began)
    await new Promise((done) => setTimeout(done, 100))
  }
  return slowest
}

async function tradesIn(folder: string, trades: number): Promise<string> {
  const path = join(folder, 'trades.csv')
  const file = createWriteStream(path)
  const from = Date.UTC(2024, 7, 1)
  file.write('timestamp,price,amount,side,id\n')
  for (let n = 0; n < trades; n++) {
    const row = `${from + n * STEP_MS},${(2400 + (n % 997) / 100).toFixed(2)},0.5,buy,${n}\n`
    if (!file.write(row)) await once(file, 'drain')
  }
  file.end()
  await once(file, 'finish')
  return path
}
