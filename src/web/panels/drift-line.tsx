// How far what the session sees and says lies from what its checkpoint learnt on, in a line; read anew every minute.
import { useEffect, useState } from 'react'
import type { DriftOut } from '../../contract/drift.ts'
import { api } from '../state/api.ts'
import { useApp } from '../state/app-state.ts'
import { reread } from '../state/reread.ts'

/** A minute of the market, ms. */
const MINUTE = 60_000

export function DriftLine({ session }: { session: string }) {
  const minute = useApp(({ signals: [newest] }) =>
    newest === undefined ? 0 : Math.floor(Date.parse(newest.timestamp) / MINUTE),
  )
  const [asked, keep] = useState<{ readonly minute: number; readonly drift: DriftOut } | null>(null)
  useEffect(() => {
    reread('drift of the session', async () => keep({ minute, drift: await api.drift(session) }))
  }, [session, minute])
  if (asked === null) return null
  const { words, parts, state } = asked.drift
  const isMuch = parts.some(({ verdict }) => verdict === 'much')
  return (
    <p
      className={isMuch ? 'warn-line' : 'dim small-text'}
      data-testid="drift"
      title={parts.map(({ name, psi }) => `${name}: stability index ${psi.toFixed(2)}`).join('\n')}
    >
      {state === 'known' ? words : `Drift: ${words.charAt(0).toLowerCase()}${words.slice(1)}`}
    </p>
  )
}
