// How the test cases of two trainings differ, by the hash of their files.
import type { DataDifference } from '../contract/runs-compared.ts'

type Cases = readonly { readonly test_case_id: string; readonly sha256: string }[]

/** `after` against `before`. */
export function caseDifference(before: Cases, after: Cases): Omit<DataDifference, 'run'> {
  const [old, now] = [hashesOf(before), hashesOf(after)]
  const shared = [...now.keys()].filter((id) => old.has(id))
  const changed = shared.filter((id) => old.get(id) !== now.get(id))
  return {
    added: [...now.keys()].filter((id) => !old.has(id)),
    removed: [...old.keys()].filter((id) => !now.has(id)),
    changed,
    same: shared.length - changed.length,
  }
}

function hashesOf(cases: Cases): Map<string, string> {
  return new Map(cases.map(({ test_case_id, sha256 }) => [test_case_id, sha256]))
}
