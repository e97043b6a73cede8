// A workspace with the past of the simulated market, for tests whose server is a process of its own.
import { prepare } from './prepared.ts'

/** `demo-1`, ETH/USDT, up to when the first of a run asked for it; its server fills in what was since. */
export async function putDemoInto(workspace: string): Promise<void> {
  await prepare('demo', workspace, async (folder) => {
    // Whoever only copies what another has made does not wait for the server's code.
    const { storeDemoPast } = await import('./demo-past.ts')
    await storeDemoPast(folder)
  })
}
