/** `ztnet import`: a snapshot from what people already have. */
import { existsSync, statSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { loadSnapshot, writeSnapshotFile } from '../collect/snapshot-file.ts'
import { ZtnetError } from '../errors.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { printSnapshot, warn } from './output.ts'
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
    .addOption(new Option('--require-complete', 'exit with 3 if anything could not be read or understood'))
    .addHelpText('after', '\nExample:\n  $ ztnet import ./describe-output -o snapshots/prod.json')
    .action(async (path: string, options: ImportOptions) => {
      needRoomFor([path])
      const { snapshot, warnings } = await loadSnapshot(path)
      for (const warning of warnings) warn(warning)
      const stamped =
        options.collectedAt === undefined ? snapshot : { ...snapshot, collectedAt: timeOf(options.collectedAt) }
      await save(stamped, options.output)
      warn(summary(stamped, options.output))
      if (options.requireComplete === true && stamped.gaps.length > 0) end(3)
    })
}

const save = async (snapshot: Snapshot, output: string | undefined): Promise<void> => {
  if (output === undefined || output === '-') return printSnapshot(snapshot)
  if (existsSync(output) && statSync(output).isDirectory())
    throw new ZtnetError('OUTPUT_FAILED', 'this is a folder', {
      place: { file: output },
      hint: 'name a file, such as snapshots/prod.json',
    })
  await writeSnapshotFile(output, snapshot)
}

const summary = ({ resources, gaps, coverage }: Snapshot, output: string | undefined): string => {
  const places = new Set(coverage.map(({ account, region }) => `${account} ${region}`)).size
  const left = gaps.length === 0 ? 'nothing left out' : `${gaps.length} gap${gaps.length === 1 ? '' : 's'}`
  return `${resources.length} resources of ${places} account and region pair${places === 1 ? '' : 's'}, ${left}${output === undefined ? '' : `, in ${output}`}`
}

const timeOf = (text: string): string => {
  const time = new Date(text)
  if (Number.isNaN(time.getTime()) || !/^\d{4}-\d\d-\d\d/.test(text))
    throw new ZtnetError('TIME_ODD', `${JSON.stringify(text)} is no time`, {
      hint: 'write it like 2026-11-23T09:00:00Z',
    })
  return time.toISOString()
}
