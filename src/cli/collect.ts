/** `ztnet collect`: a snapshot of live AWS. */
import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { Where } from '../collect/aws/accounts.ts'
import type { Collected } from '../collect/aws/collect.ts'
import { folderJournal, forgetful, takesDump, type FolderJournal } from '../collect/journal.ts'
import { redactionOf } from '../collect/recorded.ts'
import { lockRun, type RunLock } from '../collect/run-lock.ts'
import { OWNER_ONLY, writeSnapshotFile } from '../collect/snapshot-file.ts'
import { isWrittenInPlace } from '../collect/write-aside.ts'
import { ZtnetError } from '../errors.ts'
import { plural } from '../report/style.ts'
import { collectProgress } from './collect-progress.ts'
import { collectSummary } from './collect-summary.ts'
import { isStdout, jsonDocument, printSnapshot, refuseFolder, warn, write } from './output.ts'

/** The words of `addWhereOptions`. */
export interface WhereOptions {
  readonly profile?: readonly string[]
  readonly roleArn?: readonly string[]
  readonly organization?: boolean
  readonly roleName: string
  readonly regions?: readonly string[]
  readonly endpointUrl?: string
}

interface CollectOptions extends WhereOptions {
  readonly output?: string
  readonly dump?: string
  readonly resume?: boolean
  readonly redactTags?: readonly string[]
  readonly excludeEphemeral?: boolean
  readonly requireComplete?: boolean
  readonly quiet?: boolean
  readonly printPolicy?: 'json' | 'stackset' | 'markdown'
}

/** `end` takes the exit status. */
export const addCollectCommand = (program: Command, end: (status: number) => void): void => {
  const command = program
    .command('collect')
    .summary('read live AWS into a snapshot')
    .description(
      'Reads the network configuration of AWS accounts, in all their regions, into one snapshot. Only describing calls are made; secrets are never kept. What cannot be read is named in the snapshot, and answers that need it are unknown.',
    )
  addWhereOptions(command)
    .addOption(new Option('-o, --output <file>', 'snapshot file to write, gzip if it ends in .gz (default: stdout)'))
    .addOption(new Option('--dump <folder>', 'also leave the answers of AWS there, as `ztnet import` reads them'))
    .addOption(new Option('--resume', 'go on with an interrupted run: ask only what it did not read'))
    .addOption(
      new Option(
        '--redact-tags <pattern>',
        'keep the values of tags with such a key out, * for any text, repeatable',
      ).argParser(several),
    )
    .addOption(
      new Option(
        '--exclude-ephemeral',
        'keep what autoscaling replaces as roles: subnet, security groups, kind of owner, how many',
      ),
    )
    .addOption(
      new Option('--print-policy [as]', 'print the permissions that are needed, and do nothing else')
        .choices(['json', 'stackset', 'markdown'])
        .preset('json'),
    )
    .addOption(new Option('--require-complete', 'exit with 3 if anything could not be read'))
    .addHelpText('after', EXAMPLES)
    .action(async (options: CollectOptions) => {
      if (options.printPolicy !== undefined) await printPolicy(options.printPolicy, options)
      else await collectCommand(options, end)
    })
}

/** Which accounts and regions are read. */
export const addWhereOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--profile <name>',
        'profile of the AWS configuration, repeatable (default: as the AWS CLI)',
      ).argParser(several),
    )
    .addOption(new Option('--role-arn <arn>', 'role to assume first, repeatable').argParser(several))
    .addOption(new Option('--organization', 'all active accounts of the organization'))
    .addOption(
      new Option('--role-name <name>', 'with --organization: the role to assume in each account').default(
        'ztnet-collect',
      ),
    )
    .addOption(
      new Option(
        '--regions <names>',
        'only these, separated by commas (default: those the account has enabled)',
      ).argParser(separated),
    )
    .addOption(
      new Option('--endpoint-url <url>', 'send all calls there: an emulator or a private endpoint').argParser(
        endpointOf,
      ),
    )
    .hook('preAction', (_, asked) => {
      const isNamed = asked.getOptionValueSource('roleName') === 'cli'
      const { organization, printPolicy } = asked.opts<CollectOptions>()
      // The template of a StackSet makes the role, and has its name too.
      if (isNamed && organization !== true && printPolicy === undefined)
        throw new ZtnetError('QUESTION_ODD', '--role-name is for --organization, which was not given', {
          hint: 'add --organization, or name the whole role: --role-arn arn:aws:iam::123456789012:role/reader',
        })
    })

