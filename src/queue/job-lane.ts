// What the lanes of a worker have in common, whatever their jobs are: one is taken, and answered for once, or given up in words.
import { AppError, messageOf } from '../core/errors.ts'
import type { Fault } from './attempts.ts'
import type { Claim, Claims } from './claims.ts'
import { GivenBack, Holding, Lost, LOST, type Pieces } from './holding.ts'
import { patiently, unlessStopped } from './patiently.ts'

/** Does jobs of one kind, one at a time. */
export interface JobLane {
  /** Takes a job and does it; false where none waits. */
  once(): Promise<boolean>
  /** Once it does none any more. */
  end(): Promise<void>
}

/** A worker's end of a queue, until it is to stop. */
export interface Taking<J, N> {
  readonly claims: Claims<J, N>
  readonly stop: AbortSignal
  /** Told in a line what is done. */
  readonly say: (line: string) => void
}

/** How a job is done. */
export interface Doing<N> {
  /** As it is told of. */
  readonly name: string
  /** Null where nothing is kept of how far it has come: given back, it begins anew. */
  readonly pieces: Pieces | null
  /** Its result. */
  work(holding: Holding<N>): Promise<Uint8Array>
  /** Once it is answered for, or given up. */
  after?(isAnswered: boolean): Promise<void>
}

/** False where no job waits. */
export async function takeOne<J, N>(
  taking: Taking<J, N>,
  doing: (claim: Claim<J>) => Doing<N>,
): Promise<boolean> {
  const { claims, stop } = taking
  const claim = await patiently(() => claims.take(), stop).catch(unlessStopped(stop))
  if (claim !== null) await doIt(taking, claim, doing(claim))
  return claim !== null
}

async function doIt<J, N>(taking: Taking<J, N>, claim: Claim<J>, doing: Doing<N>): Promise<void> {
  const { claims, stop, say } = taking
  const { name, pieces } = doing
  const holding = new Holding<N>(claim, pieces, claims, stop)
  say(`${name}: begun${claim.piece === null ? '' : ', where another had come'}`)
  try {
    const result = await doing.work(holding)
    const words = await answer(taking, claim, holding, result)
    await doing.after?.(true)
    say(`${name}: ${words}`)
  } catch (error) {
    await holding.end()
    const words = async () => giveUp(taking, claim, error, await leftOf(pieces, error, stop))
    say(`${name}: ${await words().catch(messageOf)}`)
    await doing.after?.(false)
  }
}

/** Says in words whether the result was taken: it is not where the job is not held any more. */
async function answer<J, N>(
  { claims }: Pick<Taking<J, N>, 'claims'>,
  claim: Claim<J>,
  holding: Holding<N>,
  result: Uint8Array,
): Promise<string> {
  const news = await holding.end()
  const isTaken = await patiently(() => claims.finish(claim, { result, news }), holding.signal)
  return isTaken ? 'done' : 'done, and not taken: another has it by now'
}

/** How far a job has come that is given back; undefined where its end is a try that failed. */
async function leftOf(
  pieces: Pieces | null,
  error: unknown,
  stop: AbortSignal,
): Promise<Uint8Array | null | undefined> {
  if (error instanceof GivenBack) return (await pieces?.bytes()) ?? null
  return pieces === null && stop.aborted ? null : undefined
}

/**
 * Says in words what became of a job that has no result.
 * @param given how far it has come, where it is given back; undefined where that is a try that failed
 */
export async function giveUp<J, N>(
  { claims, stop }: Pick<Taking<J, N>, 'claims' | 'stop'>,
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
