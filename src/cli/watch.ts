/** `ztnet watch`: collect, compare with the last, judge, on an interval or once; and tell whoever wants to know. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { DiffResult } from '../diff/diff.ts'
import { wordOf } from '../diff/setting-words.ts'
import { carriedOver } from '../diff/unread.ts'
import { eventOf, securityGroupsNamed } from '../diff/watch-event.ts'
import { lockRun } from '../collect/run-lock.ts'
import { loadSnapshot } from '../collect/snapshot-file.ts'
import { ZtnetError } from '../errors.ts'
import type { Coverage, Gap, Snapshot } from '../snapshot/snapshot.ts'
import { plural } from '../report/style.ts'
import { addWhereOptions, blind, isWebAddress, type WhereOptions, whereOf } from './collect.ts'
import { judgeOf } from './diff.ts'
import { json, warn, write } from './output.ts'
import { baselineFor, choosePolicy } from './policy-choice.ts'
import { needRoomFor } from './room.ts'
import { loadNamed } from './snapshot-choice.ts'
import { deliver, type Patience, type Receivers } from './watch-delivery.ts'
import { nameAt, type Receiver, watchFolder, type WatchFolder } from './watch-folder.ts'

interface WatchOptions extends WhereOptions, Receivers {
  readonly snapshot?: string
  readonly folder: string
  readonly keep: number
  readonly interval: number
  readonly once?: boolean
  readonly policy?: string
}

export const addWatchCommand = (program: Command): void => {
  const command = program
    .command('watch')
    .summary('collect, diff, check on an interval; report what changed')
    .description(
      'Reads AWS again and again and tells what became reachable and what no longer is, which settings did it, and which findings are new: one line of JSON for each change, on stdout and in changes.jsonl.',
    )
    .addOption(
      new Option('--snapshot <path>', 'look at this file or folder, which others renew, instead of at AWS').conflicts([
        'profile',
        'roleArn',
        'organization',
        'roleName',
        'regions',
        'endpointUrl',
      ]),
    )
  addWhereOptions(command)
    .addOption(new Option('--folder <folder>', 'keep snapshots and log there').default('ztnet-watch'))
    .addOption(new Option('--keep <number>', 'so many snapshots').default(30).argParser(count))
    .addOption(new Option('--interval <time>', 'such as 90s, 15m, 6h').default(900_000, '15m').argParser(duration))
    .addOption(new Option('--once', 'look once and end, as for cron'))
    .addOption(new Option('--policy <file>', 'the policy; else ./ztnet.yaml, if there is one'))
    .addOption(new Option('--exec <command>', 'run this on a change, the line of JSON on its standard input'))
    .addOption(new Option('--webhook <url>', 'post the line there').argParser(address))
    .addHelpText('after', EXAMPLES)
    .action((options: WatchOptions) => watch(options))
}

const EXAMPLES = `
What --exec or --webhook does not take is kept in the folder and told again,
ever more slowly, also by the next run. Rules of the security groups that
critical: in ztnet.yaml names, by id or name, are told of even where
reachability does not change. Where a call fails, what it would tell is taken to
be as it was, and the failure is told once. SIGTERM and SIGINT end a watch;
nothing is left half written.

Examples:
  $ ztnet watch --interval 15m --webhook https://hooks.example.com/ztnet
  $ ztnet watch --once --profile prod --exec './notify.sh'
  $ ztnet watch --snapshot /var/lib/ztnet/describe --interval 5m

Exit status: 0 ended when asked to, or looked once; 2 wrong input or AWS error
(without --once it looks again).`

const watch = async (options: WatchOptions): Promise<void> => {
  // A policy that cannot be read is told now, and not when something changes; its baseline, too.
  const policy = await choosePolicy(options.policy)
  await baselineFor(policy, undefined)
  const folder = watchFolder(options.folder)
  // Two at once would each tell a change.
  const lock = lockRun(join(folder.path, 'watch'))
  const stop = new AbortController()
  const end = (): void => stop.abort()
  for (const signal of SIGNALS) process.once(signal, end)
  try {
    // A look that was begun is not waited for: nothing of it is in the folder before it is whole.
    await Promise.race([looks(folder, options, stop.signal), aborted(stop.signal)])
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, end)
    lock.release()
  }
  // Calls that are under way would keep the process from ending.
  if (stop.signal.aborted) setTimeout(() => process.exit(0), GRACE).unref()
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const

/** Milliseconds for what is being written. */
const GRACE = 200

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

const looks = async (folder: WatchFolder, options: WatchOptions, signal: AbortSignal): Promise<void> => {
  const { once = false, interval } = options
  const receivers = [
    ...(options.exec === undefined ? [] : (['exec'] as const)),
    ...(options.webhook === undefined ? [] : (['webhook'] as const)),
  ]
  while (!signal.aborted) {
    const due = Date.now() + interval
    try {
      await look(folder, options, receivers, signal)
    } catch (error) {
      if (once || !(error instanceof ZtnetError)) throw error
      warn(
        `${error.message}${error.hint === undefined ? '' : `: ${error.hint}`}; looking again in ${interval / 1000} s`,
      )
    }
    if (once) return deliver(folder, options, ONCE, { stop: signal })
    const until = AbortSignal.any([signal, AbortSignal.timeout(Math.max(1, due - Date.now()))])
    await deliver(folder, options, LASTING, { stop: signal, until })
    await sleep(Math.max(0, due - Date.now()), undefined, { signal }).catch(() => {})
  }
}

