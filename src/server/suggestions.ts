// What was suggested and what becomes of it: a mark, a rejected HOLD, or nothing more than that it is not asked again.
import { otherDirection } from '../contract/direction.ts'
import { createHash } from 'node:crypto'
import { marketKey } from '../contract/market-name.ts'
import type {
  SuggestionAnswerOut,
  SuggestionBody,
  SuggestionOut,
  SuggestionsOut,
} from '../contract/suggestions.ts'
import { AppError, unknownThing } from '../core/errors.ts'
import { toIso, type EpochMs } from '../core/time.ts'
import { Turns } from '../core/turns.ts'
import type { Market } from '../market/types.ts'
import type { Proposal } from '../training/suggestions/messages.ts'
import type { SuggestionService } from '../training/suggestions/suggestion-service.ts'
import type { OpenWorkspace } from './open-workspace.ts'

/** Suggestions that can be answered: the newest ones. */
const MOST_OFFERED = 1000

interface Offered extends Proposal {
  readonly id: string
  readonly market: Market
}

type Consequence = Pick<SuggestionAnswerOut, 'annotation' | 'rejected_hold_id'>
type Parts = Pick<OpenWorkspace, 'annotations' | 'rejectedHolds' | 'suggestionAnswers' | 'bus'>

export class Suggestions {
  readonly #parts: Parts
  readonly #service: SuggestionService
  readonly #offered = new Map<string, Offered>()
  readonly #turns = new Turns()

  constructor(parts: Parts, service: SuggestionService) {
    this.#parts = parts
    this.#service = service
  }

  /** @throws AppError `suggestions_failed` */
  async list(market: Market, limit: number, until: EpochMs): Promise<SuggestionsOut> {
    const answered = await this.#parts.suggestionAnswers.seconds(market)
    const { venue, symbol } = market
    const query = { market: { venue, symbol }, limit, until, answered }
    const { proposals, reason } = await this.#service.make(query)
    const offered = proposals.map((proposal) => this.#offer(market, proposal))
    return { suggestions: offered.map(suggestionOut), reason }
  }

  /** @throws AppError 404 `unknown_suggestion`, 409 `already_answered`, and as a mark does; nothing is answered then */
  answer(id: string, body: SuggestionBody): Promise<SuggestionAnswerOut> {
    return this.#turns.run(id, async () => {
      const before = await this.#parts.suggestionAnswers.find(id)
      if (before !== null) throw alreadyAnswered(id, before)
      const offered = this.#offered.get(id)
      if (offered === undefined) throw unknownSuggestion(id)
      const consequence = await this.#consequence(offered, body)
      await this.#parts.suggestionAnswers.add({ ...offered, answer: body.answer })
      return { id, answer: body.answer, ...consequence }
    })
  }

  stop(): void {
    this.#service.stop()
  }

  #offer({ venue, symbol }: Market, proposal: Proposal): Offered {
    const market = { venue, symbol }
    const offered = { ...proposal, market, id: idOf(market, proposal) }
    this.#offered.delete(offered.id)
    this.#offered.set(offered.id, offered)
    for (const id of this.#offered.keys()) {
      if (this.#offered.size <= MOST_OFFERED) break
      this.#offered.delete(id)
    }
    return offered
  }

  async #consequence(offered: Offered, body: SuggestionBody): Promise<Consequence> {
    const { answer, exit, visible_until: seen, seconds_spent: spent } = body
    const { id, market, at } = offered
    if (answer === 'skip') return { annotation: null, rejected_hold_id: null }
    if (answer === 'hold') {
      const hold = await this.#parts.rejectedHolds.add({ market, at, origin: 'suggestion', reference: id })
      this.#parts.bus.emit('rejected_holds', market)
      return { annotation: null, rejected_hold_id: hold }
    }
    const { entry, exit: proposed, direction } = suggestionOut(offered)
    const annotation = await this.#parts.annotations.create(
      {
        symbol: market.symbol,
        direction: answer === 'accept' ? direction : otherDirection(direction),
        entry,
        exit: exit ?? proposed,
        tags: offered.pattern === null ? [] : [offered.pattern],
        provenance: {
          mode: 'proposal',
          visible_until: seen ?? entry.timestamp,
          seconds_spent: spent ?? null,
        },
      },
      market,
    )
    return { annotation, rejected_hold_id: null }
  }
}

/** The same moment keeps its id, however often it is suggested. */
function idOf(market: Market, { at, direction }: Proposal): string {
  return createHash('sha256')
    .update(`${marketKey(market)} ${at} ${direction}`)
    .digest('hex')
    .slice(0, 24)
}

function suggestionOut({ id, market, at, price, exit, ...rest }: Offered): SuggestionOut {
  const { direction, score, kind, pattern } = rest
  return {
    id,
    symbol: market.symbol,
    venue: market.venue,
    direction,
    score,
    kind,
    entry: { timestamp: toIso(at), price },
    exit: { timestamp: toIso(exit.at), price: exit.price },
    pattern,
  }
}

function unknownSuggestion(id: string): AppError {
  return unknownThing('suggestion', id, 'GET /api/suggestions makes new ones: answer one of those.')
}

function alreadyAnswered(id: string, answer: string): AppError {
  const message = `Suggestion "${id}" was answered "${answer}" before. Change the mark it became, or ask GET /api/suggestions for the next.`
  return new AppError('already_answered', message, { status: 409 })
}
