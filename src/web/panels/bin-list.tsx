// The bin as a list: what was deleted, and bringing it back.
import { useEffect, useState } from 'react'
import type { AnnotationOut } from '../../contract/annotations.ts'
import { BIN_PAGE, readBin, restore, type Bin } from '../actions/bin.ts'
import { seeBin } from '../actions/mark-commands.ts'
import { CommandButton, Keycap } from '../controls/command-button.tsx'
import { duration, shortDateTime, signedPct } from '../state/format.ts'
import { useApp, useWhole } from '../state/app-state.ts'
import { focusRef } from '../state/focus.ts'
import { horizonOf } from '../state/horizon.ts'

export function BinList() {
  return (
    <>
      <div className="bin-head">
        <b>Bin</b>
        <CommandButton command={seeBin} className="quiet-button" title="Back to the annotations">
          Back <Keycap command={seeBin} />
        </CommandButton>
      </div>
      <Deleted />
    </>
  )
}

function Deleted() {
  const { bin, error } = useBin()
  const horizon = useApp((state) => horizonOf(state.cursor))
  if (error !== null) return <p className="empty">The bin could not be read: {error}</p>
  if (bin === null) return <p className="empty">Reading the bin …</p>
  // As everywhere: with the future hidden nothing later than the cursor.
  const shown = bin.deleted.filter(({ exit }) => Date.parse(exit.timestamp) <= horizon)
  if (shown.length === 0)
    return (
      <div className="empty">
        <p>
          <b>The bin is empty.</b>
        </p>
        <p>Deleted annotations lie here with their test cases until they are brought back.</p>
      </div>
    )
  return (
    <>
      {bin.hasMore && <p className="list-note">The {BIN_PAGE} with the newest entries.</p>}
      <ul className="list plain" id="list" ref={focusRef('list')} tabIndex={-1} data-testid="bin">
        {shown.map((annotation) => (
          <Row key={annotation.id} annotation={annotation} />
        ))}
      </ul>
    </>
  )
}

interface ReadBin {
  readonly bin: Bin | null
  readonly error: string | null
  /** How many annotations stood when it was asked for. */
  readonly standing: number
}

/** Read when it is shown, and again whenever an annotation comes or goes. */
function useBin(): ReadBin {
  const market = useApp((state) => state.market)
  const standing = useWhole((state) => state.annotations.length)
  const [read, setRead] = useState<ReadBin>({ bin: null, error: null, standing: 0 })
  useEffect(() => {
    let isWanted = true
    const keep = (bin: Bin | null, error: string | null) => isWanted && setRead({ bin, error, standing })
    readBin(market).then(
      (bin) => keep(bin, null),
      (error: unknown) => keep(null, error instanceof Error ? error.message : String(error)),
    )
    return () => void (isWanted = false)
  }, [market, standing])
  return read
}

function Row({ annotation }: { annotation: AnnotationOut }) {
  const isLong = annotation.direction === 'LONG'
  const entry = shortDateTime(Date.parse(annotation.entry.timestamp))
  return (
    <li className="span-row">
      <span className="span-main">
        <span>
          <span className={isLong ? 'up' : 'down'}>{isLong ? '▲' : '▼'}</span>{' '}
          <span className="time">{entry}</span> {signedPct(annotation.net_profit_loss_pct)}
        </span>
        <span className="row-sub">
          {annotation.tags[0] ?? (isLong ? 'long' : 'short')} · {duration(annotation.holding_period_seconds)}
          {annotation.deleted_at !== null && ` · deleted ${shortDateTime(Date.parse(annotation.deleted_at))}`}
        </span>
      </span>
      <button
        className="quiet-button"
        aria-label={`Restore the annotation entered ${entry}`}
        onClick={() => void restore(annotation.id)}
      >
        Restore
      </button>
    </li>
  )
}
