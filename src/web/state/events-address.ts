// Where the page listens, and to what: previews are made for those who ask for them, and it does not show any yet.
import { pathOf } from '../../contract/client.ts'
import { EVENT_NAMES } from '../../contract/event-names.ts'

const SHOWN = EVENT_NAMES.filter((name) => name !== 'preview')

export const EVENTS_ADDRESS = `${pathOf('streamEvents')}?types=${SHOWN.join(',')}`
