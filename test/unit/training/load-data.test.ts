// Reading what a run is trained on while annotations are deleted beside it: it is as of those that stand.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { RejectedHolds } from '../../../src/annotation/rejected-holds.ts'
import { createMarketReader } from '../../../src/market/reader.ts'
import { loadTrainingData } from '../../../src/training/data/load-data.ts'
import type { Sources } from '../../../src/training/data/sources.ts'
import { markAt, MARKET, openFilledRoom, type Room } from '../annotation/fixture.ts'

/** After each list of cases and before their files are read, `between` is done. */
function sourcesOf(room: Room, between: () => Promise<void>): Sources {
  const { annotations, testCases, reviewedSpans, workspace, store } = room
  return {
    annotations,
    testCases: {
      async list(filter, options) {
        const states = await testCases.list(filter, options)
        await between()
        return states
      },
    },
    reviewedSpans,
    rejectedHolds: new RejectedHolds(room),
    reader: createMarketReader(store),
    folder: workspace.testCases,
  }
}

async function filledWith(marks: number): Promise<{ room: Room; ids: string[] }> {
  const room = openFilledRoom()
  const ids: string[] = []
  for (let i = 0; i < marks; i++)
    ids.push((await room.annotations.create(markAt(300 + i * 60, 30), MARKET)).id)
  return { room, ids }
}

it('leaves out an annotation that is deleted after it was listed', async () => {
  const { room, ids } = await filledWith(3)
  const left = [...ids]
  const sources = sourcesOf(room, async () => {
    // Twice in a row, then nothing more happens.
    const id = left.length > 1 ? left.shift() : undefined
    if (id !== undefined) await room.annotations.remove(id)
  })
  const data = await loadTrainingData(sources, {})
  expect(data.cases.map(({ markId }) => markId)).toEqual(ids.slice(2))
  expect(data.markets.flatMap(({ marks }) => marks.map(({ id }) => id))).toEqual(ids.slice(2))
  expect(data.leftOut).toEqual([])
})

it('says that nothing is annotated where the last one goes, and which one was chosen and is gone', async () => {
  const { room, ids } = await filledWith(1)
  const [id = ''] = ids
  const sources = sourcesOf(room, async () => {
    await room.annotations.remove(id).catch(() => undefined)
  })
  await expect(loadTrainingData(sources, {})).rejects.toMatchObject({ code: 'no_test_cases' })
  const { id: other } = await room.annotations.restore(id)
  await expect(loadTrainingData(sources, { annotation_ids: [other] })).rejects.toMatchObject({
    code: 'unknown_annotation',
  })
})

it('narrows those that are named to a market, which is no reason to say that they are not there', async () => {
  const { room, ids } = await filledWith(1)
  const selection = { annotation_ids: ids, symbol: 'BTC/USDT' }
  await expect(
    loadTrainingData(
      sourcesOf(room, async () => {}),
      selection,
    ),
  ).rejects.toMatchObject({
    code: 'no_test_cases',
  })
})

it('gives up in words where files of cases go and come without end', async () => {
  const { room, ids } = await filledWith(2)
  const [id = ''] = ids
  let isThere = true
  const sources = sourcesOf(room, async () => {
    isThere = false
    rmSync(join(room.workspace.testCases, `annotation_${id}.json`))
  })
  const list = sources.annotations.list.bind(sources.annotations)
  const annotations = {
    async list(filter: Parameters<typeof list>[0]) {
      if (!isThere) await room.annotations.restore((await room.annotations.remove(id)).id)
      isThere = true
      return list(filter)
    },
  }
  await expect(loadTrainingData({ ...sources, annotations }, {})).rejects.toMatchObject({
    code: 'unreadable_test_case',
    status: 409,
  })
})
