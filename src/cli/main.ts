/** The command line: which commands there are, and what exit status an end means (product contract, section 1). */
import { Command, CommanderError, Option } from 'commander'
import { isSystemError } from '../collect/system-error.ts'
import { ZtnetError } from '../errors.ts'
import { addBaselineCommand } from './baseline.ts'
import { addBlastCommand } from './blast.ts'
import { addCheckCommand } from './check.ts'
import { addCollectCommand } from './collect.ts'
import { addDiffCommand } from './diff.ts'
import { addExplainCommand } from './explain-command.ts'
import { addImportCommand } from './import.ts'
import { addMapCommand } from './map.ts'
import { addInitCommand } from './init.ts'
import { addMatrixCommand } from './matrix.ts'
import { systemProblem, write } from './output.ts'
import { addReachCommand } from './reach.ts'
import { NeedsRoom, runWithRoom } from './room.ts'
import { addTiersCommand } from './tiers.ts'
import { addWatchCommand } from './watch.ts'
import { VERSION } from './version.ts'

/** Runs one command; gives the exit status. */
export const main = async (argv: readonly string[]): Promise<number> => {
  // Once for all runs in this process, of which a program may make many; an error comes after the run that wrote.
  process.stderr.off('error', unheard).on('error', unheard)
  let help = ''
  const program = new Command('ztnet')
    .configureOutput({
      writeOut: (text) => {
        help += text
      },
      outputError: (text, tell) => tell(text.replace(/^error: /, 'ztnet: ')),
    })
    .description('Exactly which packets flow between any two places of an AWS estate, and why.')
    .version(VERSION)
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('(ztnet --help tells what there is)')
  let status = 0
  const end = (code: number): void => {
    status = code
  }
  addCollectCommand(program, end)
  addImportCommand(program, end)
  addReachCommand(program, end)
  addMatrixCommand(program, end)
  addCheckCommand(program, end)
  addBaselineCommand(program)
  addExplainCommand(program)
  addInitCommand(program)
  addDiffCommand(program, end)
  addWatchCommand(program)
  addTiersCommand(program)
  addBlastCommand(program, end)
  addMapCommand(program)
  // Also where nothing is coloured or takes long: scripts pass them to whatever they run.
  for (const command of program.commands)
    command
      .addOption(new Option('--quiet', 'no progress on stderr'))
      .addOption(new Option('--no-color', 'plain text'))
      .showHelpAfterError(`(ztnet ${command.name()} --help tells what there is)`)
  try {
    await program.parseAsync(aboutCommands(argv, new Set(program.commands.map((command) => command.name()))))
    return status
  } catch (error) {
    if (error instanceof NeedsRoom) return runWithRoom(argv, error).catch(failed)
    return write(help, undefined).then(() => failed(error), failed)
  }
}

/** Who looks no longer at what is said beside the data is told nothing, and that is no error. */
const unheard = (): void => {}

/** Help about a command that there is not would be the help about all: by its name alone, the parser says that there is none. */
const aboutCommands = ([node = '', script = '', ...words]: readonly string[], known: ReadonlySet<string>): string[] => {
  const [name] = words[0] === 'help' ? words.slice(1) : words
  return name === undefined || name.startsWith('-') || known.has(name) ? [node, script, ...words] : [node, script, name]
}

const failed = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof ZtnetError) {
    const where = [error.place.file, error.place.at]
      .filter((part) => part !== undefined && !names(error.message, part))
      .join(': ')
    process.stderr.write(`ztnet: ${where === '' ? '' : `${where}: `}${error.message}\n`)
    if (error.hint !== undefined) process.stderr.write(`  ${error.hint}\n`)
    return 2
  }
  if (isAboutFile(error)) {
    process.stderr.write(`ztnet: ${error.path}: ${systemProblem(error)}\n`)
    process.stderr.write('  See that it is there and may be read, or written where ztnet is to write it.\n')
    return 2
  }
  if (isTooLong(error)) {
    process.stderr.write('ztnet: the answer is longer than a text can be\n')
    process.stderr.write('  Ask about less of the estate, or group by something coarser.\n')
    return 2
  }
  const [message = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  process.stderr.write(`ztnet: a defect in ztnet itself: ${message} (set ZTNET_DEBUG=1 for details)\n`)
  if (process.env.ZTNET_DEBUG === '1' && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  return 70
}

/** Messages that are complete without their place say it themselves: `nowhere.json does not exist`. */
const names = (message: string, place: string): boolean =>
  [' ', ':', ')'].some((after) => ` ${message.replaceAll('(', ' ')} `.includes(` ${place}${after}`))

/** What the system does not let anybody do with a file or folder, wherever it came up: those that ztnet reads and writes are the user's. */
const isAboutFile = (error: unknown): error is NodeJS.ErrnoException & { readonly path: string } =>
  isSystemError(error) && error.path !== undefined && error.syscall?.startsWith('spawn') === false

/** Of a text that was to be of more than half a gigabyte. */
const isTooLong = (error: unknown): boolean => error instanceof RangeError && /string length/.test(error.message)
