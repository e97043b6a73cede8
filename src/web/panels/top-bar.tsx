// The top bar: what is watched, the source's clock and lag, where the cursor stands, counts, the connection.
import { sourceOf } from '../actions/markets.ts'
import { chooseMarket, changeLook, hideFuture, linkCharts } from '../actions/look-commands.ts'
import { toLive } from '../actions/move-commands.ts'
import { CommandButton } from '../controls/command-button.tsx'
import { showKeys } from '../keys/commands.ts'
import { count, dateTime, duration, price } from '../state/format.ts'
import { useApp } from '../state/app-state.ts'
import { isBlind } from '../state/horizon.ts'
import { shownZone, zoneName } from '../state/zone.ts'
import { PlayControls } from './play-controls.tsx'
import { Connection, SourceClock } from './source-state.tsx'

export function TopBar() {
  const isHidden = useApp(({ cursor }) => isBlind(cursor))
  return (
    <header className="top">
      <h1 className="brand">ANNOTATE</h1>
      <MarketName />
      <CursorState />
      <span className="top-space" />
      {!isHidden && <Counts />}
      {!isHidden && <SourceClock />}
      <Connection />
      <CommandButton command={changeLook} title="How charts look" opensDialog>
        charts
      </CommandButton>
      <CommandButton command={showKeys} className="quiet-button key-button" title="All keys" label="All keys">
        ?
      </CommandButton>
    </header>
  )
}

function MarketName() {
  const market = useApp((state) => state.market)
  const source = useApp((state) => sourceOf(state.health, state.market))
  const now = useApp((state) => state.priceNow)
  const digits = useApp((state) => state.digits)
  if (market === null) return null
  return (
    <span className="top-market">
      <CommandButton
        command={chooseMarket}
        className="market-button"
        title="Another market, another exchange"
        opensDialog
      >
        <b>{market.symbol}</b>
        <span className="dim">{market.venue}</span>
        <span className="caret" aria-hidden="true" />
      </CommandButton>
      {market.simulated && (
        <span
          className="badge simulated"
          title="The demo market is simulated: no real prices, no real profits."
        >
          SIMULATED
        </span>
      )}
      {source === null && (
        <span className="badge" title="No stream of this market is followed: what is stored does not move.">
          STORED
        </span>
      )}
      {source?.kind === 'replay' && <span className="badge">REPLAY {source.speed}×</span>}
      {now !== null && <span className="top-price">{price(now, digits)}</span>}
    </span>
  )
}

function CursorState() {
  const cursor = useApp((state) => state.cursor)
  const linked = useApp((state) => state.linked)
  const source = useApp((state) => sourceOf(state.health, state.market))
  const isFlowing = useApp((state) => state.stream === 'open') && source?.state === 'streaming'
  if (cursor.time === null) return null
  return (
    <span className="top-cursor">
      <span className="dim">as of</span>
      <span className="time" data-testid="as-of">
        {dateTime(cursor.time)}
      </span>
      <span className="dim small-text" title={shownZone()}>
        {zoneName(cursor.time)}
      </span>
      {cursor.follows ? (
        <Edge isStored={source === null} isFlowing={isFlowing} />
      ) : (
        <CommandButton command={toLive} title="To the newest second">
          go live
        </CommandButton>
      )}
      <CommandButton
        command={hideFuture}
        pressed={cursor.hidesFuture}
        title="Hide everything at or after the cursor"
      >
        {cursor.hidesFuture ? 'future hidden' : 'hide future'}
      </CommandButton>
      {isBlind(cursor) && <PlayControls />}
      <CommandButton command={linkCharts} pressed={linked} title="Moving one chart moves the others in time">
        {linked ? 'linked' : 'not linked'}
      </CommandButton>
    </span>
  )
}

/** What the newest second is: one that goes on, or the end of what is stored. */
function Edge({ isStored, isFlowing }: { isStored: boolean; isFlowing: boolean }) {
  const behind = useApp((state) => state.behind)
  if (isStored) return <span className="dim small-text">the end</span>
  if (isFlowing && behind > 0)
    return (
      <span className="live-dot waiting" title="The charts read what they missed, and go on by themselves">
        {behindText(behind)}
      </span>
    )
  return <span className={isFlowing ? 'live-dot' : 'live-dot waiting'}>{isFlowing ? 'live' : 'waiting'}</span>
}

/** `behind by 12 s`; without a figure where nothing is drawn yet. */
function behindText(behind: number): string {
  return Number.isFinite(behind) ? `behind by ${duration(behind / 1000)}` : 'behind'
}

function Counts() {
  const counts = useApp((state) => state.health?.counts)
  if (counts === undefined) return null
  const items: [string, number][] = [
    ['test cases', counts.test_cases],
    ['runs', counts.training_runs],
    ['signals', counts.signals],
  ]
  return (
    <span className="top-counts">
      {items.map(([name, value]) => (
        <span key={name}>
          <b>{count(value)}</b> {name}
        </span>
      ))}
    </span>
  )
}
