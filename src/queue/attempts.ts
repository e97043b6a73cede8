// How a try of a job ends without a result: given back, or counted; a job that failed three times is tried no more.
import { within, type Boss } from '../core/postgres/boss.ts'
import type { Copying } from '../core/postgres/copying.ts'
import { TRIES, type Queue } from './open-queue.ts'

/** Who holds a job: the token is the newest as long as nobody has it after them. */
export interface Held {
  readonly id: string
  readonly token: number
}

/** Why a job was given up, for whoever looks at the run. `code` is null where it is no error with a name of its own. */
export interface Fault {
  readonly code: string | null
  readonly message: string
}

/** Thrown within a transaction, which then changes nothing. */
export class NotHeld extends Error {}

/** False where `work` found that another has the job by now: nothing was changed. */
export async function ifHeld(work: Promise<void>): Promise<boolean> {
  try {
    await work
    return true
  } catch (error) {
    if (error instanceof NotHeld) return false
    throw error
  }
}

/** Waiting jobs, in the order of their priorities. */
export async function putInto(
  { boss, name }: Pick<Queue, 'boss' | 'name'>,
  transaction: Copying,
  jobs: readonly { readonly id: string; readonly priority: number }[],
): Promise<void> {
  await boss.insert(
    jobs.map(({ id, priority }) => ({ id, name, priority })),
    within(transaction),
  )
}

/**
 * Ends the try of whoever holds the job, and counts it. The job goes back into the queue, or, at the third, is given up with the reason.
 * @param silentMs only where its holder was not heard of for so long. Resolves to false where it is held by another by now, or done
 */
export async function failTry(
  queue: Queue,
  { id, token }: Held,
  fault: Fault,
  silentMs = 0,
): Promise<boolean> {
  const { boss, name, schema } = queue
  return ifHeld(
    queue.transaction(async (transaction) => {
      await boss.fail(name, id, fault, within(transaction))
      const isGivenUp = (await stateOf(boss, name, id, transaction)) === 'failed'
      const rows = await transaction.ask(
        `UPDATE ${schema}.training_job SET token = token + 1, worker = NULL, fault = $3
         WHERE id = $1 AND token = $2 AND worker IS NOT NULL AND result IS NULL
           AND beat_at <= clock_timestamp() - $4 * interval '1 ms' RETURNING id`,
        [id, token, isGivenUp ? JSON.stringify(givenUp(fault)) : null, silentMs],
      )
      if (rows.length === 0) throw new NotHeld()
    }),
  )
}

async function stateOf(boss: Boss, name: string, id: string, transaction: Copying): Promise<string | null> {
  const job = await boss.getJobById(name, id, { ...within(transaction), includeArchive: false })
  return job?.state ?? null
}

function givenUp({ code, message }: Fault): Fault {
  return {
    code,
    message: `A job of the run was tried ${TRIES} times and failed each time. The last time: ${message}`,
  }
}
