// `annotate export`: annotations and test cases into a folder or a file, for other programs.
import { mkdir } from 'node:fs/promises'
import { extname, join, resolve } from 'node:path'
import { Argument, Option, type Command } from 'commander'
import type { AnnotationOut, TestCaseFile } from '../../contract/annotations.ts'
import { systemClock } from '../../core/clock.ts'
import { writeFileWhole, writeJsonWhole } from '../../core/files.ts'
import { openWorkspace, type OpenWorkspace } from '../../server/open-workspace.ts'
import { annotationFilter, FILTER_HELP } from '../annotation-filter.ts'
import { annotationsCsv } from '../annotations-csv.ts'
import { printJson, printLine } from '../output.ts'
import { runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

interface ExportFlags extends CommonOptions {
  format: 'json' | 'csv'
  annotations?: string
}

interface Written {
  path: string
  annotations: number
  test_cases: number
}

export function exportVerb(description: string): Command {
  return verb('export', description)
    .addArgument(new Argument('[path]', 'a folder, or a .json or .csv file').default('export'))
    .addOption(
      new Option('--format <format>', 'of the annotations, in a folder')
        .choices(['json', 'csv'])
        .default('json'),
    )
    .option('--annotations <filter>', FILTER_HELP)
    .action(async (path: string, flags: ExportFlags) => runVerb(flags, (run) => exportTo(run, path, flags)))
}

async function exportTo(
  { workspace, json }: Verb,
  path: string,
  { format, annotations: filter }: ExportFlags,
): Promise<void> {
  const open = openWorkspace({ workspace, clock: systemClock })
  try {
    const annotations = await open.annotations.list(annotationFilter(filter))
    const written = await write(open, resolve(path), annotations, format)
    if (json) printJson(written)
    else
      printLine(
        `${written.annotations} annotations and ${written.test_cases} test cases written to ${written.path}`,
      )
  } finally {
    open.close()
  }
}

/** A .csv holds annotations alone; a .json file or a folder the test cases too. */
async function write(
  open: OpenWorkspace,
  path: string,
  annotations: AnnotationOut[],
  format: 'json' | 'csv',
): Promise<Written> {
  const count = annotations.length
  if (extname(path) === '.csv') {
    await writeFileWhole(path, annotationsCsv(annotations))
    return { path, annotations: count, test_cases: 0 }
  }
  const cases = await usableCases(open, annotations)
  if (extname(path) === '.json') await writeJsonWhole(path, { annotations, test_cases: cases })
  else await writeFolder(path, annotations, cases, format)
  return { path, annotations: count, test_cases: cases.length }
}

async function writeFolder(
  folder: string,
  annotations: AnnotationOut[],
  cases: TestCaseFile[],
  format: 'json' | 'csv',
): Promise<void> {
  await mkdir(join(folder, 'test_cases'), { recursive: true })
  if (format === 'csv') await writeFileWhole(join(folder, 'annotations.csv'), annotationsCsv(annotations))
  else await writeJsonWhole(join(folder, 'annotations.json'), { annotations })
  for (const each of cases)
    await writeJsonWhole(join(folder, 'test_cases', `${each.test_case_id}.json`), each)
}

/** Cases that are missing or broken on disk are named on stderr and left out. */
async function usableCases(open: OpenWorkspace, annotations: AnnotationOut[]): Promise<TestCaseFile[]> {
  const cases: TestCaseFile[] = []
  for (const { test_case_id: id } of annotations) {
    try {
      cases.push(await open.testCases.file(id))
    } catch (error) {
      process.stderr.write(`annotate: ${id} is left out: ${(error as Error).message}\n`)
    }
  }
  return cases
}
