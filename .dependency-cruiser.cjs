/**
 * Who may import whom: the table of docs/architecture.md, enforced. No rule has exceptions; each comment says what to
 * do instead, because it is what CI prints.
 */

/** Whatever a file of ours can reach, by who made it. */
const ours = '^src/'
const node = { dependencyTypes: ['core'] }
const npm = { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'] }

const within = (...folders) => `^src/(${folders.join('|')})/`
const files = (...names) => `^src/(${names.join('|')})\\.ts$`
const packages = (...names) => `node_modules/(${names.join('|')})/`

const core = ['facts', 'criteria', 'review', 'tickets', 'controls', 'policy', 'engine', 'ledger', 'evidence']
const adapters = ['github', 'trackers', 'store', 'queue']

/** Files of `from` may import, of ours, only what is listed. */
const layer = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: ours, pathNot: [from, ...allowed] },
})

const layers = [
  layer(
    'facts-stand-alone',
    within('facts'),
    [],
    'A fact says what was seen, not what it is for: a fact shaped by one control cannot serve the next. Describe the world here, and let the control or the policy import it.',
  ),
  layer(
    'criteria-stand-alone',
    within('criteria'),
    [],
    'Criteria are a list of clause ids. What a clause means for us is said by the controls that satisfy it.',
  ),
  layer(
    'review-sees-facts',
    within('review'),
    [within('facts')],
    'These are the parts that `independent-review` is made of, judged from facts alone. What a policy or a catalogue is belongs elsewhere.',
  ),
  layer(
    'tickets-see-facts',
    within('tickets'),
    [within('facts')],
    'These are the parts that `ticket-link` is made of, judged from facts alone. What a policy or a catalogue is belongs elsewhere.',
  ),
  layer(
    'controls-see-facts-and-criteria',
    within('controls'),
    [within('facts', 'criteria', 'review', 'tickets')],
    'A control judges facts. It needs a new fact, not the place the fact comes from: add the fact to facts/ and to its `needs`.',
  ),
  layer(
    'policy-sees-controls-and-facts',
    within('policy'),
    [within('controls', 'review', 'facts')],
    'A policy is resolved from files and the catalogue alone. What it leads to is decided in engine/.',
  ),
  layer(
    'engine-sees-policy-and-control-types',
    within('engine'),
    [within('policy', 'facts'), files('controls/control')],
    'The engine judges by any catalogue: take the catalogue as an argument, and import only the types of controls/control.ts.',
  ),
  layer(
    'ledger-and-evidence-see-what-was-judged',
    within('ledger', 'evidence'),
    [within('engine', 'facts', 'criteria')],
    'The record describes what was judged and done. Import the types of engine/, facts/ and criteria/; take everything else as a value.',
  ),
  layer(
    'operations-see-core',
    within('operations'),
    [within(...core)],
    'An operation is a sentence made of core words. What it touches is a function of its own `Ports`; app.ts gives the port its body.',
  ),
  ...adapters.map((adapter) =>
    layer(
      `${adapter}-sees-core-types`,
      within(adapter),
      [within(...core)],
      'An adapter translates between one outside system and core types. It never calls another adapter: let an operation use both through its Ports. Nor a door: the door calls it through an operation.',
    ),
  ),
  layer(
    'ui-sees-core-types',
    within('ui'),
    [within(...core)],
    'A page is a function from a view model to HTML. Let the route fetch, and hand over what the page shows.',
  ),
  layer(
    'doors-see-operations-and-config',
    within('jobs', 'cli'),
    [within('operations', ...core), files('config')],
    'A door parses, calls one operation and answers. Put the decision into an operation, and let app.ts hand the operation its ports.',
  ),
  layer(
    'http-sees-operations-config-and-ui',
    within('http'),
    [within('operations', 'ui', ...core), files('config')],
    'A route parses, calls one operation and answers. Put the decision into an operation, and let app.ts hand the operation its ports.',
  ),
  layer(
    'config-stands-alone',
    '^src/config(/|\\.ts$)',
    [],
    'Configuration is read once, from the environment and files, into plain values. Who uses a value imports config, never the other way about.',
  ),
  layer(
    'the-twin-stands-alone',
    within('twin'),
    [],
    'The twin is GitHub. If it shared code with the app, one mistake would be made on both sides and no test would see it. Say it a second time, from the published contract.',
  ),
  layer(
    'the-demo-drives-from-outside',
    within('demo'),
    [within('twin', 'operations', ...core), files('app', 'config')],
    'The story starts the app as an operator does, through app.ts, and acts on the twin as people do.',
  ),
]

