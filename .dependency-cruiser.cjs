// The rooms and which way imports run between them (ARCHITECTURE.md). `npm run rooms` checks; test/rooms proves it can fail.

/** What the server puts together, and the command line where no server runs. */
const served = [
  'core',
  'contract',
  'market',
  'market-state',
  'signals',
  'queue',
  'annotation',
  'models',
  'moments',
  'orchestrator',
  'training',
  'inference',
  'alerts',
  'backtest',
  'keeping',
]

/** Per room, the rooms it may import from, besides itself. Web's and the command line's own concern is showing. */
const mayImport = {
  core: [],
  contract: ['core'],
  market: ['core', 'contract'],
  'market-state': ['core', 'contract', 'market'],
  signals: ['core', 'contract'],
  queue: ['core', 'contract'],
  annotation: ['core', 'contract', 'market', 'market-state'],
  nn: ['core', 'contract'],
  models: ['core', 'contract', 'nn'],
  moments: ['core', 'contract', 'market', 'market-state', 'queue', 'nn', 'models'],
  orchestrator: ['core', 'contract', 'signals', 'nn', 'models'],
  training: [
    'core',
    'contract',
    'market',
    'market-state',
    'signals',
    'queue',
    'annotation',
    'nn',
    'models',
    'moments',
    'orchestrator',
  ],
  inference: [
    'core',
    'contract',
    'market',
    'market-state',
    'signals',
    'nn',
    'models',
    'moments',
    'orchestrator',
  ],
  alerts: ['core', 'contract'],
  backtest: [
    'core',
    'contract',
    'market',
    'market-state',
    'signals',
    'queue',
    'annotation',
    'nn',
    'models',
    'moments',
    'orchestrator',
    'training',
    'inference',
  ],
  keeping: ['core', 'contract', 'market', 'market-state', 'annotation', 'orchestrator', 'training'],
  server: served,
  client: ['core', 'contract'],
  library: [...served, 'server'],
  cli: [...served, 'server', 'client'],
  web: ['contract'],
}

/** Inside the page, per folder, what it may import from, besides itself: from the ground (state) up to the roof (app). */
const ground = ['state', 'controls', 'marking', 'charts', 'actions']
const wings = ['backtests', 'data-set', 'depth', 'history', 'markets', 'similar', 'suggestions', 'training']
const webMayImport = {
  state: [],
  controls: ['state'],
  marking: ['state'],
  charts: ['state', 'marking'],
  actions: ['state', 'marking', 'charts'],
  pictures: ground,
  ...Object.fromEntries(wings.map((wing) => [wing, [...ground, 'pictures']])),
  evaluation: [...ground, 'pictures', 'training'],
  guide: [...ground, 'pictures', 'suggestions', 'training'],
  models: [...ground, 'pictures', 'evaluation'],
  keys: [...ground, 'pictures', ...wings, 'evaluation', 'models', 'guide'],
  panels: [...ground, 'pictures', ...wings, 'evaluation', 'models', 'guide', 'keys'],
  app: [...ground, 'pictures', ...wings, 'evaluation', 'models', 'guide', 'keys', 'panels'],
}

/** Inside training: what a run is read from, its examples, the ways to learn, what the folds say, jobs, and the runs on top. */
const trainingMayImport = {
  data: [],
  examples: ['data'],
  learning: ['data', 'examples'],
  agent: ['data', 'examples', 'learning'],
  evaluation: ['data', 'examples'],
  jobs: ['data', 'examples', 'learning', 'agent'],
  queue: ['learning', 'jobs'],
  runs: ['data', 'examples', 'learning', 'agent', 'evaluation', 'jobs', 'queue'],
  preview: ['data', 'examples', 'learning', 'evaluation', 'runs'],
  suggestions: ['data', 'examples', 'learning', 'evaluation', 'runs', 'preview'],
  health: ['data', 'examples', 'learning', 'evaluation', 'runs', 'preview'],
}