const EXAMPLES = `
Examples:
  $ ztnet collect -o snapshots/prod.json
  $ ztnet collect --organization --role-name ztnet-collect -o org.json.gz
  $ ztnet collect --print-policy
  $ ztnet collect --print-policy stackset -o ztnet-role.json
  $ ztnet collect --profile prod --profile network --regions eu-central-1 \\
      -o snapshots/eu.json

Exit status: 0 collected, 2 wrong input or no access at all, 3 incomplete where
completeness was asked for.`

const printPolicy = async (
  as: NonNullable<CollectOptions['printPolicy']>,
  { organization = false, roleName, output }: CollectOptions,
): Promise<void> => {
  const { callTable, policy, stackSetTemplate } = await import('../collect/aws/permissions.ts')
  const text = {
    json: () => jsonDocument(policy({ organization, roleName })),
    stackset: () => jsonDocument(stackSetTemplate({ roleName })),
    markdown: callTable,
  }
  await write(text[as](), output)
}

const collectCommand = async (options: CollectOptions, end: (status: number) => void): Promise<void> => {
  const output = isStdout(options.output) ? undefined : options.output
  checkOutputs(output, options)
  const locks: RunLock[] = []
  const unlock = (): void => locks.forEach((lock) => lock.release())
  try {
    for (const file of new Set([replaceable(output), options.dump])) if (file !== undefined) locks.push(lockRun(file))
    await collectInto(output, options, end, unlock)
  } finally {
    unlock()
  }
}

const collectInto = async (
  output: string | undefined,
  options: CollectOptions,
  end: (status: number) => void,
  unlock: () => void,
): Promise<void> => {
  const where = whereOf(options)
  const journal = journalOf(output, where, options)
  const { progress, end: done } = collectProgress(options)
  const { collect } = await import('../collect/aws/collect.ts')
  let collected: Collected
  const interrupted = onInterrupt(() => {
    done()
    unlock()
    warn(journal ? `stopped; go on with: ztnet collect --resume and the same options (${journal.path})` : 'stopped')
  })
  try {
    collected = await collect(where, {
      journal: journal ?? forgetful(new Date().toISOString()),
      redaction: redactionOf(options.redactTags ?? []),
      excludeEphemeral: options.excludeEphemeral === true,
      progress,
    })
  } finally {
    done()
    interrupted.forget()
  }
  if (collected.isBlind) {
    if (!collected.canGoOn) journal?.remove()
    throw blind(collected)
  }
  await keep(collected, output, journal, options)
  for (const line of collectSummary(collected, output)) warn(line)
  if (options.requireComplete === true && collected.snapshot.gaps.length > 0) end(3)
}

export const whereOf = ({
  profile = [],
  roleArn = [],
  organization = false,
  roleName,
  regions,
  endpointUrl,
}: WhereOptions): Where => ({
  profiles: profile,
  roleArns: roleArn,
  organization,
  roleName,
  regions,
  endpoint: endpointUrl,
})