/** Files of `from` may import from `to` by `import type` alone. */
const typesOnly = (name, from, to, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: to, dependencyTypesNot: ['type-only'] },
})

const words = [
  typesOnly(
    'the-engine-takes-the-catalogue-as-an-argument',
    within('engine'),
    within('controls'),
    'The engine judges by any catalogue. Import types from controls/control.ts with `import type`, and take controls as values.',
  ),
  typesOnly(
    'adapters-decide-nothing',
    within(...adapters),
    within('controls', 'policy', 'engine', 'criteria', 'evidence'),
    'An adapter speaks in core types and decides nothing: `import type` from here, and let the operation call what decides.',
  ),
  typesOnly(
    'doors-decide-nothing',
    within('jobs', 'cli', 'http'),
    within(...core),
    'A door speaks in core types and decides nothing: `import type` from here, and let the operation call what decides.',
  ),
]

const barriers = [
  {
    name: 'controls-stand-alone',
    comment:
      'A control imports no other control. Move what they share to control.ts, or describe it as a fact. Only the catalogue names them all.',
    severity: 'error',
    from: { path: '^src/controls/[^/]+/' },
    to: { path: '^src/controls/', pathNot: '^src/controls/control\\.ts$' },
  },
  {
    name: 'evidence-is-read-from-the-ledger',
    comment: 'The ledger knows nothing of the packs made from it. Pass what it needs as a value.',
    severity: 'error',
    from: { path: within('ledger') },
    to: { path: within('evidence') },
  },
  {
    name: 'the-twin-stays-out-of-the-product',
    comment: 'Only its own bin, the demo and tests may start a GitHub of our own. The image is built without it.',
    severity: 'error',
    from: { path: ours, pathNot: [within('twin', 'demo'), files('bin/twin')] },
    to: { path: within('twin') },
  },
  {
    name: 'the-demo-stays-out-of-the-product',
    comment: 'Only the command line may tell the story, and only when asked to: the image is built without it.',
    severity: 'error',
    from: { path: ours, pathNot: [within('demo', 'bin'), files('command-line')] },
    to: { path: within('demo') },
  },
  {
    name: 'the-product-does-not-import-tests',
    comment: 'Move what both need into src/, or let the test build its own.',
    severity: 'error',
    from: { path: ours },
    to: { path: '^(test|scripts|bench)/' },
  },
]

const reach = [
  {
    name: 'core-uses-four-pure-packages',
    comment:
      'The core decides and touches nothing: of npm it may use zod, re2js and picomatch. Do the rest in an adapter and pass the value in.',
    severity: 'error',
    from: { path: within(...core), pathNot: files('policy/read-yaml') },
    to: { ...npm, pathNot: packages('zod', 're2js', 'picomatch', '@types/picomatch') },
  },
  {
    name: 'only-read-yaml-parses-yaml',
    comment: 'One file turns a policy text into values (docs/decisions/0008); everyone else receives the values.',
    severity: 'error',
    from: { path: files('policy/read-yaml') },
    to: { ...npm, pathNot: packages('zod', 're2js', 'picomatch', '@types/picomatch', 'yaml') },
  },
  {
    name: 'core-only-hashes',
    comment:
      'The core does no I/O and reads no clock: of Node it may use crypto, for hashing. Take time, randomness and files as arguments.',
    severity: 'error',
    from: { path: within(...core) },
    to: { ...node, pathNot: '^(node:)?crypto$' },
  },
  {
    name: 'operations-touch-nothing',
    comment:
      'An operation reaches the outside through its Ports alone. Add a function to them and let app.ts give it its body.',
    severity: 'error',
    from: { path: within('operations') },
    to: {
      dependencyTypes: [...npm.dependencyTypes, ...node.dependencyTypes],
      pathNot: ['^(node:)?crypto$', packages('zod')],
    },
  },
  {
    name: 'the-product-ships-what-it-imports',
    comment:
      'The image holds `dependencies` only. Only the twin and the demo may use a development dependency; types are free.',
    severity: 'error',
    from: { path: ours, pathNot: [within('twin', 'demo')] },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
  },
]

module.exports = {
  forbidden: [
    ...layers,
    ...words,
    ...barriers,
    ...reach,
    {
      name: 'no-cycles',
      comment:
        'Two files that run each other are one file, or three: move what both need below them. (Types alone are gone at run time.)',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'nothing-unresolved',
      comment: 'This import leads nowhere. Check the alias in package.json and the `.ts` at the end.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'nothing-undeclared',
      comment: 'The package is there by accident, through another one. Ask for it in package.json, or do without.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.js', '.json', '.d.ts'],
    },
  },
}
