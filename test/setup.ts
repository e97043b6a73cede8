// Before every test file: a test that forks a .ts file (a training run) hands the loader on to its child, as `annotate` does.
process.execArgv.push('--import', new URL('../bin/typescript.js', import.meta.url).href)
