// Stop and target of the mark in hand or of the selected annotation: typed as a price or in percent, or proposed and then dragged.
import { useState } from 'react'
import { rewardToRisk, type LevelName } from '../../contract/levels.ts'
import { writePlan } from '../actions/mark-commands.ts'
import { proposeLevel, setLevel } from '../actions/plan.ts'
import { Keycap } from '../controls/command-button.tsx'
import { useApp } from '../state/app-state.ts'
import { focusRef } from '../state/focus.ts'
import { distanceText, price as priceText, ratioText } from '../state/format.ts'

export interface PlanProps {
  readonly direction: 'LONG' | 'SHORT' | null
  readonly entry: number
  /** NaN before it is chosen. */
  readonly exit: number
  readonly stop: number | null
  readonly target: number | null
}

export function PlanFields({ direction, entry, exit, stop, target }: PlanProps) {
  const ratio = direction === null ? null : rewardToRisk({ entry, exit, stop, target }, direction)
  return (
    <div className="plan" role="group" aria-label="Stop and target">
      <Level key={`stop ${stop}`} name="stop" entry={entry} level={stop} />
      <Level key={`target ${target}`} name="target" entry={entry} level={target} />
      <span className="plan-ratio" data-testid="ratio">
        {ratio === null ? <Keycap command={writePlan} /> : ratioText(ratio)}
      </span>
    </div>
  )
}

const TITLES = {
  stop: 'Where you would leave at a loss: a price, or its distance from the entry, such as 0.4 %',
  target: 'The gain aimed at: a price, or its distance from the entry, such as 1.2 %',
} as const

function Level({ name, entry, level }: { name: LevelName; entry: number; level: number | null }) {
  const digits = useApp((state) => state.digits)
  const kept = level === null ? '' : priceText(level, digits).replaceAll(',', '')
  const [text, setText] = useState(kept)
  const leave = async () => {
    if (text.trim() !== kept && !(await setLevel(name, text))) setText(kept)
  }
  return (
    <label className="plan-level">
      <span>
        {name === 'stop' ? 'Stop' : 'Target'}{' '}
        {level !== null && <span className="dim">{distanceText(entry, level)}</span>}
      </span>
      <span className="plan-field">
        <input
          value={text}
          title={TITLES[name]}
          placeholder={name === 'stop' ? '0.4 %' : '1.2 %'}
          inputMode="decimal"
          data-testid={name}
          {...(name === 'stop' ? { ref: focusRef('stop') } : {})}
          onChange={(event) => setText(event.target.value)}
          onBlur={() => void leave()}
          onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
        />
        {level === null && (
          <button
            className="quiet-button"
            aria-label={name === 'stop' ? 'Add a stop' : 'Add a target'}
            title={
              name === 'stop'
                ? 'A stop half the move away, to be dragged'
                : 'A target at the exit, to be dragged'
            }
            onClick={() => void proposeLevel(name)}
          >
            +
          </button>
        )}
      </span>
    </label>
  )
}
