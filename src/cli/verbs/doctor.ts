// `annotate doctor`: whether a workspace is sound; with --repair, what can be mended is.
import { existsSync } from 'node:fs'
import { type Command } from 'commander'
import { systemClock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import type { Workspace } from '../../core/workspace.ts'
import { examine, type DoctorReport } from '../../keeping/doctor.ts'
import { openWorkspace } from '../../server/open-workspace.ts'
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

async function doctor({ workspace, json }: Verb, { repair = false }: DoctorFlags): Promise<void> {
  if (!existsSync(workspace.root)) throw noWorkspace(workspace)
  const lock = repair ? lockWorkspace(workspace) : null
  try {
    const report = await examine({
      workspace,
      repair,
      clock: systemClock,
      open: (at) => openWorkspace({ workspace: at, clock: systemClock }),
      served: lock === null && holderOf(workspace) !== null,
    })
    if (json) printJson(report)
    else printReport(report)
    if (!report.sound) process.exitCode = UNSOUND
  } finally {
    lock?.release()
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
