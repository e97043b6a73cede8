// Publish and subscribe inside one process: how rooms tell the server what happened without knowing it.

export type Listener<T> = (value: T) => void

/** Typed topics: `Topics` maps a topic's name to its payload. Listeners run synchronously, in order. */
export class Bus<Topics extends object> {
  readonly #listeners = new Map<PropertyKey, Set<Listener<never>>>()

  /** Returns the function that unsubscribes. */
  on<K extends keyof Topics>(topic: K, listener: Listener<Topics[K]>): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set()
    this.#listeners.set(topic, listeners.add(listener))
    return () => void listeners.delete(listener)
  }

  emit<K extends keyof Topics>(topic: K, value: Topics[K]): void {
    for (const listener of this.#listeners.get(topic) ?? []) (listener as Listener<Topics[K]>)(value)
  }
}
