// What a server has to say of a database that lost what it knew: damaged pages, or none of the annotations whose test cases are there.
import type { Annotations } from '../annotation/annotations.ts'
import type { TestCases } from '../annotation/test-cases.ts'
import type { Workspace } from '../core/workspace.ts'

const DOCTOR = 'Stop the server and run `annotate doctor --repair`'

export function damagedWords({ database }: Workspace, fault: string): string {
  return `The database ${database} is damaged (${fault}). ${DOCTOR}: it keeps the damaged file under a new name, saves what can be read and makes the annotations anew of their test cases.`
}

/** Null where every test case has its annotation. */
export async function lostMarks(
  { testCases: folder, database }: Workspace,
  testCases: Pick<TestCases, 'strays'>,
  annotations: Pick<Annotations, 'list'>,
): Promise<string | null> {
  const strays = (await testCases.strays()).length
  if (strays === 0) return null
  const known = await annotations.list()
  const what = `${strays} test ${strays === 1 ? 'case' : 'cases'} in ${folder}`
  const without =
    known.length === 0
      ? `The database ${database} is empty beside ${what}: it is new, or what it held was lost.`
      : `${what} ${strays === 1 ? 'has' : 'have'} no annotation in the database.`
  return `${without} ${DOCTOR}: it makes the annotations anew of their test cases.`
}
