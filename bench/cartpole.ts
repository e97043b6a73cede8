// The code is right: the DQN agent's learner on CartPole-v1, solved at a mean return of 475 over 100 episodes.
import type { Effort, Row } from './bench.ts'
import { solveCartPole } from './published/cartpole.ts'

export const title = 'The code is right: the DQN learner on CartPole-v1 (solved at 475 of 500)'
export const onRequest = true

const SOLVED = 475
/** Enough to begin to learn. */
const SHORT_STEPS = 1100

/** Seed 1, or those of `CARTPOLE_SEEDS`, as in `CARTPOLE_SEEDS=1,2,3`. */
export async function run(effort: Effort): Promise<Row[]> {
  const seeds = (process.env['CARTPOLE_SEEDS'] ?? '1').split(',').map(Number)
  const rows: Row[] = []
  for (const seed of seeds) {
    const { meanReturn, steps, seconds } = await solveCartPole(
      seed,
      effort === 'short' ? SHORT_STEPS : undefined,
    )
    const verdict = meanReturn >= SOLVED ? 'solved' : 'NOT SOLVED'
    rows.push({
      name: `seed ${seed}: mean return of 100 episodes`,
      value: meanReturn,
      unit: 'steps',
      peer: { name: 'solved at', value: SOLVED },
      ratio: meanReturn / SOLVED,
      note: `${verdict} after ${steps} steps, ${seconds.toFixed(0)} s`,
    })
  }
  return rows
}
