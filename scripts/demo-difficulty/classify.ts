// Best single thresholds and a small logistic regression.

/** F1 of "score > threshold means true". */
export function f1Of(scores: readonly number[], labels: readonly boolean[], threshold: number): number {
  let hits = 0
  let calls = 0
  for (const [i, score] of scores.entries()) {
    if (score <= threshold) continue
    calls++
    if (labels[i]) hits++
  }
  return (2 * hits) / (calls + labels.filter(Boolean).length)
}

/** The threshold of the best F1, calling what lies above it, or what lies below it. */
export function bestThreshold(
  values: readonly number[],
  labels: readonly boolean[],
): { f1: number; threshold: number } {
  const all = labels.filter(Boolean).length
  let best = { f1: 0, threshold: 0 }
  for (const sign of [1, -1]) {
    const order = values
      .map((value, i) => ({ value: sign * value, label: labels[i]! }))
      .toSorted((x, y) => y.value - x.value)
    let hits = 0
    for (const [i, { value, label }] of order.entries()) {
      if (label) hits++
      if (order[i + 1]?.value === value) continue
      const f1 = (2 * hits) / (i + 1 + all)
      if (f1 > best.f1) best = { f1, threshold: sign * value }
    }
  }
  return best
}

export interface Logistic {
  readonly means: number[]
  readonly deviations: number[]
  readonly weights: number[]
  readonly bias: number
}

/** Logistic regression on standardised inputs, light ridge, plain gradient descent. */
export function fitLogistic(inputs: readonly number[][], labels: readonly boolean[]): Logistic {
  const n = inputs.length
  const width = inputs[0]!.length
  const means = Array.from({ length: width }, (_, j) => inputs.reduce((sum, row) => sum + row[j]!, 0) / n)
  const deviations = means.map(
    (mean, j) => Math.sqrt(inputs.reduce((sum, row) => sum + (row[j]! - mean) ** 2, 0) / n) || 1,
  )
  const rows = inputs.map((row) => row.map((value, j) => (value - means[j]!) / deviations[j]!))
  const weights = means.map(() => 0)
  let bias = 0
  for (let step = 0; step < 3000; step++) {
    const slopes = means.map((_, j) => 1e-3 * weights[j]!)
    let biasSlope = 0
    for (const [i, row] of rows.entries()) {
      const z = row.reduce((sum, value, j) => sum + value * weights[j]!, bias)
      const error = (1 / (1 + Math.exp(-z)) - (labels[i] ? 1 : 0)) / n
      biasSlope += error
      for (let j = 0; j < width; j++) slopes[j]! += error * row[j]!
    }
    for (let j = 0; j < width; j++) weights[j]! -= 2 * slopes[j]!
    bias -= 2 * biasSlope
  }
  return { means, deviations, weights, bias }
}

export function scoresOf(
  { means, deviations, weights, bias }: Logistic,
  inputs: readonly number[][],
): number[] {
  return inputs.map((row) =>
    row.reduce((sum, value, j) => sum + ((value - means[j]!) / deviations[j]!) * weights[j]!, bias),
  )
}
