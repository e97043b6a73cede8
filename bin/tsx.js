// TypeScript for a Node that does not run it by itself: tsx, in this process.
import { register } from 'tsx/esm/api'
import { fileURLToPath } from 'node:url'
// Hundreds of files each: loaded first, they do not all pass through the loader, which takes three times as long.
import 'kysely'
import 'typebox'
import 'typebox/compile'

register({ tsconfig: fileURLToPath(new URL('../tsconfig.json', import.meta.url)) })
