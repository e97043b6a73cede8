// What was shown of a market.
import { ShownBody, ShownOut } from '../shown.ts'

export const shownRoutes = {
  reportShown: {
    summary: 'Tell what of a market was on the screen, and that an entry is chosen now',
    description:
      'Kept over reloads and restarts, for all pages together. A mark whose entry lies before something that was shown of its stretch when the entry was chosen is saved as `hindsight`, whatever its body says, with `visible_until`.',
    tag: 'annotations',
    body: ShownBody,
    answers: { 200: ShownOut },
    errors: ['unknown_symbol', 'unknown_venue', 'invalid_span'],
  },
} as const
