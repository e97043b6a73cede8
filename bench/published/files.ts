// The recorded data of published benchmarks, beside the project; where they are absent a bench says so.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

/** The text of a gzipped file of ../shared/data, or undefined where there is none. */
export async function sharedText(path: string): Promise<string | undefined> {
  const file = fileURLToPath(new URL(`../../../shared/data/${path}`, import.meta.url))
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  return bytes === undefined ? undefined : gunzipSync(bytes).toString('utf8')
}
