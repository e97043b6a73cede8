// Sections of a document in Markdown, each from its `## ` heading to the next.

/** The section with that heading, without blank lines around it; null where there is none. */
export function sectionOf(text: string, heading: string): string | null {
  return sectionsOf(text).find((section) => headingOf(section) === heading) ?? null
}

/** The document with this section in the place of the one with its heading, else at its end. */
export function withSection(text: string, section: string): string {
  const sections = sectionsOf(text)
  const place = sections.findIndex((other) => headingOf(other) === headingOf(section))
  const all = place < 0 ? [...sections, section] : sections.with(place, section)
  return `${all.map((each) => each.trim()).join('\n\n')}\n`
}

function sectionsOf(text: string): string[] {
  return text.split(/^(?=## )/m).map((section) => section.trim())
}

function headingOf(section: string): string {
  return section.split('\n', 1).join()
}
