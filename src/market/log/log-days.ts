// How the table of the markets' log is cut into days: what differs between PostgreSQL's own partitions and TimescaleDB's chunks.
import type { Copying } from '../../core/postgres/copying.ts'
import type { EpochMs } from '../../core/time.ts'

/** Days are of UTC, by when they begin; `within` one transaction. */
export interface LogDays {
  /** Asked of the catalogue as of now: names are looked up in what the connection remembers of before it waited. */
  isThere(within: Copying, day: EpochMs): Promise<boolean>
  /** By one at a time; nobody waits for an append under way, nor, afterwards, for another's first one of that day. */
  make(within: Copying, day: EpochMs): Promise<void>
}

/** Whoever changes how the log is cut, by a day or altogether, holds this lock to the end of its transaction; any number that nothing else of ours takes. */
const CUTTING = 7_316_055_215

export async function takeTurn(within: Copying): Promise<void> {
  await within.ask(`SELECT pg_advisory_xact_lock(${CUTTING})`)
}
