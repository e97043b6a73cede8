// The data set as a whole.
import { DataSetHealthOut } from '../data-set-health.ts'

export const dataSetRoutes = {
  getDataSetHealth: {
    summary: 'What the data set consists of, and which marks are worth a second look',
    description:
      'Counts, balance, marks of the same move, entries beside gaps, marks that look wrong to a model that did not see them, and like moments with opposite labels. Made in a process of its own after marks changed, when it is asked for; answered at once with what is known.',
    tag: 'annotations',
    answers: { 200: DataSetHealthOut },
    failures: { 503: ['data_set_health_failed'] },
  },
} as const
