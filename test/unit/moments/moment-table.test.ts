// The table of moments over a real workspace: what it holds, when it drops and remakes, what it never sees.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MINUTE, SECOND, epochMs } from '../../../src/core/time.ts'
import { rangeOf } from '../../../src/market/ranges.ts'
import { ROW_SIZE } from '../../../src/models/moment-row.ts'
import { BYTES_A_MINUTE, keptAt, KEPT, MomentStore } from '../../../src/moments/moment-store.ts'
import { MomentMaker, rowsAt, type Rows } from '../../../src/moments/moment-rows.ts'
import { MomentTable } from '../../../src/moments/moment-table.ts'
import type { HandedOut } from '../../../src/moments/pieces.ts'
import { nearestMoments, turned } from '../../../src/moments/nearest.ts'
import { demoWorkspace, MARKET, revise, START, store, type DemoWorkspace } from './demo-workspace.ts'

/** Two pieces. */
const END = START + 12 * MINUTE
const MEGABYTES = 100

let demo: DemoWorkspace
beforeEach(async () => {
  demo = await demoWorkspace(END)
})
afterEach(() => demo.stop())

/** By instant, every row that is kept, as text. */
type KeptRows = Map<number, string>

function rowsIn(): KeptRows {
  const opened = MomentStore.open(demo.workspace.moments)
  const rows: KeptRows = new Map()
  for (const { minute, made: states, rows: values } of opened.minutes(MARKET, Infinity)) {
    for (const [second, state] of states.entries()) {
      const row = values.slice(second * ROW_SIZE, (second + 1) * ROW_SIZE)
      if (state === KEPT) rows.set(minute + second * SECOND, Buffer.from(row.buffer).toString('base64'))
    }
  }
  opened.close()
  return rows
}

async function made(megabytes = MEGABYTES): Promise<KeptRows> {
  const table = await MomentTable.open(demo.workspace, megabytes)
  while (await table.step());
  await table.close()
  return rowsIn()
}

/** As another machine makes it. */
async function madeOf({ market, pieces }: HandedOut): Promise<Rows> {
  const maker = await MomentMaker.open()
  const rows: Rows[] = []
  for (const instants of pieces)
    rows.push(await rowsAt({ reader: demo.open.reader, maker }, market, instants))
  await maker.close()
  return {
    values: Float32Array.from(rows.flatMap(({ values }) => [...values])),
    known: rows.flatMap(({ known }) => known),
  }
}

const instantsFrom = (from: number, to: number) =>
  Array.from({ length: (to - from) / SECOND + 1 }, (_, i) => from + i * SECOND)

it('holds a row of every second in which a state is possible, and the ledger says so', async () => {
  const rows = await made()
  const instants = [...rows.keys()]
  expect(instants).toEqual(instantsFrom(instants[0] ?? 0, END))
  expect(instants.length).toBeGreaterThan(700)
  const [kept] = keptAt(demo.workspace.moments)
  expect(kept).toMatchObject({ market: MARKET, rows: rows.size })
})

it('holds the same bits whether a second was made as it came or long after', async () => {
  const table = await MomentTable.open(demo.workspace, MEGABYTES)
  while (await table.step());
  for (const end of [1, 2, 7, 61].map((seconds) => END + seconds * SECOND)) {
    store(demo.open.store, '1s', rangeOf(end - 60 * SECOND, end))
    while (await table.step());
  }
  await table.close()
  const live = rowsIn()
  expect(live.size).toBeGreaterThan(760)
  for (const tail of ['', '-wal', '-shm']) rmSync(`${demo.workspace.moments}${tail}`, { force: true })
  expect(await made()).toEqual(live)
})

describe('after a candle was revised', () => {
  const REVISED = START + 6 * MINUTE + 13 * SECOND

  it('makes the rows that saw it anew, and no other', async () => {
    const before = await made()
    revise(demo.open.store, REVISED)
    const after = await made()
    expect([...after.keys()]).toEqual([...before.keys()])
    const changed = [...after.keys()].filter((instant) => after.get(instant) !== before.get(instant))
    // Every later row has it in its minutes, the forming one or a closed one.
    expect(changed).toEqual(instantsFrom(REVISED + SECOND, END))
  })

  it('keeps none of them before they are made anew', async () => {
    await made()
    demo.open.store.changes.note(demo.open.store.open(MARKET), '1s', REVISED, REVISED + SECOND)
    const table = await MomentTable.open(demo.workspace, 0)
    await table.similar({ market: MARKET, at: epochMs(END), limit: 1, until: epochMs(END) })
    await table.close()
    expect(Math.max(...rowsIn().keys())).toBe(REVISED)
  })

  it('takes none of them that was made elsewhere of what it was before', async () => {
    const table = await MomentTable.open(demo.workspace, MEGABYTES)
    const handedOut = await table.handOut(5, 9)
    const before = await Promise.all(handedOut.map((each) => madeOf(each)))
    revise(demo.open.store, REVISED)
    for (const [i, each] of handedOut.entries()) table.take(each, before[i]!)
    expect(Math.max(...rowsIn().keys())).toBe(REVISED)
    while (await table.step());
    await table.close()
    const mended = rowsIn()
    for (const tail of ['', '-wal', '-shm']) rmSync(`${demo.workspace.moments}${tail}`, { force: true })
    expect(mended).toEqual(await made())
  })

  it('keeps what only a candle of an hour yet to end would have shown', async () => {
    const before = await made()
    demo.open.store.changes.note(demo.open.store.open(MARKET), '1h', START, START + 60 * MINUTE)
    const table = await MomentTable.open(demo.workspace, 0)
    await table.similar({ market: MARKET, at: epochMs(END), limit: 1, until: epochMs(END) })
    await table.close()
    expect(rowsIn().size).toBe(before.size)
  })
})

