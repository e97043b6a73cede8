// The checkpoints of several patterns made ready together: one that can not be opened is named, and the others go on.
import type { PatternOut } from '../../contract/training.ts'
import { AppError, messageOf } from '../../core/errors.ts'
import { absentWarning } from '../session-warnings.ts'
import { nonePromoted } from './refusals.ts'

/** Which checkpoint answers for a pattern. */
export interface PatternVersion {
  readonly pattern: string
  readonly version: string
}

export interface Opened<V extends PatternVersion, R> {
  readonly ready: readonly Readonly<{ of: V; ready: R }>[]
  readonly absent: readonly Absent<V>[]
}

interface Absent<V extends PatternVersion = PatternVersion> {
  readonly of: V
  readonly error: unknown
}

/** Of the patterns of which a checkpoint is promoted. */
export function promotedOf(patterns: readonly PatternOut[]): PatternVersion[] {
  return patterns.flatMap(({ pattern, promoted }) =>
    promoted === null ? [] : [{ pattern, version: promoted }],
  )
}

/** @param open makes one ready; what it throws stands in that one's way alone */
export async function openPatterns<V extends PatternVersion, R>(
  wanted: readonly V[],
  open: (of: V) => Promise<R>,
): Promise<Opened<V, R>> {
  const ready: { of: V; ready: R }[] = []
  const absent: Absent<V>[] = []
  for (const of of wanted) {
    try {
      ready.push({ of, ready: await open(of) })
    } catch (error) {
      absent.push({ of, error })
    }
  }
  return { ready, absent }
}

export function absentWords({ of, error }: Absent): string {
  return absentWarning(of.pattern, of.version, messageOf(error))
}

/** Where none could be opened. */
export function firstFault([first]: readonly Absent[], model: string): Error {
  return first?.error instanceof Error ? first.error : nonePromoted(model)
}

/** The stable code of what stands in the way. */
export function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : 'resume_failed'
}
