// A backtest at a worker: takes it, brings its market and its checkpoints here, has it done by a process of its own, and answers.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sqlite } from '../../core/database.ts'
import type { MarketCopies } from '../../market/log/market-copies.ts'
import { openMarketStore } from '../../market/store/market-store.ts'
import { Claims, type Claim } from '../../queue/claims.ts'
import { byProcess, type Holding } from '../../queue/holding.ts'
import { takeOne, type Doing, type JobLane, type Taking } from '../../queue/job-lane.ts'
import type { LanePlace } from '../../queue/worker.ts'
import { startProcess, type End } from '../backtest-process.ts'
import type { BacktestOrder } from '../order.ts'
import type { BacktestJob, BacktestNews } from './backtest-job.ts'
import { unpackCheckpoints } from './checkpoint-files.ts'

export class BacktestLane implements JobLane {
  readonly #place: LanePlace
  readonly #copies: MarketCopies
  readonly #taking: Taking<BacktestJob, BacktestNews>

  constructor(place: LanePlace, copies: MarketCopies) {
    this.#place = place
    this.#copies = copies
    const { queue, worker, machine, stop, say } = place
    this.#taking = { claims: new Claims(queue, worker.id, machine), stop, say }
  }

  once(): Promise<boolean> {
    return takeOne(this.#taking, (claim) => this.#doing(claim))
  }

  async end(): Promise<void> {
    await rm(this.#place.folder, { recursive: true, force: true })
  }

  #doing(claim: Claim<BacktestJob>): Doing<BacktestNews> {
    const { frozen } = claim.job
    return {
      name: `backtest ${claim.batch}`,
      pieces: null,
      work: async (holding) => {
        const end = await carryOut(await this.#orderOf(claim), holding)
        // Its own words, whether it was done or refused.
        return Buffer.from(JSON.stringify(end))
      },
      after: async (isAnswered) => {
        if (isAnswered) await this.#copies.inFile(frozen, forgetScores(claim.batch))
        await this.end()
      },
    }
  }

  /** As it can be carried out here. */
  async #orderOf(claim: Claim<BacktestJob>): Promise<BacktestOrder> {
    const { order, frozen } = claim.job
    const checkpoints = join(this.#place.folder, 'checkpoints')
    await unpackCheckpoints(await this.#place.data.bytes(claim), order, checkpoints)
    const workspace = await this.#copies.upTo(order.market, frozen)
    return { ...order, workspace, checkpoints, cores: 1 }
  }
}

/** By a process of its own. @throws as `byProcess`; Error where it died */
async function carryOut(order: BacktestOrder, holding: Holding<BacktestNews>): Promise<End> {
  holding.signal.throwIfAborted()
  const process = startProcess(order, (share) => holding.tell(share))
  return byProcess(
    holding,
    () => process.kill(),
    async () => {
      const end = await process.end
      if (end.kind === 'died') throw new Error(`the process ended before the backtest was done (${end.how})`)
      return end
    },
  )
}

/** What it had scored on its way is not needed any more. */
function forgetScores(backtest: string): (sqlite: Sqlite) => Promise<void> {
  return async (sqlite) => {
    const store = openMarketStore(sqlite)
    await store.write(() => sqlite.prepare('DELETE FROM backtest_scores WHERE backtest = ?').run([backtest]))
  }
}
