// /api/data-set: the state of the data set as a whole.
import type { dataSetRoutes } from '../../contract/routes/data-set.ts'
import type { App } from '../app.ts'
import type { Handlers } from '../typed.ts'

export function dataSetHandlers(app: App): Handlers<keyof typeof dataSetRoutes> {
  return {
    getDataSetHealth: () => app.dataSetHealth.get(),
  }
}
