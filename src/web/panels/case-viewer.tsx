// V: one test case as it lies on disk: the exact 4×100 candles, and its facts.
import { useEffect, useState } from 'react'
import { pathOf } from '../../contract/client.ts'
import type { CandleRow } from '../../contract/shapes.ts'
import { api, type TestCase } from '../state/api.ts'
import { ApiError } from '../state/request.ts'
import { Dialog, DialogHead } from '../controls/dialog.tsx'
import { dateTime, duration, price, signedPct } from '../state/format.ts'
import { useApp } from '../state/app-state.ts'
import { horizonOf } from '../state/horizon.ts'
import { TIMEFRAMES, durationOf, type Timeframe } from '../state/timeframes.ts'
import { CaseChart } from '../charts/case-chart.tsx'
import { palette } from '../charts/palette.ts'
import { candlesSvg } from '../pictures/candles-svg.ts'
import { CANDLE_COLUMNS, candleCells } from '../pictures/csv.ts'
import { Plot } from '../pictures/plot.tsx'

export function CaseViewer() {
  const annotation = useApp((state) => state.annotations.find((one) => one.id === state.selected))
  const id = annotation?.test_case_id
  const [shown, setShown] = useState<TestCase | string | null>(null)
  useEffect(() => {
    if (id === undefined) return
    const view = new AbortController()
    const keep = (value: TestCase | string) => {
      if (!view.signal.aborted) setShown(value)
    }
    api.testCase(id, view.signal).then(keep, (error: unknown) => keep(wordsOf(error)))
    return () => view.abort()
  }, [id])
  return (
    <Dialog name="case" label="Test case" className="case" takesFocus>
      <DialogHead title="Test case" beside={<code className="dim">{id}</code>}>
        {id !== undefined && (
          <a className="quiet-button" href={pathOf('getTestCase', { id })} target="_blank" rel="noreferrer">
            JSON
          </a>
        )}
      </DialogHead>
      {shown === null && <p className="empty">Reading the test case …</p>}
      {typeof shown === 'string' && (
        <p className="empty" role="alert">
          {shown}
        </p>
      )}
      {shown !== null && typeof shown !== 'string' && <Case testCase={shown} />}
    </Dialog>
  )
}

function wordsOf(error: unknown): string {
  if (error instanceof ApiError) return error.message
  return String(error)
}

function Case({ testCase }: { testCase: TestCase }) {
  return (
    <div className="case-body">
      <div className="case-charts">
        {TIMEFRAMES.map((timeframe) => (
          <figure key={timeframe}>
            <figcaption>
              <b>{timeframe}</b> {spanText(testCase, timeframe)}
            </figcaption>
            <CasePlot testCase={testCase} timeframe={timeframe} />
          </figure>
        ))}
      </div>
      <Facts testCase={testCase} />
    </div>
  )
}

/** One of its charts, which can be saved: as many files as it has charts. */
function CasePlot({ testCase, timeframe }: { testCase: TestCase; timeframe: Timeframe }) {
  const digits = useApp((state) => state.digits)
  const columns = testCase.market_state[`ohlcv_${timeframe}`]
  const { direction, entry_price: entry } = testCase.expected_outcome
  const rows = rowsOf(columns)
  const draw = () =>
    candlesSvg({
      rows,
      step: durationOf(timeframe),
      annotations: [{ direction, entry: { timestamp: testCase.timestamp, price: entry } }],
      title: `${testCase.symbol} ${testCase.venue} ${timeframe}, ${testCase.test_case_id}`,
      digits,
      colours: palette(),
    })
  return (
    <Plot
      name={`${testCase.test_case_id}-${timeframe}`}
      header={CANDLE_COLUMNS}
      rows={candleCells(rows)}
      draw={draw}
    >
      <CaseChart
        timeframe={timeframe}
        columns={columns}
        gaps={testCase.gaps.filter((gap) => gap.timeframe === timeframe)}
        entry={entry}
        action={testCase.action}
      />
    </Plot>
  )
}

function rowsOf(columns: TestCase['market_state']['ohlcv_1s']): CandleRow[] {
  const at = (values: readonly number[], i: number) => values[i] ?? Number.NaN
  return columns.timestamps.map((timestamp, i) => [
    Date.parse(timestamp),
    at(columns.open, i),
    at(columns.high, i),
    at(columns.low, i),
    at(columns.close, i),
    at(columns.volume, i),
  ])
}

function spanText(testCase: TestCase, timeframe: Timeframe): string {
  const { timestamps } = testCase.market_state[`ohlcv_${timeframe}`]
  const show = (text: string | undefined) => (text === undefined ? '–' : dateTime(Date.parse(text)))
  return `${timestamps.length} candles, ${show(timestamps[0])} – ${show(timestamps.at(-1))}`
}

function Facts({ testCase }: { testCase: TestCase }) {
  const digits = useApp((state) => state.digits)
  const horizon = useApp(({ cursor }) => horizonOf(cursor))
  const told = (iso: string) => (Date.parse(iso) > horizon ? 'after the cursor' : dateTime(Date.parse(iso)))
  const { expected_outcome: outcome, state, detail, left_out: leftOut, provenance, gaps } = testCase
  const facts: [string, string][] = [
    ['As of', dateTime(Date.parse(testCase.timestamp))],
    ['Market', `${testCase.symbol} · ${testCase.venue}`],
    ['Action', testCase.action],
    ['Direction', outcome.direction],
    ['Entry', price(outcome.entry_price, digits)],
    ['Exit', price(outcome.exit_price, digits)],
    ['Gross', signedPct(outcome.profit_loss_pct, 4)],
    ['Net', `${signedPct(testCase.net_profit_loss_pct, 4)} (fee ${testCase.fee_pct_per_side} % a side)`],
    ['Held', duration(outcome.holding_period_seconds)],
    ['State', state + (detail === null ? '' : `: ${detail}`)],
    ['Training', leftOut === null ? 'taken' : `left out: ${leftOut}`],
    ['Gaps', gaps.length === 0 ? 'none' : gaps.map((gap) => `${gap.timeframe} ${gap.from}`).join(', ')],
    ['Marked', `${provenance.mode}, ${told(provenance.created_at)}`],
    ['Seen until', provenance.visible_until === null ? '–' : told(provenance.visible_until)],
    ['Tags', testCase.tags.join(', ') || '–'],
    ['Notes', testCase.notes || '–'],
  ]
  return (
    <dl className="figures facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
