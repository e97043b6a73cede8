// `annotate ledger`: what is held of each market, what is missing in it, and where it came from.
import type { Command } from 'commander'
import type { LedgerEntryOut } from '../../contract/ledger.ts'
import { openDatabase } from '../../core/database.ts'
import { openMarketStore } from '../../market/store/market-store.ts'
import { marketMigrations } from '../../market/store/schema.ts'
import { describeLedger } from '../../server/ledger.ts'
import { printJson, printLine, printTable } from '../output.ts'
import { runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

interface LedgerFlags extends CommonOptions {
  symbol?: string
  venue?: string
  hash?: boolean
}

export function ledgerVerb(description: string): Command {
  return verb('ledger', description)
    .option('--symbol <symbol>', 'only this one')
    .option('--venue <venue>', 'only this one')
    .option('--hash', 'the SHA-256 of the content too; reads every row')
    .action(async (flags: LedgerFlags) => runVerb(flags, (run) => show(run, flags)))
}

async function show({ workspace, json }: Verb, { symbol, venue, hash }: LedgerFlags): Promise<void> {
  const database = openDatabase(workspace.database, marketMigrations)
  try {
    const ledger = await describeLedger(openMarketStore(database.sqlite), workspace.moments, {
      ...(symbol === undefined ? {} : { symbol }),
      ...(venue === undefined ? {} : { venue }),
      hash: hash === true,
    })
    if (json) printJson({ ledger })
    else printReport(ledger, hash === true)
  } finally {
    await database.close()
  }
}

function printReport(ledger: readonly LedgerEntryOut[], hashed: boolean): void {
  if (ledger.length === 0) return printLine('Nothing is stored yet.')
  const headings = ['venue', 'symbol', 'holds', 'from', 'to', 'rows', 'MB', 'gaps', 'origin']
  printTable(
    hashed ? [...headings, 'sha256'] : headings,
    ledger.map((entry) => cellsOf(entry, hashed)),
  )
}

function cellsOf(entry: LedgerEntryOut, hashed: boolean): string[] {
  const { venue, symbol, holds, from, to, rows, bytes, own_rows: own, gaps, origins, sha256 } = entry
  const files = origins.filter(({ kind }) => kind === 'file' || kind === 'dump').length
  const others = origins.filter(({ kind }) => kind !== 'file' && kind !== 'dump').map(({ kind }) => kind)
  const composed = own < rows ? ['composed'] : []
  const megabytes = bytes === null ? '' : (bytes / 1e6).toFixed(1)
  const origin = [...(files > 0 ? [`${files} files`] : []), ...others, ...composed].join(', ')
  const cells = [venue, symbol, holds, from ?? '', to ?? '', `${rows}`, megabytes, `${gaps.length}`, origin]
  return hashed ? [...cells, sha256 ?? ''] : cells
}
