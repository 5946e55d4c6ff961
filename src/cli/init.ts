/** `ztnet init`: a first ztnet.yaml, which passes on the snapshot that it was made from. */
import { existsSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { compile } from '../aws/compile.ts'
import { ZtnetError } from '../errors.ts'
import { Network } from '../network/network.ts'
import { todayOf } from './check.ts'
import { warn, write } from './output.ts'
import { BASELINE_FILE, POLICY_FILE } from './policy-choice.ts'
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
      for (const file of isFile ? [options.output, BASELINE_FILE] : [])
        if (options.force !== true && existsSync(file))
          throw new ZtnetError('FILE_EXISTS', 'is there already', {
            place: { file },
            hint: 'Write elsewhere with -o, or replace it with --force.',
          })
      const compiled = compile(new Network(await chooseSnapshot(options.snapshot)))
      const { firstPolicy } = await import('../checks/first-policy.ts')
      const { examine } = await import('../checks/findings.ts')
      const { parsePolicy } = await import('../policy/policy-file.ts')
      const { baselineOf, formatBaseline } = await import('../policy/baseline.ts')
      const common = { schema: SCHEMA, ...(options.snapshot !== undefined && { snapshot: options.snapshot }) }
      // Made before the policy says which tier is which.
      const [plain, withBaseline] = [common, { ...common, baseline: BASELINE_FILE }].map((each) =>
        firstPolicy(compiled, each),
      )
      const policy = parsePolicy(plain!, options.output)
      const { result, besides } = examine(compiled, policy, { today: await todayOf({}), flows: 0 })
      const accepted = baselineOf(result.findings, besides, BASELINE_FILE)
      const hasBaseline = isFile && accepted.findings.length > 0
      await write((hasBaseline ? withBaseline : plain)!, options.output)
      if (hasBaseline) await write(formatBaseline(accepted), BASELINE_FILE)
      if (isFile)
        warn(
          `${options.output} is written${hasBaseline ? `, and ${BASELINE_FILE} with ${accepted.findings.length} findings of today` : ''}; ztnet check judges it`,
        )
    })
}

/** Where npm packages can be read file by file. */
const SCHEMA = `https://unpkg.com/ztnet@${VERSION}/schemas/policy.json`
