// `annotate doctor`: whether a workspace is sound; with --repair, what can be mended is.
import { existsSync } from 'node:fs'
import { type Command } from 'commander'
import { systemClock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import { postgresAddress } from '../../core/postgres/address.ts'
import type { Workspace } from '../../core/workspace.ts'
import { examine, type DoctorOptions, type DoctorReport } from '../../keeping/doctor.ts'
import { aloneOn } from '../../keeping/lease.ts'
import { openChosenWorkspace } from '../../server/open-workspace.ts'
import { holderOf, lockWorkspace } from '../../server/workspace-lock.ts'
import { printJson, printLine } from '../output.ts'
import { runVerb, UNSOUND, verb, type CommonOptions, type Verb } from '../verb.ts'

interface DoctorFlags extends CommonOptions {
  repair?: boolean
}

export function doctorVerb(description: string): Command {
  return verb('doctor', description)
    .option(
      '--repair',
      'mend what can be mended; nothing is removed, what is damaged is set aside under a new name',
    )
    .addHelpText('after', '\nExit code: 0 where the workspace is sound, 3 where something is still amiss.')
    .action(async (flags: DoctorFlags) => runVerb(flags, (run) => doctor(run, flags)))
}

async function doctor(run: Verb, { repair = false }: DoctorFlags): Promise<void> {
  const { workspace, json } = run
  const { postgres } = run.database
  if (!existsSync(workspace.root)) throw noWorkspace(workspace)
  const lock = repair ? lockWorkspace(workspace) : null
  try {
    const isServed = lock === null && holderOf(workspace) !== null
    const look = (): Promise<DoctorReport> => examine(optionsOf(run, repair, isServed))
    const isShared = repair && postgres !== null
    const report = await (isShared ? aloneOn(postgres, workspace, look) : look())
    if (json) printJson(report)
    else printReport(report)
    if (!report.sound) process.exitCode = UNSOUND
  } finally {
    lock?.release()
  }
}

function optionsOf({ workspace, database }: Verb, repair: boolean, served: boolean): DoctorOptions {
  const { postgres } = database
  return {
    workspace,
    repair,
    served,
    clock: systemClock,
    open: (at) => openChosenWorkspace({ workspace: at, clock: systemClock }, postgres),
    ...(postgres === null ? {} : { postgres: postgresAddress(postgres).name }),
  }
}

function printReport({ workspace, sound, repaired, findings }: DoctorReport): void {
  for (const { name, fault, done } of repaired) printLine(`mended   ${name}: ${fault}\n         ${done}`)
  for (const { name, fault, advice } of findings) printLine(`amiss    ${name}: ${fault}\n         ${advice}`)
  const count = findings.length
  printLine(
    sound
      ? `${workspace} is sound.`
      : `${workspace}: ${count} ${count === 1 ? 'thing is' : 'things are'} amiss.`,
  )
}

function noWorkspace({ root }: Workspace): AppError {
  return new AppError('no_workspace', `There is no workspace at ${root}: say by --workspace where it is.`, {
    status: 404,
    field: 'workspace',
  })
}
