// Checkpoints, verdicts and lineage as words. Pure.
import type { CheckpointOut } from '../../contract/training.ts'
import type { GateVerdict, PromotionOut } from '../../contract/promotions.ts'
import type { SessionOut } from '../../contract/inference.ts'
import { count, dateTime } from '../state/format.ts'

export const VERDICTS: Record<GateVerdict, string> = {
  better: 'better',
  worse: 'worse',
  not_distinguishable: 'not distinguishable',
  too_few: 'too few to say',
}

/** `champion`, `challenger`, `champion of breakout`, `live`, as far as they hold. */
export function badgesOf(checkpoint: CheckpointOut, live: readonly SessionOut[]): string[] {
  const { version, aliases, pattern, pattern_aliases: ofPattern } = checkpoint
  const running = live.filter((session) => session.checkpoint === version).length
  const own = ofPattern.map((alias) => `${alias} of ${pattern}`)
  return [...aliases, ...own, ...(running === 0 ? [] : [running === 1 ? 'live' : `live ${running}×`])]
}

/** Sessions of a model that run, on any market. */
export function liveOf(sessions: readonly SessionOut[], model: string): SessionOut[] {
  return sessions.filter((session) => session.state === 'running' && session.model === model)
}

export function stateText({ state, file, broken }: CheckpointOut): string {
  if (broken !== null) return 'broken'
  return file === null ? state : 'your own'
}

/** `1,000+` where counting ended. */
export function counted({ count: n, is_more: isMore }: { count: number; is_more: boolean }): string {
  return `${count(n)}${isMore ? '+' : ''}`
}

/** `2024-08-09 14:00:05 – now`. */
export function stretchText({ from, to }: Pick<PromotionOut, 'from' | 'to'>): string {
  const text = (instant: string | null, none: string) =>
    instant === null ? none : dateTime(Date.parse(instant))
  return `${text(from, 'before it was kept')} – ${text(to, 'now')}`
}

/** `+0.12`, `−0.03`; two decimals, for differences of F1. */
export function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`
}
