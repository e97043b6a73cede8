// Where no server was there to answer a session: one row a stretch, however long it was.
import type { Kysely, Transaction } from 'kysely'
import type { SessionGap } from '../contract/inference.ts'
import { SECOND, epochMs, shift, toIso, type EpochMs } from '../core/time.ts'
import type { InferenceTables } from './schema.ts'

/** Told with a session; more than this nobody reads. */
const TOLD = 20

/** Seconds of a session that nobody answered: from ≤ second < to. */
export interface Unanswered {
  readonly from: EpochMs
  readonly to: EpochMs
}

export async function insertGap(
  transaction: Transaction<InferenceTables>,
  session: string,
  { from, to }: Unanswered,
): Promise<void> {
  await transaction.insertInto('inference_gap').values({ session, began_at: from, ended_at: to }).execute()
}

/** The newest ones, oldest first. */
export async function gapsOf(db: Kysely<InferenceTables>, session: string): Promise<SessionGap[]> {
  const rows = await db
    .selectFrom('inference_gap')
    .select(['began_at', 'ended_at'])
    .where('session', '=', session)
    .orderBy('began_at', 'desc')
    .limit(TOLD)
    .execute()
  return rows.toReversed().map(({ began_at: from, ended_at: to }) => ({
    from: toIso(epochMs(from)),
    to: toIso(epochMs(to)),
    seconds: (to - from) / SECOND,
  }))
}

/** The seconds between the last one that was answered and `second`; null where there are none. */
export function gapAfter(last: EpochMs | null, second: EpochMs): Unanswered | null {
  if (last === null || second <= last + SECOND) return null
  return { from: shift(last, SECOND), to: second }
}
