// The page: files as built, the index for every other path, and the one inline style exactly as lightweight-charts has it.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHART_ATTRIBUTION_STYLE } from '../../../src/server/routes/page.ts'
import { startServer, type Harness } from './harness.ts'

describe('a built page', () => {
  let folder: string
  let server: Harness

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'annotate-page-'))
    await mkdir(join(folder, 'assets'))
    await writeFile(join(folder, 'index.html'), '<!doctype html><title>ANNOTATE</title>')
    await writeFile(join(folder, 'assets', 'main-1a2b.js'), 'export {}')
    server = await startServer('stored', { page: folder })
  })
  afterAll(async () => {
    await server.stop()
    await rm(folder, { recursive: true })
  })

  it.each(['/', '/index.html', '/markets/ETH', '/?symbol=ETH/USDT'])('%s is the index', async (path) => {
    const { status, text, headers } = await server.call('GET', path)
    expect(status).toBe(200)
    expect(text).toContain('<title>ANNOTATE</title>')
    expect(headers['cache-control']).toBe('no-cache')
  })

  it('keeps files whose name is their content', async () => {
    const { status, headers } = await server.call('GET', '/assets/main-1a2b.js')
    expect(status).toBe(200)
    expect(headers['content-type']).toContain('javascript')
    expect(headers['cache-control']).toContain('immutable')
  })

  it('leads nowhere outside its folder', async () => {
    const { text } = await server.call('GET', '/..%2f..%2f..%2fetc/passwd')
    expect(text).not.toContain('root:')
  })

  it.each(['/assets/gone.js', '/api/nothing'])('%s is not the index', async (path) => {
    const { text } = await server.call('GET', path)
    expect(text).not.toContain('<title>')
  })
})

it('allows the attribution style of lightweight-charts word for word', async () => {
  const folder = new URL('../../../node_modules/lightweight-charts/dist/', import.meta.url)
  const library = await readFile(new URL('lightweight-charts.production.mjs', folder), 'utf8')
  expect(library).toContain(CHART_ATTRIBUTION_STYLE)
})
