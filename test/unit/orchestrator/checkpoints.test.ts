// Checkpoints: whole folders or none, versions that never collide, broken ones named.
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Checkpoints } from '../../../src/orchestrator/checkpoints.ts'
import { contentOf } from './content.ts'

let root: string
let checkpoints: Checkpoints

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'annotate-checkpoints-'))
  checkpoints = new Checkpoints(root)
})
afterEach(() => rm(root, { recursive: true, force: true }))

describe('publishing', () => {
  it('counts versions from 0001 and reads back the same bytes', async () => {
    expect(await checkpoints.publish('cnn', contentOf(1))).toBe('0001')
    expect(await checkpoints.publish('cnn', contentOf(2))).toBe('0002')
    const loaded = await checkpoints.load('cnn', '0002')
    expect([...loaded.weights]).toEqual([...contentOf(2).weights])
    expect([...loaded.onnx]).toEqual([...contentOf(2).onnx])
    expect(loaded.metadata.seed).toBe(2)
  })

  it('gives the same bytes for the same content', async () => {
    await checkpoints.publish('cnn', contentOf(7))
    await checkpoints.publish('cnn', contentOf(7))
    for (const name of ['metadata.json', 'weights.safetensors', 'model.onnx']) {
      const [first, second] = await Promise.all(
        ['0001', '0002'].map((version) => readFile(join(root, 'cnn', version, name))),
      )
      expect(first!.equals(second!)).toBe(true)
    }
  })

  it('gives each of several publishers at once a version of its own and leaves no temporary folder', async () => {
    const others = Array.from({ length: 8 }, () => new Checkpoints(root))
    const versions = await Promise.all(others.map((other, index) => other.publish('cnn', contentOf(index))))
    expect(versions.toSorted()).toEqual(['0001', '0002', '0003', '0004', '0005', '0006', '0007', '0008'])
    expect((await readdir(join(root, 'cnn'))).toSorted()).toEqual(versions.toSorted())
  })
})

describe('broken folders', () => {
  it.each([
    ['weights.safetensors', (path: string) => truncate(path, 1), 'weights.safetensors differs from the hash'],
    ['model.onnx', (path: string) => rm(path), 'model.onnx cannot be read'],
    ['metadata.json', (path: string) => writeFile(path, '{'), 'metadata.json is not JSON'],
    [
      'metadata.json',
      async (path: string) => {
        // A threshold changed by hand.
        await writeFile(path, (await readFile(path, 'utf8')).replace('"on": 0.6', '"on": 0.1'))
      },
      'metadata.json was edited: it differs from the hash that it states',
    ],
    [
      'metadata.json',
      (path: string) => writeFile(path, '{"model": "cnn"}'),
      'metadata.json is not as expected',
    ],
  ])('names %s and goes on with the others', async (name, damage, words) => {
    await checkpoints.publish('cnn', contentOf(1))
    await checkpoints.publish('cnn', contentOf(2))
    expect((await checkpoints.list('cnn')).every((entry) => entry.broken === null)).toBe(true)
    await damage(join(root, 'cnn', '0001', name))
    const [first, second] = await checkpoints.list('cnn')
    expect(first!.broken).toContain(words)
    expect(second!.broken).toBeNull()
    await expect(checkpoints.load('cnn', '0001')).rejects.toMatchObject({
      code: 'broken_checkpoint',
      status: 409,
    })
  })

  it('of an earlier version, without a hash of their metadata, are read', async () => {
    await checkpoints.publish('cnn', contentOf(1))
    const path = join(root, 'cnn', '0001', 'metadata.json')
    const { sha256: _, ...rest } = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
    await writeFile(path, JSON.stringify(rest))
    expect((await checkpoints.list('cnn'))[0]!.broken).toBeNull()
  })

  it('does not take what is no version for one', async () => {
    await checkpoints.publish('cnn', contentOf(1))
    await writeFile(join(root, 'cnn', 'notes.txt'), 'mine')
    expect((await checkpoints.list('cnn')).map(({ version }) => version)).toEqual(['0001'])
    await expect(checkpoints.load('cnn', '../cnn/0001')).rejects.toMatchObject({ code: 'unknown_checkpoint' })
  })
})
