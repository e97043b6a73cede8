// A new backtest: which checkpoints, which market and span, what trades pay, what else is tried.
import type { MarketOut } from '../../contract/market.ts'
import { keyOf } from '../actions/markets.ts'
import { useApp } from '../state/app-state.ts'
import { useSelected } from '../state/store.ts'
import { backtestView, change, filled, start } from './backtest-view.ts'
import { CheckpointChoice } from './checkpoint-choice.tsx'
import { NUMBERS, SWEEPS, type Filled } from './draft.ts'
import { shownZone } from '../state/zone.ts'

export function BacktestForm() {
  const view = useSelected(backtestView, (all) => all)
  const models = useApp((state) => state.models)
  const shown = useApp((state) => state.market)
  const markets = useApp((state) => state.markets)
  const cursor = useApp((state) => state.cursor)
  const { draft, market } = filled(view.draft, { models, market: shown, markets, cursor })
  if (!models.some(({ checkpoints }) => checkpoints.length > 0))
    return <p className="empty">There is no checkpoint yet: train a model first (T).</p>
  return (
    <form
      className="backtest-form"
      data-testid="backtest-form"
      onSubmit={(event) => {
        event.preventDefault()
        void start()
      }}
    >
      <CheckpointChoice models={models} chosen={draft.checkpoints} />
      <div className="backtest-terms">
        <Span draft={draft} market={market} markets={markets} />
        <Costs draft={draft} />
        <Sweep draft={draft} />
        <Trained draft={draft} />
        {view.refused.map((words) => (
          <p key={words} className="bad-line" role="alert" data-testid="backtest-refused">
            {words}
          </p>
        ))}
        <button className="primary" type="submit" disabled={view.isStarting}>
          {view.isStarting ? 'Starting …' : startText(draft.checkpoints.length)}
        </button>
      </div>
    </form>
  )
}

function startText(chosen: number): string {
  return chosen > 1 ? `Start ${chosen} backtests` : 'Start the backtest'
}

interface SpanProps {
  draft: Filled
  market: MarketOut | null
  markets: readonly MarketOut[]
}

function Span({ draft, market, markets }: SpanProps) {
  const choose = (key: string) => {
    const found = markets.find((one) => keyOf(one) === key) ?? null
    change({ market: found, from: null, to: null })
  }
  const isEmpty = market !== null && (market.stored['1s'] ?? null) === null
  return (
    <fieldset>
      <legend>Over what</legend>
      <div className="field-row">
        <label className="field grow">
          <span>Market</span>
          <select
            value={market === null ? '' : keyOf(market)}
            onChange={(event) => choose(event.target.value)}
          >
            {markets.map((one) => (
              <option key={keyOf(one)} value={keyOf(one)}>
                {one.symbol} {one.venue}
              </option>
            ))}
          </select>
        </label>
        <Instant label={`From, ${shownZone()}`} value={draft.from} put={(from) => change({ from })} />
        <Instant label={`To, ${shownZone()}`} value={draft.to} put={(to) => change({ to })} />
      </div>
      {isEmpty && (
        <p className="warn-line">
          Nothing is stored of it at one second: import it, or follow it for a while, first.
        </p>
      )}
    </fieldset>
  )
}

function Instant({ label, value, put }: { label: string; value: string; put: (text: string) => void }) {
  return (
    <label className="field grow">
      <span>{label}</span>
      <input
        value={value}
        placeholder="2024-08-09 00:00:00"
        spellCheck={false}
        onChange={(event) => put(event.target.value)}
      />
    </label>
  )
}

function Costs({ draft }: { draft: Filled }) {
  return (
    <fieldset>
      <legend>What a trade is, and costs</legend>
      <div className="field-grid five">
        {NUMBERS.map(([field, label, placeholder]) => (
          <label key={field} className="field">
            <span>{label}</span>
            <input
              inputMode="decimal"
              value={draft.numbers[field]}
              placeholder={placeholder}
              onChange={(event) => change({ numbers: { ...draft.numbers, [field]: event.target.value } })}
            />
          </label>
        ))}
      </div>
    </fieldset>
  )
}

function Sweep({ draft }: { draft: Filled }) {
  return (
    <details open={Object.values(draft.sweeps).some((text) => text !== '')}>
      <summary>Try others on the same scores (not of agents)</summary>
      <div className="field-grid five">
        {SWEEPS.map(([field, label, placeholder]) => (
          <label key={field} className="field">
            <span>{label}</span>
            <input
              value={draft.sweeps[field]}
              placeholder={placeholder}
              onChange={(event) => change({ sweeps: { ...draft.sweeps, [field]: event.target.value } })}
            />
          </label>
        ))}
      </div>
    </details>
  )
}

function Trained({ draft }: { draft: Filled }) {
  return (
    <>
      <label className="check-line">
        <input
          type="checkbox"
          checked={draft.includesTrained}
          onChange={(event) => change({ includesTrained: event.target.checked })}
        />
        <span>
          Also the seconds that the checkpoint was trained on.{' '}
          <span className="dim">Left out otherwise.</span>
        </span>
      </label>
      {draft.includesTrained && (
        <p className="overlap-banner trained">
          <b>TRAINED ON</b> Figures on its own training data say nothing of other seconds: they will carry
          this mark.
        </p>
      )}
    </>
  )
}
