// A program that calls are sent to: a real HTTP server that answers as a test says, and remembers what it was sent.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHmac } from 'node:crypto'
import type { DeliveryContent } from '../../../src/contract/alerts.ts'
import { until } from '../../patience.ts'

export interface Received {
  readonly content: DeliveryContent
  readonly delivery: string
  readonly signature: string
  readonly text: string
}

export interface Receiver {
  readonly url: string
  readonly received: Received[]
  /** Status that it answers with from now on; null: none at all. */
  answers(status: number | null): void
  /** Resolves once it was sent so many. */
  has(count: number): Promise<void>
  close(): void
}

export async function receiver(): Promise<Receiver> {
  const received: Received[] = []
  let status: number | null = 200
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (part: string) => (text += part))
    request.on('end', () => {
      const { 'annotate-delivery': delivery, 'annotate-signature': signature } = request.headers
      received.push({
        content: JSON.parse(text) as DeliveryContent,
        delivery: String(delivery),
        signature: String(signature),
        text,
      })
      if (status !== null) response.writeHead(status, { location: '/elsewhere' }).end()
    })
  })
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/calls`,
    received,
    answers: (next) => (status = next),
    has: (count) =>
      until(`delivery ${count}`, () => received.length >= count, { state: () => received.length }),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** As a receiver would check it: by the words of the contract, not by our code. */
export function isSigned({ signature, text }: Received, secret: string): boolean {
  const [, seconds = '', hex = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? []
  return createHmac('sha256', secret).update(`${seconds}.${text}`).digest('hex') === hex
}
