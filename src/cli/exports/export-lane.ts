// An export at a worker: takes it, brings the markets that it reads here, has it written by a process of its own, and sends the files.
import { readdir, readFile, rm } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import { AskedProcess } from '../../core/asked-process.ts'
import { makeFolder } from '../../core/folder.ts'
import type { MarketCopies } from '../../market/log/market-copies.ts'
import { Claims, type Claim } from '../../queue/claims.ts'
import { byProcess, Lost, LOST, type Holding } from '../../queue/holding.ts'
import { takeOne, type Doing, type JobLane, type Taking } from '../../queue/job-lane.ts'
import { patiently } from '../../queue/patiently.ts'
import type { LanePlace } from '../../queue/worker.ts'
import { hashOf, type ExportEnd, type ExportJob, type FilePart, type SentFile } from './export-job.ts'
import type { ExportAnswer, ExportQuestion } from './export-process.ts'

/** A file is sent in parts of so many bytes. */
const PART = 4 * 1024 * 1024

export class ExportLane implements JobLane {
  readonly #place: LanePlace
  readonly #copies: MarketCopies
  readonly #taking: Taking<ExportJob, FilePart>

  constructor(place: LanePlace, copies: MarketCopies) {
    const { queue, worker, machine, stop, say } = place
    this.#place = place
    this.#copies = copies
    this.#taking = { claims: new Claims(queue, worker.id, machine), stop, say }
  }

  once(): Promise<boolean> {
    return takeOne(this.#taking, (claim) => this.#doing(claim))
  }

  async end(): Promise<void> {
    await rm(this.#place.folder, { recursive: true, force: true })
  }

  #doing(claim: Claim<ExportJob>): Doing<FilePart> {
    const child = new AskedProcess<ExportQuestion, ExportAnswer>(
      new URL('export-process.ts', import.meta.url),
    )
    return {
      name: `export ${claim.batch}`,
      pieces: null,
      work: async (holding) => {
        const question = await this.#questionOf(claim)
        const answer = await byProcess(
          holding,
          () => child.stop(),
          () => child.ask(question),
        )
        const end: ExportEnd =
          'code' in answer
            ? { kind: 'refused', ...answer }
            : { kind: 'written', report: answer, files: await this.#send(claim, holding) }
        return Buffer.from(JSON.stringify(end))
      },
      after: async () => {
        child.stop()
        await this.end()
      },
    }
  }

  /** Its markets are in one file: they come of one database. */
  async #questionOf(claim: Claim<ExportJob>): Promise<ExportQuestion> {
    const { name, markets } = claim.job
    if (name !== basename(name) || name.startsWith('..')) throw new Error(`${name} is no name of a file`)
    let workspace = join(this.#place.folder, 'no-market')
    for (const { market, frozen } of markets) workspace = await this.#copies.upTo(market, frozen)
    await makeFolder(workspace)
    await makeFolder(this.#out)
    return { packed: await this.#place.data.bytes(claim), workspace, path: join(this.#out, name) }
  }

  get #out(): string {
    return join(this.#place.folder, 'out')
  }

  /** What another sent of it before is sent anew. */
  async #send(claim: Claim<ExportJob>, { signal }: Holding<FilePart>): Promise<SentFile[]> {
    const files: SentFile[] = []
    for (const entry of await readdir(this.#out, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const file = join(entry.parentPath, entry.name)
      const path = relative(this.#out, file).split(sep).join('/')
      const bytes = await readFile(file)
      for (let at = 0; at === 0 || at < bytes.length; at += PART) {
        const part: FilePart = { path, at, bytes: bytes.subarray(at, at + PART) }
        const wanted = await patiently(() => this.#taking.claims.beat(claim, [part]), signal)
        if (wanted === null) throw new Lost(LOST)
      }
      files.push({ path, sha256: hashOf(bytes) })
    }
    return files
  }
}
