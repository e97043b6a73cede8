// An agent's paper position: what it holds, what that is worth now, and what came of the ones before.
import type { PaperPosition } from '../../contract/inference.ts'
import { signedPct } from '../state/format.ts'
import { useApp } from '../state/app-state.ts'
import { positionText, tradesText } from './intent-words.ts'

export function PositionLine({ position }: { position: PaperPosition }) {
  const digits = useApp((state) => state.digits)
  const { side, unrealised_pct: unrealised } = position
  const tone = side === 'LONG' ? 'up' : side === 'SHORT' ? 'down' : 'dim'
  return (
    <div
      className="position"
      data-testid="position"
      title="On paper: filled at the next second’s open ± half the spread, fees taken off. No order leaves this machine."
    >
      <span className="dim">paper</span> <b className={tone}>{positionText(position, digits)}</b>
      {unrealised !== null && (
        <span className={unrealised < 0 ? 'down' : 'up'}>{signedPct(unrealised, 3)} unrealised</span>
      )}
      <span className="dim">{tradesText(position)}</span>
    </div>
  )
}
