// A process that answers for networks, kept alive: started when it is needed, and anew where it died, with the networks it had.
import { AppError } from '../../core/errors.ts'
import type { ServedCheckpoint } from '../../orchestrator/load-predictor.ts'
import type { Predictor } from '../../orchestrator/predictor.ts'
import { ProcessHandle, type OnRun, type ProcessLimits } from './process-handle.ts'

/** It goes when it has had no network for so long. */
const IDLE_MS = 60_000
/** Before it is started again: at once, and where it answered nothing since the last time, so long, twice as long each time. */
const FIRST_BACKOFF_MS = 250
const MOST_BACKOFF_MS = 10_000

interface Network {
  readonly id: number
  readonly checkpoint: ServedCheckpoint
  /** `new` until it was first opened, `lost` where its process died and no other has opened it yet. */
  state: 'new' | 'open' | 'lost'
  losses: number
  /** Why it is asked no more. */
  givenUp: AppError | null
}

export interface KeptParts {
  readonly limits: ProcessLimits
  readonly onRun: OnRun
  /** Told each time that it died. */
  readonly onDeath: (error: AppError) => void
}

export class KeptProcess {
  readonly #parts: KeptParts
  readonly #networks = new Map<number, Network>()
  #handle: ProcessHandle | null = null
  #timer: NodeJS.Timeout | undefined
  #ids = 0
  /** Ends since it last answered anything. */
  #deaths = 0
  #isStopped = false

  constructor(parts: KeptParts) {
    this.#parts = parts
  }

  /** Networks in its care. */
  get size(): number {
    return this.#networks.size
  }

  get pid(): number | null {
    return this.#handle?.pid ?? null
  }

  /** What is amiss now, in words; null where every network can be asked. */
  get trouble(): string | null {
    const all = [...this.#networks.values()]
    const givenUp = all.find((network) => network.givenUp !== null)?.givenUp
    if (givenUp) return givenUp.message
    return all.some(({ state }) => state === 'lost') ? startedAgain().message : null
  }

  /** @throws AppError as `loadPredictor` does, `model_failed` */
  async open(checkpoint: ServedCheckpoint): Promise<Predictor> {
    const handle = this.#running()
    const network: Network = { id: ++this.#ids, checkpoint, state: 'new', losses: 0, givenUp: null }
    this.#networks.set(network.id, network)
    try {
      const facts = await handle.open(network.id, checkpoint)
      network.state = 'open'
      return {
        ...facts,
        predict: (inputs) => this.#ask(network, inputs),
        close: () => Promise.resolve(this.#close(network)),
      }
    } catch (error) {
      this.#forget(network)
      throw error
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#handle?.end()
  }

  async #ask(network: Network, inputs: Parameters<Predictor['predict']>[0]): Promise<Float32Array> {
    if (network.givenUp !== null) throw network.givenUp
    if (this.#handle === null || network.state !== 'open') throw startedAgain()
    const answer = await this.#handle.ask(network.id, inputs)
    network.losses = 0
    this.#deaths = 0
    return answer
  }

  #close(network: Network): void {
    if (network.state === 'open') this.#handle?.close(network.id)
    this.#forget(network)
  }

  #forget({ id }: Network): void {
    this.#networks.delete(id)
    if (this.#networks.size > 0 || this.#isStopped) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#rest(), IDLE_MS).unref()
  }

  #rest(): void {
    void this.#handle?.end()
    this.#handle = null
  }

  #running(): ProcessHandle {
    clearTimeout(this.#timer)
    if (this.#isStopped) throw startedAgain()
    return this.#handle ?? this.#start()
  }

  /** Networks that an earlier one had are opened before anything else. */
  #start(): ProcessHandle {
    const { limits, onRun } = this.#parts
    const handle = new ProcessHandle(limits, onRun, (error, network) => this.#died(handle, error, network))
    this.#handle = handle
    for (const network of this.#networks.values()) {
      if (network.state === 'lost' && network.givenUp === null) void this.#openAgain(handle, network)
    }
    return handle
  }

  async #openAgain(handle: ProcessHandle, network: Network): Promise<void> {
    try {
      await handle.open(network.id, network.checkpoint)
      if (this.#networks.has(network.id)) network.state = 'open'
      else handle.close(network.id)
    } catch (error) {
      if (!handle.isOver) network.givenUp = error as AppError
    }
  }

  #died(handle: ProcessHandle, error: AppError, atWork: number | null): void {
    if (this.#handle !== handle) return
    this.#handle = null
    this.#deaths += 1
    for (const network of this.#networks.values()) {
      if (network.state === 'open') network.state = 'lost'
    }
    this.#blame(atWork === null ? undefined : this.#networks.get(atWork), error)
    this.#parts.onDeath(error)
    if (this.#networks.size === 0 || this.#isStopped) return
    this.#timer = setTimeout(() => this.#running(), backoff(this.#deaths)).unref()
  }

  /** One network must not end the others again and again. */
  #blame(network: Network | undefined, { message }: AppError): void {
    if (network === undefined) return
    network.losses += 1
    const { losses } = this.#parts.limits
    if (network.losses < losses) return
    const { model, version } = network.checkpoint
    const words = `Checkpoint ${version} of ${model} is asked no more: the process of live models was lost ${losses} times in a row while it was at work. ${message} Stop its sessions and look at the checkpoint.`
    network.givenUp = new AppError('model_failed', words, { status: 409 })
  }
}

function backoff(deaths: number): number {
  return deaths <= 1 ? 0 : Math.min(MOST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (deaths - 2))
}

function startedAgain(): AppError {
  const message = 'The process in which live models run is being started again.'
  return new AppError('model_failed', message, { status: 409 })
}
