// What several patterns come to in one second: the call that stands, or why none does.
import type { SignalOut } from '../../contract/inference.ts'

/** One says BUY and another SELL. The word is part of the HTTP interface. */
export const PATTERNS_DISAGREE = 'patterns_disagree'

/** What one pattern says in a second. */
export type Said = Pick<
  SignalOut,
  'pattern' | 'action' | 'scores' | 'confidence' | 'price' | 'call_id' | 'reason'
>

export interface Combined<S extends Said> {
  /** The part whose call stands; null where none does. */
  readonly caller: S | null
  /** Why it abstains; null where it does not. */
  readonly reason: string | null
  /** Whether this second is the first that tells the caller's call. */
  readonly opens: boolean
  /** The last close before the second; null where no part knew it. */
  readonly price: number | null
}

/**
 * Calls stand while all of them are on one side; a part that abstains takes no part in that. Of several on one side the one that was told before
 * stands on, else the surest by its confidence out of fold, which is comparable between checkpoints where scores are not.
 * @param parts of one second, by pattern
 * @param told ids of calls that were told before
 */
export function combine<S extends Said>(
  parts: readonly S[],
  told: Pick<ReadonlySet<string>, 'has'>,
): Combined<S> {
  const callers = parts.filter(({ action, call_id }) => action !== 'HOLD' && call_id !== null)
  const price = parts.find((part) => part.price !== null)?.price ?? null
  const sides = new Set(callers.map(({ action }) => action))
  if (sides.size > 1) return { caller: null, reason: PATTERNS_DISAGREE, opens: false, price }
  const wasTold = ({ call_id }: S): boolean => call_id !== null && told.has(call_id)
  const [caller] = callers.toSorted(
    (a, b) => Number(wasTold(b)) - Number(wasTold(a)) || (b.confidence ?? -1) - (a.confidence ?? -1),
  )
  if (caller === undefined) return { caller: null, reason: commonReason(parts), opens: false, price }
  return { caller, reason: null, opens: !wasTold(caller), price }
}

/** Null while any part answers; of several reasons the first part's. */
function commonReason(parts: readonly Said[]): string | null {
  return parts.every(({ reason }) => reason !== null) ? (parts[0]?.reason ?? null) : null
}