it('hands out what is missing, and takes what was made of it, to the bits that it comes to itself', async () => {
  const table = await MomentTable.open(demo.workspace, MEGABYTES)
  expect(await table.handOut(60, 9)).toEqual([])
  const handedOut = await table.handOut(5, 9)
  expect(handedOut.map(({ pieces }) => pieces.length)).toEqual([1, 1])
  for (const each of handedOut) table.take(each, await madeOf(each))
  expect(await table.step()).toBe(false)
  await table.close()
  const elsewhere = rowsIn()
  for (const tail of ['', '-wal', '-shm']) rmSync(`${demo.workspace.moments}${tail}`, { force: true })
  expect(elsewhere).toEqual(await made())
})

it('is whole after its process was killed in the middle of its work', async () => {
  const path = fileURLToPath(new URL('../../../src/moments/moment-process.ts', import.meta.url))
  const child = fork(path, [], { serialization: 'advanced' })
  child.send({ kind: 'open', workspace: demo.workspace.root, megabytes: MEGABYTES })
  // It tells how far it is after its first piece.
  await once(child, 'message')
  expect(keptAt(demo.workspace.moments)).toHaveLength(1)
  child.kill('SIGKILL')
  await once(child, 'exit')
  const continued = await made()
  for (const tail of ['', '-wal', '-shm']) rmSync(`${demo.workspace.moments}${tail}`, { force: true })
  expect(continued).toEqual(await made())
})

it('stays within what it may take on disk: the newest minutes', async () => {
  await made()
  const rows = await made((3.5 * BYTES_A_MINUTE) / 1e6)
  expect(rows.size).toBe(2 * 60 + 1)
  expect(Math.max(...rows.keys())).toBe(END)
  expect(keptAt(demo.workspace.moments)[0]?.bytes).toBeLessThan(3.5 * BYTES_A_MINUTE)
})

it('is empty, and made anew, where rows meant something else or the file is damaged', async () => {
  const before = await made()
  for (const tail of ['-wal', '-shm']) rmSync(`${demo.workspace.moments}${tail}`, { force: true })
  writeFileSync(demo.workspace.moments, 'no database at all, whatever its name says'.repeat(100))
  expect(keptAt(demo.workspace.moments)).toEqual([])
  expect(await made()).toEqual(before)
})

describe('what looks alike', () => {
  const at = epochMs(START + 6 * MINUTE)
  const similar = async (until = END, limit = 20) => {
    const table = await MomentTable.open(demo.workspace, MEGABYTES)
    while (await table.step());
    const likes = await table.similar({ market: MARKET, at, limit, until: epochMs(until) })
    await table.close()
    return likes ?? []
  }

  it('comes nearest first, no two within two minutes, never the moment itself', async () => {
    const likes = await similar()
    expect(likes.length).toBeGreaterThanOrEqual(3)
    const instants = [...likes.map(({ at: instant }) => instant), at].toSorted((a, b) => a - b)
    for (const [i, instant] of instants.slice(1).entries())
      expect(instant - (instants[i] ?? 0)).toBeGreaterThanOrEqual(2 * MINUTE)
    const similarities = likes.map(({ similarity }) => similarity)
    expect(similarities).toEqual(similarities.toSorted((a, b) => b - a))
    expect(Math.max(...similarities)).toBeLessThanOrEqual(1 + 1e-9)
    expect(await similar(END, 1)).toEqual(likes.slice(0, 1))
  })

  it('is never later than what is known now', async () => {
    const likes = await similar(at)
    expect(likes.length).toBeGreaterThan(0)
    expect(likes.every(({ at: instant }) => instant <= at)).toBe(true)
  })

  it('is the same upside down, seen from the moment upside down', async () => {
    await made()
    const opened = MomentStore.open(demo.workspace.moments)
    const { rows } = opened.read(MARKET, at) ?? { rows: new Float32Array(ROW_SIZE) }
    const row = rows.slice(0, ROW_SIZE)
    const nearest = (seen: Float32Array) =>
      nearestMoments(opened, [MARKET], { market: MARKET, at, row: seen, limit: 5, until: epochMs(END) })
    const [up, down] = [nearest(row), nearest(turned(row))]
    opened.close()
    expect(up.length).toBeGreaterThan(2)
    for (const [i, like] of up.entries()) {
      expect(down[i]).toMatchObject({ at: like.at, isTurned: !like.isTurned })
      expect(down[i]?.similarity).toBeCloseTo(like.similarity, 12)
    }
  })

  it('is nothing where the moment itself has no state', async () => {
    const table = await MomentTable.open(demo.workspace, MEGABYTES)
    const early = epochMs(START - 30 * MINUTE)
    expect(await table.similar({ market: MARKET, at: early, limit: 5, until: early })).toBeNull()
    await table.close()
  })
})
