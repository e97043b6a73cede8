// `annotate` for any Node: the TypeScript of src/library, loaded as it is.
import './typescript.js'

export const { openWorkspace, openSharedWorkspace, AppError } = await import('../src/library/open.ts')
