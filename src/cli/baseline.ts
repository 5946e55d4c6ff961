/** `ztnet baseline`: accepts today's findings into a file of their own, which only shrinks by itself. */
import { existsSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { compile } from '../aws/compile.ts'
import type { CheckResult } from '../checks/findings.ts'
import { Network } from '../network/network.ts'
import type { Finding } from '../policy/finding.ts'
import { warn, write } from './output.ts'
import { BASELINE_FILE, baselineFor, baselineOfPolicy, choosePolicy, todayOf } from './policy-choice.ts'
import { withProgress } from './progress.ts'
import { chooseSnapshot } from './snapshot-choice.ts'

interface BaselineOptions {
  readonly snapshot?: string
  readonly policy?: string
  readonly output?: string
  readonly acceptNew?: boolean
  readonly today?: string
  readonly quiet?: boolean
}

export const addBaselineCommand = (program: Command): void => {
  program
    .command('baseline')
    .summary("accepts today's findings into a separate file that only shrinks")
    .description(
      'Writes the findings of today into a file, so that ztnet check tells new ones alone. Of a baseline that is there, entries whose findings are gone are taken out, and none is added unless you say so.',
    )
    .addOption(new Option('--snapshot <path>', 'snapshot file, folder of describe JSON, or example:<name>'))
    .addOption(new Option('--policy <file>', 'the policy; else ./ztnet.yaml, else ztnet/tiers-v1'))
    .addOption(new Option('-o, --output <file>', `the baseline; else ci.baseline of the policy, else ${BASELINE_FILE}`))
    .addOption(new Option('--accept-new', 'accept new findings into a baseline that is there'))
    .addOption(new Option('--today <day>', 'judge exceptions as of this day, such as 2027-01-31'))
    .addHelpText('after', '\nExample:\n  $ ztnet baseline && ztnet check --baseline ztnet.baseline.json')
    .action(async (options: BaselineOptions) => {
      const policy = await choosePolicy(options.policy)
      const file = options.output ?? baselineOfPolicy(policy) ?? BASELINE_FILE
      const { baselineOf, formatBaseline, shrunk } = await import('../policy/baseline.ts')
      const { examine } = await import('../checks/findings.ts')
      const before = existsSync(file) ? await baselineFor(policy, file) : undefined
      const compiled = compile(new Network(await chooseSnapshot(options.snapshot, options.policy)))
      const today = await todayOf(options)
      // What it only shrinks is judged with it: what it accepts of one rule may break others, and those are new.
      const kept = options.acceptNew === true ? undefined : before
      const { result, besides } = await withProgress('baseline', options, (progress) =>
        examine(compiled, policy, { today, flows: 0, progress, ...(kept && { baseline: kept }) }),
      )
      const all = baselineOf(result.findings, besides, file)
      const after = kept ? shrunk(kept, allFound(result), besides) : all
      await write(formatBaseline(after), file)
      const accepted = new Set(after.findings.map(({ fingerprint }) => fingerprint))
      const gone = (before?.findings ?? []).filter(({ fingerprint }) => !accepted.has(fingerprint)).length
      const left = all.findings.filter(({ fingerprint }) => !accepted.has(fingerprint)).length
      warn(
        [
          `${file}: ${after.findings.length} accepted`,
          ...(gone > 0 ? [`${gone} gone and taken out`] : []),
          ...(left > 0 ? [`${left} new and not accepted (--accept-new accepts them)`] : []),
        ].join(', '),
      )
    })
}

const allFound = ({ findings, suppressed }: CheckResult): readonly Finding[] => [
  ...findings,
  ...suppressed.filter(({ by }) => by.is === 'baseline').map(({ finding }) => finding),
]
