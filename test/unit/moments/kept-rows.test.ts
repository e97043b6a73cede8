// Rows that are read where the table has them: the same as those that are made, and none that saw what changed.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { MINUTE, SECOND, epochMs, type EpochMs } from '../../../src/core/time.ts'
import { StateSweep } from '../../../src/market-state/sweep.ts'
import { ChangeReader } from '../../../src/market/store/changes-since.ts'
import { ROW_SIZE } from '../../../src/models/moment-row.ts'
import { KeptRows } from '../../../src/moments/kept-rows.ts'
import { KnownRows } from '../../../src/moments/known-rows.ts'
import { MomentMaker } from '../../../src/moments/moment-rows.ts'
import { KEPT, MomentStore } from '../../../src/moments/moment-store.ts'
import { MomentTable } from '../../../src/moments/moment-table.ts'
import { demoWorkspace, MARKET, START, type DemoWorkspace } from './demo-workspace.ts'

const END = epochMs(START + 6 * MINUTE)
/** Too few seconds are stored before it for a row. */
const EARLY = epochMs(START - 40 * SECOND)
const CHANGED = epochMs(START + 3 * MINUTE + 20 * SECOND)
let demo: DemoWorkspace
beforeEach(async () => {
  demo = await demoWorkspace(END)
  const table = await MomentTable.open(demo.workspace, 100)
  while (await table.step());
  await table.close()
})
afterEach(() => demo.stop())

function instants(from: EpochMs, to: EpochMs): EpochMs[] {
  return Array.from({ length: (to - from) / SECOND + 1 }, (_, i) => epochMs(from + i * SECOND))
}

async function rowsOf(table: KeptRows | null, asked = instants(START, END), into?: Float32Array) {
  const maker = await MomentMaker.open()
  const { reader } = demo.open
  const sweep = new StateSweep(await reader.slice(MARKET, { from: EARLY, to: END }))
  const rows = await new KnownRows(maker, 0, table).rows(MARKET, sweep, asked, into)
  await maker.close()
  return rows
}

function opened(): KeptRows {
  const table = KeptRows.open(demo.workspace.moments)
  table!.follow(new ChangeReader(demo.open.database.sqlite, ['candles']))
  return table!
}

/** Every row that is kept becomes one that nobody could make. */
function mark(): void {
  const store = MomentStore.open(demo.workspace.moments)
  const minutes = [...store.minutes(MARKET, Infinity)].map((one) => ({
    ...one,
    rows: new Float32Array(one.rows.length).fill(7),
  }))
  store.put(MARKET, minutes)
  store.close()
}

/** How many of the rows were read. */
function readIn({ values, known }: Awaited<ReturnType<typeof rowsOf>>): number {
  return known.filter(
    (isKnown, i) => isKnown && values[i * ROW_SIZE] === 7 && values[(i + 1) * ROW_SIZE - 1] === 7,
  ).length
}

it('are, read or made, the same to the last bit, and as many', async () => {
  const made = await rowsOf(null)
  const table = opened()
  expect(await rowsOf(table)).toEqual(made)
  expect(made.known.filter(Boolean).length).toBeGreaterThan(300)
  table.close()
})

it('are written where they are asked for, with zeros for those that there are not, whatever stood there', async () => {
  const asked = instants(EARLY, END)
  const made = await rowsOf(null, asked)
  expect(made.known.indexOf(true)).toBeGreaterThan(0)
  const memory = new Float32Array(made.values.length + ROW_SIZE).fill(5)
  for (const table of [null, opened()]) {
    const { values, known } = await rowsOf(table, asked, memory)
    expect(known).toEqual(made.known)
    expect(values).toEqual(made.values)
    expect(values.buffer).toBe(memory.buffer)
    table?.close()
  }
  expect(memory.slice(-ROW_SIZE)).toEqual(new Float32Array(ROW_SIZE).fill(5))
})

it('are read, all of them', async () => {
  mark()
  const table = opened()
  const rows = await rowsOf(table)
  expect(readIn(rows)).toBe(rows.known.filter(Boolean).length)
  table.close()
})

it('are made from where something changed on that the table has not seen', async () => {
  mark()
  demo.open.store.changes.note(demo.open.store.open(MARKET), '1s', CHANGED, CHANGED + SECOND)
  const table = opened()
  const rows = await rowsOf(table)
  const from = (CHANGED + SECOND - START) / SECOND
  expect(readIn(rows)).toBe(rows.known.slice(0, from).filter(Boolean).length)
  expect(rows.known.slice(from).every(Boolean)).toBe(true)
  table.close()
})

it('are those of when the table was opened, whatever is put there meanwhile', async () => {
  const made = await rowsOf(null)
  const table = opened()
  mark()
  expect(await rowsOf(table)).toEqual(made)
  table.close()
})

it('are made where there is no table, and where it is not asked what changed', async () => {
  expect(KeptRows.open(`${demo.workspace.moments}-none`)).toBeNull()
  mark()
  const table = KeptRows.open(demo.workspace.moments)
  expect(readIn(await rowsOf(table))).toBe(0)
  table?.close()
})

it('of a market that the table does not have are none', () => {
  const table = opened()
  expect(table.minute({ venue: 'demo-6', symbol: 'ETH/USDT' }, START)).toBeNull()
  expect(table.minute(MARKET, START)?.made).toContain(KEPT)
  table.close()
})
