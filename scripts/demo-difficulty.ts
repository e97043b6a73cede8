// How hard the demo market's breakouts are to tell apart: single thresholds, a joint model, the plain rule. Run: npx tsx scripts/demo-difficulty.ts [days]
import { bestThreshold, f1Of, fitLogistic, scoresOf } from './demo-difficulty/classify.ts'
import { featuresOf, jointFeatures } from './demo-difficulty/features.ts'
import { scoreRule } from './demo-difficulty/plain-rule.ts'
import { loadStretch } from './demo-difficulty/stretch.ts'

const days = Number(process.argv[2] ?? 12)
const seeds = [101, 102, 103, 104, 105, 106]

const stretches = seeds.map((seed) => loadStretch(seed, days))
const cases = stretches.flatMap(({ seconds, breakouts }, place) =>
  breakouts.map((breakout) => ({ seconds, breakout, train: place < seeds.length / 2 })),
)
const labels = cases.map(({ breakout }) => breakout.genuine)
console.log(
  `${cases.length} breakouts, ${labels.filter(Boolean).length} genuine; ${seeds.length} seeds, ${days} days each`,
)

const rows = cases.map(({ seconds, breakout }) => featuresOf(seconds, breakout))
console.log('\none feature, best threshold either way: F1')
const singles = Object.keys(rows[0]!).map((name) => ({
  name,
  f1: bestThreshold(
    rows.map((row) => row[name]!),
    labels,
  ).f1,
}))
for (const { name, f1 } of singles.toSorted((x, y) => y.f1 - x.f1)) console.log(`${f1.toFixed(3)}  ${name}`)

console.log('\njoint, logistic regression, half of the seeds trained, the other half tested: F1')
for (const after of [5, 10, 15, 20]) {
  const inputs = cases.map(({ seconds, breakout }) => jointFeatures(seconds, breakout, after))
  const pick = (train: boolean) => cases.flatMap((one, i) => (one.train === train ? [i] : []))
  const [train, test] = [pick(true), pick(false)]
  const model = fitLogistic(
    train.map((i) => inputs[i]!),
    train.map((i) => labels[i]!),
  )
  const scores = scoresOf(
    model,
    test.map((i) => inputs[i]!),
  )
  const truth = test.map((i) => labels[i]!)
  console.log(
    `${f1Of(scores, truth, 0).toFixed(3)}  ${after} s after the start; weights ${model.weights.map((w) => w.toFixed(2)).join(' ')}`,
  )
}

console.log('\nplain rule, 1s close beyond the 30-minute range by k ATR, a call within 60 s of the start:')
for (const k of [0, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4, 5]) {
  const sums = stretches.map(({ seconds, breakouts }) => scoreRule(seconds, breakouts, k))
  const calls = sums.reduce((sum, one) => sum + one.calls, 0)
  const hits = sums.reduce((sum, one) => sum + one.hits, 0)
  const genuine = labels.filter(Boolean).length
  const hours = seeds.length * days * 24
  console.log(
    `k ${k}: recall ${(hits / genuine).toFixed(2)} precision ${(hits / calls).toFixed(2)} F1 ${((2 * hits) / (calls + genuine)).toFixed(3)} calls/h ${(calls / hours).toFixed(2)} on false breaks ${(sums.reduce((s, o) => s + o.onFalse, 0) / (labels.length - genuine)).toFixed(2)}`,
  )
}
