// A backtest at a worker: takes it, brings its market and its checkpoints here, has it done by a process of its own, and answers.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../../core/errors.ts'
import { Claims, type Claim } from '../../training/queue/claims.ts'
import { Holding, Lost } from '../../training/queue/holding.ts'
import { faultOf, type JobLane } from '../../training/queue/lane.ts'
import { patiently, unlessStopped } from '../../training/queue/patiently.ts'
import type { LanePlace } from '../../training/queue/worker.ts'
import { startProcess, type End } from '../backtest-process.ts'
import type { BacktestOrder } from '../order.ts'
import type { BacktestJob, BacktestNews } from './backtest-job.ts'
import { unpackCheckpoints } from './checkpoint-files.ts'
import type { MarketCopies } from './market-copies.ts'

/** It was told to stop, or the backtest to pause: it is given back as it is. */
class GivenBack extends Error {}

export class BacktestLane implements JobLane {
  readonly #place: LanePlace
  readonly #copies: MarketCopies
  readonly #claims: Claims<BacktestJob, BacktestNews>

  constructor(place: LanePlace, copies: MarketCopies) {
    this.#place = place
    this.#copies = copies
    this.#claims = new Claims(place.queue, place.worker.id, place.machine)
  }

  async once(): Promise<boolean> {
    const { stop } = this.#place
    const claim = await patiently(() => this.#claims.take(), stop).catch(unlessStopped(stop))
    if (claim !== null) await this.#do(claim)
    return claim !== null
  }

  async end(): Promise<void> {
    await rm(this.#place.folder, { recursive: true, force: true })
  }

  async #do(claim: Claim<BacktestJob>): Promise<void> {
    const { say, stop } = this.#place
    const holding = new Holding<BacktestNews>(claim, null, this.#claims, stop)
    say(`backtest ${claim.batch}: begun`)
    try {
      const order = await this.#orderOf(claim)
      const isTaken = await this.#answer(claim, await carryOut(order, holding), holding)
      await this.#copies.forget(order.workspace, claim.batch)
      say(`backtest ${claim.batch}: ${isTaken ? 'done' : 'done, and not taken: another has it by now'}`)
    } catch (error) {
      await holding.end()
      say(`backtest ${claim.batch}: ${await this.#giveUp(claim, error).catch(messageOf)}`)
    } finally {
      await this.end()
    }
  }

  /** As it can be carried out here. */
  async #orderOf(claim: Claim<BacktestJob>): Promise<BacktestOrder> {
    const { order, market } = claim.job
    const checkpoints = join(this.#place.folder, 'checkpoints')
    await unpackCheckpoints(await this.#place.data.bytes(claim), order, checkpoints)
    const workspace = await this.#copies.upTo(order.market, market)
    return { ...order, workspace, checkpoints, cores: 1 }
  }

  /** Its own words, whether it was done or refused. False where the job is not held any more. */
  async #answer(claim: Claim<BacktestJob>, end: End, holding: Holding<BacktestNews>): Promise<boolean> {
    const result = Buffer.from(JSON.stringify(end))
    const news = await holding.end()
    return patiently(() => this.#claims.finish(claim, { result, news }), holding.signal)
  }

  /** Says what became of it. */
  async #giveUp(claim: Claim<BacktestJob>, error: unknown): Promise<string> {
    const { stop } = this.#place
    if (error instanceof Lost) return error.message
    if (error instanceof GivenBack || stop.aborted) {
      await patiently(() => this.#claims.release(claim, null), stop)
      return 'given back'
    }
    await patiently(() => this.#claims.fail(claim, faultOf(error)), stop)
    return `failed: ${messageOf(error)}`
  }
}

/** By a process of its own. @throws Lost, GivenBack; Error where that died */
async function carryOut(order: BacktestOrder, holding: Holding<BacktestNews>): Promise<End> {
  holding.signal.throwIfAborted()
  const process = startProcess(order, (share) => holding.tell(share))
  const kill = (): void => process.kill()
  const ends = AbortSignal.any([holding.signal, holding.pause])
  ends.addEventListener('abort', kill, { once: true })
  if (ends.aborted) kill()
  const end = await process.end
  ends.removeEventListener('abort', kill)
  if (end.kind !== 'died') return end
  holding.signal.throwIfAborted()
  if (holding.pause.aborted) throw new GivenBack()
  throw new Error(`the process ended before the backtest was done (${end.how})`)
}
