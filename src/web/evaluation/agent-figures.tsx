// What only an agent has: returns, the share of each action, agreement with the trader; held-out trading beside its floors.
import type { EpochMetrics, HeldOutTrading, TrainingRunOut } from '../../contract/training.ts'
import { duration, plural, share, signedPct } from '../state/format.ts'

export function AgentFigures({ run }: { run: TrainingRunOut }) {
  const last = run.epochs.at(-1)
  if (last?.figures?.['mean_return_pct'] === undefined) return null
  return (
    <dl className="figures tight" data-testid="agent-figures">
      <LastEpoch epoch={last} figures={last.figures} />
      {run.trading !== undefined && <Traded trading={run.trading} />}
    </dl>
  )
}

function LastEpoch({ epoch, figures }: { epoch: EpochMetrics; figures: Readonly<Record<string, number>> }) {
  const { agreement, mean_return_pct: mean } = figures
  return (
    <>
      <dt title="Of the episodes of the last epoch, while exploring, after fees">Episodes</dt>
      <dd>
        {mean !== undefined && `mean ${signedPct(mean, 3)} `}
        <span className="dim">· TD loss {epoch.loss.toFixed(3)}</span>
      </dd>
      <dt title="Of its decisions">Actions</dt>
      <dd className="dim">
        {(['buy', 'sell', 'hold'] as const)
          .map((action) => `${action.toUpperCase()} ${share(figures[`share_${action}`] ?? null)}`)
          .join(' · ')}
      </dd>
      {agreement !== undefined && (
        <>
          <dt title="Share of the trader’s own decisions that it would take too">Agrees</dt>
          <dd>
            {share(agreement)} <span className="dim">with the trader</span>
          </dd>
        </>
      )}
    </>
  )
}

const GREEDY = 'Agents trained without these seconds, trading them greedily, after fees, compounded'

function Traded({ trading }: { trading: HeldOutTrading }) {
  const { hours, trades, return_pct: own } = trading
  const floors = [
    ['buy and hold', trading.buy_and_hold_pct],
    ['random', trading.random_pct],
    ['plain rule', trading.plain_rule_pct],
  ] as const
  return (
    <>
      <dt title={GREEDY}>Held out</dt>
      <dd>
        <b className={trades === 0 ? '' : own < 0 ? 'down' : 'up'}>{signedPct(own)}</b>{' '}
        <span className="dim">
          {plural(trades, 'trade')} in {duration(hours * 3600)}
        </span>
      </dd>
      <dt />
      <dd className="dim">{floors.map(([name, value]) => `${name} ${signedPct(value)}`).join(' · ')}</dd>
    </>
  )
}
