/** `ztnet diff <old> <new>`: what a change makes reachable, and which settings did it. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { someOf } from '../analysis/short-lists.ts'
import { compile } from '../aws/compile.ts'
import type { CheckResult } from '../checks/findings.ts'
import type { DiffQuestion, DiffResult } from '../diff/diff.ts'
import type { Grouping } from '../analysis/groups.ts'
import { type Match, parseMatch } from '../diff/identity.ts'
import { filterOf, type PacketWords } from '../analysis/packet-words.ts'
import { Network } from '../network/network.ts'
import type { Severity } from '../policy/severity.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import type { Style } from '../report/style.ts'
import { groupingOption } from './matrix.ts'
import { tiersDeclaredBy } from './network-choice.ts'
import { jsonDocument, type Output, terminalStyle, warn, write } from './output.ts'
import { addPacketOptions } from './packet-options.ts'
import { baselineFor, choosePolicy, hasPolicy, todayOf } from './policy-choice.ts'
import { withProgress } from './progress.ts'
import { needRoomFor } from './room.ts'
import { loadNamed, snapshotPath } from './snapshot-choice.ts'
import { besideCode, WITHOUT_PLACE } from './snapshot-places.ts'

interface DiffOptions extends PacketWords {
  readonly by: Grouping
  readonly match: Match
  readonly policy?: string
  readonly failOn: (typeof FAIL_ON)[number]
  readonly format: Format
  readonly output?: string
  readonly also: readonly Also[]
  readonly color: boolean
  readonly quiet?: boolean
}

const FAIL_ON = ['new-violation', 'opened', 'any', 'never'] as const
const FORMATS = ['text', 'markdown', 'json', 'sarif', 'github'] as const

type Format = (typeof FORMATS)[number]

/** The same answer once more, in a file. */
interface Also {
  readonly format: Format
  readonly file: string
}

/** `end` takes the exit status. */
export const addDiffCommand = (program: Command, end: (status: number) => void): void => {
  const command = program
    .command('diff')
    .summary('what a change makes reachable, and which settings did it')
    .description(
      'Compares two snapshots: what flows between places that both have and did not, what no longer does, and which of the settings that changed did it; then places that are new or gone, with what they bring.',
    )
    .argument('<old>', 'snapshot file, folder of describe JSON, example:<name>, or <revision>:<path> as git knows it')
    .argument('<new>', 'the same')
    .addOption(groupingOption().default('tier'))
    .addOption(
      new Option('--match <how>', 'which resource is which: by id, name or tag:<Key>')
        .default('id')
        .argParser(parseMatch),
    )
  addPacketOptions(command)
    .addOption(new Option('--policy <file>', 'tell new findings of this policy; else of ./ztnet.yaml, if there is one'))
    .addOption(
      new Option(
        '--fail-on <what>',
        'exit with 1 if a finding is new, if more gets through than did, or if anything flows otherwise',
      )
        .choices(FAIL_ON)
        .default('never'),
    )
    .addOption(
      new Option('--format <format>', 'how to answer; sarif and github tell new findings')
        .choices(FORMATS)
        .default('text'),
    )
    .addOption(new Option('-o, --output <file>', 'write there instead of stdout'))
    .addOption(
      new Option('--also <format>=<file>', 'write that format there too; may be given several times')
        .default([], 'nothing')
        .argParser(parseAlso),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (before: string, after: string, options: DiffOptions) => {
      const filter = filterOf(options)
      needRoomFor([before, after])
      const [old, young] = [await loadNamed(before), await loadNamed(after)]
      const judge = await judgeOf(options)
      const { diffWith } = await import('../diff/diff.ts')
      const question: DiffQuestion = {
        by: options.by,
        match: options.match,
        filter,
        ...(judge && { prepare: judge.prepare }),
      }
      const { run, judged } = await withProgress('diff', options, (progress) => {
        const run = diffWith(old, young, question, progress)
        return { run, judged: judge?.judge(run.before, young) }
      })
      if (run.ambiguous.length > 0) warn(`borne by several, and so not matched: ${someOf(run.ambiguous, 8)}`)
      if (!isComparable(run.before, young)) warn(NOTHING_IN_COMMON[options.match === 'id' ? 'id' : 'other'])
      const result: DiffResult = judged ? { ...run.result, findings: judged.changes } : run.result
      const outputs = [{ format: options.format, file: options.output }, ...options.also]
      for (const { format, file } of outputs) {
        const style = terminalStyle({ color: options.color, output: file })
        await write(await inFormat(format, result, judged?.after, { before, after }, style), file)
      }
      if (fails(result, options.failOn, judge?.isBadEnough)) end(1)
    })
}

const parseAlso = (text: string, before: readonly Also[]): readonly Also[] => {
  const at = text.indexOf('=')
  const format = FORMATS.find((each) => each === text.slice(0, at))
  const file = text.slice(at + 1)
  if (format && file !== '' && file !== '-') return [...before, { format, file }]
  throw new InvalidArgumentError(`Write it as ${FORMATS.join('=<file>, ')}=<file>.`)
}

