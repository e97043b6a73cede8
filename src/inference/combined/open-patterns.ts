// The checkpoints of several patterns made ready together: one that can not be opened is named, and the others go on.
import { AppError, messageOf } from '../../core/errors.ts'
import type { LoadedCheckpoint } from '../../orchestrator/checkpoints.ts'
import type { Market } from '../../market/types.ts'
import type { Ready, RunningSessions } from '../running-sessions.ts'
import { absentWarning } from '../session-warnings.ts'

/** Which checkpoint answers for a pattern. */
export interface PatternVersion {
  readonly pattern: string
  readonly version: string
}

export interface Opened<V extends PatternVersion> {
  readonly ready: readonly Readonly<{ of: V; ready: Ready }>[]
  readonly absent: readonly Readonly<{ of: V; error: unknown }>[]
}

export async function openPatterns<V extends PatternVersion>(
  wanted: readonly V[],
  load: (version: string) => Promise<LoadedCheckpoint>,
  sessions: Pick<RunningSessions, 'ready'>,
  market: Market,
): Promise<Opened<V>> {
  const ready: { of: V; ready: Ready }[] = []
  const absent: { of: V; error: unknown }[] = []
  for (const of of wanted) {
    try {
      ready.push({ of, ready: await sessions.ready(await load(of.version), market) })
    } catch (error) {
      absent.push({ of, error })
    }
  }
  return { ready, absent }
}

export function absentWords({ of, error }: Opened<PatternVersion>['absent'][number]): string {
  return absentWarning(of.pattern, of.version, messageOf(error))
}

/** The stable code of what stands in the way. */
export function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : 'resume_failed'
}
