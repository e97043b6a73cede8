// The guide as sections of parsed Markdown, and which of them a search finds. Pure.
import { lexer, type Token } from 'marked'

export interface Section {
  readonly title: string
  /** Of its place in the guide: `after-a-training`. */
  readonly id: string
  readonly tokens: readonly Token[]
  /** All its words in lower case. */
  readonly words: string
}

/** What stands before the first heading of the second level belongs to none. */
export function sectionsOf(markdown: string): readonly Section[] {
  const sections: { title: string; tokens: Token[] }[] = []
  for (const token of lexer(markdown)) {
    if (token.type === 'heading' && token['depth'] === 2)
      sections.push({ title: String(token['text']), tokens: [] })
    else sections.at(-1)?.tokens.push(token)
  }
  return sections.map(({ title, tokens }) => ({
    title,
    tokens,
    id: title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    words: [title, ...tokens.map(({ raw }) => raw)].join(' ').toLowerCase(),
  }))
}

/** Those that hold every word that is searched for; all for none. */
export function found(sections: readonly Section[], search: string): readonly Section[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return sections.filter((section) => words.every((word) => section.words.includes(word)))
}
