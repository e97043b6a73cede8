// Where a checkpoint comes from and what came of it, put together from the rooms; its work is a page, however long the history.
import type { LineageCase, LineageOut, LineageQuery } from '../contract/lineage.ts'
import type { AnnotationOut } from '../contract/annotations.ts'
import { AppError } from '../core/errors.ts'
import { checkpointUse } from '../inference/checkpoint-use.ts'
import { figuresOf, stateOf } from '../orchestrator/model-out.ts'
import type { OpenWorkspace } from './open-workspace.ts'

type Learnt = readonly { readonly test_case_id: string; readonly sha256: string }[]
type Rooms = Pick<
  OpenWorkspace,
  'annotations' | 'checkpoints' | 'database' | 'orchestrator' | 'testCases' | 'training'
>

const PAGE = 50

/**
 * `named`: a version, `champion` or `challenger`.
 * @throws AppError `unknown_model`, `no_checkpoint`, `no_challenger`, `unknown_checkpoint`, `broken_checkpoint`; `invalid_request` of `after`
 */
export async function lineageOf(
  rooms: Rooms,
  id: string,
  named: string,
  query: LineageQuery = {},
): Promise<LineageOut> {
  const { model, version, metadata } = await rooms.orchestrator.checkpoint(id, named)
  const { test_cases: learnt, left_out, holds } = metadata.data
  const { page, next } = pageOf(learnt, query)
  const run = await rooms.training.runOf(model, version)
  const promotions = [
    ...(await rooms.orchestrator.history(model)),
    ...(metadata.pattern == null ? [] : await rooms.orchestrator.history(model, metadata.pattern)),
  ]
  return {
    model,
    checkpoint: version,
    state: stateOf(metadata),
    parent: metadata.parent ?? null,
    children: await childrenOf(rooms, model, version),
    test_cases: {
      count: learnt.length,
      left_out: left_out.length,
      holds,
      page: await casesOf(rooms, page),
      next,
    },
    run: run === null ? null : shortRun(run),
    figures: figuresOf(metadata),
    promotions: promotions.filter(({ checkpoint }) => checkpoint === version),
    ...(await checkpointUse(rooms.database, model, version)),
  }
}

function shortRun({ id, status, created_at, duration_seconds }: NonNullable<LineageOut['run']>) {
  return { id, status, created_at, duration_seconds }
}

function pageOf(
  learnt: Learnt,
  { limit = PAGE, after }: LineageQuery,
): { page: Learnt; next: string | null } {
  const place = after === undefined ? -1 : learnt.findIndex(({ test_case_id }) => test_case_id === after)
  if (after !== undefined && place < 0)
    throw new AppError(
      'invalid_request',
      `after is "${after}", which is none of its test cases: take \`next\` of the page before.`,
      { field: 'after' },
    )
  const page = learnt.slice(place + 1, place + 1 + limit)
  const hasMore = place + 1 + limit < learnt.length
  return { page, next: hasMore ? (page.at(-1)?.test_case_id ?? null) : null }
}

async function childrenOf({ checkpoints }: Rooms, model: string, version: string): Promise<string[]> {
  const entries = await checkpoints.list(model)
  return entries
    .filter(({ metadata }) => metadata?.parent === version)
    .map((entry) => entry.version)
    .reverse()
}

async function casesOf({ annotations, testCases }: Rooms, page: Learnt): Promise<LineageCase[]> {
  const ids = page.map(({ test_case_id }) => test_case_id.replace(/^annotation_/, ''))
  const standing = new Map((await annotations.named(ids)).map((one) => [one.id, one]))
  return Promise.all(
    page.map(async ({ test_case_id, sha256 }, i) => {
      const annotation = standing.get(ids[i] ?? '')
      const now = annotation === undefined ? null : await testCases.hash(annotation.id)
      const state = now === null ? 'gone' : now === sha256 ? 'same' : 'changed'
      return { test_case_id, annotation_id: ids[i] ?? '', state, ...markOf(annotation) } as const
    }),
  )
}

function markOf(annotation: AnnotationOut | undefined) {
  if (annotation === undefined) return { symbol: null, venue: null, direction: null, timestamp: null }
  const { symbol, venue, direction, entry } = annotation
  return { symbol, venue, direction, timestamp: entry.timestamp }
}
