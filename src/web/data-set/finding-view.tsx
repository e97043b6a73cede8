// The marks that are worth a second look, list by list; a click or Enter on a row leads to its charts.
import { useRef, useEffect } from 'react'
import type { DataSetHealth, LabelledMoment } from '../../contract/data-set-health.ts'
import { walkButtons } from '../controls/arrow-focus.ts'
import { CommandButton, Keycap } from '../controls/command-button.tsx'
import { count, shortDateTime } from '../state/format.ts'
import { useSelected } from '../state/store.ts'
import { lookAgainBlind } from './commands.ts'
import { findingLists, type Finding, type FindingList } from './findings.ts'
import { showMoment } from './go-there.ts'
import { healthView } from './health-view.ts'

export function FindingView({ health }: { health: DataSetHealth }) {
  const chosen = useSelected(healthView, ({ list }) => list)
  const lists = findingLists(health)
  const shown =
    lists.find(({ kind }) => kind === chosen) ?? lists.find(({ rows }) => rows.length > 0) ?? lists[0]
  const severalMarkets = health.counts.market.length > 1
  return (
    <section className="findings" aria-label="Worth a second look">
      <div className="tabs" role="tablist" aria-label="Lists">
        {lists.map(({ kind, title, total, reason }) => (
          <button
            key={kind}
            role="tab"
            className="tab"
            aria-selected={kind === shown?.kind}
            data-testid={`finding-${kind}`}
            onClick={() => healthView.set({ list: kind })}
          >
            {title} <span className="tab-count">{total === 0 && reason !== null ? '–' : count(total)}</span>
          </button>
        ))}
      </div>
      {shown !== undefined && <List key={shown.kind} list={shown} severalMarkets={severalMarkets} />}
    </section>
  )
}

function List({ list, severalMarkets }: { list: FindingList; severalMarkets: boolean }) {
  const { about, rows, total, reason, kind } = list
  const hasOthers = rows.some(({ other }) => other !== null)
  return (
    <>
      <p className="dim small-text">{about}</p>
      {kind === 'second' && <LookButton />}
      {reason !== null && <p className="warn-line">{reason}</p>}
      {rows.length === 0 && reason === null && kind !== 'second' && (
        <p className="empty">None: nothing to look at here.</p>
      )}
      {rows.length > 0 && (
        <div className="finding-rows" onKeyDown={walkButtons} data-testid={`rows-${kind}`}>
          <table className="scores-table">
            <thead>
              <tr>
                <th>Mark</th>
                {hasOthers && <th>Beside</th>}
                <th>What</th>
                <th className="num">{rows[0]?.hint}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Row key={row.key} row={row} hasOthers={hasOthers} severalMarkets={severalMarkets} />
              ))}
            </tbody>
          </table>
          {total > rows.length && (
            <p className="dim small-text">and {count(total - rows.length)} more, after these are settled</p>
          )}
        </div>
      )}
    </>
  )
}

function LookButton() {
  return (
    <p>
      <CommandButton
        command={lookAgainBlind}
        className="quiet-button look-again"
        title={lookAgainBlind.label}
      >
        Look again, blind <Keycap command={lookAgainBlind} />
      </CommandButton>
    </p>
  )
}

interface RowProps {
  readonly row: Finding
  readonly hasOthers: boolean
  readonly severalMarkets: boolean
}

function Row({ row, hasOthers, severalMarkets }: RowProps) {
  const element = useRef<HTMLTableRowElement>(null)
  const isVisited = useSelected(healthView, ({ visited }) => visited === row.key)
  useEffect(() => {
    if (isVisited) element.current?.scrollIntoView({ block: 'nearest' })
  }, [isVisited])
  const { mark, other, what, figure, hint } = row
  const go = (moment: LabelledMoment) => () => void showMoment(moment, row.key)
  return (
    <tr ref={element} aria-current={isVisited || undefined} onClick={go(mark)}>
      <td>
        <MomentButton moment={mark} go={go(mark)} showsMarket={severalMarkets} />
      </td>
      {hasOthers && (
        <td>
          {other !== null && <MomentButton moment={other} go={go(other)} showsMarket={severalMarkets} />}
        </td>
      )}
      <td>{what}</td>
      <td className="num" title={hint}>
        {figure}
      </td>
    </tr>
  )
}

const LOOKS = { LONG: ['up', '▲'], SHORT: ['down', '▼'], HOLD: ['dim', '■'] } as const

interface MomentButtonProps {
  readonly moment: LabelledMoment
  readonly go: () => void
  readonly showsMarket: boolean
}

function MomentButton({ moment, go, showsMarket }: MomentButtonProps) {
  const { label, symbol, venue, timestamp } = moment
  const [look, shape] = LOOKS[label]
  return (
    <button
      className="moment-link"
      onClick={(event) => {
        event.stopPropagation()
        go()
      }}
    >
      <span className={look}>
        {shape} {label}
      </span>{' '}
      <span className="time">{shortDateTime(Date.parse(timestamp))}</span>
      {showsMarket && (
        <span className="dim">
          {' '}
          {symbol} {venue}
        </span>
      )}
    </button>
  )
}
