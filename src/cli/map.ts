/** `ztnet map`: one HTML file that shows an estate and answers every question about it; or its picture, for documents. */
import { basename } from 'node:path'
import { type Command, Option } from 'commander'
import { matrix } from '../analysis/matrix.ts'
import { snapshotEntry } from '../analysis/snapshot-entry.ts'
import { ownTiers, policyTiers } from '../analysis/tiers-declared.ts'
import { type Compiled, compile } from '../aws/compile.ts'
import type { DiffResult } from '../diff/diff.ts'
import { ZtnetError } from '../errors.ts'
import { Network } from '../network/network.ts'
import type { Policy } from '../policy/policy.ts'
import type { MapCheck, MapSnapshot } from '../report/map-data.ts'
import { shownHops } from '../report/reach-words.ts'
import { flowsUnasked, judgedFlows, presenceAt, sceneAt, withPresence } from '../report/map-scene.ts'
import { sceneOf } from '../scene/estate.ts'
import { flowLinks } from '../scene/flows.ts'
import { leftOutWords } from '../scene/line-look.ts'
import { layout, openAtFirst } from '../scene/layout.ts'
import type { Scene } from '../scene/scene.ts'
import { whereaboutsOf } from '../scene/whereabouts.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { breachesOf } from './map-breaches.ts'
import { tiersDeclaredBy } from './network-choice.ts'
import { warn, write } from './output.ts'
import { choosePolicy, todayOf } from './policy-choice.ts'
import { withProgress } from './progress.ts'
import { chooseSnapshot, loadNamed, snapshotPath } from './snapshot-choice.ts'
import { VERSION } from './version.ts'

interface MapOptions {
  readonly snapshot?: string
  readonly format: 'html' | 'svg' | 'mermaid' | 'drawio' | 'dot'
  readonly output?: string
  readonly open?: boolean
  readonly policy?: string
  readonly findings: boolean
  readonly diff: readonly string[]
  readonly quiet?: boolean
}

/** In larger estates flows are left for the page to ask, box by box: who opens the map should not wait for all pairs. */
const MOST_ASKED_BEFOREHAND = 5000

export const addMapCommand = (program: Command): void => {
  program
    .command('map')
    .summary('one self-contained HTML file: the picture, and every question answered in it')
    .description(
      'Writes a map of the estate as one HTML file that loads nothing and opens from disk: the engine is in it, so that whoever gets it can ask it everything that ztnet reach answers. Or its picture alone, for documents.',
    )
    .addOption(new Option('--snapshot <path>', 'snapshot file, folder of describe JSON, or example:<name>'))
    .addOption(
      new Option('--format <format>', 'the page, or a picture')
        .choices(['html', 'svg', 'mermaid', 'drawio', 'dot'])
        .default('html'),
    )
    .addOption(new Option('-o, --output <file>', 'where to write (default: map.html; pictures go to stdout)'))
    .addOption(
      new Option('--diff <old>', 'an earlier snapshot to compare with; several, oldest first, give a history')
        .default([], 'none')
        .argParser((path: string, before: readonly string[]) => [...before, path]),
    )
    .addOption(new Option('--policy <file>', 'findings by this policy; else ./ztnet.yaml, else ztnet/tiers-v1'))
    .addOption(new Option('--no-findings', 'leave out the findings of ztnet check'))
    .addOption(new Option('--open', 'open the file in the browser'))
    .addHelpText('after', EXAMPLES)
    .action(async (options: MapOptions) => {
      if (options.format !== 'html' && options.open === true)
        throw new ZtnetError('QUESTION_ODD', `--open is for the page, and --format ${options.format} was given`, {
          hint: 'leave out --format',
        })
      const history = await historyOf(options)
      const parts = history.map(({ part }) => part)
      if (options.format !== 'html') return write(await pictureOf(parts, options.format), options.output)
      const { mapHtml } = await import('./map-file.ts')
      const file = options.output ?? 'map.html'
      const html = mapHtml(
        `${parts.at(-1)!.label} - ztnet map`,
        { version: 1, madeBy: VERSION, snapshots: parts },
        history.map(({ snapshot }) => snapshot),
      )
      await write(html, file)
      if (file === '-') return
      warn(`the map is in ${file}`)
      if (options.open === true) await (await import('./open-file.ts')).openFile(file)
    })
}

const EXAMPLES = `
Examples:
  $ ztnet map --snapshot example:three-tier --open
  $ ztnet map --snapshot snapshots/prod.json -o prod.html
  $ ztnet map --diff snapshots/2026-10.json --diff snapshots/2026-11.json
  $ ztnet map --format mermaid >> architecture.md`

/** Each snapshot with what is otherwise in it than in the one before, oldest first. */
const historyOf = async (
  options: MapOptions,
): Promise<readonly { readonly snapshot: Snapshot; readonly part: MapSnapshot }[]> => {
  const older = await Promise.all(options.diff.map(async (path) => ({ path, snapshot: await loadNamed(path) })))
  const all = [
    ...older,
    {
      path: await snapshotPath(options.snapshot, options.policy),
      snapshot: await chooseSnapshot(options.snapshot, options.policy),
    },
  ]
  const history: { snapshot: Snapshot; part: MapSnapshot }[] = []
  for (const { path, snapshot } of all) {
    const part = await partOf(snapshot, labelOf(path), options)
    const before = history.at(-1)
    history.push({
      snapshot,
      part: before ? { ...part, changes: await changesOf(before.snapshot, snapshot, options) } : part,
    })
  }
  return history
}

