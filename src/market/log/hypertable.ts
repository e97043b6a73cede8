// The markets' log as a hypertable of TimescaleDB: a day as a chunk, and making the table one.
import { at } from '../../core/at.ts'
import type { Copying } from '../../core/postgres/copying.ts'
import { DAY } from '../../core/time.ts'
import type { LogDays } from './log-days.ts'

export const hypertableDays: LogDays = {
  async isThere(within, day) {
    const sql = `SELECT 1 FROM timescaledb_information.chunks
      WHERE hypertable_schema = current_schema() AND hypertable_name = 'market_log' AND range_start_integer <= $1 AND range_end_integer > $1`
    return (await within.ask(sql, [day])).length > 0
  },
  async make(within, day) {
    // A row makes its chunk, and whoever is first holds up the others until its transaction ends: so it is a row that nobody sees, not a slow append's. No market is 0.
    await within.ask(`INSERT INTO market_log VALUES (0, 0, ${day}, 0, 0, 0, 0, '')`)
    await within.ask(`DELETE FROM market_log WHERE market = 0 AND number = 0 AND at = ${day}`)
  },
}

/** Into `public`, where the whole database looks for it, whatever schema our tables are in. */
export async function createExtension(within: Copying): Promise<void> {
  await within.ask('CREATE EXTENSION IF NOT EXISTS timescaledb SCHEMA public')
}

/** While nothing of the log is there: what is partitioned already is no hypertable's to take. */
export async function turnIntoHypertable(within: Copying): Promise<void> {
  await within.ask('CREATE TABLE market_log_whole (LIKE market_log INCLUDING ALL)')
  await within.ask('DROP TABLE market_log')
  await within.ask('ALTER TABLE market_log_whole RENAME TO market_log')
  await within.ask('ALTER INDEX market_log_whole_pkey RENAME TO market_log_pkey')
  const { home } = at(await within.ask<{ home: string }>(HOME), 0)
  // An index of times alone is read by nothing of ours.
  await within.ask(
    `SELECT ${home}.create_hypertable('market_log', 'at', chunk_time_interval => ${DAY}::bigint, create_default_indexes => false)`,
  )
}

const HOME = `SELECT quote_ident(n.nspname) AS home FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'timescaledb'`
