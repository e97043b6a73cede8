// The loop in seconds: from the answer to a saved mark to the event that says what instant makes of it.
import type { AnnotationOut } from '../src/contract/annotations.ts'
import type { PreviewOut } from '../src/contract/preview.ts'
import { markOver, reviewOver } from '../test/e2e/harness/marks.ts'
import { startServer, type RunningServer } from '../test/e2e/harness/server.ts'
import type { Effort, Row } from './bench.ts'

export const title = 'From a mark to its preview'
export const onRequest = true

const [SECOND, MINUTE, HOUR] = [1000, 60_000, 3_600_000]
const WORK = {
  full: { hours: 24, marks: [10, 50, 200], saves: 20 },
  short: { hours: 1, marks: [3], saves: 2 },
} as const

export async function run(effort: Effort): Promise<Row[]> {
  const { hours, marks, saves } = WORK[effort]
  const server = await startServer()
  const events = await previewsOf(server)
  try {
    const from = Math.floor(Date.now() / HOUR - hours - 1) * HOUR
    await reviewOver(server.url, from, from + hours * HOUR)
    const rows: Row[] = []
    let marked = 0
    for (const wanted of marks) {
      const began = performance.now()
      await markOver(server.url, spread(from, hours, wanted).slice(marked))
      marked = wanted
      await events.of(wanted)
      const first = performance.now() - began
      rows.push(...(await measure(server, events, { from, hours, marks: wanted, saves, first })))
    }
    return rows
  } finally {
    events.close()
    await server.stop()
  }
}

/** Entries spread over the hours, all of four minutes; the first ones stay where they are when more are wanted. */
function spread(from: number, hours: number, count: number): { entry: number; seconds: number }[] {
  const room = hours * HOUR - 30 * MINUTE
  return Array.from({ length: count }, (_, i) => ({
    // Golden-ratio steps: any number of them lies evenly.
    entry: from + 15 * MINUTE + Math.floor((((i * 0.618_033_988_75) % 1) * room) / SECOND) * SECOND,
    seconds: 240,
  }))
}

interface Measured {
  readonly from: number
  readonly hours: number
  readonly marks: number
  readonly saves: number
  /** ms until the first preview of as many marks. */
  readonly first: number
}

/** Adds a mark and takes it away again, so that every save is of as many marks. */
async function measure(
  server: RunningServer,
  events: PreviewEvents,
  { from, hours, marks, saves, first }: Measured,
): Promise<Row[]> {
  const waits: number[] = []
  for (let save = 0; save < saves; save++) {
    const entry = from + Math.floor(((save + 0.5) / saves) * hours * 60) * MINUTE + 17 * SECOND
    const [saved] = await markOver(server.url, [{ entry, seconds: 180 }])
    const answered = performance.now()
    await events.of(marks + 1)
    waits.push(performance.now() - answered)
    await remove(server, saved)
    await events.of(marks)
  }
  waits.sort((a, b) => a - b)
  const name = `${marks} marks, ${hours} h reviewed`
  const at = (share: number) =>
    waits[Math.min(waits.length - 1, Math.floor(share * waits.length))] ?? Number.NaN
  const ms = (value: number) => Math.round(value)
  return [
    { name, value: ms(at(0.5)), unit: 'ms', note: `p50 of ${saves} saves` },
    { name, value: ms(at(0.95)), unit: 'ms', note: 'p95' },
    { name: `${name}, the first time`, value: ms(first), unit: 'ms', note: 'with every new second’s row' },
  ]
}

async function remove(server: RunningServer, annotation: AnnotationOut | undefined): Promise<void> {
  await fetch(`${server.url}/api/annotations/${annotation?.id ?? ''}`, { method: 'DELETE' })
}

interface PreviewEvents {
  /** Waits for the preview of so many annotations. */
  of(annotations: number): Promise<void>
  close(): void
}

async function previewsOf({ url }: RunningServer): Promise<PreviewEvents> {
  const ended = new AbortController()
  const response = await fetch(`${url}/api/events?types=preview`, { signal: ended.signal })
  let newest = -1
  const waiting = new Set<() => void>()
  void read(response, (preview) => {
    newest = preview.annotations
    for (const look of waiting) look()
  })
  return {
    of: (annotations) =>
      new Promise((resolve) => {
        const look = () => {
          if (newest !== annotations) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    close: () => ended.abort(),
  }
}

async function read(response: Response, tell: (preview: PreviewOut) => void): Promise<void> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const bytes of response.body ?? []) {
      text += decoder.decode(bytes, { stream: true })
      const parts = text.split('\n\n')
      text = parts.pop() ?? ''
      for (const part of parts) {
        const data = part.split('\n').find((line) => line.startsWith('data: '))
        if (part.includes('event: preview') && data !== undefined)
          tell(JSON.parse(data.slice(6)) as PreviewOut)
      }
    }
  } catch {
    // The bench is over.
  }
}
