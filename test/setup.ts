// Before every test file: a test that forks a .ts file (a training run) hands the loader on to its child, as `annotate` does.
const loader = new URL('../bin/typescript.js', import.meta.url).href

// One process runs many files.
if (!process.execArgv.includes(loader)) process.execArgv.push('--import', loader)
