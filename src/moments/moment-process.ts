// The process that keeps the table of moments: a piece at a time between what it is asked; it ends with the server that started it.
import { constants, setPriority } from 'node:os'
import { openDatabase } from '../core/database.ts'
import { messageOf } from '../core/errors.ts'
import { workspaceAt } from '../core/workspace.ts'
import type { MomentAnswer, MomentOrder, SharedRows } from './messages.ts'
import { MomentTable } from './moment-table.ts'
import type { QueuedRows } from './queue/queued-rows.ts'

/** Between two looks where nothing is missing. */
const REST_MS = 2_000
/** And where workers make rows. */
const LOOK_MS = 500
/** Between two tellings of how far it is. */
const TELL_MS = 1_000

let table: Promise<MomentTable> | null = null
/** Where workers may make rows, too. */
let elsewhere: Promise<QueuedRows> | null = null
let queue: Promise<void> = Promise.resolve()
let toldAt = Number.NEGATIVE_INFINITY

// Whoever answers somebody goes first.
setPriority(constants.priority.PRIORITY_LOW)

process.on('disconnect', () => process.exit(0))
process.on('message', (message) => {
  const order = message as MomentOrder
  if (order.kind === 'open') {
    table = MomentTable.open(workspaceAt(order.workspace), order.megabytes)
    elsewhere = order.shared && openQueued(order, order.shared, table)
    void keep()
  } else if (order.kind === 'focus') {
    enqueue(async () => (await table)?.focusOn(order.focus))
  } else {
    enqueue(() => answer(order.id, order))
  }
})

function enqueue(work: () => Promise<void>): void {
  queue = queue.then(work)
}

/** A piece, and then the next: what is asked meanwhile comes between. What cannot be read ends the process, and with it what waits. */
async function keep(): Promise<void> {
  // Nobody who asks waits for a database.
  const isElsewhere = (await (await elsewhere)?.turn()) ?? false
  enqueue(async () => {
    const open = await table
    if (open === null) return
    const isBusy = !isElsewhere && (await open.step())
    if (!isBusy || performance.now() - toldAt > TELL_MS) {
      toldAt = performance.now()
      send({ kind: 'progress', progress: open.progress() })
    }
    setTimeout(() => void keep(), isElsewhere ? LOOK_MS : isBusy ? 0 : REST_MS)
  })
}

async function openQueued(
  { workspace }: Extract<MomentOrder, { kind: 'open' }>,
  { url, id }: SharedRows,
  opened: Promise<MomentTable>,
): Promise<QueuedRows> {
  // Whoever has no PostgreSQL does not wait for the queue's code.
  const { QueuedRows: Queued } = await import('./queue/queued-rows.ts')
  const { sqlite } = openDatabase(workspaceAt(workspace).database, [])
  return new Queued({ url, id, sqlite, table: await opened })
}

async function answer(id: number, { query }: Extract<MomentOrder, { kind: 'similar' }>): Promise<void> {
  try {
    send({ kind: 'similar', id, likes: (await (await table)?.similar(query)) ?? null })
  } catch (error) {
    send({ kind: 'failed', id, message: messageOf(error) })
  }
}

function send(message: MomentAnswer): void {
  process.send?.(message)
}
