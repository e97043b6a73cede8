// Exports to where it was asked: by a worker on any machine where one is there, else by this process. The files are the same.
import { randomUUID } from 'node:crypto'
import { basename, dirname, join, sep } from 'node:path'
import { AppError } from '../../core/errors.ts'
import { writeFileWhole } from '../../core/files.ts'
import { frozenAt } from '../../market/log/frozen-market.ts'
import type { OpenWorkspace } from '../../server/open-workspace.ts'
import type { Verb } from '../verb.ts'
import { hashOf, wholeOf, type ExportEnd, type ExportJob, type FilePart } from './export-job.ts'
import { marketsOf, pack, type Export, type ExportReport } from './export.ts'
import { writeExport } from './write-export.ts'

/** Where no worker takes it in that time, it is done here. */
const PATIENCE_MS = 5_000

/** @param path absolute. @throws AppError as `writeExport`; `export_failed` where a worker failed three times */
export async function exportTo(
  { database, signal }: Pick<Verb, 'database' | 'signal'>,
  open: Pick<OpenWorkspace, 'reader' | 'database'>,
  one: Export,
  path: string,
): Promise<ExportReport> {
  const { postgres } = database
  const report = postgres === null ? null : await byWorker({ url: postgres, open, one, path, signal })
  return report ?? writeExport(one, open.reader, path)
}

interface Asked {
  readonly url: string
  readonly open: Pick<OpenWorkspace, 'database'>
  readonly one: Export
  readonly path: string
  readonly signal: AbortSignal
}

/** Null where no worker does it. */
async function byWorker({ url, open, one, path, signal }: Asked): Promise<ExportReport | null> {
  // Whoever has no PostgreSQL does not wait for the queue's code.
  const { doneByWorkers } = await import('../../queue/one-job.ts')
  const files = new Map<string, Map<number, Uint8Array>>()
  const result = await doneByWorkers<ExportJob, FilePart>({
    url,
    kind: 'export',
    id: randomUUID(),
    make: async () => {
      const job = await jobOf(open, one, basename(path), signal)
      return job && { job, data: pack(one) }
    },
    onNews: (parts) => {
      for (const part of parts) {
        const known = files.get(part.path) ?? new Map<number, Uint8Array>()
        files.set(part.path, known.set(part.at, part.bytes))
      }
    },
    failed: 'export_failed',
    patienceMs: PATIENCE_MS,
    signal,
  })
  if (result === null) return null
  const end = JSON.parse(Buffer.from(result).toString('utf8')) as ExportEnd
  if (end.kind === 'refused') throw new AppError(end.code, end.message)
  await place(end, files, path)
  return end.report
}

/** Null where the log of a market does not take what the file has. */
async function jobOf(
  { database: { sqlite } }: Asked['open'],
  one: Export,
  name: string,
  signal: AbortSignal,
): Promise<ExportJob | null> {
  const markets: ExportJob['markets'][number][] = []
  for (const market of marketsOf(one)) {
    const frozen = await frozenAt(sqlite, market, signal, PATIENCE_MS)
    if (frozen === null) return null
    markets.push({ market, frozen })
  }
  return { number: 0, name, markets }
}

/** All of them whole before any is written. */
async function place(
  end: Extract<ExportEnd, { kind: 'written' }>,
  files: ReadonlyMap<string, ReadonlyMap<number, Uint8Array>>,
  asked: string,
): Promise<void> {
  const whole = end.files.map(({ path, sha256 }) => {
    const bytes = wholeOf(files.get(path) ?? new Map())
    const to = join(dirname(asked), ...path.split('/'))
    const isInside = to === asked || to.startsWith(`${asked}${sep}`)
    if (!isInside || hashOf(bytes) !== sha256)
      throw new AppError('export_failed', `The file ${path} did not arrive whole from the worker.`)
    return { to, bytes }
  })
  for (const { to, bytes } of whole) await writeFileWhole(to, bytes)
}
