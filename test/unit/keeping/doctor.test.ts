// The database lost is not the marks lost: annotations come back from their cases, what is damaged is put aside and never removed.
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Workspace } from '../../../src/core/workspace.ts'
import { DatabaseWatch } from '../../../src/keeping/database-watch.ts'
import { until } from '../../patience.ts'
import { MARKET } from '../annotation/fixture.ts'
import { contentOf } from '../orchestrator/content.ts'
import { answersOf, bytesOf, clock, doctor, ENTRIES, filledWorkspace, garble, openAt } from './place.ts'

function lose(workspace: Workspace): void {
  for (const end of ['', '-wal', '-shm']) rmSync(workspace.database + end, { force: true })
}

/** Fields that stand in no case. */
function fromCases(annotations: Awaited<ReturnType<typeof answersOf>>['annotations']) {
  return annotations.map((annotation) => ({ ...annotation, updated_at: null, entry_check: null }))
}

describe('a sound workspace', () => {
  it('is said to be sound, and nothing of it is touched', async () => {
    const workspace = await filledWorkspace()
    const before = readdirSync(workspace.root, { recursive: true })
    expect(await doctor(workspace)).toEqual({
      workspace: workspace.root,
      sound: true,
      repaired: [],
      findings: [],
    })
    expect(await doctor(workspace, true)).toMatchObject({ sound: true, repaired: [] })
    expect(readdirSync(workspace.root, { recursive: true })).toEqual(before)
  })
})

describe('a database that is lost', () => {
  it.each([
    ['emptied', (workspace: Workspace) => (lose(workspace), writeFileSync(workspace.database, ''))],
    ['gone', lose],
    ['begun anew', (workspace: Workspace) => (lose(workspace), openAt(workspace).close())],
  ])('%s: annotations are made anew of their cases, to the last field', async (_, break_) => {
    const workspace = await filledWorkspace()
    const before = await answersOf(workspace)
    const files = readdirSync(workspace.testCases).map((name) => bytesOf(join(workspace.testCases, name)))
    break_(workspace)
    const names = readdirSync(workspace.root)
    const found = await doctor(workspace)
    expect(found.sound).toBe(false)
    expect(found.findings.filter(({ part }) => part === 'annotation')).toHaveLength(ENTRIES.length)
    expect(found.findings.at(-1)!.advice).toContain('--repair')
    expect(readdirSync(workspace.root)).toEqual(names)

    const repaired = await doctor(workspace, true)
    expect(repaired).toMatchObject({ sound: true, findings: [] })
    const after = await answersOf(workspace)
    expect(fromCases(after.annotations)).toEqual(fromCases(before.annotations))
    // The market went with the database: what the case itself says of the entry is what is left.
    for (const [index, { entry_check: check }] of after.annotations.entries()) {
      const { last_close, deviation_pct, reachable } = before.annotations[index]!.entry_check
      expect(check).toEqual({ last_close, deviation_pct, reachable, next_open: null })
    }
    expect(readdirSync(workspace.testCases).map((name) => bytesOf(join(workspace.testCases, name)))).toEqual(
      files,
    )
  })

  it('checks entries anew where the market is still there', async () => {
    const workspace = await filledWorkspace()
    const before = await answersOf(workspace)
    const open = openAt(workspace)
    open.database.sqlite.exec('DELETE FROM annotation')
    await open.close()
    expect((await doctor(workspace, true)).repaired).toHaveLength(ENTRIES.length)
    expect((await answersOf(workspace)).annotations).toEqual(before.annotations)
  })

  it('names a case that can not be used, and leaves it', async () => {
    const workspace = await filledWorkspace()
    lose(workspace)
    const [name = ''] = readdirSync(workspace.testCases)
    truncateSync(join(workspace.testCases, name), 5000)
    const report = await doctor(workspace, true)
    expect(report).toMatchObject({
      sound: false,
      findings: [{ part: 'test_case', name: name.replace('.json', '') }],
    })
    expect(readFileSync(join(workspace.testCases, name))).toHaveLength(5000)
  })
})

describe('a damaged database', () => {
  it.each([0.25, 0.7])('in the middle (%d): set aside, what can be read is saved', async (share) => {
    const workspace = await filledWorkspace()
    const before = await answersOf(workspace)
    garble(workspace, share, 3)
    const damaged = bytesOf(workspace.database)
    const found = await doctor(workspace)
    expect(found).toMatchObject({ sound: false, findings: [{ part: 'database', name: workspace.database }] })
    expect(bytesOf(workspace.database)).toBe(damaged)

    const report = await doctor(workspace, true)
    expect(report).toMatchObject({ sound: true, findings: [] })
    const aside = readdirSync(workspace.root).filter((name) => name.startsWith('annotate.db.damaged-'))
    expect(aside.map((name) => bytesOf(join(workspace.root, name)))).toEqual([damaged])
    expect(report.repaired[0]!.done).toContain(aside[0])

    const after = await answersOf(workspace)
    expect(fromCases(after.annotations)).toEqual(fromCases(before.annotations))
    const { candles, gaps } = after.candles
    const known = new Map(before.candles.candles.map((candle) => [candle.openTime, candle]))
    const isGap = (openTime: number): boolean =>
      gaps.some(({ from, to }) => openTime >= from && openTime < to)
    // What is lost is a gap, not quiet; whatever else is answered is what it was.
    for (const candle of candles)
      if (!isGap(candle.openTime)) expect(candle).toEqual(known.get(candle.openTime))
    expect(candles.filter(({ openTime }) => !isGap(openTime)).length).toBeGreaterThan(300)
  })

  it('at its head: nothing can be read of it, and the annotations are there all the same', async () => {
    const workspace = await filledWorkspace()
    const before = await answersOf(workspace)
    garble(workspace, 0, 1)
    const report = await doctor(workspace, true)
    expect(report.sound).toBe(true)
    expect(report.repaired[0]!.done).toContain('nothing could be read of it')
    expect(fromCases((await answersOf(workspace)).annotations)).toEqual(fromCases(before.annotations))
  })
})

