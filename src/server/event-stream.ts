// The one event stream: numbered events in a ring, resumed by id, filtered by client, never held up by a slow one.
import type { ServerResponse } from 'node:http'
import type { EventName } from '../contract/event-names.ts'
import type { EventPayloads } from '../contract/events.ts'

/** What is published: an event of the contract, and whom it concerns. */
export interface StreamEvent<Name extends EventName, Payload> {
  readonly topic: Name
  /** The market it is about; null for what concerns all. */
  readonly symbol: string | null
  readonly venue: string | null
  readonly payload: Payload
}

export interface ClientFilter {
  readonly topics: ReadonlySet<EventName>
  readonly symbol?: string | undefined
  readonly venue?: string | undefined
}

export interface EventStreamOptions {
  /** Ids count on from here: take the wall time, so that ids of an earlier process are recognised as unknown. */
  readonly firstId: number
  /** Events kept for clients that come back. */
  readonly capacity?: number
  /** A client this far behind is dropped; it resumes when it reconnects. */
  readonly maxBacklogBytes?: number
  readonly heartbeatMs?: number
  /** Told of each, whether any client wants it or not. */
  readonly onPublish?: (event: StreamEvent<EventName, unknown>) => void
  /** Whether clients of other servers may want a topic. */
  readonly isWantedElsewhere?: (topic: EventName) => boolean
}

type AnyEvent = StreamEvent<EventName, unknown>

interface Numbered extends AnyEvent {
  readonly id: number
  readonly text: string
}

interface Client {
  readonly response: ServerResponse
  readonly filter: ClientFilter
}

/** `Payloads`: what each event carries, by its name. */
export class EventStream<Payloads extends Record<EventName, unknown> = EventPayloads> {
  readonly #capacity: number
  readonly #maxBacklog: number
  readonly #clients = new Set<Client>()
  readonly #heartbeat: NodeJS.Timeout
  readonly #options: EventStreamOptions
  #ring: Numbered[] = []
  #lastId: number

  constructor(options: EventStreamOptions) {
    const { firstId, capacity = 5_000, maxBacklogBytes = 8 << 20, heartbeatMs = 10_000 } = options
    this.#options = options
    this.#lastId = firstId
    this.#capacity = capacity
    this.#maxBacklog = maxBacklogBytes
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs)
    this.#heartbeat.unref()
  }

  get clients(): number {
    return this.#clients.size
  }

  /** Whether anybody listens to a topic: what costs something to make need not be made otherwise. */
  isWanted(topic: EventName): boolean {
    for (const { filter } of this.#clients) if (filter.topics.has(topic)) return true
    return this.#options.isWantedElsewhere?.(topic) === true
  }

  publish<Name extends EventName>(event: StreamEvent<Name, Payloads[Name]>): void {
    this.show(event)
    this.#options.onPublish?.(event)
  }

  /** The same of an event that another server published. */
  show<Name extends EventName>(event: StreamEvent<Name, Payloads[Name]>): void {
    this.#lastId += 1
    const text = `id: ${this.#lastId}\nevent: ${event.topic}\ndata: ${JSON.stringify(event.payload)}\n\n`
    const numbered = { ...event, id: this.#lastId, text }
    this.#keep(numbered)
    for (const client of this.#clients) if (wants(client.filter, event)) this.#send(client, text)
  }

  /** Events were missed that nobody can send again: clients read anew what they show, those that come back later too. */
  reset(): void {
    this.#lastId += 1
    this.#ring = []
    for (const client of this.#clients) this.#send(client, resetText(this.#lastId))
  }

  /** Serves one client until it leaves. `lastEventId` is what it saw last; an unknown one gets `reset`. */
  attach(response: ServerResponse, filter: ClientFilter, lastEventId: string | undefined): void {
    const client = { response, filter }
    response.on('close', () => void this.#clients.delete(client))
    response.on('error', () => void this.#clients.delete(client))
    this.#clients.add(client)
    this.#send(client, this.#greeting(client, lastEventId))
  }

  close(): void {
    clearInterval(this.#heartbeat)
    for (const { response } of this.#clients) response.end()
    this.#clients.clear()
  }

  /** What a client gets first: the events it missed, or `reset` and the newest id. */
  #greeting({ filter }: Client, lastEventId: string | undefined): string {
    const newest = `retry: 1000\nid: ${this.#lastId}\n\n`
    if (lastEventId === undefined || lastEventId === '') return newest
    const missed = this.#since(lastEventId)
    const reset = resetText(this.#lastId)
    if (missed === null) return reset
    const wanted = missed.filter((event) => wants(filter, event)).map((event) => event.text)
    const text = `${wanted.join('')}${newest}`
    return text.length > this.#maxBacklog ? reset : text
  }

  /** Events after `lastEventId`; null where that id is not one of this stream any more. */
  #since(lastEventId: string): Numbered[] | null {
    const id = /^\d+$/.test(lastEventId) ? Number(lastEventId) : Number.NaN
    const oldestKnown = (this.#ring[0]?.id ?? this.#lastId + 1) - 1
    if (!(id >= oldestKnown && id <= this.#lastId)) return null
    return this.#ring.filter((event) => event.id > id)
  }

  #keep(event: Numbered): void {
    this.#ring.push(event)
    // Cut in batches: a shift for every event would copy the ring each time.
    if (this.#ring.length > this.#capacity * 1.25) this.#ring = this.#ring.slice(-this.#capacity)
  }

  #send(client: Client, text: string): void {
    const { response } = client
    if (response.writableLength <= this.#maxBacklog) {
      response.write(text)
      return
    }
    this.#clients.delete(client)
    response.destroy()
  }

  #beat(): void {
    for (const client of this.#clients) this.#send(client, ': beat\n\n')
  }
}

function resetText(id: number): string {
  return `retry: 1000\nid: ${id}\nevent: reset\ndata: {}\n\n`
}

function wants(filter: ClientFilter, event: AnyEvent): boolean {
  const about = (wanted: string | undefined, actual: string | null): boolean =>
    wanted === undefined || actual === null || wanted === actual
  return (
    filter.topics.has(event.topic) && about(filter.symbol, event.symbol) && about(filter.venue, event.venue)
  )
}
