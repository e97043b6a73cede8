// Checkpoints on disk: published as a whole folder or not at all, read back with their hashes checked.
import { randomUUID } from 'node:crypto'
import { lstat, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CheckpointMetadata, type CheckpointFacts } from '../contract/checkpoint.ts'
import { sha256 } from '../core/hash.ts'
import { Checker } from '../core/checker.ts'
import { AppError, messageOf, unknownThing } from '../core/errors.ts'
import { readOwnFile, syncFolder, writeFileWhole, writeSynced } from '../core/files.ts'
import { makeFolder } from '../core/folder.ts'
import { epochMs, type EpochMs } from '../core/time.ts'

export const WEIGHTS_FILE = 'weights.safetensors'
export const ONNX_FILE = 'model.onnx'
export const METADATA_FILE = 'metadata.json'
export const SELF_TEST_FILE = 'self_test.json'
export const ODDNESS_FILE = 'oddness.safetensors'

const FILES = [METADATA_FILE, WEIGHTS_FILE, ONNX_FILE, SELF_TEST_FILE, ODDNESS_FILE]

/** Names of their folders. */
export const VERSION = /^\d{4,}$/

const metadataSchema = new Checker(CheckpointMetadata)

export interface CheckpointContent {
  /** safetensors bytes */
  readonly weights: Uint8Array
  /** The inference model, weights frozen inside. */
  readonly onnx: Uint8Array
  /** The file of its self-test, where it has one. */
  readonly selfTest?: Uint8Array | null
  /** The file of what an ordinary second looks like, where its metadata speaks of it. */
  readonly oddness?: Uint8Array | null
  readonly metadata: CheckpointFacts
}

export interface LoadedCheckpoint {
  readonly model: string
  readonly version: string
  readonly metadata: CheckpointMetadata
  readonly weights: Uint8Array
  readonly onnx: Uint8Array
  /** The file of its self-test; null where it has none. */
  readonly selfTest: Uint8Array | null
  /** The file of what an ordinary second looks like; null where it has none. */
  readonly oddness: Uint8Array | null
}

/** One folder of the list: usable with its metadata, or broken with the words that say why. */
export type CheckpointEntry = { readonly version: string; readonly publishedAt: EpochMs } & (
  | { readonly metadata: CheckpointMetadata; readonly broken: null }
  | { readonly metadata: null; readonly broken: string }
)

export class Checkpoints {
  readonly #root: string
  /** Folders already checked, by path and the stamps of their files: hashing is done once. */
  readonly #checked = new Map<string, { stamp: string; entry: CheckpointEntry }>()

  /** `root` is `checkpoints` of the workspace. */
  constructor(root: string) {
    this.#root = root
  }

  /** Writes the next version, 0001 upward, and returns it once it is durable. Safe beside other publishers. */
  async publish(model: string, content: CheckpointContent): Promise<string> {
    const home = this.folder(model)
    await makeFolder(home)
    const temporary = join(home, `.${randomUUID()}.tmp`)
    try {
      await writeContent(temporary, content)
      const version = await this.#moveToNextVersion(home, temporary)
      await syncFolder(home)
      return version
    } catch (error) {
      await rm(temporary, { recursive: true, force: true })
      throw error
    }
  }

