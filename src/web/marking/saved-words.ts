// What is said of a mark that was saved: each figure once. Pure.
import type { AnnotationOut } from '../../contract/annotations.ts'
import { signedPct } from '../state/format.ts'

type Saved = Pick<AnnotationOut, 'direction' | 'net_profit_loss_pct' | 'profit_loss_pct'>

/** `warnings`: those that may be seen. `isDrawn`: it was saved where it was let go, nobody pressed a button. */
export function savedWords(saved: Saved, warnings: readonly string[], isDrawn: boolean): string {
  const net = signedPct(saved.net_profit_loss_pct)
  if (warnings.length === 0) return `Saved: ${saved.direction} ${net} net. Its test case is written.`
  // A loss that fees alone make is what the warning is of.
  const isTold = saved.profit_loss_pct >= 0 && saved.net_profit_loss_pct < 0
  const back = isDrawn ? ' Ctrl Z takes it back.' : ''
  return `Saved${isTold ? '' : `, ${net} net`}. ${warnings.join(' ')}${back}`
}
