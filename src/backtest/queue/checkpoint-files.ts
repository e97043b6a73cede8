// The files of a backtest's checkpoints on their way to a worker: as they are, in one piece of bytes.
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { readOwnFile, writeFileWhole } from '../../core/files.ts'
import { makeFolder } from '../../core/folder.ts'
import { partsOf, type BacktestOrder } from '../order.ts'

interface CheckpointFile {
  readonly version: string
  readonly name: string
  readonly bytes: Uint8Array
}

/** @param checkpoints the workspace's. @throws as `readdir`, where one is gone by now */
export async function packCheckpoints(checkpoints: string, order: BacktestOrder): Promise<Buffer> {
  const files: CheckpointFile[] = []
  const versions = new Set(partsOf(order).map(({ checkpoint }) => checkpoint))
  for (const version of [...versions].toSorted()) {
    const folder = join(checkpoints, order.model, version)
    for (const name of (await readdir(folder)).toSorted())
      files.push({ version, name, bytes: await readOwnFile(join(folder, name)) })
  }
  return serialize(files)
}

/** Whoever opens them compares each with the hash in its checkpoint's metadata. @throws Error where a name is none of a file */
export async function unpackCheckpoints(
  packed: Buffer,
  { model }: BacktestOrder,
  into: string,
): Promise<void> {
  for (const { version, name, bytes } of deserialize(packed) as CheckpointFile[]) {
    for (const word of [model, version, name])
      if (word !== basename(word) || word.startsWith('.')) throw new Error(`${word} is no name of a file`)
    const folder = join(into, model, version)
    await makeFolder(folder)
    await writeFileWhole(join(folder, name), bytes)
  }
}
