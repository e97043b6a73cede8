// How many annotations are chosen, and what can be done with all of them.
import { useState } from 'react'
import { deleteChosen, exportChosen, letChosenGo, tagChosen } from '../actions/chosen.ts'
import { useApp } from '../state/app-state.ts'

export function ChosenLine() {
  const chosen = useApp((state) => state.chosen.length)
  const [isTagging, setTagging] = useState(false)
  if (chosen === 0) return null
  return (
    <div className="chosen-line" role="group" aria-label="Chosen annotations">
      <b>{chosen} chosen</b>
      <button
        className="quiet-button"
        aria-pressed={isTagging}
        title="Adds a tag to each"
        onClick={() => setTagging(!isTagging)}
      >
        Tag
      </button>
      <button className="quiet-button" title="Downloads them as JSON" onClick={exportChosen}>
        Export
      </button>
      <button
        className="quiet-button danger"
        title="Ctrl+Z restores them"
        onClick={() => void deleteChosen()}
      >
        Delete
      </button>
      <button
        className="quiet-button"
        title="A training takes them with “those chosen”"
        onClick={letChosenGo}
      >
        Clear
      </button>
      {isTagging && <TagField done={() => setTagging(false)} />}
    </div>
  )
}

function TagField({ done }: { done: () => void }) {
  const [tag, setTag] = useState('')
  return (
    <form
      className="chosen-tag"
      onSubmit={(event) => {
        event.preventDefault()
        done()
        void tagChosen(tag)
      }}
    >
      <input
        autoFocus
        aria-label="Tag to add"
        placeholder="tag to add, ↵"
        value={tag}
        onChange={(event) => setTag(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && done()}
      />
    </form>
  )
}
