// What the server has said yes to: what must stand afterwards, and what must not.
import type { Answer } from './wire.ts'

interface Said {
  readonly id?: unknown
}

/** By the address of each thing, the server's last word on it; null where it was deleted. */
export class Acknowledged {
  readonly #last = new Map<string, Record<string, unknown> | null>()
  readonly #ids: string[] = ['annotation_x']

  /** Ids of whatever was ever made, and of what goes with it. */
  get ids(): readonly string[] {
    return this.#ids
  }

  note(method: string, path: string, target: string, { status, text }: Answer): void {
    if (status >= 300 || method === 'GET' || method === 'HEAD') return
    const thing = /^\/api\/(annotations|reviewed-spans)/.exec(path)?.[1]
    const body = (text === '' ? {} : JSON.parse(text)) as Said
    if (typeof body.id === 'string') {
      this.#ids.push(body.id, `annotation_${body.id}`)
      if (thing !== undefined) this.#last.set(`/api/${thing}/${body.id}`, { ...body })
    }
    if (method === 'DELETE' && thing !== undefined) this.#last.set(target.split('?')[0] ?? '', null)
  }

  /** What of it is not so, by a look at each address. */
  async missing(look: (address: string) => Promise<unknown>): Promise<string[]> {
    const faults: string[] = []
    for (const [address, said] of this.#last) {
      const found = (await look(address).catch(() => null)) as Record<string, unknown> | null
      const differs = Object.entries(said ?? {})
        .filter(([name]) => KEPT.has(name))
        .some(([name, value]) => JSON.stringify(found?.[name]) !== JSON.stringify(value))
      if (differs || (said === null && found !== null && found['deleted_at'] == null))
        faults.push(`${address} is ${JSON.stringify(found)}: said was ${JSON.stringify(said)}`)
    }
    return faults
  }
}

/** What the trader gave. */
const KEPT = new Set(['id', 'symbol', 'venue', 'direction', 'entry', 'exit', 'notes', 'tags', 'from', 'to'])
