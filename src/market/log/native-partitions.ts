// A day of the markets' log as a partition of PostgreSQL's own.
import { DAY, type EpochMs } from '../../core/time.ts'
import type { LogDays } from './log-days.ts'

export const nativePartitions: LogDays = {
  async isThere(within, day) {
    const sql = 'SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1'
    return (await within.ask(sql, [nameOf(day)])).length > 0
  },
  async make(within, day) {
    const name = nameOf(day)
    // Made beside it and then attached: to be made as a partition it would wait for every append under way.
    await within.ask(`CREATE TABLE ${name} (LIKE market_log INCLUDING ALL)`)
    await within.ask(
      `ALTER TABLE market_log ATTACH PARTITION ${name} FOR VALUES FROM (${day}) TO (${day + DAY})`,
    )
  },
}

function nameOf(day: EpochMs): string {
  return `market_log_${new Date(day).toISOString().slice(0, 10).replaceAll('-', '_')}`
}
