// Suggestions: what is worth an answer, and the answer.
import { SuggestionAnswerOut, SuggestionBody, SuggestionsOut, SuggestionsQuery } from '../suggestions.ts'

export const suggestionRoutes = {
  listSuggestions: {
    summary: 'Moments worth an answer, best first, as of the marks and answers now',
    description:
      'The instant model, fitted on all marks, looks at every fifth of the newest 24 hours of stored seconds that are neither marked, nor reviewed, nor answered; two in three it is surest of, one in three it is in doubt about.',
    tag: 'annotations',
    query: SuggestionsQuery,
    answers: { 200: SuggestionsOut },
    errors: ['unknown_symbol', 'unknown_venue', 'several_venues'],
    failures: { 503: ['suggestions_failed'] },
  },
  answerSuggestion: {
    summary: 'Answer one: it becomes a mark, a HOLD of the next training, or is not asked again',
    tag: 'annotations',
    body: SuggestionBody,
    answers: { 200: SuggestionAnswerOut },
    errors: [
      'unknown_suggestion',
      'already_answered',
      'invalid_timestamp',
      'invalid_exit',
      'invalid_price',
      'not_enough_candles',
      'non_positive_price',
    ],
  },
} as const
