// A TCP proxy between browser and server that holds back what it is told to: requests get no answer until it lets go.
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** A request that got no further than here. */
interface Held {
  /** `GET /api/models`, with its query. */
  readonly request: string
  readonly browser: Socket
  readonly pass: () => void
}

export class StallingProxy {
  /** Requests that are held back: those whose `METHOD /path` it matches. Null: none. */
  stalls: RegExp | null = null
  readonly #server: Server
  readonly #target: number
  readonly #sockets = new Set<Socket>()
  #held: Held[] = []

  private constructor(target: number) {
    this.#target = target
    this.#server = createServer((browser) => this.#join(browser))
  }

  /** @param url of the server behind it */
  static async before(url: string): Promise<StallingProxy> {
    const proxy = new StallingProxy(Number(new URL(url).port))
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Requests that wait here, and that somebody still waits for. */
  get waiting(): string[] {
    return this.#held.filter(({ browser }) => !browser.destroyed).map(({ request }) => request)
  }

  /** Requests that were held back and that the browser has ended. */
  get ended(): string[] {
    return this.#held.filter(({ browser }) => browser.destroyed).map(({ request }) => request)
  }

  /** Everything goes on, what is held back first. */
  letGo(): void {
    this.stalls = null
    const held = this.#held
    this.#held = []
    for (const { browser, pass } of held) if (!browser.destroyed) pass()
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** A browser asks one thing after the other on a connection, so what arrives first of a request begins with its line. */
  #join(browser: Socket): void {
    const server = connect(this.#target, '127.0.0.1')
    let isHeld = false
    let later: Buffer[] = []
    const pass = (): void => {
      isHeld = false
      for (const piece of later) server.write(piece)
      later = []
    }
    browser.on('data', (piece: Buffer) => {
      const request = lineOf(piece)
      if (request !== null && this.stalls?.test(request) === true) {
        isHeld = true
        this.#held.push({ request, browser, pass })
      }
      if (isHeld) later.push(piece)
      else server.write(piece)
    })
    server.pipe(browser)
    for (const [one, other] of [
      [browser, server],
      [server, browser],
    ] as const) {
      this.#sockets.add(one)
      one.on('error', () => one.destroy())
      one.on('close', () => {
        this.#sockets.delete(one)
        other.destroy()
      })
    }
  }
}

/** `METHOD /path?query` where a request begins here. */
function lineOf(piece: Buffer): string | null {
  const line = /^(GET|POST|PUT|DELETE) (\S+) HTTP\/1\.1\r\n/.exec(piece.toString('latin1'))
  return line === null ? null : `${line[1]} ${line[2]}`
}
