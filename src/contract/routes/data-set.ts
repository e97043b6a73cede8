// The data set as a whole, and blind second looks at what was labelled.
import { DataSetHealthOut, DataSetHealthQuery } from '../data-set-health.ts'
import { SecondLookBody, SecondLookOut, SecondLooksOut, SecondLooksQuery } from '../second-looks.ts'

export const dataSetRoutes = {
  getDataSetHealth: {
    summary: 'What the data set consists of, and which marks are worth a second look',
    description:
      'Counts, balance, marks of the same move, entries beside gaps, marks that look wrong to a model that did not see them, like moments with opposite labels, and how far one agreed with oneself. Made in a process of its own after marks changed, when it is asked for; answered at once with what is known.',
    tag: 'annotations',
    query: DataSetHealthQuery,
    answers: { 200: DataSetHealthOut },
    errors: ['unknown_timezone'],
    failures: { 503: ['data_set_health_failed'] },
  },
  drawSecondLooks: {
    summary: 'Moments of a market that were labelled before, to be looked at blind',
    description:
      'Two in three are entries of its newest 5,000 marks, those first that were not looked at again yet; one in three is HOLD, as far as some was rejected or reviewed. Which is which is not said.',
    tag: 'annotations',
    query: SecondLooksQuery,
    answers: { 200: SecondLooksOut },
    errors: ['unknown_symbol', 'unknown_venue', 'several_venues'],
  },
  answerSecondLook: {
    summary: 'Say what one sees there now; kept beside what stands there, which does not change',
    tag: 'annotations',
    body: SecondLookBody,
    answers: { 201: SecondLookOut },
    errors: ['unknown_symbol', 'unknown_venue', 'several_venues', 'invalid_timestamp', 'unlabelled_moment'],
  },
} as const
