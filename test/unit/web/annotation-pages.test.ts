// The list of annotations while its pages come and events tell of changes meanwhile.
import { describe, expect, it } from 'vitest'
import type { AnnotationOut, TestCaseState } from '../../../src/contract/annotations.ts'
import { Reading } from '../../../src/web/state/annotation-pages.ts'

const mark = (id: string, minute: number, notes = ''): AnnotationOut =>
  ({ id, notes, entry: { timestamp: new Date(minute * 60_000).toISOString(), price: 1 } }) as AnnotationOut
const ids = (list: readonly AnnotationOut[]): string[] => list.map(({ id, notes }) => id + notes)

describe('Reading', () => {
  it('puts pages together, newest first', () => {
    const reading = new Reading()
    const first = reading.withPage([], [mark('c', 3), mark('d', 4)], false)
    expect(ids(reading.withPage(first, [mark('a', 1), mark('b', 2)], true))).toEqual(['d', 'c', 'b', 'a'])
  })

  it('lets older ones stay until their page comes, and go where it does not have them', () => {
    const held = [mark('d', 4), mark('c', 3, ' old'), mark('gone', 3), mark('b', 2), mark('lost', 1)]
    const reading = new Reading()
    const first = reading.withPage(held, [mark('c', 3, ' new'), mark('d', 4)], false)
    expect(ids(first)).toEqual(['d', 'c new', 'b', 'lost'])
    expect(ids(reading.withPage(first, [mark('b', 2)], true))).toEqual(['d', 'c new', 'b'])
  })

  it('shows one that was moved once', () => {
    const reading = new Reading()
    expect(ids(reading.withPage([mark('a', 1, ' old')], [mark('a', 9, ' new')], false))).toEqual(['a new'])
  })

  it('believes what was told meanwhile: saved, changed and deleted ones', () => {
    const reading = new Reading()
    for (const id of ['saved', 'changed', 'deleted']) reading.noteAnnotation(id)
    const held = [mark('saved', 9), mark('changed', 5, ' by event')]
    const page = [mark('a', 2), mark('deleted', 3), mark('changed', 4, ' before')]
    expect(ids(reading.withPage(held, page, true))).toEqual(['saved', 'changed by event', 'a'])
  })

  it('believes of test cases what was told meanwhile', () => {
    const reading = new Reading()
    const state = (annotation_id: string, value: string) => ({ annotation_id, state: value }) as TestCaseState
    const held = new Map([['b', state('b', 'revised')]])
    reading.noteCase('b')
    const states = reading.withCases(held, [state('a', 'complete'), state('b', 'complete')])
    expect([...states.values()].map((one) => one.state)).toEqual(['revised', 'complete'])
  })

  it('knows that there is nothing where the only page is empty', () => {
    expect(new Reading().withPage([mark('a', 1)], [], true)).toEqual([])
  })
})
