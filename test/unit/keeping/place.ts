// A workspace with the hand-made market, some marks, a reviewed span and a checkpoint; and the doctor that looks at it.
import { createHash } from 'node:crypto'
import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { ManualClock } from '../../../src/core/clock.ts'
import { workspaceAt, type Workspace } from '../../../src/core/workspace.ts'
import { examine, type DoctorReport } from '../../../src/keeping/doctor.ts'
import { openWorkspace, type OpenWorkspace } from '../../../src/server/open-workspace.ts'
import { at, fill, MARKET, markAt, openFolder, second } from '../annotation/fixture.ts'

export const clock = new ManualClock(at('2024-08-10T12:00:00Z'))

export function openAt(workspace: Workspace): OpenWorkspace {
  return openWorkspace({ workspace, clock })
}

/** Entries, in seconds of the market. */
export const ENTRIES = [200, 300, 400, 530, 700]

/** Closed when it resolves. */
export async function filledWorkspace(folder = openFolder()): Promise<Workspace> {
  const workspace = workspaceAt(folder)
  const open = openAt(workspace)
  fill(open.store)
  for (const entry of ENTRIES) {
    await open.annotations.create(markAt(entry, 60, { notes: `the ${entry}th`, tags: ['flag', 'a'] }), MARKET)
  }
  await open.reviewedSpans.create({ symbol: MARKET.symbol, from: second(100), to: second(800) }, MARKET)
  await open.close()
  return workspace
}

/** All that the database answers of a workspace. */
export async function answersOf(workspace: Workspace) {
  const open = openAt(workspace)
  try {
    return {
      annotations: await open.annotations.list(),
      spans: await open.reviewedSpans.list(),
      cases: await open.testCases.list(),
      models: await open.orchestrator.models(),
      candles: await open.reader.candles({
        market: MARKET,
        timeframe: '1s',
        from: second(0),
        to: second(900),
        limit: 900,
        asOf: second(900),
        forming: false,
      }),
    }
  } finally {
    await open.close()
  }
}

export function doctor(workspace: Workspace, repair = false): Promise<DoctorReport> {
  return examine({ workspace, open: openAt, clock, repair, served: false })
}

/** Overwrites whole pages, from a share of the file on, as a bad disk does. */
export function garble({ database: path, ...rest }: Workspace, share: number, pages: number): void {
  // What stands in the log would be read instead of the file.
  const open = openAt({ database: path, ...rest })
  open.database.sqlite.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  void open.close()
  const begin = Math.floor((statSync(path).size / 4096) * share) * 4096
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(pages * 4096, 0xa5), 0, pages * 4096, begin)
  closeSync(file)
}

export function bytesOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}
