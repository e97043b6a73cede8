// A backtest at a worker: takes it, brings its market and its checkpoints here, has it done by a process of its own, and answers.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../../core/errors.ts'
import { Claims, type Claim } from '../../training/queue/claims.ts'
import { Holding } from '../../training/queue/holding.ts'
import { answer, giveUp, takeOne, type JobLane } from '../../training/queue/job-lane.ts'
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
  readonly #taking: { readonly claims: Claims<BacktestJob, BacktestNews>; readonly stop: AbortSignal }

  constructor(place: LanePlace, copies: MarketCopies) {
    this.#place = place
    this.#copies = copies
    this.#taking = { claims: new Claims(place.queue, place.worker.id, place.machine), stop: place.stop }
  }

  once(): Promise<boolean> {
    return takeOne(this.#taking, (claim) => this.#do(claim))
  }

  async end(): Promise<void> {
    await rm(this.#place.folder, { recursive: true, force: true })
  }

  async #do(claim: Claim<BacktestJob>): Promise<void> {
    const { say, stop } = this.#place
    const holding = new Holding<BacktestNews>(claim, null, this.#taking.claims, stop)
    say(`backtest ${claim.batch}: begun`)
    try {
      const order = await this.#orderOf(claim)
      // Its own words, whether it was done or refused.
      const result = Buffer.from(JSON.stringify(await carryOut(order, holding)))
      const words = await answer(this.#taking, claim, holding, result)
      await this.#copies.forget(order.workspace, claim.batch)
      say(`backtest ${claim.batch}: ${words}`)
    } catch (error) {
      await holding.end()
      // It has no pieces: given back, it begins anew.
      const given = error instanceof GivenBack || stop.aborted ? null : undefined
      say(`backtest ${claim.batch}: ${await giveUp(this.#taking, claim, error, given).catch(messageOf)}`)
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
