// Which servers share the PostgreSQL, and what is whose: there where they are several.
import { plural } from '../state/format.ts'
import { useApp } from '../state/app-state.ts'
import { serversOf } from './servers-words.ts'

export function ServersLine() {
  const health = useApp((state) => state.health)
  const servers = health === null ? [] : serversOf(health)
  if (servers.length === 0) return null
  const count = servers.filter(({ place }) => place !== null).length
  return (
    <details className="workers" data-testid="servers" open>
      <summary>{plural(count, 'server')}</summary>
      <ul aria-label="Servers">
        {servers.map(({ place, name, does }) => (
          <li key={place} title={`${place ?? name}: ${does}`}>
            {name} <span className="dim">{does}</span>
          </li>
        ))}
      </ul>
    </details>
  )
}
