// From a list to the charts: the market of a test case or a call, and the case or the call in it.
import type { LineageCase } from '../../contract/lineage.ts'
import type { CallOut } from '../../contract/live-calls.ts'
import { select } from '../actions/annotations.ts'
import { showCall } from '../actions/calls.ts'
import { showNamed } from '../actions/markets.ts'

export async function showCaseOf({ annotation_id: id, symbol, venue }: LineageCase): Promise<void> {
  if (symbol !== null && venue !== null && (await showNamed({ symbol, venue }))) await select(id)
}

export async function showCallOf(call: CallOut): Promise<void> {
  if (await showNamed(call)) await showCall(call)
}
