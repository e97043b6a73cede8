// `annotate health`: what the data set consists of, and which marks are worth a second look.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import type { DataSetHealth } from '../../contract/data-set-health.ts'
import { epochMs } from '../../core/time.ts'
import { zoneOf } from '../../core/zone.ts'
import { DEFAULT_MEGABYTES } from '../../moments/moment-service.ts'
import { MomentTable } from '../../moments/moment-table.ts'
import { HealthMaker } from '../../training/health/health-maker.ts'
import { inZone, type ZonedHealth } from '../../training/health/in-zone.ts'
import { KeptWorkspace } from '../../training/preview/kept-workspace.ts'
import { reading } from '../at-workspace.ts'
import { bringUpToDate } from '../make-moments.ts'
import { printJson } from '../output.ts'
import { printHealth } from '../print-health.ts'
import { timezoneOption } from '../timezone-option.ts'
import { remoteOf, type Remote } from '../remote.ts'
import { runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

interface HealthFlags extends CommonOptions {
  timezone: string
}

/** Between two looks at whether a server has it. */
const ASK_AGAIN_MS = 500

export function healthVerb(description: string): Command {
  return verb('health', description)
    .addOption(timezoneOption())
    .action(async (flags: HealthFlags) => runVerb(flags, (run) => show(run, flags)))
}

async function show(run: Verb, { timezone }: HealthFlags): Promise<void> {
  const { workspace, json, signal } = run
  const server = remoteOf(workspace)
  const health =
    server === null ? inZone(await made(run), zoneOf(timezone)) : await healthThere(server, timezone, signal)
  if (json) printJson(health)
  else printHealth(health)
}

async function healthThere(server: Remote, timezone: string, signal: AbortSignal): Promise<DataSetHealth> {
  for (;;) {
    const { state, health } = await server.getDataSetHealth({ query: { timezone } })
    if (state === 'current' && health !== null) return health
    await sleep(ASK_AGAIN_MS, undefined, { signal })
  }
}

/** Where no server keeps the table of moments it is brought up to date first, around marks and then the newest. */
async function made(run: Verb): Promise<ZonedHealth> {
  const { workspace, signal } = run
  return reading(run, async (open) => {
    const annotations = await open.annotations.list()
    const table = await MomentTable.open(workspace, DEFAULT_MEGABYTES)
    try {
      table.focusOn(
        annotations.map(({ venue, symbol, entry }) => ({
          market: { venue, symbol },
          at: epochMs(Date.parse(entry.timestamp)),
        })),
      )
      await bringUpToDate(table, signal)
    } finally {
      await table.close()
    }
    const kept = await KeptWorkspace.open(workspace, open.database.choice)
    const maker = await HealthMaker.open(kept, workspace.moments)
    return maker.make()
  })
}
