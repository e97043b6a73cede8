// Models, their checkpoints, and which one goes live.
import { AliasBody, NoteBody } from '../aliases.ts'
import { CheckpointsCompared, CompareCheckpointsQuery } from '../checkpoints-compared.ts'
import { ForwardOut, ForwardQuery } from '../forward.ts'
import { LineageOut, LineageQuery } from '../lineage.ts'
import { PatternQuery } from '../pattern.ts'
import { ModelHistoryOut, ModelHistoryQuery, PromoteBody } from '../promotions.ts'
import { ModelOut, ModelsOut, UploadQuery } from '../training.ts'

const tag = 'models'
/** A network of some fifty million weights. */
const LARGEST_FILE = 256 * 2 ** 20

export const modelRoutes = {
  listModels: { summary: 'Models and their checkpoints', tag, answers: { 200: ModelsOut } },
  promoteCheckpoint: {
    summary:
      'Set which checkpoint goes live: one that is better on what both held out, or with a reason; the refusal has both figures',
    tag,
    body: PromoteBody,
    answers: { 200: ModelOut },
    errors: [
      'unknown_model',
      'two_checkpoints',
      'no_challenger',
      'unknown_checkpoint',
      'broken_checkpoint',
      'other_pattern',
      'gate_failed',
    ],
  },
  rollBackModel: {
    summary: 'Go back to the checkpoint that was promoted before',
    tag,
    query: PatternQuery,
    answers: { 200: ModelOut },
    errors: ['unknown_model', 'unknown_checkpoint', 'broken_checkpoint', 'nothing_to_roll_back'],
  },
  getModelHistory: {
    summary:
      'What went live, from when to when and why, newest first; with at, what was live at that instant',
    tag,
    query: ModelHistoryQuery,
    answers: { 200: ModelHistoryOut },
    errors: ['unknown_model', 'invalid_timestamp'],
  },
  getForwardRecord: {
    summary:
      'What came of the calls after a promotion, beside opponents, by terms that were written down before: too few, enough, or broken',
    tag,
    query: ForwardQuery,
    answers: { 200: ForwardOut },
    errors: ['unknown_model', 'no_challenger', 'unknown_checkpoint'],
  },
  compareCheckpoints: {
    summary:
      'Two checkpoints side by side: paired on what both held out, by their data and by their parameters',
    tag,
    query: CompareCheckpointsQuery,
    answers: { 200: CheckpointsCompared },
    errors: [
      'unknown_model',
      'no_checkpoint',
      'two_checkpoints',
      'no_challenger',
      'unknown_checkpoint',
      'broken_checkpoint',
    ],
  },
  setAlias: {
    summary: 'Name a checkpoint the challenger, or take the name away; champion is whichever is promoted',
    tag,
    body: AliasBody,
    answers: { 200: ModelOut },
    errors: [
      'unknown_model',
      'unknown_alias',
      'alias_follows_promotion',
      'unknown_checkpoint',
      'broken_checkpoint',
      'other_pattern',
    ],
  },
  noteCheckpoint: {
    summary: 'Write a note on a checkpoint, or take it away',
    tag,
    body: NoteBody,
    answers: { 200: ModelOut },
    errors: ['unknown_model', 'two_checkpoints', 'no_challenger', 'unknown_checkpoint', 'broken_checkpoint'],
  },
  getLineage: {
    summary:
      'Where a checkpoint comes from and what came of it: test cases a page at a time, run, promotions, sessions, calls',
    tag,
    query: LineageQuery,
    answers: { 200: LineageOut },
    errors: [
      'unknown_model',
      'no_checkpoint',
      'two_checkpoints',
      'no_challenger',
      'unknown_checkpoint',
      'broken_checkpoint',
    ],
  },
  importModel: {
    summary:
      'Take in an ONNX file of your own (body: application/octet-stream); a wrong one is refused in words',
    tag,
    query: UploadQuery,
    upload: { mediaType: 'application/octet-stream', largest: LARGEST_FILE },
    answers: { 201: ModelOut },
    errors: ['invalid_model_file', 'model_failed', 'model_too_slow', 'model_out_of_memory'],
  },
} as const
