// Rows of moments at a worker: takes a stretch of a market, brings the market here, has the rows made by a process of its own, and answers.
import { AskedProcess } from '../../core/asked-process.ts'
import type { MarketCopies } from '../../market/log/market-copies.ts'
import { Claims, type Claim } from '../../queue/claims.ts'
import { byProcess } from '../../queue/holding.ts'
import { takeOne, type Doing, type JobLane, type Taking } from '../../queue/job-lane.ts'
import type { LanePlace } from '../../queue/worker.ts'
import { packRows, type MadeRows, type RowsJob } from './rows-job.ts'
import type { RowsQuestion } from './rows-process.ts'

export class RowsLane implements JobLane {
  readonly #copies: MarketCopies
  readonly #taking: Taking<RowsJob, never>
  readonly #process = new AskedProcess<RowsQuestion, MadeRows>(new URL('rows-process.ts', import.meta.url))

  constructor({ queue, worker, machine, stop, say }: LanePlace, copies: MarketCopies) {
    this.#copies = copies
    this.#taking = { claims: new Claims(queue, worker.id, machine), stop, say }
  }

  once(): Promise<boolean> {
    return takeOne(this.#taking, (claim) => this.#doing(claim))
  }

  async end(): Promise<void> {
    this.#process.stop()
  }

  #doing({ batch, job }: Claim<RowsJob>): Doing<never> {
    const { market, frozen, definition, pieces } = job
    return {
      name: `rows of moments ${job.number} of ${batch}`,
      pieces: null,
      work: (holding) =>
        byProcess(
          holding,
          () => this.#process.stop(),
          async () => {
            const workspace = await this.#copies.upTo(market, frozen)
            return packRows(await this.#process.ask({ workspace, market, definition, pieces }))
          },
        ),
    }
  }
}