describe('the watch of a running server', () => {
  it('finds damaged pages, and is silent about a sound database', async () => {
    const workspace = await filledWorkspace()
    const said: unknown[] = []
    const options = {
      database: workspace.database,
      onDamage: (fault: string) => said.push(fault),
      onFault: (error: unknown) => said.push(error),
    }
    const looked = new DatabaseWatch(options)
    await until('a look', () => looked.looks > 0)
    expect([looked.damage, said]).toEqual([null, []])
    garble(workspace, 0.5, 3)
    const again = new DatabaseWatch(options)
    await until('another', () => again.looks > 0)
    expect(said).toEqual([again.damage])
    expect(again.damage).toMatch(/\w/)
    looked.stop()
    again.stop()
  })
})

describe('files', () => {
  it('a truncated case is made anew, and what was there is put aside', async () => {
    const workspace = await filledWorkspace()
    const [name = ''] = readdirSync(workspace.testCases)
    const path = join(workspace.testCases, name)
    const whole = readFileSync(path, 'utf8')
    truncateSync(path, 5000)
    const { findings } = await doctor(workspace)
    expect(findings).toMatchObject([{ part: 'test_case', name: name.replace('.json', '') }])
    expect(findings[0]!.fault).toContain('it is no JSON')
    expect(await doctor(workspace, true)).toMatchObject({ sound: true, repaired: [{ part: 'test_case' }] })
    expect(readFileSync(path, 'utf8')).toBe(whole)
    const aside = readdirSync(workspace.testCases).find((each) => each.includes('.damaged-'))
    expect(readFileSync(join(workspace.testCases, aside!), 'utf8')).toBe(whole.slice(0, 5000))
  })

  it('a truncated case whose market is gone stays, and says why', async () => {
    const workspace = await filledWorkspace()
    const open = openAt(workspace)
    open.database.sqlite.exec(
      'DELETE FROM coverage; DELETE FROM candle; DELETE FROM candle_version; DELETE FROM trade',
    )
    await open.close()
    const [name = ''] = readdirSync(workspace.testCases)
    truncateSync(join(workspace.testCases, name), 5000)
    const report = await doctor(workspace, true)
    expect(report).toMatchObject({ sound: false, repaired: [], findings: [{ part: 'test_case' }] })
    expect(report.findings[0]!.advice).toMatch(/backup/)
    expect(readFileSync(join(workspace.testCases, name))).toHaveLength(5000)
  })

  it('a case that says otherwise than its annotation is named, with the fields', async () => {
    const workspace = await filledWorkspace()
    const [name = ''] = readdirSync(workspace.testCases)
    const path = join(workspace.testCases, name)
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"notes": ".*"/, '"notes": "another"'))
    expect((await doctor(workspace, true)).findings).toMatchObject([
      { part: 'test_case', fault: 'it says otherwise than its annotation: notes' },
    ])
  })

  it('a checkpoint without one of its files, and a promoted one that is gone, are named', async () => {
    const workspace = await filledWorkspace()
    const open = openAt(workspace)
    await open.checkpoints.publish('cnn', contentOf(1))
    await open.orchestrator.models()
    await open.close()
    const folder = join(workspace.checkpoints, 'cnn', '0001')
    expect((await doctor(workspace)).findings).toMatchObject([{ part: 'checkpoint', name: 'cnn 0001' }])
    rmSync(join(folder, 'weights.safetensors'))
    const { findings } = await doctor(workspace, true)
    expect(findings).toMatchObject([{ part: 'checkpoint', name: 'cnn 0001' }])
    expect(findings[0]!.fault).toContain('weights.safetensors cannot be read')
    rmSync(folder, { recursive: true })
    expect((await doctor(workspace)).findings).toMatchObject([
      { part: 'checkpoint', name: 'cnn 0001', fault: expect.stringContaining('promoted') },
    ])
  })
})

describe('coverage', () => {
  it('candles that no coverage speaks of, and traded seconds without one, are mended', async () => {
    const workspace = await filledWorkspace()
    const before = await answersOf(workspace)
    const open = openAt(workspace)
    const { sqlite } = open.database
    const place =
      'timeframe = 1 AND open_time BETWEEN (SELECT min(open_time) FROM candle WHERE timeframe = 1) + 100000 AND'
    sqlite.exec(
      `DELETE FROM candle WHERE ${place} (SELECT min(open_time) FROM candle WHERE timeframe = 1) + 105000`,
    )
    sqlite.exec('DELETE FROM coverage WHERE timeframe = 86400')
    await open.close()
    const found = await doctor(workspace)
    expect(found.findings.map(({ part }) => part)).toEqual(found.findings.map(() => 'coverage'))
    expect(found.findings.map(({ fault }) => fault).join()).toMatch(
      /candles of 1d.*seconds from .* were traded/,
    )
    expect(found.findings[0]!.name).toBe(`${MARKET.symbol} on ${MARKET.venue}`)
    expect(await doctor(workspace, true)).toMatchObject({ sound: true, findings: [] })
    expect((await answersOf(workspace)).candles).toEqual(before.candles)
    expect(clock.now()).toBe(Date.parse('2024-08-10T12:00:00Z'))
  })
})
