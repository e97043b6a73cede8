// Checkpoints and results of runs on every machine: the owner keeps them in the PostgreSQL that servers share, the others copy them into their own folders.
import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sha256 } from '../../core/hash.ts'
import type { Clock } from '../../core/clock.ts'
import { readOwnFile, syncFolder, writeFileWhole, writeSynced } from '../../core/files.ts'
import { makeFolder } from '../../core/folder.ts'
import type { CopyingPostgres } from '../../core/postgres/copying.ts'
import { Rounds } from '../../core/rounds.ts'
import { setAside } from '../../core/set-aside.ts'
import { Turns } from '../../core/turns.ts'
import type { Workspace } from '../../core/workspace.ts'
import { METADATA_FILE, WEIGHTS_FILE } from '../../orchestrator/checkpoints.ts'
import { folderOf, isFolder, keyFileOf, localUnits, lookOf, type Unit } from './file-units.ts'

/** Where nobody says that there is something new. */
const EVERY_MS = 5_000

export interface SharedFilesParts {
  readonly db: CopyingPostgres
  readonly workspace: Workspace
  readonly clock: Clock
  readonly isOwner: () => boolean
  /** Tells the other servers that there is something new. */
  readonly tell: () => Promise<void>
  /** Told once of each thing that keeps files from being copied; it is tried again. */
  readonly onFault: (error: unknown) => void
}

interface Known {
  readonly unit: string
  readonly stamp: string
  readonly changed: number
  readonly at: number
}

interface FileRow {
  readonly name: string
  readonly bytes: Buffer
}

/** Over a PostgreSQL with `besideMigrations`. Nothing is ever taken out of it again, as no checkpoint is ever removed. */
export class SharedFiles {
  readonly #parts: SharedFilesParts
  readonly #turns = new Turns()
  /** By unit, how its key file looked when it was found the same in the database. */
  readonly #same = new Map<string, string>()
  readonly #rounds: Rounds
  #pulled = 0

  constructor(parts: SharedFilesParts) {
    this.#parts = parts
    this.#rounds = new Rounds({ round: () => this.#round(), every: EVERY_MS, onFault: parts.onFault })
  }

  /** There is something new, somebody says. */
  wake(): void {
    this.#rounds.wake()
  }

  start(): void {
    this.#rounds.start()
  }

  /** What this server made is there for the others when it resolves, where PostgreSQL lets it. */
  async stop(): Promise<void> {
    await this.#rounds.stop()
    if (this.#parts.isOwner()) await this.push().catch(() => undefined)
  }

  async #round(): Promise<void> {
    const { isOwner, tell } = this.#parts
    if (!isOwner()) await this.pull()
    else if (await this.push()) await tell()
  }

  /** The owner's: what is new here, or was written anew, is there for the others when it resolves. Whether anything was. @throws AppError as `CopyingPostgres` */
  push(): Promise<boolean> {
    return this.#turns.run('', () => this.#push())
  }

  /** What others put there is here when it resolves. Whether anything was new. @throws AppError as `CopyingPostgres`; what writing throws */
  pull(): Promise<boolean> {
    return this.#turns.run('', () => this.#pull())
  }

