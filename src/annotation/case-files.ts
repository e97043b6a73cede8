// Test-case files on disk: one per annotation, written whole, read back with a check of every field.
import { lstat, readdir, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { TestCaseFile } from '../contract/annotations.ts'
import { Checker } from '../core/checker.ts'
import { AppError, messageOf } from '../core/errors.ts'
import { readOwnFile, stageFile, syncFolder, writeFileWhole, type StagedFile } from '../core/files.ts'
import { sha256 } from '../core/hash.ts'
import { faultOf } from './case-faults.ts'
import { testCaseId } from './case-content.ts'

const schema = new Checker(TestCaseFile)
const FILE_NAME = /^annotation_(.+)\.json$/
/** The temporary file of a write that was cut off (core/files.ts). */
const LEFTOVER = /^\.[0-9a-f-]{36}\.tmp$/

interface HashedCase {
  readonly content: TestCaseFile
  readonly sha256: string
}

export class CaseFiles {
  readonly #folder: string
  #counted: { readonly stamp: string | null; readonly files: number } | null = null

  constructor(folder: string) {
    this.#folder = folder
  }

  pathOf(annotationId: string): string {
    return join(this.#folder, `${testCaseId(annotationId)}.json`)
  }

  /** Durable when it resolves. */
  async write(annotationId: string, text: string): Promise<void> {
    await writeFileWhole(this.pathOf(annotationId), text)
  }

  /** Written, and not yet in its place. */
  async stage(annotationId: string, text: string): Promise<StagedFile> {
    return stageFile(this.pathOf(annotationId), text)
  }

  /** The file's text where it can be used; null where it is missing or broken. */
  async usableText(annotationId: string): Promise<string | null> {
    try {
      await readTestCase(this.pathOf(annotationId))
      return (await readOwnFile(this.pathOf(annotationId))).toString()
    } catch {
      return null
    }
  }

  /** SHA-256 of the file, hex; null where there is none, or it can not be read. */
  async hash(annotationId: string): Promise<string | null> {
    const bytes = await readOwnFile(this.pathOf(annotationId)).catch(() => null)
    return bytes === null ? null : sha256(bytes)
  }

  /** Durable when it resolves; nothing happens where there is no such file. */
  async remove(annotationId: string): Promise<void> {
    try {
      await rm(this.pathOf(annotationId))
    } catch (error) {
      if (isAbsent(error)) return
      throw error
    }
    await syncFolder(this.#folder)
  }

  /** Changes when the file does: its time of writing and its size; `absent` where there is none. */
  async stamp(annotationId: string): Promise<string> {
    try {
      const { mtimeMs, size } = await lstat(this.pathOf(annotationId))
      return `${mtimeMs}:${size}`
    } catch (error) {
      if (isAbsent(error)) return 'absent'
      throw error
    }
  }

  /** Annotation ids of the files there are, by name. */
  async ids(): Promise<string[]> {
    return (await this.#names()).flatMap((name) => FILE_NAME.exec(name)?.[1] ?? []).toSorted()
  }

  /** How many there are; the folder is read again only where something was added or taken away. */
  async count(): Promise<number> {
    const stamp = await stampOf(this.#folder)
    if (this.#counted === null || stamp === null || this.#counted.stamp !== stamp)
      this.#counted = { stamp, files: (await this.ids()).length }
    return this.#counted.files
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.#folder)
    } catch (error) {
      if (isAbsent(error)) return []
      throw error
    }
  }

  /** Takes away what writes that were cut off have left behind. */
  async removeLeftovers(): Promise<void> {
    const names = (await this.#names()).filter((name) => LEFTOVER.test(name))
    for (const name of names) await rm(join(this.#folder, name), { force: true })
  }

  /** Null where there is no such file; throws AppError `broken_test_case`. */
  async read(annotationId: string): Promise<TestCaseFile | null> {
    return (await this.readHashed(annotationId))?.content ?? null
  }

  /** The same, with the SHA-256 of the very bytes that were read, hex: others may write or remove it meanwhile. */
  async readHashed(annotationId: string): Promise<HashedCase | null> {
    const path = this.pathOf(annotationId)
    try {
      const bytes = await bytesOf(path)
      return { content: contentIn(path, bytes), sha256: sha256(bytes) }
    } catch (error) {
      if (error instanceof AppError && error.code === 'unknown_test_case') return null
      throw error
    }
  }
}

/**
 * Reads and checks one test case.
 * @throws AppError `broken_test_case` naming the file and the fault; `unknown_test_case` where there is no file
 */
export async function readTestCase(path: string): Promise<TestCaseFile> {
  return contentIn(path, await bytesOf(path))
}

function contentIn(path: string, bytes: Buffer): TestCaseFile {
  const value = parse(path, bytes.toString())
  const fault = schema.check(value) ? faultOf(value, basename(path, '.json')) : schemaFault(value)
  if (fault !== null) throw broken(path, fault)
  return value as TestCaseFile
}

async function bytesOf(path: string): Promise<Buffer> {
  try {
    return await readOwnFile(path)
  } catch (error) {
    if (!isAbsent(error)) throw broken(path, messageOf(error))
    throw new AppError('unknown_test_case', `There is no test case ${path}.`, { status: 404 })
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw broken(path, `it is no JSON (${messageOf(error)})`)
  }
}

function schemaFault(value: unknown): string {
  const first = schema.faults(value)[0]
  if (first === undefined) return 'it does not have the form of a test case'
  return `${first.instancePath === '' ? 'the file' : first.instancePath.slice(1).replaceAll('/', '.')} ${first.message}`
}

function broken(path: string, fault: string): AppError {
  return new AppError(
    'broken_test_case',
    `${basename(path)} can not be used: ${fault.replace(/\.$/, '')}. It is left as it is; put it right or put it back from a backup; \`annotate doctor --repair\` sets it aside under a new name and makes the case anew of its annotation.`,
    { status: 422, details: { file: path, fault } },
  )
}

/** Changes when an entry of the folder is added or taken away; null where there is no folder. */
async function stampOf(folder: string): Promise<string | null> {
  try {
    const { mtimeNs, ctimeNs } = await stat(folder, { bigint: true })
    return `${mtimeNs}:${ctimeNs}`
  } catch (error) {
    if (isAbsent(error)) return null
    throw error
  }
}

function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}
