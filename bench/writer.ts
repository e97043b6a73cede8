// A live server beside a long import: how late its event loop runs, and how long health takes to answer, while trades are imported.
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Row } from './bench.ts'
import type { Lag } from './load/lagging-server.ts'

export const title = 'One writer beside a live server'
export const onRequest = true

const PROGRAM = fileURLToPath(new URL('../bin/annotate.js', import.meta.url))
const SERVER = fileURLToPath(new URL('load/lagging-server.ts', import.meta.url))
/** `WRITER_TRADES` for fewer: five million take minutes. */
const TRADES = Number(process.env['WRITER_TRADES'] ?? 5_000_000)
const SPAN_MS = 2 * 86_400_000

export async function run(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-bench-'))
  try {
    return await measure(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(folder: string): Promise<Row[]> {
  const path = await tradesIn(folder)
  const server = fork(SERVER, [folder])
  const [url] = (await once(server, 'message')) as [string]
  server.send('begin')
  const began = performance.now()
  const importing = spawn(process.execPath, [PROGRAM, ...importOf(folder, path)], { stdio: 'ignore' })
  const ended = once(importing, 'exit')
  const slowest = await slowestUntil(url, ended)
  const [code] = (await ended) as [number | null]
  if (code !== 0) throw new Error(`the import ended with ${code}`)
  const seconds = (performance.now() - began) / 1000
  server.send('end')
  const [lag] = (await once(server, 'message')) as [Lag]
  await once(server, 'exit')
  const note = `${TRADES} trades in ${seconds.toFixed(0)} s`
  return [
    { name: 'event loop late, p50', value: lag.p50, unit: 'ms', note },
    { name: 'event loop late, p99', value: lag.p99, unit: 'ms', note },
    { name: 'event loop late, most', value: lag.max, unit: 'ms', note },
    { name: 'health, slowest answer', value: slowest, unit: 'ms', note },
    { name: 'import beside a server', value: TRADES / seconds, unit: 'trades/s' },
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

async function tradesIn(folder: string): Promise<string> {
  const path = join(folder, 'trades.csv')
  const file = createWriteStream(path)
  const from = Date.UTC(2024, 7, 1)
  file.write('timestamp,price,amount,side,id\n')
  for (let n = 0; n < TRADES; n++) {
    const row = `${from + Math.floor((n * SPAN_MS) / TRADES)},${(2400 + (n % 997) / 100).toFixed(2)},0.5,buy,${n}\n`
    if (!file.write(row)) await once(file, 'drain')
  }
  file.end()
  await once(file, 'finish')
  return path
}
