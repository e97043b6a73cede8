// Real proxies for tests: HTTP (CONNECT, plain requests and upgrades) and SOCKS5. They alone know where the hosts they are asked for are.
import { createServer as createHttp, request as ask, type IncomingMessage } from 'node:http'
import { connect, createServer as createTcp, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** A host that no resolver knows: what reaches it went through a proxy. */
export const HIDDEN = 'exchange.invalid'

export class Proxy {
  /** `CONNECT exchange.invalid:80`, `GET http://…`, `UPGRADE http://…`, `SOCKS exchange.invalid:80`: all that came through. */
  readonly through: string[] = []
  readonly #server: Server
  readonly #scheme: string
  readonly #sockets = new Set<Duplex>()

  static async http(): Promise<Proxy> {
    const server = createHttp()
    const proxy = new Proxy(server, 'http')
    server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      proxy.through.push(`CONNECT ${request.url}`)
      const port = Number(request.url?.split(':')[1])
      const onward = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
        onward.write(head)
      })
      proxy.join(socket, onward)
    })
    server.on('request', (request, response) => {
      proxy.through.push(`${request.method} ${request.url}`)
      const url = new URL(request.url ?? '/')
      const onward = ask(
        {
          host: '127.0.0.1',
          port: url.port,
          path: url.pathname + url.search,
          method: request.method ?? 'GET',
        },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers)
          answer.pipe(response)
        },
      )
      onward.on('error', () => response.writeHead(502).end())
      request.pipe(onward)
    })
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      proxy.through.push(`UPGRADE ${request.url}`)
      const url = new URL(request.url ?? '/')
      const onward = connect(Number(url.port), '127.0.0.1', () => {
        const headers = request.rawHeaders.flatMap((name, index, all) =>
          index % 2 === 0 ? [`${name}: ${all[index + 1]}`] : [],
        )
        onward.write(`GET ${url.pathname}${url.search} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`)
        onward.write(head)
      })
      proxy.join(socket, onward)
    })
    return proxy.#listen()
  }

  /** RFC 1928, without a password, names alone. */
  static async socks5(): Promise<Proxy> {
    const proxy: Proxy = new Proxy(
      createTcp((socket) => {
        socket.once('data', () => {
          socket.write(Buffer.from([5, 0]))
          socket.once('data', (asked) => {
            const host = asked.subarray(5, 5 + asked[4]!).toString('latin1')
            const port = asked.readUInt16BE(asked.length - 2)
            proxy.through.push(`SOCKS ${host}:${port}`)
            const onward = connect(port, '127.0.0.1', () =>
              socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0])),
            )
            proxy.join(socket, onward)
          })
        })
      }),
      'socks5',
    )
    return proxy.#listen()
  }

  private constructor(server: Server, scheme: string) {
    this.#server = server
    this.#scheme = scheme
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      socket.on('error', () => undefined)
    })
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  join(socket: Duplex, onward: Socket): void {
    this.#sockets.add(onward)
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
    onward.on('close', () => socket.destroy())
    socket.on('close', () => onward.destroy())
    socket.pipe(onward)
    onward.pipe(socket)
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }
}
