// What a session sees and says against what its checkpoint learnt on: one look a minute, the last day of them, in words.
import type { DriftOut, DriftPart, LearntOn } from '../contract/drift.ts'
import { MINUTE, toIso, type EpochMs } from '../core/time.ts'
import { plainInputs } from '../market-state/plain-inputs.ts'
import type { StateInputs } from '../market-state/tensors.ts'
import type { Scores } from '../signals/signal.ts'
import { distributionOf, medianOf, stabilityIndex } from '../signals/stability.ts'

type Name = DriftPart['name']
type Look = Readonly<Record<Name, number>>

const NAMES: readonly Name[] = ['volatility', 'volume', 'range', 'score']
/** Minutes that are kept: a day. */
const KEPT = 1440
/** Fewer say nothing: neighbouring ones share most of their half hour. */
const FEWEST = 60
const SOME = 0.1
const MUCH = 0.25

export class LiveDrift {
  #looks: Look[] = []
  #minute = -1
  #since: EpochMs | null = null

  /** A second that was answered; the first of each minute is looked at. */
  saw(second: EpochMs, inputs: StateInputs, scores: Scores): void {
    const minute = Math.floor(second / MINUTE)
    if (minute === this.#minute) return
    this.#minute = minute
    this.#since ??= second
    this.#looks.push({ ...plainInputs(inputs.tensors.ohlcv_1m), score: Math.max(scores.BUY, scores.SELL) })
    if (this.#looks.length > KEPT) this.#looks.shift()
  }

  out(session: string, learnt: LearntOn | undefined): DriftOut {
    const minutes = this.#looks.length
    const since = this.#since === null ? null : toIso(this.#since)
    const told = { session, minutes, since, parts: [] }
    if (learnt === undefined)
      return {
        ...told,
        state: 'not_known',
        words: 'What it learnt on is not known: its checkpoint keeps no summary of it.',
      }
    if (minutes < FEWEST)
      return { ...told, state: 'too_few', words: `Too few to say: ${minutes} of ${FEWEST} minutes.` }
    const parts = NAMES.flatMap((name) =>
      partOf(
        name,
        learnt,
        this.#looks.map((look) => look[name]),
      ),
    )
    const drifted = parts.filter(({ verdict }) => verdict !== 'little')
    const words =
      drifted.length === 0
        ? `Over ${minutes} minutes the market and the scores are as those that it learnt on.`
        : `${drifted.map((part) => part.words).join('; ')}.`
    return { ...told, state: 'known', words: sentence(words), parts }
  }
}

/** Of a session that is not answered here. `hasParts`: of one of all patterns. */
export function noDrift(session: string, hasParts = false): DriftOut {
  const words = hasParts
    ? 'Each of its patterns is looked at by itself.'
    : 'Nothing is kept of a session that does not run.'
  return { session, state: 'not_kept', words, minutes: 0, since: null, parts: [] }
}

function partOf(name: Name, learntOn: LearntOn, values: readonly number[]): DriftPart[] {
  const known = learntOn[name]
  const now = distributionOf(values)
  if (known === null || now === null) return []
  const psi = stabilityIndex(known, values)
  const verdict = psi < SOME ? 'little' : psi < MUCH ? 'some' : 'much'
  const [learnt, live] = [medianOf(known), medianOf(now)]
  return [{ name, psi, verdict, learnt, live, words: wordsOf(name, verdict, learnt, live) }]
}

/** `volume is three times what it learnt on`. */
function wordsOf(name: Name, verdict: DriftPart['verdict'], learnt: number, live: number): string {
  const what = NOUNS[name]
  if (verdict === 'little') return `${what} as it learnt on`
  const ratio = live / learnt
  if (!Number.isFinite(ratio) || ratio <= 0) return `${what} otherwise than it learnt on`
  if (ratio >= CLEAR) return `${what} ${timesText(ratio)} what it learnt on`
  if (ratio <= 1 / CLEAR) return `${what} ${partText(1 / ratio)} of what it learnt on`
  return `${what} ${verdict === 'much' ? 'spread much otherwise' : 'spread somewhat otherwise'} than it learnt on`
}

const NOUNS: Record<Name, string> = {
  volatility: 'volatility is',
  volume: 'volume is',
  range: 'the range of half an hour is',
  score: 'the higher score is',
}
/** A ratio of medians that is worth a number. */
const CLEAR = 1.45
const COUNTS = [
  '',
  '',
  'twice',
  'three times',
  'four times',
  'five times',
  'six times',
  'seven times',
  'eight times',
  'nine times',
  'ten times',
]
const PARTS = [
  '',
  '',
  'half',
  'a third',
  'a quarter',
  'a fifth',
  'a sixth',
  'a seventh',
  'an eighth',
  'a ninth',
  'a tenth',
]

function timesText(ratio: number): string {
  if (ratio < 1.75) return 'one and a half times'
  return COUNTS[Math.round(ratio)] ?? `${Math.round(ratio)} times`
}

function partText(ratio: number): string {
  if (ratio < 1.75) return 'two thirds'
  return PARTS[Math.round(ratio)] ?? `less than a tenth`
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
