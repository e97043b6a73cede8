// What the model says this second, large: action, how sure, price, latency; or why it abstains.
import type { SessionOut, SignalOut } from '../../contract/inference.ts'
import { clock, milliseconds, price } from '../state/format.ts'
import { useApp } from '../state/app-state.ts'
import { countLike, endedOf, useCallCounts } from '../actions/call-counts.ts'
import { wordsOf } from './call-counts.tsx'
import { isBlind } from '../state/horizon.ts'
import { intentText } from './intent-words.ts'
import { SignalParts } from './signal-parts.tsx'
import { oddnessText, reasonText, surenessOf } from './confidence.ts'

const SHAPES = { BUY: '▲', SELL: '▼', HOLD: '■' } as const

/** `session`: the one that runs; null where none does. */
export function SignalCard({ session }: { session: SessionOut | null }) {
  const signal = useApp((state) => state.signals.find((one) => one.session === session?.id))
  const hasSignals = useApp((state) => state.signals.length > 0)
  const digits = useApp((state) => state.digits)
  if (signal === undefined || session === null)
    return <Quiet hasSignals={hasSignals} isRunning={session !== null} />
  return (
    <div className={`signal-card ${signal.action.toLowerCase()}`} data-testid="signal" aria-live="off">
      <div className="signal-action">
        <span className="signal-shape">{SHAPES[signal.action]}</span>
        <span data-testid="signal-action">{signal.action}</span>
        {intentText(signal) !== '' && (
          <span className="signal-intent" data-testid="signal-intent">
            {intentText(signal)}
          </span>
        )}
        <span className="signal-time time" data-testid="signal-time">
          {clock(Date.parse(signal.timestamp))}
        </span>
      </div>
      {signal.reason === null ? (
        <>
          <Sureness signal={signal} />
          <LiveShare signal={signal} />
        </>
      ) : (
        <p className="signal-reason">Abstains: {reasonText(signal.reason)}.</p>
      )}
      <div className="signal-foot">
        <span>{signal.price === null ? '–' : price(signal.price, digits)}</span>
        <span className="dim">{milliseconds(signal.latency_ms)} after the second</span>
      </div>
      {signal.parts !== undefined && <SignalParts parts={signal.parts} caller={signal.call_id} />}
      {signal.parts === undefined && (signal.price !== null || signal.oddness !== undefined) && (
        <p className="dim small-text" data-testid="oddness">
          {oddnessText(signal, session)}
        </p>
      )}
      {signal.scores !== null && <Scores scores={signal.scores} />}
    </div>
  )
}

function Quiet({ hasSignals, isRunning }: { hasSignals: boolean; isRunning: boolean }) {
  const isHidden = useApp(({ cursor }) => isBlind(cursor))
  if (isHidden) return <p className="signal-card idle">No signal before the cursor; later ones are hidden.</p>
  if (isRunning) return <p className="signal-card idle">Waiting for the next second …</p>
  return (
    <p className="signal-card idle">
      {hasSignals ? 'Stopped. The signals below stay.' : 'Train a model, then start: one signal a second.'}
    </p>
  )
}

function Sureness({ signal }: { signal: SignalOut }) {
  const sureness = surenessOf(signal)
  if (sureness.kind === 'none') return <p className="sureness none">no entry now</p>
  if (sureness.kind === 'uncalibrated')
    return (
      <p className="sureness uncalibrated" title="Confidence needs 5 calls of validation to rest on.">
        not calibrated yet <span className="dim">n {signal.confidence_n}</span>
      </p>
    )
  const interval = signal.confidence_interval
  return (
    <div className={`sureness ${sureness.band ?? 'unsure'}`}>
      <span>
        <b>{sureness.words}</b> {Math.round(sureness.confidence)} %
      </span>
      <span className="dim" title="Of calls out of fold; what live calls came to stands apart.">
        {intervalText(interval)}n {signal.confidence_n}
      </span>
      <meter min={0} max={100} value={sureness.confidence} aria-label="Confidence" />
      {interval !== null && <Interval bounds={interval} />}
    </div>
  )
}

/** What live calls of the checkpoint came to, apart from the confidence, which is of calls out of fold: those as sure as this one, else all. */
function LiveShare({ signal }: { signal: SignalOut }) {
  const isHidden = useApp(({ cursor }) => isBlind(cursor))
  const counts = useCallCounts(isHidden ? null : signal, 'confidence')
  if (counts === null || endedOf(counts.all) === 0) return null
  const alike = signal.action === 'HOLD' ? undefined : countLike(counts, signal.confidence)
  return (
    <p className="small-text dim" data-testid="live-share">
      live: {alike === undefined ? wordsOf(counts.all) : `${wordsOf(alike)}, as sure as this`}
    </p>
  )
}

/** Where the confidence may lie, under its bar, on the same scale. */
function Interval({ bounds }: { bounds: number[] }) {
  const [low = 0, high = 100] = bounds
  return (
    <span className="sureness-interval" data-testid="confidence-interval">
      <span style={{ marginLeft: `${low}%`, width: `${high - low}%` }} />
    </span>
  )
}

/** `58–74 %, `: the bounds of the confidence; '' without. */
function intervalText(interval: SignalOut['confidence_interval']): string {
  return interval === null ? '' : `${interval.map((bound) => Math.round(bound)).join('–')} %, `
}

function Scores({ scores }: { scores: NonNullable<SignalOut['scores']> }) {
  return (
    <div className="scores" aria-label="The network's probabilities">
      {(['BUY', 'HOLD', 'SELL'] as const).map((action) => (
        <span key={action} className={`score ${action.toLowerCase()}`}>
          <span className="score-bar" style={{ width: `${(scores[action] * 100).toFixed(1)}%` }} />
          <span className="score-text">
            {action} {(scores[action] * 100).toFixed(0)}
          </span>
        </span>
      ))}
    </div>
  )
}
