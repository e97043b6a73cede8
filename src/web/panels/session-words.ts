// What a session says of its end, and of the time in which no server answered it, in words.
import type { SessionOut } from '../../contract/inference.ts'
import { clock, dateTime, duration, plural, share } from '../state/format.ts'

/** Its version; of a session of all patterns that it is one, of its parts the pattern, too. */
export function checkpointText({
  checkpoint,
  pattern,
  parts,
  part_of: whole,
}: Pick<SessionOut, 'checkpoint' | 'pattern' | 'parts' | 'part_of'>): string {
  if (parts !== undefined) return 'all patterns'
  return whole === undefined ? checkpoint : `${checkpoint} ${pattern ?? ''}`
}

const STOPS: Readonly<Record<string, string>> = {
  stopped_by_user: 'stopped by you',
  end_of_data: 'the recorded data ended',
  market_stopped: 'its market was let go of',
  server_restarted: 'the server was restarted',
  replaying: 'the server was restarted, and replays its market',
  market_not_live: 'the server was restarted without its market',
  unknown_checkpoint: 'its checkpoint was gone when the server was restarted',
  broken_checkpoint: 'its checkpoint could not be read when the server was restarted',
  clock_went_back: 'the clock was set back while the server was stopped',
  another_promoted: 'another checkpoint was promoted for its pattern',
  start_failed: 'it could not be started',
  resume_failed: 'it could not go on when the server was restarted',
}

export function stopText(session: SessionOut): string {
  const { model, signals, stop_reason: reason } = session
  const why = STOPS[reason ?? ''] ?? reason ?? 'stopped'
  return `Last session: ${model} ${checkpointText(session)}, ${plural(signals, 'signal')}; ${why}.`
}

/** p50 and p99 in ms, `4.2 12`: from a second's end to its signal, and of the model alone. */
export function twoLatencies({
  latency_ms: whole,
  model_latency_ms: model,
}: Pick<SessionOut, 'latency_ms' | 'model_latency_ms'>): readonly [string, string] {
  const text = ({ p50, p99 }: SessionOut['latency_ms']) => `${short(p50)} ${short(p99)}`
  return [text(whole), text(model)]
}

function short(ms: number | null): string {
  if (ms === null) return '–'
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)}s`
  return ms < 10 ? ms.toFixed(1) : ms.toFixed(0)
}

/** `50 %` and `15–85`; `–` before any call is decided. */
export function rightText({
  right_share: part,
  right_interval: interval,
}: Pick<SessionOut['outcomes'], 'right_share' | 'right_interval'>): readonly [string, string] {
  if (part === null) return ['–', '']
  const bounds = interval?.map((bound) => Math.round(bound * 100)).join('–') ?? ''
  return [share(part), bounds]
}

/** The newest stretch without a server, and how many came before it; null where there is none. */
export function gapText({ gaps, position }: Pick<SessionOut, 'gaps' | 'position'>): string | null {
  const gap = gaps.at(-1)
  if (gap === undefined) return null
  const [from, to] = [Date.parse(gap.from), Date.parse(gap.to)]
  const end = dateTime(from).slice(0, 10) === dateTime(to).slice(0, 10) ? clock(to) : dateTime(to)
  const opened = position?.opened_at ?? null
  const held = opened === null || Date.parse(opened) >= from ? '' : ' Its paper position was held meanwhile.'
  const others = gaps.length === 1 ? '' : ` ${plural(gaps.length - 1, 'stretch', 'stretches')} before.`
  return `No server answered from ${dateTime(from)} to ${end} (${duration(gap.seconds)} missed); the session went on.${held}${others}`
}
