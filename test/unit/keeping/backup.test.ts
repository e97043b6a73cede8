// A backup made while others write is restored to a workspace that answers the same; damaged archives are refused before anything is written.
import {
  copyFileSync,
  existsSync,
  openSync,
  closeSync,
  readdirSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../../src/core/database.ts'
import { workspaceAt, type Workspace } from '../../../src/core/workspace.ts'
import { backUp, type BackupReport } from '../../../src/keeping/backup.ts'
import { restore, type RestoreReport } from '../../../src/keeping/restore.ts'
import { markAt, MARKET, openFolder } from '../annotation/fixture.ts'
import { contentOf } from '../orchestrator/content.ts'
import { answersOf, bytesOf, clock, ENTRIES, filledWorkspace, openAt } from './place.ts'

const signal = new AbortController().signal

async function save(workspace: Workspace, file: string): Promise<BackupReport> {
  const database = openDatabase(workspace.database, [], { alone: true })
  try {
    return await backUp({ workspace, database, file, clock, signal, onProgress: () => {} })
  } finally {
    await database.close()
  }
}

function bringBack(file: string, workspace: Workspace, setAside = false): Promise<RestoreReport> {
  const lock = () => ({ release: () => {} })
  return restore({ file, workspace, setAside, lock, clock, signal, onProgress: () => {} })
}

/** Every case and checkpoint file with its hash. */
function filesOf({ root, testCases, checkpoints }: Workspace): Record<string, string> {
  const paths = [testCases, checkpoints].flatMap((folder) =>
    readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))),
  )
  const files = paths.filter((path) => statSync(path).isFile()).toSorted()
  return Object.fromEntries(files.map((path) => [path.slice(root.length), bytesOf(path)]))
}

async function withCheckpoint(): Promise<Workspace> {
  const workspace = await filledWorkspace()
  const open = openAt(workspace)
  await open.checkpoints.publish('cnn', contentOf(1))
  await open.orchestrator.models()
  const [gone] = await open.annotations.list()
  await open.annotations.remove(gone!.id)
  await open.close()
  return workspace
}

describe('a backup', () => {
  it('is restored to the same annotations, cases, checkpoints and candles', async () => {
    const workspace = await withCheckpoint()
    const before = await answersOf(workspace)
    const file = join(openFolder(), 'backup.zip')
    expect(await save(workspace, file)).toMatchObject({
      file,
      bytes: statSync(file).size,
      annotations: ENTRIES.length,
      test_cases: ENTRIES.length - 1,
    })
    const restored = workspaceAt(join(openFolder(), 'new', 'place'))
    expect(await bringBack(file, restored)).toMatchObject({ set_aside: null, test_cases: ENTRIES.length - 1 })
    expect(filesOf(restored)).toEqual(filesOf(workspace))
    const after = await answersOf(restored)
    const undated = ({ models, ...rest }: typeof after) => ({
      ...rest,
      models: models.map((model) => ({
        ...model,
        checkpoints: model.checkpoints.map((each) => ({ ...each, created_at: null })),
      })),
    })
    expect(undated(after)).toEqual(undated(before))
    const open = openAt(restored)
    const [deleted] = await open.annotations.list({ deleted: true })
    await open.annotations.restore(deleted!.id)
    expect(await open.annotations.count()).toBe(ENTRIES.length)
    await open.close()
    expect(readdirSync(restored.root).filter((name) => name.includes('tmp'))).toEqual([])
  })

  it('made while annotations are written, replaced and deleted holds each with its own case', async () => {
    const workspace = await filledWorkspace()
    const open = openAt(workspace)
    const state = { isOver: false, writes: 0 }
    const kept = await open.annotations.list()
    const writing = (async () => {
      for (let n = 0; !state.isOver; n += 1) {
        const { id } = await open.annotations.create(markAt(210 + (n % 400), 60, { notes: `n ${n}` }), MARKET)
        if (n % 3 === 0)
          await open.annotations.replace(id, markAt(211 + (n % 400), 70, { notes: 'again' }), MARKET)
        if (n % 3 === 1) await open.annotations.remove(id)
        state.writes += 1
      }
    })()
    const file = join(openFolder(), 'backup.zip')
    await save(workspace, file)
    state.isOver = true
    await writing
    await open.close()
    expect(state.writes).toBeGreaterThan(3)
    const restored = workspaceAt(openFolder())
    await bringBack(file, restored)
    const again = openAt(restored)
    expect((await again.testCases.repair()).faults).toEqual([])
    expect(await again.testCases.strays()).toEqual([])
    for (const { id, notes } of await again.annotations.list())
      expect((await again.testCases.file(`annotation_${id}`)).notes).toBe(notes)
    const ids = (await again.annotations.list()).map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining(kept.map(({ id }) => id)))
    await again.close()
  })

  it('overwrites no file, and leaves none where it fails', async () => {
    const workspace = await filledWorkspace()
    const folder = openFolder()
    const file = join(folder, 'backup.zip')
    await save(workspace, file)
    const bytes = bytesOf(file)
    await expect(save(workspace, file)).rejects.toMatchObject({ code: 'file_exists' })
    expect(bytesOf(file)).toBe(bytes)
    await expect(save(workspace, join(folder, 'none', 'b.zip'))).rejects.toMatchObject({
      code: 'no_such_folder',
    })
    const controller = new AbortController()
    const database = openDatabase(workspace.database, [], { alone: true })
    const cut = backUp({
      workspace,
      database,
      file: join(folder, 'cut.zip'),
      clock,
      signal: controller.signal,
      onProgress: (words) => {
        if (words === 'the database') controller.abort()
      },
    })
    await expect(cut).rejects.toMatchObject({ name: 'AbortError' })
    await database.close()
    expect(readdirSync(folder)).toEqual(['backup.zip'])
  })
})

