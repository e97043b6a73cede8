// Shift H: the guide, searchable; the document that stands in the repository as docs/guide.md.
import { useState } from 'react'
import text from '../../../docs/guide.md?raw'
import { Dialog, DialogHead } from '../controls/dialog.tsx'
import { Markdown, type Pictures } from './markdown.tsx'
import { found, sectionsOf } from './sections.ts'

const FILES = import.meta.glob<string>('../../../docs/images/guide-*.png', {
  eager: true,
  query: '?url',
  import: 'default',
})
const PICTURES: Pictures = new Map(
  Object.entries(FILES).map(([path, address]) => [path.replace('../../../docs/', ''), address]),
)
const SECTIONS = sectionsOf(text)

export function GuideDialog() {
  const [search, setSearch] = useState('')
  const shown = found(SECTIONS, search)
  return (
    <Dialog name="guide" label="The guide" className="guide">
      <DialogHead title="Guide" />
      <nav aria-label="Sections of the guide">
        <input
          className="search"
          autoFocus
          placeholder="Search the guide"
          aria-label="Search the guide"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        {SECTIONS.map(({ id, title }) => (
          <button
            key={id}
            className="guide-entry"
            disabled={!shown.some((section) => section.id === id)}
            onClick={() => document.querySelector(`#guide-${id}`)?.scrollIntoView({ block: 'start' })}
          >
            {title}
          </button>
        ))}
      </nav>
      <article tabIndex={0} aria-label="The guide">
        {shown.length === 0 && <p className="empty">Nothing in the guide has these words.</p>}
        {shown.map(({ id, title, tokens }) => (
          <section key={id} id={`guide-${id}`}>
            <h3>{title}</h3>
            <Markdown tokens={tokens} pictures={PICTURES} />
          </section>
        ))}
      </article>
    </Dialog>
  )
}
