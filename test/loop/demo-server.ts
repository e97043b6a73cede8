// A real server on the demo market, its clock moved by hand: marks that pay, training from the command line, live seconds.
import { vi } from 'vitest'
import type { AnnotationBody, AnnotationOut } from '../../src/contract/annotations.ts'
import type { SignalOut } from '../../src/contract/inference.ts'
import type { TrainingRunOut } from '../../src/contract/training.ts'
import { MINUTE, SECOND, epochMs, shift, type EpochMs } from '../../src/core/time.ts'
import { annotateJson } from '../unit/cli/annotate.ts'
import { NOW, startServer, type Harness } from '../unit/server/harness.ts'

export const MARKET = { venue: 'demo-1', symbol: 'ETH/USDT' }
/** Far enough apart for three episodes, near enough for what the market records of its books at its start. */
export const ENTRIES = [55, 35, 15].map((minutes) => epochMs(NOW - minutes * MINUTE))

export class DemoServer {
  readonly harness: Harness
  #second: EpochMs = NOW

  private constructor(harness: Harness) {
    this.harness = harness
  }

  static async start(): Promise<DemoServer> {
    const harness = await startServer('demo')
    harness.app.lock.announce(harness.http.url)
    return new DemoServer(harness)
  }

  stop(): Promise<void> {
    return this.harness.stop()
  }

  /** What the server answers; an error where it refuses. */
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.harness.call<T>(method, path, body === undefined ? {} : { body })
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer.body
  }

  /** What a mark that pays is asked for with, whichever way the market went. */
  async bodyAt(entry: EpochMs, held: number): Promise<AnnotationBody> {
    const { candles } = await this.harness.app.reader.candles({
      market: MARKET,
      timeframe: '1s',
      from: epochMs(entry - SECOND),
      to: epochMs(entry + held),
      limit: held / SECOND + 1,
      asOf: NOW,
      forming: false,
    })
    const [first, last] = [candles[0]!, candles.at(-1)!]
    return {
      symbol: MARKET.symbol,
      direction: last.close >= first.close ? 'LONG' : 'SHORT',
      entry: { timestamp: entry, price: first.close },
      exit: { timestamp: entry + held, price: last.close },
    }
  }

  async mark(entry: EpochMs, held: number): Promise<AnnotationOut> {
    return this.call('POST', '/api/annotations', await this.bodyAt(entry, held))
  }

  /** Says that the last minutes were reviewed. */
  async review(minutes: number): Promise<void> {
    const span = { from: epochMs(NOW - minutes * MINUTE), to: NOW }
    await this.call('POST', '/api/reviewed-spans', { symbol: MARKET.symbol, ...span })
  }

  /** One epoch with two views, by the verb `train`. */
  train(model: string, batchSize: number): Promise<TrainingRunOut> {
    const at = ['--workspace', this.harness.workspace.root, '--model', model]
    const flags = ['--epochs', '1', '--seed', '3', '--views', '2', '--batch-size', String(batchSize)]
    return annotateJson('train', ...at, ...flags)
  }

  /** All signals of a session after so many more seconds, oldest first. */
  async live(session: string, seconds: number): Promise<SignalOut[]> {
    for (let n = 0; n < seconds; n++) {
      const had = (await this.#signals(session)).length
      this.#second = shift(this.#second, SECOND)
      this.harness.clock.moveTo(this.#second)
      await vi.waitUntil(async () => (await this.#signals(session)).length > had, {
        timeout: 10_000,
        interval: 5,
      })
    }
    return this.#signals(session)
  }

  async #signals(session: string): Promise<SignalOut[]> {
    const { signals } = await this.call<{ signals: SignalOut[] }>('GET', `/api/signals?session=${session}`)
    return signals.toReversed()
  }
}