/** Before the first call: an hour of reading must not end at a name that cannot be written. */
const checkOutputs = (output: string | undefined, { dump, resume }: CollectOptions): void => {
  if (output !== undefined) refuseFolder(output)
  for (const file of [output, dump]) {
    if (file !== undefined && !existsSync(dirname(resolve(file))))
      throw refused(file, 'its folder does not exist', 'make the folder first, or name another')
  }
  if (dump !== undefined && !takesDump(dump))
    throw refused(dump, 'this is there already and no dump of ztnet', 'name a new folder')
  if (resume === true && replaceable(output) === undefined && dump === undefined)
    throw new ZtnetError('RESUME_NOWHERE', '--resume needs -o or --dump: what was read is kept beside what is written')
}

/** Unless it is a pipe or a device: beside those nothing is kept. */
const replaceable = (output: string | undefined): string | undefined =>
  output !== undefined && isWrittenInPlace(output) ? undefined : output

const refused = (file: string, problem: string, hint: string): ZtnetError =>
  new ZtnetError('OUTPUT_FAILED', problem, { place: { file }, hint })

/** Beside what will be written, under a name that no command looks at. */
const journalOf = (
  output: string | undefined,
  where: Where,
  { dump, resume = false, redactTags = [], excludeEphemeral = false }: CollectOptions,
): (FolderJournal & { readonly path: string }) | undefined => {
  const target = replaceable(output) ?? dump
  if (target === undefined) return undefined
  const path = join(dirname(target), `.${basename(target)}.partial`)
  const asked = JSON.stringify({ ...where, redactTags })
  const journal = folderJournal(path, { collectedAt: new Date().toISOString(), asked, resume, excludeEphemeral })
  if (resume && !journal.hasBegun) warn('there is no unfinished run to go on with: beginning anew')
  return { ...journal, path }
}

const keep = async (
  { snapshot, canGoOn }: Collected,
  output: string | undefined,
  journal: (FolderJournal & { readonly path: string }) | undefined,
  { dump }: CollectOptions,
): Promise<void> => {
  if (output === undefined) await printSnapshot(snapshot)
  else await writeSnapshotFile(output, snapshot, OWNER_ONLY)
  if (dump !== undefined) journal?.dump(dump)
  // calls that failed, and not because they are not allowed, can be asked once more
  if (!canGoOn) journal?.remove()
}

/** A snapshot in which everything is missing would take the place of a good one. */
export const blind = ({ snapshot: { gaps }, progress, notes }: Collected): ZtnetError => {
  const first = gaps.find(({ kind }) => kind === 'vpc') ?? gaps[0]
  const { calls, failed } = progress
  return new ZtnetError('NOTHING_READ', `nothing could be read: ${failed} of ${plural(calls, 'call')} failed`, {
    hint: [first?.message, first?.remedy, ...(first === undefined ? notes : [])].filter(Boolean).join('. '),
  })
}

/** Says how to go on, then lets the signal do what it does. */
const onInterrupt = (act: () => void): { readonly forget: () => void } => {
  const listener = (signal: NodeJS.Signals): void => {
    forget()
    act()
    process.kill(process.pid, signal)
  }
  const signals = ['SIGINT', 'SIGTERM'] as const
  const forget = (): void => signals.forEach((signal) => process.removeListener(signal, listener))
  for (const signal of signals) process.on(signal, listener)
  return { forget }
}

const several = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

const separated = (value: string, before: readonly string[] = []): readonly string[] => {
  const names = value.split(',').map((name) => name.trim())
  const odd = names.find((name) => !/^[a-z]{2,4}(-[a-z]+)+-\d+$/.test(name))
  if (odd !== undefined)
    throw new ZtnetError('REGION_UNKNOWN', `${JSON.stringify(odd)} is no region`, {
      hint: 'write --regions eu-central-1,us-east-1',
    })
  return [...new Set([...before, ...names])]
}

/** Whether it can be asked over HTTP. */
export const isWebAddress = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)

const endpointOf = (text: string): string => {
  if (isWebAddress(text)) return text
  throw new ZtnetError('ENDPOINT_ODD', `${JSON.stringify(text)} is no endpoint`, {
    hint: 'write it like http://127.0.0.1:5000',
  })
}
