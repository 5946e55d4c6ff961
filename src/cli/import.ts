/** `ztnet import`: a snapshot from what people already have. */
import { type Command, Option } from 'commander'
import { loadSnapshot, writeSnapshotFile } from '../collect/snapshot-file.ts'
import { groupedBy } from '../collections.ts'
import { ZtnetError } from '../errors.ts'
import { plural } from '../report/style.ts'
import type { Gap, Snapshot } from '../snapshot/snapshot.ts'
import { missingCalls } from './missing-calls.ts'
import { isStdout, printSnapshot, refuseFolder, warn, warnOf } from './output.ts'
import { needRoomFor } from './room.ts'

interface ImportOptions {
  readonly output?: string
  readonly collectedAt?: string
  readonly requireComplete?: boolean
}

/** `end` takes the exit status. */
export const addImportCommand = (program: Command, end: (status: number) => void): void => {
  program
    .command('import')
    .summary('make a snapshot from folders of `aws ... describe-*` JSON')
    .description(
      'Reads a folder of `aws ... describe-*` output, flat or by account and region, and writes one snapshot. Files are told apart by what is in them; what is not understood is named.',
    )
    .argument('<path>', 'folder of describe JSON, or a snapshot to write anew')
    .addOption(new Option('-o, --output <file>', 'snapshot file to write, gzip if it ends in .gz (default: stdout)'))
    .addOption(new Option('--collected-at <time>', 'when the facts were read, ISO 8601 (default: not stated)'))
    .addOption(
      new Option('--require-complete', 'exit with 3 if anything could not be read or understood, or a call is missing'),
    )
    .addHelpText('after', '\nExample:\n  $ ztnet import ./describe-output -o snapshots/prod.json')
    .action(async (path: string, options: ImportOptions) => {
      needRoomFor([path])
      const { snapshot, warnings } = await loadSnapshot(path)
      tell(snapshot.gaps, warnings)
      const stamped =
        options.collectedAt === undefined ? snapshot : { ...snapshot, collectedAt: timeOf(options.collectedAt) }
      const missing = missingCalls(snapshot)
      for (const { says, fix } of missing) warnOf([says], fix)
      await save(stamped, options.output)
      warn(summary(stamped, missing.length, options.output))
      if (options.requireComplete === true && (stamped.gaps.length > 0 || missing.length > 0)) end(3)
    })
}

/** What is missing, and how to get it: what one remedy mends stands together, and of much alike a few. */
const tell = (gaps: readonly Gap[], warnings: readonly string[]): void => {
  const groups = [...groupedBy(gaps, ({ code, remedy }) => `${code} ${remedy}`).values()]
  for (const group of groups.slice(0, MOST_REMEDIES)) {
    const messages = [...new Set(group.map(({ message }) => message))]
    const more = messages.length - MOST_ALIKE
    warnOf([...messages.slice(0, MOST_ALIKE), ...(more > 0 ? [`and ${more} more of the kind`] : [])], group[0].remedy)
  }
  if (groups.length > MOST_REMEDIES) warn('and more, all in the snapshot under "gaps"')
  const told = new Set(gaps.map(({ message }) => message))
  for (const warning of warnings) if (!told.has(warning)) warn(warning)
}

const MOST_ALIKE = 5
const MOST_REMEDIES = 20

const save = async (snapshot: Snapshot, output: string | undefined): Promise<void> => {
  if (isStdout(output)) return printSnapshot(snapshot)
  refuseFolder(output)
  await writeSnapshotFile(output, snapshot)
}

const summary = ({ resources, gaps, coverage }: Snapshot, missing: number, output: string | undefined): string => {
  const accounts = new Set(coverage.map(({ account }) => account)).size
  const regions = new Set(coverage.map(({ account, region }) => `${account} ${region}`)).size
  const left = [
    ...(gaps.length === 0 ? [] : [plural(gaps.length, 'gap')]),
    ...(missing === 0 ? [] : [`${plural(missing, 'call')} missing`]),
  ]
  const where = output === undefined ? '' : `, in ${output}`
  return `${plural(resources.length, 'resource')} of ${plural(accounts, 'account')} (${plural(regions, 'region')} in all), ${left.length === 0 ? 'nothing left out' : left.join(', ')}${where}`
}

const timeOf = (text: string): string => {
  const time = new Date(text)
  if (Number.isNaN(time.getTime()) || !/^\d{4}-\d\d-\d\d/.test(text))
    throw new ZtnetError('TIME_ODD', `${JSON.stringify(text)} is no time`, {
      hint: 'write it like 2026-11-23T09:00:00Z',
    })
  return time.toISOString()
}
