// What the instant model would call, while one marks.
import { PreviewOut, PreviewQuery } from '../preview.ts'

export const previewRoutes = {
  getPreview: {
    summary: 'What the instant model would call, out of fold, as of the marks now',
    description:
      'Every second that was reviewed is judged by a model that did not see its episode. `from` and `to` narrow what is answered, not what it learns from.',
    tag: 'training',
    query: PreviewQuery,
    answers: { 200: PreviewOut },
    errors: ['unknown_symbol', 'unknown_venue', 'several_venues', 'invalid_timestamp'],
    failures: { 503: ['preview_failed'] },
  },
} as const