/** Packages that belong to one place; everything else goes through it. */
const packageHomes = {
  'onnxruntime-node': 'src/nn',
  '@bufbuild/protobuf': 'src/nn',
  libsql: 'src/core',
  pg: 'src/core/postgres',
  'pg-boss': 'src/core/postgres',
  'csv-parse': 'src/market',
  yazl: 'src/keeping',
  ccxt: 'src/market/exchange',
  fastify: 'src/server',
  '@fastify': 'src/server',
  'prom-client': 'src/server',
  commander: 'src/cli',
  'eventsource-client': 'src/client',
  react: 'src/web',
  'react-dom': 'src/web',
  'lightweight-charts': 'src/web',
  marked: 'src/web',
}

const roomRules = Object.entries(mayImport).map(([room, rooms]) => ({
  name: `${room}-imports`,
  comment: `src/${room} may import from: ${rooms.join(', ') || 'nothing'}.`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${[room, ...rooms].join('|')})/` },
}))

/** The order of the folders inside a room. */
const folderRules = (room, foldersMayImport) =>
  Object.entries(foldersMayImport).map(([folder, folders]) => ({
    name: `${room}-${folder}-imports`,
    comment: `src/${room}/${folder} may import from: ${folders.join(', ') || `nothing else in ${room}`}.`,
    severity: 'error',
    from: { path: `^src/${room}/${folder}/` },
    to: { path: `^src/${room}/`, pathNot: `^src/${room}/(${[folder, ...folders].join('|')})/` },
  }))

const packageRules = Object.entries(packageHomes).map(([name, home]) => ({
  name: `only-${home.slice('src/'.length).replace('/', '-')}-uses-${name.replace('@', '').replace('/', '-')}`,
  comment: `${name} is used in ${home} alone.`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^${home}/` },
  to: { path: `(^|/)node_modules/${name}/` },
}))

module.exports = {
  forbidden: [
    ...roomRules,
    ...folderRules('web', webMayImport),
    ...folderRules('training', trainingMayImport),
    ...packageRules,
    {
      name: 'every-file-in-a-room',
      comment:
        'A file under src/ stands in one of the rooms; add a new room to this list and to ARCHITECTURE.md.',
      severity: 'error',
      from: {},
      to: { path: '^src/', pathNot: `^src/(${Object.keys(mayImport).join('|')})/` },
    },
    {
      name: 'web-every-file-in-a-folder',
      comment: 'A file of the page stands in one of its folders; a new one is entered in webMayImport.',
      severity: 'error',
      from: {},
      to: {
        path: '^src/web/',
        pathNot: `^src/web/((${Object.keys(webMayImport).join('|')}|styles)/|main\\.tsx$)`,
      },
    },
    {
      name: 'training-every-file-in-a-folder',
      comment: 'A file of training stands in one of its folders; a new one is entered in trainingMayImport.',
      severity: 'error',
      from: {},
      to: { path: '^src/training/', pathNot: `^src/training/(${Object.keys(trainingMayImport).join('|')})/` },
    },
    {
      name: 'market-log-on-top',
      comment: 'The log of a market stands on the rest of its room: nothing else there knows of it.',
      severity: 'error',
      from: { path: '^src/market/', pathNot: '^src/market/log/' },
      to: { path: '^src/market/log/' },
    },
    {
      name: 'no-cycle',
      comment: 'No file needs itself, by way of types neither.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'src-stands-alone',
      comment: 'What ships needs neither tests nor benches nor scripts.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'ground-truth-for-tests-only',
      comment: 'The demo market knows its true breakouts; nothing that learns or infers may look.',
      severity: 'error',
      from: { pathNot: '^(test|scripts)/' },
      to: { path: '^src/market/demo/ground-truth\\.ts$' },
    },
    {
      name: 'no-dev-packages-in-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'type-import'] },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|workspace|artifacts)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
