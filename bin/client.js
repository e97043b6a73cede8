// `annotate/client` for any Node: the TypeScript of src/client, loaded as it is.
import './typescript.js'

export const { connect, AppError } = await import('../src/client/connect.ts')