  async #push(): Promise<boolean> {
    const { workspace } = this.#parts
    const changed: { readonly unit: Unit; readonly look: string }[] = []
    for (const unit of await localUnits(workspace)) {
      const look = await lookOf(keyFileOf(workspace, unit))
      if (look !== null && this.#same.get(unit.unit) !== look) changed.push({ unit, look })
    }
    if (changed.length === 0) return false
    const known = new Map((await this.#known(0)).map((each) => [each.unit, each]))
    let isAny = false
    for (const { unit, look } of changed) {
      const stamp = sha256(await readOwnFile(keyFileOf(workspace, unit)))
      if (known.get(unit.unit)?.stamp !== stamp) {
        isAny = true
        if (await this.#isAnother(unit.unit)) await this.#fetch(unit.unit)
        else await this.#store(unit, stamp)
      }
      this.#same.set(unit.unit, look)
    }
    return isAny
  }

  /** Of two servers' checkpoints with one number, as where an owner was killed before others knew of its, the one that all have stays. */
  async #isAnother(unit: string): Promise<boolean> {
    if (!isFolder(unit)) return false
    const rows = await this.#parts.db.ask<{ sha256: string }>(
      'SELECT sha256 FROM shared_file WHERE unit = $1 AND name = $2',
      [unit, WEIGHTS_FILE],
    )
    const [row] = rows
    if (row === undefined) return false
    const path = join(folderOf(this.#parts.workspace, { unit }), WEIGHTS_FILE)
    return row.sha256 !== sha256(await readOwnFile(path).catch(() => new Uint8Array()))
  }

  async #store({ unit, files }: Unit, stamp: string): Promise<void> {
    const { db, workspace, clock } = this.#parts
    const folder = folderOf(workspace, { unit })
    await db.transaction(async (within) => {
      await within.ask(
        `INSERT INTO shared_unit (unit, stamp, at, changed) VALUES ($1, $2, $3, (SELECT coalesce(max(changed), 0) + 1 FROM shared_unit))
         ON CONFLICT (unit) DO UPDATE SET stamp = excluded.stamp, changed = excluded.changed`,
        [unit, stamp, clock.now()],
      )
      await within.ask('DELETE FROM shared_file WHERE unit = $1', [unit])
      for (const name of files) {
        const bytes = await readOwnFile(join(folder, name))
        await within.ask('INSERT INTO shared_file (unit, name, sha256, bytes) VALUES ($1, $2, $3, $4)', [
          unit,
          name,
          sha256(bytes),
          bytes,
        ])
      }
    })
  }

  #known(after: number): Promise<Known[]> {
    const sql = 'SELECT unit, stamp, changed, at FROM shared_unit WHERE changed > $1 ORDER BY changed'
    return this.#parts.db.ask<Known>(sql, [after])
  }

  async #pull(): Promise<boolean> {
    const { workspace } = this.#parts
    let isAny = false
    for (const { unit, stamp, changed } of await this.#known(this.#pulled)) {
      const own = await readOwnFile(keyFileOf(workspace, { unit })).catch(() => null)
      if (own === null || (sha256(own) !== stamp && !(await this.#isAhead(unit, own)))) {
        await this.#fetch(unit)
        isAny = true
      }
      this.#pulled = changed
    }
    return isAny
  }

  /** Of the same weights this server knows the validation, whose end the others were not told of before it was killed. */
  async #isAhead(unit: string, own: Uint8Array): Promise<boolean> {
    if (!isFolder(unit) || !isValidated(own) || (await this.#isAnother(unit))) return false
    const sql = 'SELECT name, bytes FROM shared_file WHERE unit = $1 AND name = $2'
    const [row] = await this.#parts.db.ask<FileRow>(sql, [unit, METADATA_FILE])
    return row !== undefined && !isValidated(row.bytes)
  }

  async #fetch(unit: string): Promise<void> {
    const { db, workspace } = this.#parts
    const files = await db.ask<FileRow>('SELECT name, bytes FROM shared_file WHERE unit = $1', [unit])
    const [first] = files
    if (first === undefined) return
    if (isFolder(unit)) await this.#putFolder(unit, files, await this.#isAnother(unit))
    else await writeFileWhole(keyFileOf(workspace, { unit }), first.bytes)
  }

  /** Whole or not at all. Another checkpoint that lay there under the same number stays, under another name; the same one says something else of itself now. */
  async #putFolder(unit: string, files: readonly FileRow[], isAnother: boolean): Promise<void> {
    const { workspace, clock } = this.#parts
    const folder = folderOf(workspace, { unit })
    if (!isAnother) {
      const last = files.toSorted(
        (a, b) => Number(a.name === METADATA_FILE) - Number(b.name === METADATA_FILE),
      )
      for (const { name, bytes } of last) await writeFileWhole(join(folder, name), bytes)
      return this.#stamp(unit, folder)
    }
    const home = dirname(folder)
    const temporary = join(home, `.${randomUUID()}.tmp`)
    await makeFolder(home)
    await mkdir(temporary)
    try {
      for (const { name, bytes } of files) await writeSynced(join(temporary, name), bytes)
      await syncFolder(temporary)
      if ((await lookOf(folder)) !== null) await setAside(folder, 'replaced', clock.now())
      await rename(temporary, folder)
      await syncFolder(home)
    } catch (error) {
      await rm(temporary, { recursive: true, force: true })
      throw error
    }
    await this.#stamp(unit, folder)
  }

  /** When it was published is the folder's time. */
  async #stamp(unit: string, folder: string): Promise<void> {
    const sql = 'SELECT at FROM shared_unit WHERE unit = $1'
    const [row] = await this.#parts.db.ask<{ at: number }>(sql, [unit])
    if (row !== undefined) await utimes(folder, row.at / 1_000, row.at / 1_000)
  }
}

function isValidated(metadata: Uint8Array): boolean {
  return Buffer.from(metadata).includes('"state": "validated"')
}