/** Whether any network is in both. */
const isComparable = (before: Snapshot, after: Snapshot): boolean => {
  const vpcs = new Set(before.resources.flatMap(({ kind, id }) => (kind === 'vpc' ? [id] : [])))
  return vpcs.size === 0 || after.resources.some(({ kind, id }) => kind === 'vpc' && vpcs.has(id))
}

const NOTHING_IN_COMMON = {
  id: 'no VPC is in both snapshots, so that nothing can be compared: --match name or --match tag:<Key> compares what is called alike',
  other: 'no VPC of the one snapshot is called as one of the other, so that nothing can be compared',
} as const

/** What is new brings flows, too: an interface that fares as others of its group does not. What nobody could look for may bring any. */
const fails = (
  { totals, changes, places, findings }: DiffResult,
  on: DiffOptions['failOn'],
  isBadEnough: (severity: Severity) => boolean = () => true,
): boolean => {
  if (on === 'never') return false
  if (on === 'new-violation') return findings?.new.some(({ severity }) => isBadEnough(severity)) === true
  const opens =
    totals.opened > 0 ||
    places.unread.length > 0 ||
    places.new.some(({ likeOthers, flows }) => !likeOthers && flows.length > 0)
  return opens || (on === 'any' && (changes.length > 0 || places.new.length > 0 || places.gone.length > 0))
}

/** Judges both snapshots by one policy, as of today. Nothing where nobody named a policy, and nothing asks for one. */
export const judgeOf = async ({
  policy: named,
  failOn,
  format,
  also = [],
}: Partial<Pick<DiffOptions, 'policy' | 'failOn' | 'format' | 'also'>>) => {
  const tellsFindings = [format, ...also.map((each) => each.format)].some(
    (each) => each === 'sarif' || each === 'github',
  )
  const isAsked = named !== undefined || failOn === 'new-violation' || tellsFindings
  if (!isAsked && !hasPolicy()) return undefined
  const policy = await choosePolicy(named)
  const [prepare, { findingsOf }, { isAtLeast }, { findingChanges }, { lackingIn }] = await Promise.all([
    tiersDeclaredBy(policy),
    import('../checks/findings.ts'),
    import('../policy/severity.ts'),
    import('../diff/finding-changes.ts'),
    import('../diff/unread.ts'),
  ])
  const baseline = await baselineFor(policy, undefined)
  const options = { today: await todayOf({}), ...(baseline && { baseline }) }
  return {
    prepare,
    isBadEnough: (severity: Severity): boolean => isAtLeast(severity, policy.ci.failOn ?? 'low'),
    judge: (before: Snapshot, after: Snapshot) => {
      const [then, now] = [before, after].map((snapshot) =>
        findingsOf(compile(new Network(snapshot)), policy, options),
      ) as [CheckResult, CheckResult]
      return { after: now, changes: findingChanges(then, now, lackingIn(after, before).coverage.length > 0) }
    },
  }
}

const EXAMPLES = `
Members of a group are the interfaces that send or receive in their own name.
One that autoscaling replaced by another of the same role (subnet, groups,
owner) is the same place. With --match name, staging compares with production.

Examples:
  $ ztnet diff HEAD~1:snapshots/prod.json snapshots/prod.json
  $ ztnet diff old.json new.json --by vpc-tier --fail-on opened
  $ ztnet diff staging.json production.json --match name
  $ ztnet diff old.json new.json --format markdown -o comment.md
  $ ztnet diff old.json new.json --policy ztnet.yaml --fail-on new-violation \\
      --also sarif=new.sarif

Exit status: 0 answered, 1 a difference that --fail-on names, 2 wrong input.`

const inFormat = async (
  format: Format,
  result: DiffResult,
  judged: CheckResult | undefined,
  names: { readonly before: string; readonly after: string },
  style: Style,
): Promise<Output> => {
  switch (format) {
    case 'json':
      return jsonDocument(result)
    case 'markdown':
      return (await import('../report/diff-markdown.ts')).diffMarkdown(result, names)
    case 'text':
      return (await import('../report/diff-text.ts')).diffText(result, names, style)
    case 'sarif': {
      const { checkSarif } = await import('../report/check-sarif.ts')
      const { VERSION } = await import('./version.ts')
      const { result: placed, placeOf } = await ofNew(result, judged, names.after)
      return jsonDocument(checkSarif(placed, { version: VERSION, fallback: WITHOUT_PLACE, placeOf }))
    }
    case 'github': {
      const { checkGithub } = await import('../report/check-ci.ts')
      const { diffGithub } = await import('../report/diff-github.ts')
      const { result: placed } = await ofNew(result, judged, names.after)
      return `${diffGithub(result)}${checkGithub(placed, WITHOUT_PLACE)}`
    }
  }
}

/** What a check of the new snapshot says, as far as it is new. */
const ofNew = async ({ findings }: DiffResult, judged: CheckResult | undefined, snapshot: string) => {
  if (!judged || !findings) throw new Error('nothing was judged')
  return besideCode({ ...judged, findings: findings.new, suppressed: [] }, await snapshotPath(snapshot))
}
