// One request as bytes on a socket of its own, and what comes back: no client makes it tidy, none follows, none retries.
import { connect } from 'node:net'
import { patient } from '../patience.ts'

/** An answer that is complete. */
export interface Answer {
  readonly status: number
  readonly type: string
  /** Methods that the path takes, where the answer says them. */
  readonly allow: readonly string[]
  readonly text: string
}

const END_OF_HEAD = '\r\n\r\n'

/**
 * Of a stream of events the head is enough. Resolves to null where the server closed without a word, as it may where the request is
 * none.
 * @throws Error where nothing came for ten seconds of a machine of one's own
 */
export function exchange(url: string, request: Buffer): Promise<Answer | null> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    const socket = connect(Number(port), hostname, () => socket.write(request))
    socket.setTimeout(patient(10_000), () => {
      reject(new Error('no answer in ten seconds'))
      socket.destroy()
    })
    socket.on('data', (chunk) => {
      parts.push(chunk)
      if (parts.length < 3 && isStream(Buffer.concat(parts))) socket.destroy()
    })
    // A server that refuses a body before all of it has come closes: what it said first counts.
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answerIn(Buffer.concat(parts))))
  })
}

function isStream(bytes: Buffer): boolean {
  return answerIn(bytes)?.type === 'text/event-stream'
}

function answerIn(all: Buffer): Answer | null {
  const bytes = withoutContinue(all)
  const end = bytes.indexOf(END_OF_HEAD)
  if (end < 0) return null
  const head = bytes.subarray(0, end).toString('latin1')
  const body = bytes.subarray(end + END_OF_HEAD.length)
  const isChunked = /^transfer-encoding: *chunked/im.test(head)
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]),
    type: /^content-type: *([^\r;]*)/im.exec(head)?.[1] ?? '',
    allow: /^allow: *([^\r]*)/im.exec(head)?.[1]?.split(', ') ?? [],
    text: (isChunked ? unchunked(body) : body).toString('utf8'),
  }
}

/** Go on, said before the answer to whom `expect`s it. */
function withoutContinue(bytes: Buffer): Buffer {
  const end = bytes.indexOf(END_OF_HEAD)
  const isContinue = end >= 0 && bytes.subarray(0, 12).toString('latin1') === 'HTTP/1.1 100'
  return isContinue ? bytes.subarray(end + END_OF_HEAD.length) : bytes
}

function unchunked(bytes: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; ;) {
    const end = bytes.indexOf('\r\n', at)
    const size = Number.parseInt(bytes.subarray(at, end).toString('latin1'), 16)
    if (end < 0 || !(size > 0)) return Buffer.concat(parts)
    parts.push(bytes.subarray(end + 2, end + 2 + size))
    at = end + 2 + size + 2
  }
}
