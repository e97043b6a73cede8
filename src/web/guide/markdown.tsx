// Parsed Markdown of the guide as elements; no text becomes HTML.
import type { Token, Tokens } from 'marked'
import type { ReactNode } from 'react'

/** Of pictures, where they are served, by the name that the guide calls them. */
export type Pictures = ReadonlyMap<string, string>

interface MarkdownProps {
  readonly tokens: readonly Token[]
  readonly pictures: Pictures
}

export function Markdown({ tokens, pictures }: MarkdownProps) {
  return placed(tokens).map(({ token, at }) => <Block key={at} token={token} pictures={pictures} />)
}

function Block({ token, pictures }: { token: Tokens.Generic; pictures: Pictures }): ReactNode {
  switch (token.type) {
    case 'paragraph':
      return <p>{inline(token.tokens, pictures)}</p>
    case 'heading':
      return <h4>{inline(token.tokens, pictures)}</h4>
    case 'list':
      return <List list={token as Tokens.List} pictures={pictures} />
    case 'text':
      return inline(token.tokens ?? [token], pictures)
    default:
      return null
  }
}

function List({ list, pictures }: { list: Tokens.List; pictures: Pictures }) {
  const items = placed(list.items).map(({ token, at }) => (
    <li key={at}>
      <Markdown tokens={token.tokens ?? []} pictures={pictures} />
    </li>
  ))
  return list.ordered ? <ol>{items}</ol> : <ul>{items}</ul>
}

function inline(tokens: readonly Token[] | undefined, pictures: Pictures): ReactNode {
  return placed(tokens ?? []).map(({ token, at }) => <Inline key={at} token={token} pictures={pictures} />)
}

/** Each with its place in the text, in characters. */
function placed(tokens: readonly Token[]): { readonly token: Tokens.Generic; readonly at: number }[] {
  let at = 0
  return tokens.map((token) => {
    const placedToken = { token: token as Tokens.Generic, at }
    at += token.raw.length
    return placedToken
  })
}

function Inline({ token, pictures }: { token: Tokens.Generic; pictures: Pictures }): ReactNode {
  switch (token.type) {
    case 'strong':
      return <b>{inline(token.tokens, pictures)}</b>
    case 'em':
      return <em>{inline(token.tokens, pictures)}</em>
    case 'codespan':
      return <kbd>{String(token['text'])}</kbd>
    case 'link':
      // The guide's links lead to other documents beside it, which the page does not have.
      return inline(token.tokens, pictures)
    case 'image':
      return <Picture name={String(token['href'])} about={String(token['text'])} pictures={pictures} />
    default:
      return String(token['text'] ?? '')
  }
}

function Picture({ name, about, pictures }: { name: string; about: string; pictures: Pictures }) {
  const address = pictures.get(name)
  return address === undefined ? null : <img src={address} alt={about} loading="lazy" />
}
