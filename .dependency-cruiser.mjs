/** Who may import whom, as data: the table below is the only list of layers, and the rules are generated from it.
 *  Type-only imports count, because a layer that knows another's types knows the other layer. */

/** Lowest first; a layer may import itself, what its row names, and the files that are common to all. */
const layers = [
  { layer: 'packet', mayImport: [], because: 'sets of packet headers are mathematics: no AWS, no graph' },
  { layer: 'snapshot', mayImport: ['packet'], because: 'the file format states facts and draws no conclusions' },
  {
    layer: 'collect',
    mayImport: ['snapshot', 'packet'],
    because: 'a collector records what it reads and interprets nothing; large tables it reads block by block',
  },
  { layer: 'network', mayImport: ['snapshot', 'packet'], because: 'linking ids needs the facts, not their behaviour' },
  { layer: 'forwarding', mayImport: ['packet'], because: 'the vocabulary of stages and hops is free of AWS' },
  {
    layer: 'aws',
    mayImport: ['network', 'snapshot', 'forwarding', 'packet'],
    because: 'all knowledge of how AWS treats packets ends as stages and hops, and asks no questions of them',
  },
  {
    layer: 'reach',
    mayImport: ['forwarding', 'packet'],
    because: 'the solver sees stages, hops and sets; it never says AWS',
  },
  {
    layer: 'analysis',
    mayImport: ['reach', 'aws', 'network', 'snapshot', 'forwarding', 'packet'],
    because: 'a question is put together here and answered as plain data, which others read or print',
  },
  {
    layer: 'scene',
    mayImport: ['analysis', 'aws', 'reach', 'network', 'snapshot', 'packet'],
    because: 'a picture shows what is there and what was answered; it decides nothing about packets',
  },
  {
    layer: 'changes',
    mayImport: ['snapshot'],
    because: 'a change is tried on a copy of the facts, by whoever wants to know what it does',
  },
  {
    layer: 'policy',
    mayImport: ['changes', 'analysis', 'reach', 'aws', 'network', 'snapshot', 'forwarding', 'packet'],
    because: 'what a policy means in a network is asked of the questions that there are',
  },
  {
    layer: 'checks',
    mayImport: ['changes', 'policy', 'analysis', 'reach', 'aws', 'network', 'snapshot', 'forwarding', 'packet'],
    because: 'findings are made of rules and of built-in checks, and answered as plain data',
  },
  {
    layer: 'diff',
    mayImport: ['checks', 'policy', 'analysis', 'reach', 'aws', 'network', 'snapshot', 'forwarding', 'packet'],
    because: 'two networks are compared by asking both the questions that there are, which know one at a time',
  },
  {
    layer: 'report',
    mayImport: ['scene', 'diff', 'checks', 'policy', 'analysis', 'aws/reasons.ts', 'packet'],
    because: 'a report turns a finished answer into text; of AWS it needs only the words for reasons',
  },
  {
    layer: 'cli',
    mayImport: [
      'packet',
      'snapshot',
      'collect',
      'network',
      'forwarding',
      'aws',
      'reach',
      'analysis',
      'scene',
      'policy',
      'changes',
      'checks',
      'diff',
      'report',
      'index.ts',
    ],
    because: 'the command line puts the pieces together, and nothing imports it',
  },
]

/** `packet` -> the folder, `aws/reasons.ts` -> that one file. */
const pathOf = (name) => (name.endsWith('.ts') ? `^src/${name.replace('.', '\\.')}$` : `^src/${name}/`)
const common = '^src/(errors|collections|pattern)\\.ts$'
const door = '^src/index\\.ts$'
const folders = layers.map(({ layer }) => pathOf(layer))

const layerRules = layers.map(({ layer, mayImport, because }) => ({
  name: `${layer}-imports-only-what-is-below`,
  comment: `src/${layer} may import ${mayImport.join(', ') || 'no other layer'}: ${because}`,
  severity: 'error',
  from: { path: pathOf(layer) },
  to: { path: '^(src|test|bin)/', pathNot: [pathOf(layer), common, ...mayImport.map(pathOf)] },
}))

export default {
  forbidden: [
    ...layerRules,
    {
      name: 'every-folder-is-a-layer',
      comment:
        'A file under src belongs to a layer of the table, or is one that everybody imports, or src/index.ts: name the new layer first',
      severity: 'error',
      from: {},
      to: { path: '^src/', pathNot: [...folders, common, door] },
    },
    {
      name: 'no-file-outside-the-layers',
      comment: 'The same, seen from the file itself',
      severity: 'error',
      from: { path: '^src/', pathNot: [...folders, common, door] },
      to: {},
    },
    {
      name: 'what-everybody-imports-imports-nothing',
      comment:
        'Every layer may import src/errors.ts, src/collections.ts and src/pattern.ts, so what these import everybody would import',
      severity: 'error',
      from: { path: common },
      to: {},
    },
    {
      name: 'library-door-is-not-the-command-line',
      comment: 'src/index.ts opens every layer but the cli: who imports a library must not get an argument parser',
      severity: 'error',
      from: { path: door },
      to: { path: ['^src/cli/', '^(test|bin)/'] },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that import each other are one file, or a third is missing',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'node-only-at-the-rim',
      comment: 'Only src/collect and src/cli touch files and processes: the rest runs in a browser as well',
      severity: 'error',
      from: { path: '^(src|viz/src)/', pathNot: ['^src/collect/', '^src/cli/'] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'the-page-runs-in-a-browser',
      comment: 'viz is bundled for browsers: it may use every layer that is free of files and processes',
      severity: 'error',
      from: { path: '^viz/src/' },
      to: { path: '^src/(cli|collect)/|^(test|bin)/|^src/index\\.ts$' },
    },
    {
      name: 'aws-sdk-only-where-it-collects',
      comment:
        'The AWS SDK is loaded by live collection alone; importing it costs every other command most of a second',
      severity: 'error',
      from: { path: '^(src|test|bin)/', pathNot: '^(src|test)/collect/aws/' },
      to: { path: '(^|/)@(aws-sdk|smithy)/' },
    },
    {
      name: 'bin-calls-the-command-line-only',
      comment: 'bin holds no logic: it hands over to the built command line',
      severity: 'error',
      from: { path: '^bin/' },
      to: { pathNot: '(^|/)dist/cli/main\\.js$' },
    },
    {
      name: 'oracle-shares-nothing-with-the-engine',
      comment:
        'Two answers agree for a reason only if they were found twice: the oracle reads the network, and no code that decides',
      severity: 'error',
      from: { path: '^test/oracle/', pathNot: '\\.test\\.ts$' },
      to: { path: ['^src/(forwarding|aws|reach|analysis|report|cli)/', door] },
    },
    {
      name: 'no-development-packages-in-the-product',
      comment: 'What src imports at run time must be installed with the package: list it under dependencies',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'every-import-resolves',
      comment: 'A misspelt path, or a package that is not installed',
      severity: 'error',
      from: { pathNot: '^bin/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // TypeScript 7 has no compiler API; swc reads the sources instead, type-only imports included.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: ['node_modules', '^dist/'] },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
}
