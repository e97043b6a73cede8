// How live calls of the checkpoint that is shown ended, as the server counts them; read again when a call gets its outcome.
import { useEffect } from 'react'
import type { CallCount, CallCountsBy, CallCountsOut } from '../../contract/call-counts.ts'
import type { SessionOut } from '../../contract/inference.ts'
import { api } from '../state/api.ts'
import { useApp, type AppState } from '../state/app-state.ts'
import { memo } from '../state/cut.ts'
import { useLook } from '../state/look.ts'
import { createStore, useSelected } from '../state/store.ts'
import { reread } from '../state/reread.ts'
import { shownZone } from '../state/zone.ts'

interface Counts {
  /** What the answers are of. */
  readonly checkpoint: string
  /** Calls of the shown market that had ended when it was asked. */
  readonly ended: number
  /** By what they are counted by, and of hours whose. */
  readonly answers: Readonly<Record<string, CallCountsOut>>
}

const counts = createStore<Counts>({ checkpoint: '', ended: 0, answers: {} })

type Shown = Pick<SessionOut, 'model' | 'checkpoint'>

/** Of all markets; null until it is known. */
export function useCallCounts(session: Shown | null, by: CallCountsBy): CallCountsOut | null {
  const known = useSelected(counts, (state) => state)
  const ended = useApp((state) => endedIn(state.followed))
  const zone = useLook(shownZone)
  const timezone = by === 'hour' ? zone : 'UTC'
  const { model, checkpoint } = session ?? {}
  useEffect(() => {
    if (model === undefined || checkpoint === undefined) return
    reread('counts of calls', () => read({ model, checkpoint }, by, timezone, ended))
  }, [model, checkpoint, by, timezone, ended])
  if (session === null || known.checkpoint !== nameOf(session)) return null
  return known.answers[keyOf(by, timezone)] ?? null
}

/** Asked with every change of the page's state: counted once of a list. */
const endedIn = memo(
  (calls: AppState['followed']) => calls.filter(({ outcome }) => outcome !== 'open').length,
)

function keyOf(by: CallCountsBy, timezone: string): string {
  return `${by} ${timezone}`
}

async function read(shown: Shown, by: CallCountsBy, timezone: string, ended: number): Promise<void> {
  const { model, checkpoint } = shown
  const answer = await api.callCounts({ model, checkpoint, by, timezone })
  const name = nameOf(shown)
  const { checkpoint: before, answers } = counts.get()
  const key = keyOf(by, timezone)
  counts.set({ checkpoint: name, ended, answers: { ...(before === name ? answers : {}), [key]: answer } })
}

function nameOf({ model, checkpoint }: Shown): string {
  return `${model} ${checkpoint}`
}

/** Those that ended. */
export function endedOf({ right, wrong, expired }: CallCount): number {
  return right + wrong + expired
}

/** Of calls as sure as this; undefined where fewer than five ended. */
export function countLike({ counts: all }: CallCountsOut, confidence: number | null): CallCount | undefined {
  if (confidence === null) return undefined
  const from = 10 * Math.min(9, Math.floor(confidence / 10))
  return all.find(({ name, right_share: right }) => name === `${from}-${from + 10}` && right !== null)
}
