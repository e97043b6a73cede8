// One backtest in the list: what was run over what, and how far it is or what it came to.
import type { BacktestOut } from '../../contract/backtests.ts'
import { share, shortDateTime, signedPct } from '../state/format.ts'
import { nameText } from './backtest-words.ts'
import { OverlapMark } from './overlap-mark.tsx'
import { lookAt } from './backtest-view.ts'

export function BacktestRow({ backtest, isShown }: { backtest: BacktestOut; isShown: boolean }) {
  const { id, symbol, venue, from, to, status, progress } = backtest
  return (
    <button
      className="backtest-row"
      aria-current={isShown || undefined}
      data-backtest={id}
      data-status={status}
      onClick={() => lookAt(id)}
    >
      <span className="backtest-row-line">
        <b>{nameText(backtest)}</b>
        <span className={statusClass(backtest)}>{stateText(backtest)}</span>
      </span>
      <OverlapMark of={backtest} />
      <span className="row-sub">
        {symbol} {venue}
      </span>
      <span className="row-sub time">
        {shortDateTime(Date.parse(from)).slice(0, -3)} – {shortDateTime(Date.parse(to)).slice(0, -3)}
      </span>
      {(status === 'RUNNING' || status === 'PAUSED') && <progress value={progress} max={1} />}
    </button>
  )
}

const WORDS: Readonly<Record<Exclude<BacktestOut['status'], 'COMPLETED'>, string>> = {
  QUEUED: 'waits',
  RUNNING: 'runs',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  PAUSED: 'paused',
  INTERRUPTED: 'interrupted',
}

function stateText({ status, figures, progress }: BacktestOut): string {
  if (status === 'RUNNING') return share(progress)
  if (status !== 'COMPLETED') return WORDS[status]
  if (figures === null || figures.trades === 0) return 'no trades'
  return signedPct(figures.net_return_pct)
}

function statusClass({ status, figures }: BacktestOut): string {
  if (status === 'FAILED') return 'num down'
  if (figures === null || figures.trades === 0) return 'num dim'
  return `num ${figures.net_return_pct >= 0 ? 'up' : 'down'}`
}
