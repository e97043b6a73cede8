// What the lanes of a worker have in common, whatever their jobs are: one is taken, and answered for once, or given up in words.
import { AppError, messageOf } from '../../core/errors.ts'
import type { Fault } from './attempts.ts'
import type { Claim, Claims } from './claims.ts'
import { Lost, LOST, type Holding } from './holding.ts'
import { patiently, unlessStopped } from './patiently.ts'

/** Does jobs of one kind, one at a time. */
export interface JobLane {
  /** Takes a job and does it; false where none waits. */
  once(): Promise<boolean>
  /** Once it does none any more. */
  end(): Promise<void>
}

/** A worker's end of a queue, until it is to stop. */
interface Taking<J, N> {
  readonly claims: Claims<J, N>
  readonly stop: AbortSignal
}

/** False where no job waits. */
export async function takeOne<J, N>(
  { claims, stop }: Taking<J, N>,
  work: (claim: Claim<J>) => Promise<void>,
): Promise<boolean> {
  const claim = await patiently(() => claims.take(), stop).catch(unlessStopped(stop))
  if (claim !== null) await work(claim)
  return claim !== null
}

/** Says in words whether the result was taken: it is not where the job is not held any more. */
export async function answer<J, N>(
  { claims }: Pick<Taking<J, N>, 'claims'>,
  claim: Claim<J>,
  holding: Holding<N>,
  result: Uint8Array,
): Promise<string> {
  const news = await holding.end()
  const isTaken = await patiently(() => claims.finish(claim, { result, news }), holding.signal)
  return isTaken ? 'done' : 'done, and not taken: another has it by now'
}

/**
 * Says in words what became of a job that has no result.
 * @param given how far it has come, where it is given back; undefined where that is a try that failed
 */
export async function giveUp<J, N>(
  { claims, stop }: Taking<J, N>,
  claim: Claim<J>,
  error: unknown,
  given: Uint8Array | null | undefined,
): Promise<string> {
  if (error instanceof Lost) return error.message
  // What is withdrawn may fail for that before it is heard of: its data are gone.
  if (given !== undefined)
    return (await patiently(() => claims.release(claim, given), stop)) ? 'given back' : LOST
  const isCounted = await patiently(() => claims.fail(claim, faultOf(error)), stop)
  return isCounted ? `failed: ${messageOf(error)}` : LOST
}

/** As the asker is told it. */
function faultOf(error: unknown): Fault {
  return { code: error instanceof AppError ? error.code : null, message: messageOf(error) }
}
