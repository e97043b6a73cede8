// What a soak has to come to, beside what it came to: one row a target.

export interface Target {
  readonly name: string
  /** NaN where it was not measured, which misses it. */
  readonly value: number
  readonly most: number
  readonly unit: string
}

export function isMet({ value, most }: Target): boolean {
  return value <= most
}

/** A line each: name, figure, target, whether it is met. */
export function targetTable(targets: readonly Target[]): string {
  const rows = targets.map((target) => [
    target.name,
    `${figure(target.value)} ${target.unit}`,
    `at most ${figure(target.most)} ${target.unit}`,
    isMet(target) ? 'met' : 'MISSED',
  ])
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')).join('\n')
}

function figure(value: number): string {
  if (Number.isNaN(value)) return 'not measured'
  return Number.isInteger(value) ? value.toLocaleString('en') : value.toFixed(2)
}
