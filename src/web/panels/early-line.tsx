// Of a call that came shortly before the trader's own entry: by how much, and moving the entry there.
import { useMemo } from 'react'
import { moveEntry } from '../actions/review-commands.ts'
import { CommandButton, Keycap } from '../controls/command-button.tsx'
import { earlyOf, earlyText, type Early, type EarlyCall } from '../marking/early.ts'
import { useApp } from '../state/app-state.ts'

/** What a call was early for; null of any other. */
export function useEarly({ time, action, price }: EarlyCall): Early | null {
  const annotations = useApp((state) => state.annotations)
  return useMemo(() => earlyOf({ time, action, price }, annotations), [time, action, price, annotations])
}

export function EarlyLine({ early }: { early: Early }) {
  return (
    <div className="early-line" data-testid="early">
      <span>{earlyText(early)}</span>
      <CommandButton command={moveEntry} title={moveEntry.label}>
        Move my entry here <Keycap command={moveEntry} />
      </CommandButton>
    </div>
  )
}
