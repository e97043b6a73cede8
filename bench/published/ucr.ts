// Series with classes from the UCR and UEA archives, in the `.ts` format of sktime and aeon.
import { sharedText } from './files.ts'

export interface LabelledSeries {
  readonly count: number
  readonly length: number
  readonly channels: number
  /** [count, length, channels] */
  readonly x: Float32Array
  /** Index into `classes`. */
  readonly labels: readonly number[]
  readonly classes: readonly string[]
}

/** The standard split of a data set, each channel standardised by its training part; undefined where the files are absent. */
export async function readSplit(
  name: string,
): Promise<{ train: LabelledSeries; test: LabelledSeries } | undefined> {
  const [train, test] = await Promise.all([
    sharedText(`ucr/${name}_TRAIN.ts.gz`),
    sharedText(`ucr/${name}_TEST.ts.gz`),
  ])
  if (train === undefined || test === undefined) return undefined
  const [seen, unseen] = [parse(train), parse(test)]
  const scale = scaleOf(seen)
  return { train: scaled(seen, scale), test: scaled(unseen, scale) }
}

/** Lines of channels apart by colons, numbers by commas, the class last. */
function parse(text: string): LabelledSeries {
  const lines = text.split(/\r?\n/)
  const classes = lines
    .find((line) => line.startsWith('@classLabel'))!
    .trim()
    .split(/\s+/)
    .slice(2)
  const data = lines.slice(lines.findIndex((line) => line.startsWith('@data')) + 1)
  const cases = data.filter((line) => line.trim() !== '').map((line) => line.split(':'))
  const series = cases.map((parts) => parts.slice(0, -1).map((part) => part.split(',').map(Number)))
  const [channels, length] = [series[0]!.length, series[0]![0]!.length]
  const x = new Float32Array(series.length * length * channels)
  series.forEach((of, i) =>
    of.forEach((values, channel) =>
      values.forEach((value, t) => (x[(i * length + t) * channels + channel] = value)),
    ),
  )
  const labels = cases.map((parts) => classes.indexOf(parts.at(-1)!.trim()))
  return { count: series.length, length, channels, x, labels, classes }
}

interface Scale {
  readonly means: readonly number[]
  readonly deviations: readonly number[]
}

function scaleOf({ x, channels }: LabelledSeries): Scale {
  const of = Array.from({ length: channels }, (_, c) => x.filter((_value, i) => i % channels === c))
  const means = of.map((values) => values.reduce((sum, value) => sum + value, 0) / values.length)
  const deviations = of.map((values, c) =>
    Math.sqrt(values.reduce((sum, value) => sum + (value - means[c]!) ** 2, 0) / values.length),
  )
  return { means, deviations }
}

function scaled(series: LabelledSeries, { means, deviations }: Scale): LabelledSeries {
  const { x, channels } = series
  return { ...series, x: x.map((value, i) => (value - means[i % channels]!) / deviations[i % channels]!) }
}
