// Before every test file: a test that forks a .ts file (a training run) hands the loader on to its child, as `annotate` does.
const loader = new URL('../bin/typescript.js', import.meta.url).href

// One process runs many files.
if (!process.execArgv.includes(loader)) process.execArgv.push('--import', loader)

// It may name the PostgreSQL that tests are to ask (test/postgres/keeper.ts): what they start is not to take it for its workspace's.
const given = process.env['DATABASE_URL']
if (given !== undefined) process.env['ANNOTATE_TEST_DATABASE_URL'] = given
delete process.env['DATABASE_URL']
