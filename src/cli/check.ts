/** `ztnet check`: is the isolation that was meant the isolation that is. */
import { type Command, Option } from 'commander'
import { type Compiled, compile } from '../aws/compile.ts'
import type { CheckOptions as Judging, CheckResult } from '../checks/findings.ts'
import { Network } from '../network/network.ts'
import { ZtnetError } from '../errors.ts'
import type { Policy } from '../policy/policy.ts'
import { isAtLeast, SEVERITIES, type Severity } from '../policy/severity.ts'
import { jsonDocument, type Output, terminalStyle, warn, write } from './output.ts'
import { baselineFor, choosePolicy, textOfFile, todayOf } from './policy-choice.ts'
import { withProgress } from './progress.ts'
import { chooseSnapshot, snapshotPath } from './snapshot-choice.ts'
import { besideCode, WITHOUT_PLACE } from './snapshot-places.ts'

const FORMATS = ['text', 'json', 'sarif', 'junit', 'gitlab', 'github', 'markdown', 'ocsf'] as const

interface CheckOptions {
  readonly snapshot?: string
  readonly policy?: string
  readonly scope?: string
  readonly baseline?: string | false
  readonly failOn?: Severity
  readonly today?: string
  readonly list?: boolean
  readonly explain?: string
  readonly fixes?: boolean
  readonly sarifSuppressed?: boolean
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
    .addOption(
      new Option('--scope <file>', 'a scope of AWS Network Access Analyzer instead of a policy').conflicts('policy'),
    )
    .addOption(new Option('--baseline <file>', 'accepted findings; else what ci.baseline of the policy names'))
    .addOption(new Option('--no-baseline', 'tell accepted findings too'))
    .addOption(new Option('--fail-on <severity>', 'exit with 1 if any finding is as bad').choices(SEVERITIES))
    .addOption(new Option('--fixes', 'tell the AWS CLI commands of the changes that mend findings'))
    .addOption(new Option('--no-fixes', 'try no changes'))
    .addOption(new Option('--today <day>', 'judge exceptions as of this day, such as 2027-01-31'))
    .addOption(new Option('--list', 'list every built-in check'))
    .addOption(new Option('--explain <check>', 'what a check means, and how to mend what it finds'))
    .addOption(new Option('--sarif-suppressed', 'in SARIF, accepted findings too, marked as suppressed'))
    .addOption(new Option('--format <format>', 'how to answer').choices(FORMATS).default('text'))
    .addOption(new Option('-o, --output <file>', 'write there instead of stdout'))
    .addHelpText('after', EXAMPLES)
    .action(async (options: CheckOptions) => {
      if (options.list === true || options.explain !== undefined) return describe(options)
      if (options.sarifSuppressed === true && options.format !== 'sarif')
        throw new ZtnetError('QUESTION_ODD', '--sarif-suppressed is for --format sarif, which was not given', {
          hint: 'add --format sarif, or leave it out; other formats list what is accepted by themselves',
        })
      const policy = await policyOf(options)
      const today = await todayOf(options)
      const baseline = await baselineFor(policy, options.baseline)
      const compiled = compile(new Network(await chooseSnapshot(options.snapshot, options.policy)))
      const judging = { today, holds: options.format === 'junit', ...(baseline && { baseline }) }
      const result = await withProgress('check', options, (progress) =>
        resultOf(compiled, policy, { ...judging, progress }, options),
      )
      for (const warning of result.warnings) warn(warning)
      await write(await inFormat(result, options), options.output)
      end(statusOf(result, options.failOn ?? policy.ci.failOn ?? 'low'))
    })
}

const EXAMPLES = `
Changes that mend a finding are tried on a copy of the network, in an estate of
up to 250 interfaces unless --fixes or --no-fixes says otherwise. ztnet itself
never writes to AWS.

Examples:
  $ ztnet check --snapshot example:three-tier
  $ ztnet check --policy ztnet.yaml --fail-on high --fixes
  $ ztnet check --format sarif -o ztnet.sarif
  $ ztnet check --list
  $ ztnet check --explain trust-by-address

Exit status: 0 no finding as bad as --fail-on (low, unless ci.fail-on says
otherwise), 1 there is one, 2 wrong input, 3 a rule with on-unknown: fail could
not be judged.`

const describe = async ({ explain, format, output, color }: CheckOptions): Promise<void> => {
  if (format !== 'text' && format !== 'json')
    throw new ZtnetError('QUESTION_ODD', `checks are told as text or json, and --format ${format} was given`, {
      hint: 'leave out --format',
    })
  const { checkList, explanationOf } = await import('./explain.ts')
  const style = terminalStyle({ color, output })
  await write(explain === undefined ? checkList(format, style) : explanationOf(explain, format, style), output)
}

const policyOf = async ({ policy, scope }: CheckOptions): Promise<Policy> => {
  if (scope === undefined) return choosePolicy(policy)
  const { policyOfScope } = await import('../policy/scope.ts')
  return policyOfScope(textOfFile(scope, { code: 'SCOPE_UNREADABLE', hint: 'Name the JSON of a scope.' }), scope)
}

/** Interfaces up to which changes are tried unasked, and findings for which they are. */
const SMALL = 250
const MOST_FIXED = 50

const resultOf = async (
  compiled: Compiled,
  policy: Policy,
  judging: Judging,
  { fixes }: CheckOptions,
): Promise<CheckResult> => {
  const isSmall = compiled.network.all('networkInterface').length <= SMALL
  if (fixes === false || (fixes === undefined && !isSmall))
    return (await import('../checks/findings.ts')).findingsOf(compiled, policy, judging)
  const { withFixes } = await import('../checks/fixes.ts')
  return withFixes(compiled, policy, { ...judging, most: MOST_FIXED })
}

const statusOf = ({ findings, unknowns }: CheckResult, failOn: Severity): number => {
  if (findings.some(({ severity }) => isAtLeast(severity, failOn))) return 1
  return unknowns.some(({ onUnknown }) => onUnknown === 'fail') ? 3 : 0
}

const inFormat = async (result: CheckResult, options: CheckOptions): Promise<Output> => {
  const { VERSION } = await import('./version.ts')
  switch (options.format) {
    case 'json':
      return jsonDocument(result)
    case 'sarif': {
      const { checkSarif } = await import('../report/check-sarif.ts')
      const { result: placed, placeOf } = await besideFiles(result, options)
      const suppressed = options.sarifSuppressed === true
      return jsonDocument(checkSarif(placed, { version: VERSION, fallback: WITHOUT_PLACE, suppressed, placeOf }))
    }
    case 'junit':
      return (await import('../report/check-junit.ts')).checkJunit(besideCode(result).result)
    case 'gitlab': {
      const { checkGitlab } = await import('../report/check-ci.ts')
      return jsonDocument(checkGitlab((await besideFiles(result, options)).result, WITHOUT_PLACE))
    }
    case 'github': {
      const { checkGithub } = await import('../report/check-ci.ts')
      return checkGithub((await besideFiles(result, options)).result, WITHOUT_PLACE)
    }
    case 'markdown':
      return (await import('../report/check-markdown.ts')).checkMarkdown(result)
    case 'ocsf':
      return (await import('../report/check-ocsf.ts')).checkOcsf(result, { version: VERSION, time: Date.now() })
    case 'text':
      return (await import('../report/check-text.ts')).checkText(result, terminalStyle(options), {
        fixes: options.fixes === true,
      })
  }
}

const besideFiles = async (result: CheckResult, { snapshot, policy }: CheckOptions) =>
  besideCode(result, await snapshotPath(snapshot, policy))
