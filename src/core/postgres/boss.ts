// pg-boss, the queue of jobs that lives in a PostgreSQL, on connections of ours: it begins nothing by itself and keeps no timers.
import PgBoss from 'pg-boss'
import type { Copying, CopyingPostgres } from './copying.ts'

export type Boss = PgBoss

/** What a call to the queue is handed so that it happens within our transaction. */
export function within(transaction: Pick<Copying, 'ask'>): { readonly db: PgBoss.Db } {
  return { db: { executeSql: async (sql, values) => ({ rows: await transaction.ask(sql, values) }) } }
}

/**
 * Makes its tables in `schema` where they are not there yet. Whether a job is lost is told by heartbeats of ours, so it supervises nothing, and jobs are
 * taken out by whoever put them in.
 * @param schema a name of letters, digits and `_`, 50 characters at most
 * @throws AppError as `postgresFault` says
 */
export async function openBoss(db: CopyingPostgres, schema: string): Promise<Boss> {
  const boss = new PgBoss({ ...within(db), schema, supervise: false, schedule: false })
  return boss.start()
}
