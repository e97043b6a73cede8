// A run in MLflow's file layout: mlruns/<experiment>/<run>/ with params, metrics by step, tags and artifacts.
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { TrainingRunOut } from '../../contract/training.ts'
import { copyOwnFile, writeFileWhole } from '../../core/files.ts'
import { makeFolder } from '../../core/folder.ts'
import { figuresOf } from './compare-runs.ts'

export interface MlflowExport {
  /** The run's folder. */
  readonly path: string
  readonly experiment_id: string
  readonly run_id: string
}

export interface MlflowSources {
  /** The folder that gets `mlruns`. */
  readonly out: string
  /** The run's result file. */
  readonly result: string
  /** Folder of the run's checkpoint; null where it has none. */
  readonly checkpoint: string | null
}

/** MLflow's numbers of a run's status (RunStatus of its protocol). */
const STATUS: Readonly<Record<TrainingRunOut['status'], number>> = {
  QUEUED: 2,
  RUNNING: 1,
  PAUSED: 1,
  INTERRUPTED: 1,
  COMPLETED: 3,
  FAILED: 4,
  CANCELLED: 5,
}
/** SourceType LOCAL. */
const LOCAL = 4
/** What does not change from one epoch to the next. */
const ONCE = new Set(['majority_floor', 'examples', 'test_cases', 'duration_seconds'])

/** Writes the run anew where it was exported before; other runs of the folder are left alone. */
export async function exportMlflow(run: TrainingRunOut, sources: MlflowSources): Promise<MlflowExport> {
  const root = join(resolve(sources.out), 'mlruns')
  const experimentId = experimentOf(run.model)
  const runId = run.id.replaceAll('-', '')
  const experiment = join(root, experimentId)
  const path = join(experiment, runId)
  await writeExperiment(experiment, experimentId, run)
  const temporary = join(root, `.${randomUUID()}.tmp`)
  try {
    await writeRun(temporary, path, run, experimentId, runId)
    await copyArtifacts(join(temporary, 'artifacts'), sources)
    await rm(path, { recursive: true, force: true })
    await rename(temporary, path)
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
  return { path, experiment_id: experimentId, run_id: runId }
}

/** 18 digits, the same for every run of a model. */
function experimentOf(model: string): string {
  const hash = createHash('sha256').update(`annotate/${model}`).digest()
  return String((hash.readBigUInt64BE(0) % 900_000_000_000_000_000n) + 100_000_000_000_000_000n)
}

async function writeExperiment(folder: string, id: string, run: TrainingRunOut): Promise<void> {
  const path = join(folder, 'meta.yaml')
  if ((await stat(path).catch(() => null)) !== null) return
  const created = Date.parse(run.created_at)
  await writeYaml(path, {
    artifact_location: pathToFileURL(folder).href,
    creation_time: created,
    experiment_id: id,
    last_update_time: created,
    lifecycle_stage: 'active',
    name: `annotate-${run.model}`,
  })
}

async function writeRun(
  folder: string,
  path: string,
  run: TrainingRunOut,
  experimentId: string,
  runId: string,
): Promise<void> {
  const began = Date.parse(run.started_at ?? run.created_at)
  const name =
    run.checkpoint === null ? `${run.model} ${run.id.slice(0, 8)}` : `${run.model} ${run.checkpoint}`
  await writeYaml(join(folder, 'meta.yaml'), {
    artifact_uri: pathToFileURL(join(path, 'artifacts')).href,
    end_time: run.finished_at === null ? null : Date.parse(run.finished_at),
    entry_point_name: '',
    experiment_id: experimentId,
    lifecycle_stage: 'active',
    run_id: runId,
    run_name: name,
    run_uuid: runId,
    source_name: 'annotate train',
    source_type: LOCAL,
    source_version: '',
    start_time: began,
    status: STATUS[run.status],
    tags: [],
    user_id: '',
  })
  await writeEach(join(folder, 'params'), paramsOf(run))
  await writeEach(join(folder, 'metrics'), metricsOf(run, began))
  await writeEach(join(folder, 'tags'), tagsOf(run, name))
}

function paramsOf(run: TrainingRunOut): Record<string, string> {
  const { symbol, venue, tags, from, to, mixed_sources } = run.selection
  const all = {
    model: run.model,
    ...run.parameters,
    pattern: run.pattern,
    warm_start: run.warm_start?.checkpoint ?? null,
    symbol,
    venue,
    tags,
    from,
    to,
    mixed_sources,
  }
  const said = Object.entries(all).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(said.map(([name, value]) => [name, textOf(value)]))
}

/** Lines of `time value step`, one an epoch; of what is known of the whole run a single one. */
function metricsOf(run: TrainingRunOut, began: number): Record<string, string> {
  const lines: Record<string, string[]> = {}
  let time = began
  for (const { epoch, loss, accuracy, duration_seconds, figures } of run.epochs) {
    time += Math.round(duration_seconds * 1000)
    for (const [name, value] of Object.entries({ loss, accuracy, ...figures })) {
      ;(lines[name] ??= []).push(`${time} ${value} ${epoch}`)
    }
  }
  const end = run.finished_at === null ? time : Date.parse(run.finished_at)
  for (const [name, value] of Object.entries(figuresOf(run))) {
    const isWhole = ONCE.has(name) || name.includes('.')
    if (isWhole && value !== null) lines[name] = [`${end} ${value} ${run.current_epoch}`]
  }
  return Object.fromEntries(Object.entries(lines).map(([name, rows]) => [name, `${rows.join('\n')}\n`]))
}

function tagsOf(run: TrainingRunOut, name: string): Record<string, string> {
  return {
    'mlflow.runName': name,
    'mlflow.source.name': 'annotate train',
    'mlflow.source.type': 'LOCAL',
    'annotate.run_id': run.id,
    'annotate.status': run.status,
    ...(run.checkpoint === null ? {} : { 'annotate.checkpoint': run.checkpoint }),
    ...(run.pattern === null ? {} : { 'annotate.pattern': run.pattern }),
    ...(run.error === null ? {} : { 'annotate.error': run.error.message }),
  }
}

async function copyArtifacts(folder: string, { result, checkpoint }: MlflowSources): Promise<void> {
  await makeFolder(folder)
  await copyOwnFile(result, join(folder, 'result.json')).catch(ignoreAbsent)
  if (checkpoint === null) return
  await mkdir(join(folder, 'checkpoint'))
  const entries = await readdir(checkpoint, { withFileTypes: true })
  for (const { name } of entries.filter((entry) => entry.isFile()))
    await copyOwnFile(join(checkpoint, name), join(folder, 'checkpoint', name))
}

/** A run that is not over has no result yet. */
function ignoreAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

async function writeEach(folder: string, contents: Readonly<Record<string, string>>): Promise<void> {
  await makeFolder(folder)
  for (const [name, content] of Object.entries(contents)) await writeFileWhole(join(folder, name), content)
}

/** A flat map; strings in JSON's quotes, which are YAML's, too. */
async function writeYaml(path: string, values: Readonly<Record<string, unknown>>): Promise<void> {
  const lines = Object.entries(values).map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
  await writeFileWhole(path, lines.join(''))
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
