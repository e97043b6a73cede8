// What Ctrl+Z takes back: the last thing that changed what is stored.
import { attempt, say } from '../state/app-state.ts'

interface Step {
  readonly what: string
  readonly undo: () => Promise<void>
}

const steps: Step[] = []
const MOST = 100

/** Remembers how to take back `what` ("annotation deleted"). */
export function remember(what: string, undo: () => Promise<void>): void {
  steps.push({ what, undo })
  if (steps.length > MOST) steps.shift()
}

/** Takes back the last step; says so. */
export async function undoLast(): Promise<void> {
  const step = steps.pop()
  if (step === undefined) return say('Nothing to undo.')
  if (await attempt(step.undo)) say(`Undone: ${step.what}.`)
}
