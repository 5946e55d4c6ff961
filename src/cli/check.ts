/** `ztnet check`: is the isolation that was meant the isolation that is. */
import { type Command, Option } from 'commander'
import { compile } from '../aws/compile.ts'
import type { CheckResult } from '../checks/findings.ts'
import { Network } from '../network/network.ts'
import { isAtLeast, SEVERITIES, type Severity } from '../policy/severity.ts'
import { json, terminalStyle, warn, write } from './output.ts'
import { choosePolicy } from './policy-choice.ts'
import { progressOf } from './progress.ts'
import { chooseSnapshot } from './snapshot-choice.ts'

const FORMATS = ['text', 'json', 'sarif'] as const

interface CheckOptions {
  readonly snapshot?: string
  readonly policy?: string
  readonly failOn?: Severity
  readonly today?: string
  readonly format: (typeof FORMATS)[number]
  readonly output?: string
  readonly color: boolean
  readonly quiet?: boolean
}

/** `end` takes the exit status. */
export const addCheckCommand = (program: Command, end: (status: number) => void): void => {
  program
    .command('check')
    .summary('policy and isolation violations')
    .description(
      'Tells what in a network is not as its policy means it to be: rules of ztnet.yaml and built-in checks, judged on computed packets, each with a packet that proves it.',
    )
    .addOption(new Option('--snapshot <path>', 'snapshot file, folder of describe JSON, or example:<name>'))
    .addOption(new Option('--policy <file>', 'the policy; else ./ztnet.yaml, else ztnet/tiers-v1'))
    .addOption(new Option('--fail-on <severity>', 'exit with 1 if any finding is as bad').choices(SEVERITIES))
    .addOption(new Option('--today <day>', 'judge exceptions as of this day, such as 2027-01-31'))
    .addOption(new Option('--format <format>', 'how to answer').choices(FORMATS).default('text'))
    .addOption(new Option('-o, --output <file>', 'write there instead of stdout'))
    .addOption(new Option('--quiet', 'no progress on stderr'))
    .addOption(new Option('--no-color', 'plain text'))
    .addHelpText('after', EXAMPLES)
    .action(async (options: CheckOptions) => {
      const policy = await choosePolicy(options.policy)
      const { findingsOf } = await import('../checks/findings.ts')
      const compiled = compile(new Network(await chooseSnapshot(options.snapshot)))
      const { progress, end: done } = progressOf('check', options)
      const result = findingsOf(compiled, policy, { today: todayOf(options), progress })
      done()
      for (const warning of result.warnings) warn(warning)
      await write(await inFormat(result, options), options.output)
      end(statusOf(result, options.failOn ?? policy.ci.failOn ?? 'low'))
    })
}

const EXAMPLES = `
Examples:
  $ ztnet check --snapshot example:three-tier
  $ ztnet check --policy ztnet.yaml --fail-on high
  $ ztnet check --format sarif -o ztnet.sarif

Exit status: 0 no finding as bad as --fail-on (low, unless ci.fail-on says otherwise), 1 there is one, 2 wrong input,
3 a rule with on-unknown: fail could not be judged.`

const todayOf = ({ today }: CheckOptions): string => today ?? new Date().toISOString().slice(0, 10)

const statusOf = ({ findings, unknowns }: CheckResult, failOn: Severity): number => {
  if (findings.some(({ severity }) => isAtLeast(severity, failOn))) return 1
  return unknowns.some(({ onUnknown }) => onUnknown === 'fail') ? 3 : 0
}

const inFormat = async (result: CheckResult, options: CheckOptions): Promise<string> => {
  switch (options.format) {
    case 'json':
      return `${json(result, 2)}\n`
    case 'sarif': {
      const { checkSarif } = await import('../report/check-sarif.ts')
      const { VERSION } = await import('./version.ts')
      const fallback = { file: 'ztnet.yaml', line: 1, column: 1, endLine: 1, endColumn: 2 }
      return `${json(checkSarif(result, { version: VERSION, fallback }), 2)}\n`
    }
    case 'text':
      return (await import('../report/check-text.ts')).checkText(result, terminalStyle(options))
  }
}
