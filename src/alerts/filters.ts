// Which calls an alert is for.
import type { AlertBody } from '../contract/alerts.ts'
import type { CallOut } from '../contract/live-calls.ts'

export type Filters = Omit<AlertBody, 'url' | 'outcomes'>

/**
 * All that is asked must hold. `pattern`: that of the call's session. A call that its session of all patterns withholds is nobody's; one that
 * it tells is both sessions'.
 */
export function wants(filters: Filters, call: CallOut, pattern: string | null): boolean {
  const { min_confidence: least, pattern: asked, session, ...equal } = filters
  if (call.withheld === true) return false
  if (session !== undefined && session !== call.session && session !== call.part_of) return false
  if (least !== undefined && (call.confidence ?? -1) < least) return false
  if (asked !== undefined && asked !== pattern) return false
  return Object.entries(equal).every(([name, value]) => call[name as keyof typeof equal] === value)
}
