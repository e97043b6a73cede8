// One backtest: how far it is, and what came of it, in words first.
import { useEffect } from 'react'
import type { BacktestDetail, BacktestOut } from '../../contract/backtests.ts'
import { EquityChart } from '../charts/equity-chart.tsx'
import { palette } from '../charts/palette.ts'
import { curvesSvg } from '../pictures/curves-svg.ts'
import { Plot } from '../pictures/plot.tsx'
import { useApp } from '../state/app-state.ts'
import { useSelected } from '../state/store.ts'
import { zoneShort } from '../state/zone.ts'
import { isOver } from '../../contract/run-over.ts'
import { nameText, overlapMark, overlapOf, resultText, spanText, statusText } from './backtest-words.ts'
import { ask, backtestView, readDetail } from './backtest-view.ts'
import { CallTable } from './call-table.tsx'
import { curveOf } from './curve.ts'
import { FigureTable, GroupTable } from './figure-tables.tsx'
import { cancel, pause, resume } from './keep-backtests.ts'
import { OverlapBanner, OverlapMark, PatternLine, SpanBar } from './overlap-mark.tsx'
import { SweepTable } from './sweep-table.tsx'

export function BacktestResult({ backtest }: { backtest: BacktestOut }) {
  return (
    <article
      className={`backtest-result ${overlapOf(backtest)}`}
      aria-label={`Backtest of ${nameText(backtest)}`}
      data-testid="backtest-result"
    >
      <Head backtest={backtest} />
      {backtest.figures === null ? <Underway backtest={backtest} /> : <Done backtest={backtest} />}
    </article>
  )
}

function Head({ backtest }: { backtest: BacktestOut }) {
  const { id, symbol, venue, status } = backtest
  const canGoOn = status === 'PAUSED' || status === 'INTERRUPTED'
  return (
    <header className="detail-head">
      <OverlapMark of={backtest} />
      <h3>{nameText(backtest)}</h3>
      <span className="dim time">
        {symbol} {venue}, {spanText(backtest)}
      </span>
      <span className="top-space" />
      {(status === 'RUNNING' || status === 'QUEUED') && (
        <button className="quiet-button" onClick={() => void pause(id)}>
          Pause
        </button>
      )}
      {canGoOn && (
        <button className="quiet-button" onClick={() => void resume(id)}>
          Resume
        </button>
      )}
      {!isOver(backtest.status) && (
        <button className="quiet-button danger" onClick={() => void cancel(id)}>
          Cancel
        </button>
      )}
      <button className="quiet-button" onClick={() => ask(backtest)}>
        Same terms again
      </button>
    </header>
  )
}

function Underway({ backtest }: { backtest: BacktestOut }) {
  const isBad = backtest.status === 'FAILED'
  return (
    <div className="backtest-underway">
      <OverlapBanner of={backtest} />
      <SpanBar of={backtest} />
      <PatternLine of={backtest} />
      <p className={isBad ? 'bad-line' : ''} role="status" data-testid="backtest-status">
        {statusText(backtest)}
      </p>
      {!isOver(backtest.status) && <progress value={backtest.progress} max={1} aria-label="How far it is" />}
      <Warnings backtest={backtest} />
    </div>
  )
}

/** What stands in the banner is not said twice. */
function Warnings({ backtest }: { backtest: BacktestOut }) {
  const others = backtest.warnings.filter(
    (text) =>
      !text.startsWith('TRAINED ON') &&
      !/^The checkpoint( of one pattern or another)? was trained on/.test(text),
  )
  return others.map((text) => (
    <p key={text} className="warn-line">
      {text}
    </p>
  ))
}

function Done({ backtest }: { backtest: BacktestOut }) {
  const { id } = backtest
  useEffect(() => {
    const wanted = new AbortController()
    void readDetail(id, wanted.signal)
    return () => wanted.abort()
  }, [id])
  const known = useSelected(backtestView, ({ detail }) => detail)
  const detail = typeof known === 'string' || known?.id === id ? known : null
  return (
    <>
      <OverlapBanner of={backtest} />
      <SpanBar of={backtest} />
      <PatternLine of={backtest} />
      <div className="backtest-words" data-testid="backtest-words">
        {resultText(backtest).map((text) => (
          <p key={text}>
            <OverlapMark of={backtest} /> {text}
          </p>
        ))}
      </div>
      <Warnings backtest={backtest} />
      <div className="backtest-figures">
        <div className="backtest-column" role="region" aria-label="Figures" tabIndex={0}>
          <FigureTable backtest={backtest} />
          {detail !== null && typeof detail !== 'string' && <Equity detail={detail} />}
          <GroupTable backtest={backtest} by="pattern" title="By whose call it was" />
          <GroupTable backtest={backtest} by="regime" title="By how much the market moved" />
          <Hours detail={detail} />
          <SweepTable backtest={backtest} />
        </div>
        <Calls backtest={backtest} detail={detail} />
      </div>
    </>
  )
}

/** Read with the calls, which know the zone. */
function Hours({ detail }: { detail: BacktestDetail | string | null }) {
  if (detail === null || typeof detail === 'string') return null
  return <GroupTable backtest={detail} by="hour" title={`By hour, ${zoneShort(detail.timezone)}`} />
}

function Calls({ backtest, detail }: { backtest: BacktestOut; detail: BacktestDetail | string | null }) {
  if (typeof detail === 'string') return <p className="bad-line">{detail}</p>
  if (detail === null) return <p className="empty">Reading its calls …</p>
  return <CallTable key={backtest.id} detail={detail} />
}

function Equity({ detail }: { detail: BacktestDetail }) {
  const isSeen = useApp((state) => state.dialog === 'backtests')
  if (!isSeen || detail.equity.length === 0) return null
  return <EquityFigure detail={detail} />
}

const curves = new WeakMap<BacktestDetail, ReturnType<typeof curveOf>>()

function drawCurve({ equity, drawdown }: ReturnType<typeof curveOf>, mark: string | null): SVGElement {
  const colours = palette()
  const drawn = [
    { name: 'Net return of ended trades, added up', points: equity, colour: colours.accent },
    { name: 'Below its peak', points: drawdown, colour: colours.down },
  ]
  return curvesSvg(drawn, mark, colours)
}

function EquityFigure({ detail }: { detail: BacktestDetail }) {
  const curve = curves.get(detail) ?? curveOf(detail)
  curves.set(detail, curve)
  return (
    <figure className="equity">
      <figcaption className="dim small-text">
        <OverlapMark of={detail} /> Net return after each trade that ended, added up; below it the fall from
        its peak.
      </figcaption>
      <Plot
        name={`backtest-${detail.id}`}
        header={['time', 'net_return_pct']}
        rows={detail.equity.map(({ timestamp, net_return_pct: sum }) => [timestamp, sum])}
        draw={() => drawCurve(curve, overlapMark(detail))}
      >
        <EquityChart equity={curve.equity} drawdown={curve.drawdown} mark={overlapMark(detail)} />
      </Plot>
    </figure>
  )
}