const changesOf = async (before: Snapshot, after: Snapshot, options: MapOptions): Promise<DiffResult> => {
  const { diff } = await import('../diff/diff.ts')
  const prepare = await tiersDeclaredBy(await choosePolicy(options.policy))
  const question = { by: 'vpc-subnet-tier', match: 'id', filter: {}, prepare } as const
  return withProgress('diff', options, (progress) => diff(before, after, question, progress))
}

const partOf = async (snapshot: Snapshot, label: string, options: MapOptions): Promise<MapSnapshot> => {
  const policy = await choosePolicy(options.policy)
  const compiled = compile(new Network(snapshot))
  const declare = await tiersDeclaredBy(policy)
  declare(compiled)
  const interfaces = compiled.network.all('networkInterface').length
  const asked = interfaces > MOST_ASKED_BEFOREHAND ? undefined : await askedBeforehand(compiled, options)
  const scene = sceneOf(compiled, asked?.flows)
  return {
    label,
    ...snapshotEntry(snapshot),
    interfaces,
    ...(policy.file !== undefined && policy.tiers.size > 0 && { tiersBy: policy.file }),
    ...(ownTiers(compiled.network).tiers.size > 0 && { policyTiers: policyTiersIn(compiled) }),
    scene,
    ...(asked?.byTier && { matrix: asked.byTier }),
    ...(options.findings && { check: await checked(compiled, scene, policy, options) }),
  }
}

const policyTiersIn = ({ network }: Compiled): NonNullable<MapSnapshot['policyTiers']> =>
  Object.fromEntries(
    Array.from(policyTiers(network).tiers, ([name, tier]) => [
      name,
      { members: tier.members(), subnets: [...tier.subnets] },
    ]),
  )

/** What `ztnet check` finds. */
const checked = async (compiled: Compiled, scene: Scene, policy: Policy, options: MapOptions): Promise<MapCheck> => {
  const { findingsOf } = await import('../checks/findings.ts')
  const today = await todayOf({})
  const found = await withProgress('check', options, (progress) => findingsOf(compiled, policy, { today, progress }))
  for (const warning of found.warnings) warn(warning)
  const breaches = breachesOf(compiled.network, scene, found.findings)
  // Who exactly sends what to whom would make the file large; the page asks it.
  const findings = found.findings.map((finding) => {
    const { flows: _flows, ...rest } = finding
    return rest
  })
  const result = { ...found, findings }
  const ids = result.findings.flatMap(({ witness, resource }) => [
    ...(resource ? [resource.id] : []),
    ...(witness
      ? [
          witness.from.id,
          witness.to.id,
          ...[...shownHops(witness, 'forward'), ...shownHops(witness, 'return')].map((hop) => hop.resource),
        ]
      : []),
  ])
  const places = [...new Set(ids)].map((id) => [id, whereaboutsOf(compiled.network, id)] as const)
  return { result, places: Object.fromEntries(places), breaches }
}

const askedBeforehand = (compiled: Compiled, options: MapOptions) =>
  withProgress('map', options, (progress) => ({
    flows: flowLinks(compiled, { filter: {} }, progress),
    byTier: options.format === 'html' ? matrix(compiled, { by: 'tier', filter: {} }, progress) : undefined,
  }))

/** What the user named, without folders. */
const labelOf = (snapshot: string): string =>
  snapshot.startsWith('example:') ? snapshot.slice('example:'.length) : basename(snapshot).replace(/\.json(\.gz)?$/, '')

/** Of the newest, with what became of each flow since the one before. */
const pictureOf = async (
  parts: readonly MapSnapshot[],
  format: Exclude<MapOptions['format'], 'html'>,
): Promise<string> => {
  const last = parts.slice(-2)
  const at = last.length - 1
  const { label } = last[at]!
  const scene = sceneAt(last, at)
  const judged = scene.flows
    ? { ...scene, flows: judgedFlows(scene.flows, last[at]!) }
    : { ...scene, flows: flowsUnasked(last[at]!), isPartlyAsked: true }
  const picture = withPresence(layout(judged, openAtFirst(judged, MOST_DRAWN)), presenceAt(last, at))
  for (const words of leftOutWords(picture.leftOut, 'document')) warn(`of the picture: ${words}`)
  switch (format) {
    case 'svg':
      return (await import('../report/picture-svg.ts')).pictureSvg(picture, { title: label })
    case 'mermaid':
      return (await import('../report/picture-mermaid.ts')).pictureMermaid(picture)
    case 'drawio':
      return (await import('../report/picture-drawio.ts')).pictureDrawio(picture, label)
    case 'dot':
      return (await import('../report/picture-dot.ts')).pictureDot(picture, label)
  }
}

/** A picture in a document is looked at whole. */
const MOST_DRAWN = 1500