  /** Every version of a model, ascending; broken ones are named, never thrown. */
  async list(model: string): Promise<CheckpointEntry[]> {
    const versions = await versionsIn(this.folder(model))
    return Promise.all(versions.map((version) => this.#entry(model, version)))
  }

  /**
   * Reads one version whole.
   * @throws AppError `unknown_checkpoint`; `broken_checkpoint` naming the file at fault.
   */
  async load(model: string, version: string): Promise<LoadedCheckpoint> {
    await this.require(model, version)
    return { model, version, ...(await readContent(this.folder(model, version))) }
  }

  /** That there is such a version, broken or not. @throws AppError `unknown_checkpoint` */
  async require(model: string, version: string): Promise<void> {
    const versions = await versionsIn(this.folder(model))
    if (versions.includes(version)) return
    const hint =
      versions.length === 0
        ? `Model ${model} has none yet: train it first.`
        : `Model ${model} has ${versions.join(', ')}.`
    throw unknownThing('checkpoint', version, hint)
  }

  /** The newest version, where its files are these to the byte; else null. */
  async newestLike(model: string, content: CheckpointContent): Promise<string | null> {
    const version = (await versionsIn(this.folder(model))).at(-1)
    if (version === undefined) return null
    const own = await readOwnFile(join(this.folder(model, version), METADATA_FILE)).catch(() => null)
    return own?.toString() === metadataText(content) ? version : null
  }

  /** Whether a version has these weights and this network, whatever else it says of itself. */
  async isOf(model: string, version: string, content: CheckpointContent): Promise<boolean> {
    const loaded = await this.load(model, version).catch(() => null)
    if (loaded === null) return false
    const { files } = loaded.metadata
    return files[WEIGHTS_FILE] === sha256(content.weights) && files[ONNX_FILE] === sha256(content.onnx)
  }

  /** Replaces what a version says of itself, whole or not at all; its weights and its network are these and stay, as its other files do. */
  async restate(model: string, version: string, content: CheckpointContent): Promise<void> {
    const { selfTest = null, oddness = null } = (await this.load(model, version).catch(() => null)) ?? {}
    await writeFileWhole(
      join(this.folder(model, version), METADATA_FILE),
      metadataText({ ...content, selfTest, oddness }),
    )
  }

  folder(model: string, version?: string): string {
    return version === undefined ? join(this.#root, model) : join(this.#root, model, version)
  }

  async #moveToNextVersion(home: string, temporary: string): Promise<string> {
    for (let next = Number((await versionsIn(home)).at(-1) ?? 0) + 1; ; next++) {
      const version = String(next).padStart(4, '0')
      try {
        await rename(temporary, join(home, version))
        return version
      } catch (error) {
        if (!isTaken(error)) throw error
      }
    }
  }

  async #entry(model: string, version: string): Promise<CheckpointEntry> {
    const folder = this.folder(model, version)
    const stamp = await stampOf(folder)
    const known = this.#checked.get(folder)
    if (known?.stamp === stamp) return known.entry
    const entry = await inspect(folder, version)
    this.#checked.set(folder, { stamp, entry })
    return entry
  }
}

async function inspect(folder: string, version: string): Promise<CheckpointEntry> {
  const publishedAt = epochMs(Math.round((await stat(folder)).mtimeMs))
  try {
    const { metadata } = await readContent(folder)
    return { version, publishedAt, metadata, broken: null }
  } catch (error) {
    return { version, publishedAt, metadata: null, broken: messageOf(error) }
  }
}

async function readContent(folder: string): Promise<Omit<LoadedCheckpoint, 'model' | 'version'>> {
  const metadata = parseMetadata(folder, (await readPart(folder, METADATA_FILE)).toString('utf8'))
  const weights = await readPart(folder, WEIGHTS_FILE)
  const onnx = await readPart(folder, ONNX_FILE)
  requireHash(folder, WEIGHTS_FILE, weights, metadata)
  requireHash(folder, ONNX_FILE, onnx, metadata)
  const selfTest = await readOptional(folder, SELF_TEST_FILE, metadata)
  const oddness = await readOptional(folder, ODDNESS_FILE, metadata)
  return { metadata, weights, onnx, selfTest, oddness }
}

/** Null where the metadata names no such file. */
async function readOptional(
  folder: string,
  name: keyof CheckpointMetadata['files'],
  metadata: CheckpointMetadata,
): Promise<Buffer | null> {
  if (metadata.files[name] === undefined) return null
  const bytes = await readPart(folder, name)
  requireHash(folder, name, bytes, metadata)
  return bytes
}

async function readPart(folder: string, name: string): Promise<Buffer> {
  try {
    return await readOwnFile(join(folder, name))
  } catch (error) {
    throw broken(folder, name, `cannot be read (${messageOf(error)})`)
  }
}

function parseMetadata(folder: string, text: string): CheckpointMetadata {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw broken(folder, METADATA_FILE, 'is not JSON')
  }
  if (metadataSchema.check(value)) return unedited(folder, value)
  const [fault] = metadataSchema.faults(value)
  throw broken(
    folder,
    METADATA_FILE,
    `is not as expected: ${fault?.instancePath ?? ''} ${fault?.message ?? ''}`,
  )
}

/** Checkpoints of before 0.2 have no hash of their metadata. */
function unedited(folder: string, value: CheckpointMetadata): CheckpointMetadata {
  const { sha256: stated, ...facts } = value
  if (stated === undefined || stated === factsHash(facts)) return value
  throw broken(folder, METADATA_FILE, 'was edited: it differs from the hash that it states')
}

function requireHash(
  folder: string,
  name: keyof CheckpointMetadata['files'],
  bytes: Uint8Array,
  metadata: CheckpointMetadata,
): void {
  if (sha256(bytes) !== metadata.files[name]) {
    throw broken(folder, name, `differs from the hash in ${METADATA_FILE}`)
  }
}

function broken(folder: string, name: string, what: string): AppError {
  return new AppError(
    'broken_checkpoint',
    `${join(folder, name)} ${what}. Put the file back from a backup, or train again and use the new checkpoint.`,
    { status: 409 },
  )
}

async function writeContent(folder: string, content: CheckpointContent): Promise<void> {
  const { weights, onnx, selfTest = null, oddness = null } = content
  await mkdir(folder)
  await writeSynced(join(folder, WEIGHTS_FILE), weights)
  await writeSynced(join(folder, ONNX_FILE), onnx)
  if (selfTest !== null) await writeSynced(join(folder, SELF_TEST_FILE), selfTest)
  if (oddness !== null) await writeSynced(join(folder, ODDNESS_FILE), oddness)
  await writeSynced(join(folder, METADATA_FILE), metadataText(content))
  await syncFolder(folder)
}

/** With the hash of every other file, and of the rest of itself: a number changed by hand is found, too. */
function metadataText(content: CheckpointContent): string {
  const { weights, onnx, selfTest = null, oddness = null, metadata } = content
  const files = {
    [WEIGHTS_FILE]: sha256(weights),
    [ONNX_FILE]: sha256(onnx),
    ...(selfTest === null ? {} : { [SELF_TEST_FILE]: sha256(selfTest) }),
    ...(oddness === null ? {} : { [ODDNESS_FILE]: sha256(oddness) }),
  }
  const facts = { ...metadata, files }
  return `${JSON.stringify({ ...facts, sha256: factsHash(facts) }, null, 2)}\n`
}

function factsHash(facts: object): string {
  return sha256(Buffer.from(JSON.stringify(facts)))
}

async function versionsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  return names.filter((name) => VERSION.test(name)).toSorted((a, b) => Number(a) - Number(b))
}

async function stampOf(folder: string): Promise<string> {
  const stamps = FILES.map(async (name) => {
    const facts = await lstat(join(folder, name)).catch(() => null)
    return facts === null ? 'absent' : `${facts.mtimeMs}:${facts.size}`
  })
  return (await Promise.all(stamps)).join(' ')
}

function isTaken(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOTEMPTY' || code === 'EEXIST'
}
