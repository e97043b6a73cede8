// What went live with a checkpoint: its sessions and how their calls ended, counted up to a bound.
import { sql, type Kysely } from 'kysely'
import type { CheckpointUse } from '../contract/lineage.ts'
import type { RoomsDatabase } from '../core/database.ts'
import type { InferenceTables } from './schema.ts'

/** No more is counted, so that an answer costs the same however long there was live inference. */
const MOST_SESSIONS = 1_000
const MOST_CALLS = 10_000

/** Of sessions that stand in the database, running or not. */
export async function checkpointUse(
  database: RoomsDatabase,
  model: string,
  checkpoint: string,
): Promise<CheckpointUse> {
  const db = database.tables<InferenceTables>()
  const sessions = await rowsOf(db, model, checkpoint)
  const calls = await outcomesOf(db, model, checkpoint)
  const of = (name: string): number => calls.find(({ outcome }) => outcome === name)?.n ?? 0
  const [count, all] = [sessions.n, calls.reduce((total, { n }) => total + n, 0)]
  return {
    sessions: {
      count: Math.min(count, MOST_SESSIONS),
      is_more: count > MOST_SESSIONS,
      running: await runningOf(db, model, checkpoint),
    },
    calls: {
      count: Math.min(all, MOST_CALLS),
      is_more: all > MOST_CALLS,
      right: of('right'),
      wrong: of('wrong'),
      expired: of('expired'),
      open: of('open'),
    },
  }
}

type Db = Kysely<InferenceTables>

function rowsOf(db: Db, model: string, checkpoint: string) {
  const own = db.selectFrom('inference_session').select('id').where('model', '=', model)
  const bounded = own.where('checkpoint', '=', checkpoint).limit(MOST_SESSIONS + 1)
  return db
    .selectFrom(bounded.as('own'))
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
}

/** Of those that run, which are few; the empty text keeps the index of all sessions out of it. */
async function runningOf(db: Db, model: string, checkpoint: string): Promise<number> {
  const running = db.selectFrom('inference_session').where('stopped_at', 'is', null)
  const { n } = await running
    .where(sql`model || ''`, '=', model)
    .where(sql`checkpoint || ''`, '=', checkpoint)
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return n
}

/** Of the newest sessions first; the cross join keeps the order of the two tables. */
async function outcomesOf(db: Db, model: string, checkpoint: string) {
  const { rows } = await sql<{ outcome: string; n: number }>`
    SELECT outcome, count(*) AS n FROM (
      SELECT call.outcome AS outcome FROM inference_session CROSS JOIN call
      WHERE call.session = inference_session.id AND model = ${model} AND checkpoint = ${checkpoint}
      ORDER BY inference_session.started_at DESC LIMIT ${MOST_CALLS + 1}
    ) AS newest GROUP BY outcome`.execute(db)
  return rows
}