describe('restoring', () => {
  it('writes over no workspace, and sets one aside where it is told to', async () => {
    const workspace = await filledWorkspace()
    const file = join(openFolder(), 'backup.zip')
    await save(workspace, file)
    const other = await filledWorkspace()
    const files = filesOf({ ...other, checkpoints: other.testCases })
    await expect(bringBack(file, other)).rejects.toMatchObject({ code: 'workspace_not_empty' })
    expect(filesOf({ ...other, checkpoints: other.testCases })).toEqual(files)
    const { set_aside: aside } = await bringBack(file, other, true)
    expect((await answersOf(other)).annotations).toEqual((await answersOf(workspace)).annotations)
    const old = workspaceAt(aside!)
    expect(Object.values(filesOf({ ...old, checkpoints: old.testCases }))).toEqual(Object.values(files))
    expect((await answersOf(old)).annotations).toHaveLength(ENTRIES.length)
  })

  it.each([
    ['cut off', (file: string) => truncateSync(file, statSync(file).size - 5000)],
    ['changed in the middle', (file: string) => overwrite(file, 0.5)],
    ['changed near its begin', (file: string) => overwrite(file, 0.02)],
    ['empty', (file: string) => truncateSync(file, 0)],
  ])('refuses one that is %s by name, before anything is written', async (_, damage) => {
    const workspace = await filledWorkspace()
    const file = join(openFolder(), 'backup.zip')
    await save(workspace, file)
    damage(file)
    const restored = workspaceAt(join(openFolder(), 'new'))
    const refused = bringBack(file, restored)
    await expect(refused).rejects.toMatchObject({ code: 'damaged_backup' })
    await expect(refused).rejects.toThrow(/^backup.zip can not be restored: .*Nothing was written/)
    expect(existsSync(restored.root)).toBe(false)
  })

  it('refuses another zip, and one that is not there', async () => {
    const restored = workspaceAt(join(openFolder(), 'new'))
    const file = join(openFolder(), 'none.zip')
    await expect(bringBack(file, restored)).rejects.toMatchObject({ code: 'file_not_found' })
    copyFileSync(new URL(import.meta.url).pathname, file)
    await expect(bringBack(file, restored)).rejects.toMatchObject({ code: 'damaged_backup' })
    expect(existsSync(restored.root)).toBe(false)
  })
})

function overwrite(path: string, share: number): void {
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(64, 0x5a), 0, 64, Math.floor(statSync(path).size * share))
  closeSync(file)
}
