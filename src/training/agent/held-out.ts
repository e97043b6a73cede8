// How a trained agent trades the seconds held out from it, beside buy and hold, chance and the plain rule.
import { at } from '../../core/at.ts'
import { SECOND, ceilTo, epochMs } from '../../core/time.ts'
import { ACCOUNT_SIZE, type AgentSettings } from '../../models/agent/agent.ts'
import type { QLearner } from '../../models/agent/q-learner.ts'
import { ACTIONS } from '../../models/model.ts'
import { secondsInAll, type SecondsRange } from '../data/training-data.ts'
import type { Job } from '../learning/job.ts'
import type { RuleScores } from '../../market-state/plain-rule.ts'
import { PURPOSE, Random } from '../data/random.ts'
import type { StateSource } from '../learning/views.ts'
import type { Environment } from './environment.ts'
import { buyAndHold, randomPolicy, ruleOver, rulePolicy, trade, type Policy, type Traded } from './floors.ts'
import type { Observations } from './observations.ts'

/** Random traders whose mean is told. */
const RANDOM_TRADERS = 20
/** Candidates of the plain rule, in ATR beyond the range: the best on what was trained on is taken. */
const RULE_K = [0, 0.25, 0.5, 1, 1.5, 2]
const HOUR_SECONDS = 3600

export interface HeldOutParts {
  readonly source: StateSource
  readonly job: Job
  readonly settings: AgentSettings
  readonly environment: Environment
  readonly observations: Observations
  readonly learner: QLearner
}

/** Figures `held_out_…`: returns in percent over all held-out seconds, each range traded from flat to flat. */
export async function heldOutFigures(parts: HeldOutParts): Promise<Record<string, number>> {
  const { job } = parts
  await foresee(parts, job.evaluate)
  const agent = await tradeAll(parts, job.evaluate, () => greedy(parts))
  const held = await tradeAll(parts, job.evaluate, () => buyAndHold)
  const rule = await tradeAll(parts, job.evaluate, await ruleTrader(parts))
  return {
    held_out_hours: secondsInAll(job.evaluate) / HOUR_SECONDS,
    held_out_trades: agent.trades,
    held_out_return_pct: percent(agent),
    held_out_buy_and_hold_pct: percent(held),
    held_out_random_pct: await randomPercent(parts, agent),
    held_out_plain_rule_pct: percent(rule),
  }
}

/** Observations of all decisions at once: one by one they take many times as long. */
async function foresee(
  { observations, settings }: HeldOutParts,
  ranges: readonly SecondsRange[],
): Promise<void> {
  for (const { stretch, from, to } of ranges) {
    const first = ceilTo(from, SECOND)
    const count = Math.ceil((to - first) / (settings.decisionSeconds * SECOND))
    const places = Array.from({ length: count }, (_, i) => ({
      stretch,
      second: epochMs(first + i * settings.decisionSeconds * SECOND),
    }))
    await observations.at(places)
  }
}

/** The action of the highest value in each state; HOLD where the state can not be seen. */
function greedy({ environment, observations, learner }: HeldOutParts): Policy {
  return async (state) => {
    const [seen] = await observations.at([state])
    if (seen == null) return HOLD
    const account = Float32Array.from(environment.accountOf(state, seen.volatility))
    const values = await learner.values([seen.seen, account.subarray(0, ACCOUNT_SIZE)], 1)
    return bestOf(values)
  }
}

/** What a random trader of the same number of entries and holding time gets, in the mean of some. */
async function randomPercent(parts: HeldOutParts, agent: Traded): Promise<number> {
  const { options, number, evaluate } = parts.job
  const holding = Math.max(1, Math.round(agent.held / Math.max(1, agent.trades)))
  let sum = 0
  for (let i = 0; i < RANDOM_TRADERS; i++) {
    const random = new Random(options.seed, number, PURPOSE.agent, 5, i)
    const policy = (): Policy => randomPolicy(agent.trades, agent.decisions, holding, random)
    sum += percent(await tradeAll(parts, evaluate, policy))
  }
  return sum / RANDOM_TRADERS
}

/** The plain rule at the k that earned most on what the job was trained on. */
async function ruleTrader(parts: HeldOutParts): Promise<(range: SecondsRange) => Policy> {
  const { source, job, settings } = parts
  const { holdingSeconds, ranges } = job.agent
  const rules = new Map<string, RuleScores>()
  const ruleOf = (range: SecondsRange): RuleScores => {
    const key = `${range.stretch}:${range.from}:${range.to}`
    const rule = rules.get(key) ?? ruleOver(at(source.slices, range.stretch), range)
    rules.set(key, rule)
    return rule
  }
  const ruled = (k: number) => (range: SecondsRange) =>
    rulePolicy(ruleOf(range).calls(k, 0, range), settings.decisionSeconds, holdingSeconds)
  let best = { k: at(RULE_K, 0), logReturn: -Infinity }
  for (const k of RULE_K) {
    const { logReturn } = await tradeAll(parts, ranges, ruled(k))
    if (logReturn > best.logReturn) best = { k, logReturn }
  }
  return ruled(best.k)
}

async function tradeAll(
  { environment, settings }: HeldOutParts,
  ranges: readonly SecondsRange[],
  policyOf: (range: SecondsRange) => Policy,
): Promise<Traded> {
  let sum: Traded = { logReturn: 0, trades: 0, held: 0, decisions: 0 }
  for (const range of ranges) {
    const whole = { ...range, from: ceilTo(range.from, SECOND) }
    const one = await trade(environment, whole, settings.decisionSeconds, policyOf(whole))
    sum = {
      logReturn: sum.logReturn + one.logReturn,
      trades: sum.trades + one.trades,
      held: sum.held + one.held,
      decisions: sum.decisions + one.decisions,
    }
  }
  return sum
}

const HOLD = ACTIONS.indexOf('HOLD')

/** The action of the highest value; HOLD where it is as good as another. */
export function bestOf(values: ArrayLike<number>): number {
  let best = HOLD
  for (let action = 0; action < ACTIONS.length; action++)
    if (at(values, action) > at(values, best)) best = action
  return best
}

function percent({ logReturn }: Traded): number {
  return 100 * Math.expm1(logReturn)
}
