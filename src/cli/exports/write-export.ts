// Writes what is exported, here or at a worker.
import { extname, join } from 'node:path'
import { caseArrays } from '../../annotation/interchange/case-arrays.ts'
import { LABEL_CONFIG, labelStudioTasks } from '../../annotation/interchange/export-label-studio.ts'
import { npzBytes } from '../../annotation/interchange/npy.ts'
import {
  annotationsTable,
  caseCandlesTable,
  caseOrderBooksTable,
  casesTable,
} from '../../annotation/interchange/tables.ts'
import type { AnnotationOut, TestCaseFile } from '../../contract/annotations.ts'
import { writeFileWhole, writeJsonWhole } from '../../core/files.ts'
import { makeFolder } from '../../core/folder.ts'
import { exportCandles } from '../../market/exporting/candles.ts'
import { parquetBytes } from '../../market/exporting/parquet.ts'
import type { MarketReader } from '../../market/provider.ts'
import { trainingSetArrays } from '../../training/runs/training-set.ts'
import { annotationsCsv } from '../annotations-csv.ts'
import type { Export, ExportReport, Format } from './export.ts'

type Marks = Extract<Export, { what: 'marks' }>
type FolderFormat = Exclude<Format, 'label-studio'>

/**
 * @param path absolute: a file, or of marks a folder
 * @param reader of the markets that `marketsOf` names
 * @throws AppError as `exportCandles`, `trainingSetArrays`
 */
export async function writeExport(one: Export, reader: MarketReader, path: string): Promise<ExportReport> {
  if (one.what === 'candles') {
    const { rows, gaps } = await exportCandles({ ...one, reader, path })
    return { rows, gaps }
  }
  if (one.what === 'marks') {
    await writeMarks(one, reader, path)
    return {}
  }
  const arrays = trainingSetArrays(one.data, one.seed)
  await writeFileWhole(path, await npzBytes(arrays))
  return { rows: arrays['label']?.shape[0] ?? 0 }
}

/** Whether a file of such a name, or a folder in this format, holds test cases. */
export function holdsCases(path: string, format: Format): boolean {
  const ending = extname(path)
  return ending !== '.csv' && ending !== '.parquet' && format !== 'label-studio'
}

/** A .csv or .parquet file holds annotations alone, .npz test cases alone; a .json file or a folder both. */
async function writeMarks(
  { format, annotations, cases }: Marks,
  reader: MarketReader,
  path: string,
): Promise<void> {
  const ending = extname(path)
  if (ending === '.csv') await writeFileWhole(path, annotationsCsv([...annotations]))
  else if (ending === '.parquet')
    await writeFileWhole(path, await parquetBytes(annotationsTable(annotations)))
  else if (format === 'label-studio') await writeLabelStudio(annotations, reader, path)
  else if (ending === '.json') await writeJsonWhole(path, { annotations, test_cases: cases })
  else if (ending === '.npz') await writeFileWhole(path, await npzBytes(caseArrays(cases)))
  else await writeFolder(path, annotations, cases, format)
}

async function writeLabelStudio(
  annotations: readonly AnnotationOut[],
  reader: MarketReader,
  path: string,
): Promise<void> {
  const tasks = await labelStudioTasks(annotations, reader)
  if (extname(path) === '.json') return writeJsonWhole(path, tasks)
  await writeJsonWhole(join(path, 'label-studio.json'), tasks)
  await writeFileWhole(join(path, 'label-studio.xml'), LABEL_CONFIG)
}

async function writeFolder(
  folder: string,
  annotations: readonly AnnotationOut[],
  cases: readonly TestCaseFile[],
  format: FolderFormat,
): Promise<void> {
  await writeAnnotations(folder, annotations, format)
  if (format === 'parquet') await writeCaseTables(folder, cases)
  else if (format === 'npz')
    await writeFileWhole(join(folder, 'test_cases.npz'), await npzBytes(caseArrays(cases)))
  else {
    await makeFolder(join(folder, 'test_cases'))
    for (const each of cases)
      await writeJsonWhole(join(folder, 'test_cases', `${each.test_case_id}.json`), each)
  }
}

async function writeCaseTables(folder: string, cases: readonly TestCaseFile[]): Promise<void> {
  const write = async (name: string, table: Parameters<typeof parquetBytes>[0]): Promise<void> =>
    writeFileWhole(join(folder, `${name}.parquet`), await parquetBytes(table))
  await write('test_cases', casesTable(cases))
  await write('test_case_candles', caseCandlesTable(cases))
  if (cases.some(({ order_book: book }) => book !== undefined))
    await write('test_case_order_books', caseOrderBooksTable(cases))
}

async function writeAnnotations(
  folder: string,
  annotations: readonly AnnotationOut[],
  format: FolderFormat,
): Promise<void> {
  const to = (ending: string): string => join(folder, `annotations.${ending}`)
  if (format === 'csv') await writeFileWhole(to('csv'), annotationsCsv([...annotations]))
  else if (format === 'parquet')
    await writeFileWhole(to('parquet'), await parquetBytes(annotationsTable(annotations)))
  else await writeJsonWhole(to('json'), { annotations })
}