/** For cron: half a minute. */
const ONCE: Patience = { retries: 4, first: 1000, longest: 16_000 }
/** Until it is time to look again. */
const LASTING: Patience = { retries: 1_000_000, first: 1000, longest: 300_000 }

/** Looks at the estate, tells what is otherwise than it was, and keeps it. */
const look = async (
  folder: WatchFolder,
  options: WatchOptions,
  receivers: readonly Receiver[],
  signal: AbortSignal,
): Promise<void> => {
  const last = folder.last()
  // At each look: the first one has nothing to compare with, and an estate grows.
  if (last !== undefined) needRoomFor([folder.fileOf(last)])
  const read = await seen(options)
  const at = new Date().toISOString()
  const name = nameAt(at)
  if (last === undefined) {
    await folder.keep(read, name, options.keep)
    for (const { message } of read.gaps) warn(message)
    warn(`the first look: ${plural(read.resources.length, 'resource')}; the next one is compared with it`)
    return
  }
  const { snapshot: before } = await loadSnapshot(folder.fileOf(last))
  const { snapshot: after, carried } = carriedOver(before, read)
  const unread = messagesOf(newGaps(before, after))
  for (const message of unread) warn(message)
  if (carried.length > 0) warn(`taken to be as it was: ${kindsOf(carried)}`)
  const diff = await compared(before, after, options)
  // One that says the same is not kept: the last N are N different ones.
  const isSame = diff.settings.length === 0 && diff.places.replaced.length === 0
  if (signal.aborted || (isSame && unread.length === 0 && newGaps(after, before).length === 0)) return
  const critical = securityGroupsNamed(await criticalOf(options), [before, after])
  const event = eventOf(diff, { critical, unread }, at, { before: last, after: name })
  // The event first: whoever is stopped in between tells it twice, and loses none.
  if (event) {
    folder.record(event, receivers)
    await write(`${json(event)}\n`, undefined)
  }
  await folder.keep(after, name, options.keep)
}

/** What could be read before and cannot now. */
const newGaps = (before: Snapshot, after: Snapshot): readonly Gap[] => {
  const known = new Set(before.gaps.map(gapKey))
  return after.gaps.filter((gap) => !known.has(gapKey(gap)))
}

/** Without what was answered: a call that is throttled now and timed out before fails still. */
const gapKey = ({ code, kind, account, region, id, source }: Gap): string =>
  JSON.stringify(kind === undefined ? [code, account, region, source] : [kind, account, region, id])

/** A call that tells several kinds fails once. */
const messagesOf = (gaps: readonly Gap[]): readonly string[] => [...new Set(gaps.map(({ message }) => message))]

const kindsOf = (carried: readonly Coverage[]): string =>
  [...new Set(carried.map(({ kind }) => wordOf(kind)))].join(', ')

const seen = async (options: WatchOptions): Promise<Snapshot> => {
  if (options.snapshot !== undefined) return loadNamed(options.snapshot)
  const [{ collect }, { forgetful }, { redactionOf }] = await Promise.all([
    import('../collect/aws/collect.ts'),
    import('../collect/journal.ts'),
    import('../collect/recorded.ts'),
  ])
  const collected = await collect(whereOf(options), {
    journal: forgetful(new Date().toISOString()),
    redaction: redactionOf([]),
    excludeEphemeral: false,
    progress: () => {},
  })
  // An estate of which nothing is known would be one that is gone.
  if (collected.isBlind) throw blind(collected)
  return collected.snapshot
}

const compared = async (before: Snapshot, after: Snapshot, { policy }: WatchOptions): Promise<DiffResult> => {
  const { diffWith } = await import('../diff/diff.ts')
  const judge = await judgeOf({ ...(policy !== undefined && { policy }) })
  const question = { by: 'vpc-tier', match: 'id', filter: {}, ...(judge && { prepare: judge.prepare }) } as const
  const run = diffWith(before, after, question)
  if (!judge || run.result.settings.length === 0) return run.result
  return { ...run.result, findings: judge.judge(run.before, after).changes }
}

/** Read at each look: who edits ztnet.yaml need not start anew. */
const criticalOf = async ({ policy }: WatchOptions): Promise<readonly string[]> => (await choosePolicy(policy)).critical

const duration = (text: string): number => {
  // Without a unit some would mean seconds and others minutes.
  const [, digits, unit] = /^(\d+)(s|m|h|d)$/.exec(text) ?? []
  const seconds = Number(digits) * { s: 1, m: 60, h: 3600, d: 86_400 }[unit as 's' | 'm' | 'h' | 'd']
  if (!(seconds >= 1 && seconds <= 86_400 * 20))
    throw new InvalidArgumentError('Write it with its unit, as 90s, 15m or 6h.')
  return seconds * 1000
}

const count = (text: string): number => {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('It is a number from 1 on.')
  return Number(text)
}

const address = (text: string): string => {
  if (isWebAddress(text)) return text
  throw new InvalidArgumentError('Write it like https://hooks.example.com/ztnet.')
}
