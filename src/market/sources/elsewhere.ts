// A market that another machine stores, as a source here: its seconds move as its log is applied to this machine's file.
import { isSimulated, marketKey } from '../../contract/market-name.ts'
import type { Clock } from '../../core/clock.ts'
import type { EpochMs } from '../../core/time.ts'
import { Wake } from '../../core/wake.ts'
import type { Market } from '../types.ts'
import type { MarketEvent } from './market-event.ts'
import type { MarketSource } from './source.ts'

/** What of a source is known without it. */
type Described = Pick<MarketSource, 'kind' | 'market' | 'simulated' | 'clock' | 'speed' | 'grace'>

/** Nobody waits so long: whoever is told of a second wakes. */
const LONG_MS = 60_000

export class StoredElsewhere {
  /** By market: until when its seconds are in the file. */
  readonly #through = new Map<string, EpochMs>()
  readonly #wakes = new Map<string, Wake>()

  /** The seconds before `through` are in this machine's file now; what was said of a later one stays. */
  moved(market: Market, through: EpochMs): void {
    const key = marketKey(market)
    if (through <= (this.#through.get(key) ?? 0)) return
    this.#through.set(key, through)
    this.#wakes.get(key)?.call()
  }

  /** What a source would be here, of whose market another stores the seconds. */
  source({ kind, market, simulated, clock, speed, grace }: Described): MarketSource {
    const events = (signal: AbortSignal): AsyncGenerator<MarketEvent> => this.#events(market, signal)
    return { kind, market, simulated, clock, speed, grace, isStoredElsewhere: true, events }
  }

  /** The same of a market of which nothing but its name is known. */
  sourceOf(market: Market, clock: Clock): MarketSource {
    const simulated = isSimulated(market)
    const kind = simulated ? 'demo' : 'exchange'
    return this.source({ kind, market, simulated, clock, speed: 1, grace: 0 })
  }

  async *#events(market: Market, signal: AbortSignal): AsyncGenerator<MarketEvent> {
    const key = marketKey(market)
    const wake = new Wake()
    this.#wakes.set(key, wake)
    signal.addEventListener('abort', () => wake.call(), { once: true })
    let told = 0
    while (!signal.aborted) {
      const through = this.#through.get(key)
      if (through === undefined || through <= told) await wake.wait(LONG_MS)
      else {
        told = through
        yield { kind: 'confirmed', market, through }
      }
    }
  }
}
