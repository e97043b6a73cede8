// What verbs print: JSON, or a table for people; progress on stderr, drawn over where it is a terminal.

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

export function printLine(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Columns as wide as their widest cell; `headings` name them. */
export function printTable(headings: readonly string[], rows: readonly (readonly string[])[]): void {
  const all = [headings, ...rows]
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  for (const row of all)
    printLine(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
}

const QUIET_MS = 2_000

export interface Progress {
  /** Replaces what was shown. Off a terminal only every few seconds a line is written. */
  show(line: string): void
  /** Always written, as a line of its own. */
  end(line?: string): void
}

export function progress(stream: NodeJS.WriteStream = process.stderr): Progress {
  let shownAt = performance.now()
  return {
    show(line) {
      if (!stream.isTTY && performance.now() - shownAt < QUIET_MS) return
      shownAt = performance.now()
      stream.write(stream.isTTY ? `\r\u001B[K${line}` : `${line}\n`)
    },
    end(line) {
      if (stream.isTTY) stream.write('\r\u001B[K')
      if (line !== undefined) stream.write(`${line}\n`)
    },
  }
}

/** `[#####-----] 50 %` */
export function bar(share: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * 20)
  return `[${'#'.repeat(filled)}${'-'.repeat(20 - filled)}] ${Math.round(share * 100)} %`
}
