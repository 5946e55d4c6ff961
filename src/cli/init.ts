/** `ztnet init`: a first ztnet.yaml, which passes on the snapshot that it was made from. */
import { existsSync } from 'node:fs'
import { dirname, isAbsolute, relative } from 'node:path'
import { type Command, Option } from 'commander'
import { compile } from '../aws/compile.ts'
import { ZtnetError } from '../errors.ts'
import { Network } from '../network/network.ts'
import { plural } from '../report/style.ts'
import { warn, write } from './output.ts'
import { BASELINE_FILE, baselineFor, besidePolicy, POLICY_FILE, todayOf } from './policy-choice.ts'
import { chooseSnapshot } from './snapshot-choice.ts'
import { VERSION } from './version.ts'

interface InitOptions {
  readonly snapshot?: string
  readonly output: string
  readonly force?: boolean
}

export const addInitCommand = (program: Command): void => {
  program
    .command('init')
    .summary('a first ztnet.yaml from a snapshot')
    .description(
      `Writes a policy with the tiers that the snapshot has, and a comment where it had to guess. What ztnet check finds today goes into ${BASELINE_FILE}, so that the policy passes.`,
    )
    .addOption(new Option('--snapshot <path>', 'snapshot file, folder of describe JSON, or example:<name>'))
    .addOption(new Option('-o, --output <file>', 'the policy; - for stdout, without a baseline').default(POLICY_FILE))
    .addOption(new Option('--force', 'replace files that are there'))
    .addHelpText('after', '\nExample:\n  $ ztnet init --snapshot snapshots/prod.json && ztnet check')
    .action(async (options: InitOptions) => {
      const isFile = options.output !== '-'
      const baseline = besidePolicy(options.output, BASELINE_FILE)
      if (isFile && options.force !== true && existsSync(options.output))
        throw new ZtnetError('FILE_EXISTS', 'is there already', {
          place: { file: options.output },
          hint: 'Write elsewhere with -o, or replace it with --force.',
        })
      // What somebody accepted before there was a policy stays accepted, and nothing else does.
      const keepsBaseline = isFile && options.force !== true && existsSync(baseline)
      const compiled = compile(new Network(await chooseSnapshot(options.snapshot)))
      const { firstPolicy } = await import('../checks/first-policy.ts')
      const { examine } = await import('../checks/findings.ts')
      const { parsePolicy } = await import('../policy/policy-file.ts')
      const { baselineOf, formatBaseline } = await import('../policy/baseline.ts')
      const snapshot = options.snapshot === undefined ? undefined : fromPolicy(options.output, options.snapshot)
      const common = { schema: SCHEMA, ...(snapshot !== undefined && { snapshot }) }
      // Made before the policy says which tier is which.
      const [plain, withBaseline] = [common, { ...common, baseline: BASELINE_FILE }].map((each) =>
        firstPolicy(compiled, each),
      )
      const policy = parsePolicy(plain!, options.output)
      const kept = keepsBaseline ? await baselineFor(policy, baseline) : undefined
      const today = await todayOf({})
      const { result, besides } = examine(compiled, policy, { today, flows: 0, ...(kept && { baseline: kept }) })
      const accepted = baselineOf(result.findings, besides, baseline)
      const makesBaseline = isFile && !kept && accepted.findings.length > 0
      await write((kept || makesBaseline ? withBaseline : plain)!, options.output)
      if (makesBaseline) await write(formatBaseline(accepted), baseline)
      const judging = options.output === POLICY_FILE ? 'ztnet check' : `ztnet check --policy ${options.output}`
      const beside = makesBaseline
        ? `, and ${baseline} with ${plural(accepted.findings.length, 'finding')} of today`
        : ''
      if (isFile) warn(`${options.output} is written${beside}; ${judging} judges it`)
      if (kept)
        warn(
          `${baseline} was there and stays as it is; ${accepted.findings.length === 0 ? 'it accepts all of today' : `it does not accept ${plural(accepted.findings.length, 'finding')} of today: ztnet baseline --accept-new does`}`,
        )
    })
}

/** As the policy has to name it: from where it lies. */
const fromPolicy = (policy: string, snapshot: string): string =>
  policy === '-' || isAbsolute(snapshot) || snapshot.startsWith('example:')
    ? snapshot
    : relative(dirname(policy), snapshot).replaceAll('\\', '/')

/** Where npm packages can be read file by file. */
const SCHEMA = `https://unpkg.com/ztnet@${VERSION}/schemas/policy.json`
