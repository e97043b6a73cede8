// The jobs of one run on disk: how far each has come, and what each that is done gave. Files are named by what the job is.
import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readOwnFile, writeFileWhole } from '../../core/files.ts'
import type { LearnerState } from '../../models/model.ts'
import type { NamedTensors } from '../../nn/weights.ts'
import type { Job, JobResult } from '../learning/job.ts'
import { decodeState, encodeState, type StateContent } from './state-file.ts'
import type { SavedJob } from './run-job.ts'

type Arrays = StateContent['arrays']

/** How far a job has come, or what it gave. */
export type JobPart = 'state' | 'result'

interface SavedFacts {
  readonly epochs: SavedJob['epochs']
  readonly training: LearnerState['facts']
}

interface ResultFacts {
  readonly number: number
  readonly epochs: JobResult['epochs']
  readonly mined: JobResult['mined']
  /** Null where the job keeps no weights. */
  readonly shapes: readonly (readonly [string, readonly number[]])[] | null
}

export class JobFiles {
  readonly #folder: string
  readonly #hashes = new WeakMap<Job, string>()

  /** `folder` is the run's own; it is made when it is needed. */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** Null where nothing was saved yet. */
  async saved(job: Job): Promise<SavedJob | null> {
    const content = await this.#read(job, 'state')
    if (content === null) return null
    const { epochs, training } = content.facts as SavedFacts
    const before = content.arrays['before']
    return {
      epochs,
      scores: numbered(content.arrays, 'score.'),
      ...(before === undefined ? {} : { before: before as Float32Array }),
      training: { facts: training, arrays: within(content.arrays, 'training.') },
    }
  }

  /** Null where the job is not done. */
  async result(job: Job): Promise<JobResult | null> {
    const content = await this.#read(job, 'result')
    if (content === null) return null
    const { number, epochs, mined, shapes } = content.facts as ResultFacts
    const { before, after } = content.arrays as Record<string, Float32Array | undefined>
    return {
      number,
      epochs,
      mined,
      scores: numbered(content.arrays, 'score.'),
      weights: shapes === null ? null : weightsOf(shapes, within(content.arrays, 'weight.')),
      ...(before === undefined || after === undefined ? {} : { probed: { before, after } }),
    }
  }

  /** Replaces what was saved of the job before. */
  async save(job: Job, { epochs, scores, before, training }: SavedJob): Promise<void> {
    const facts: SavedFacts = { epochs, training: training.facts }
    const arrays = {
      ...prefixed('training.', training.arrays),
      ...scoreArrays(scores),
      ...(before === undefined ? {} : { before }),
    }
    await writeFileWhole(this.path(job, 'state'), encodeState({ facts, arrays }))
  }

  /** Keeps what a job gave; how it got there is not needed any more. */
  async finish(job: Job, { number, epochs, mined, scores, weights, probed }: JobResult): Promise<void> {
    const shapes = weights === null ? null : [...weights].map(([name, { shape }]) => [name, shape] as const)
    const facts: ResultFacts = { number, epochs, mined, shapes }
    const data = Object.fromEntries([...(weights ?? [])].map(([name, tensor]) => [name, tensor.data]))
    const arrays = { ...prefixed('weight.', data), ...scoreArrays(scores), ...probed }
    await this.put(job, 'result', encodeState({ facts, arrays }))
  }

  /** A file as it is, for whoever carries it to another machine; null where there is none. */
  async bytes(job: Job, part: JobPart): Promise<Buffer | null> {
    try {
      return await readOwnFile(this.path(job, part))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  }

  /** As `bytes` read it elsewhere; a job that has its result needs nothing else. */
  async put(job: Job, part: JobPart, bytes: Uint8Array): Promise<void> {
    await writeFileWhole(this.path(job, part), bytes)
    if (part === 'result') await rm(this.path(job, 'state'), { force: true })
  }

  async #read(job: Job, part: JobPart): Promise<StateContent | null> {
    const bytes = await this.bytes(job, part)
    return bytes === null ? null : decodeState(bytes, this.path(job, part))
  }

  /** Two jobs that differ in anything have different files: what is found is of this very job. */
  path(job: Job, part: JobPart): string {
    return join(this.#folder, `job-${job.number}-${this.#hashOf(job)}.${part}.safetensors`)
  }

  #hashOf(job: Job): string {
    const known = this.#hashes.get(job)
    if (known !== undefined) return known
    const hash = createHash('sha256').update(JSON.stringify(job)).digest('hex').slice(0, 16)
    this.#hashes.set(job, hash)
    return hash
  }
}

function scoreArrays(scores: readonly Float32Array[]): Arrays {
  return Object.fromEntries(scores.map((score, i) => [`score.${i}`, score]))
}

function prefixed(prefix: string, arrays: Arrays): Arrays {
  return Object.fromEntries(Object.entries(arrays).map(([name, data]) => [prefix + name, data]))
}

function within(arrays: Arrays, prefix: string): Arrays {
  const own = Object.entries(arrays).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(own.map(([name, data]) => [name.slice(prefix.length), data]))
}

function numbered(arrays: Arrays, prefix: string): Float32Array[] {
  const own = within(arrays, prefix)
  return Array.from({ length: Object.keys(own).length }, (_, i) => own[String(i)] as Float32Array)
}

function weightsOf(shapes: NonNullable<ResultFacts['shapes']>, arrays: Arrays): NamedTensors {
  return new Map(shapes.map(([name, shape]) => [name, { shape, data: arrays[name] as Float32Array }]))
}
