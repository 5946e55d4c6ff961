/** Where text goes: data to stdout or to a file, everything else to stderr. */
import { writeFileSync } from 'node:fs'
import { writeAsideSync } from '../collect/write-aside.ts'
import { ZtnetError } from '../errors.ts'
import { harmless, harmlessJson, type Style, styleOf } from '../report/style.ts'

/** A line for people beside the data. */
export const warn = (text: string): void => {
  process.stderr.write(`ztnet: ${harmless(text)}\n`)
}

/** JSON that does nothing to a terminal either: the same value, with characters that steer it written as escapes. */
export const json = (value: unknown, indent?: number): string => harmlessJson(JSON.stringify(value, null, indent))

/** Data: to a file by a temporary name, so that a failure leaves what was there; else to stdout. Throws `ZtnetError`. */
export const write = async (text: string, file: string | undefined): Promise<void> => {
  if (file === undefined || file === '-') return toStdout(text)
  const temporary = `${file}.${process.pid}.tmp`
  try {
    writeAsideSync(file, temporary, () => writeFileSync(temporary, text))
  } catch (error) {
    throw new ZtnetError('OUTPUT_FAILED', `cannot write: ${error instanceof Error ? error.message : String(error)}`, {
      place: { file },
      hint: 'name a file in a folder that exists and may be written to',
    })
  }
}

/** Waits until the reader has it: a pipe takes large output in parts, and a reader that has enough (`head`) is no error. */
const toStdout = (text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => (error.code === 'EPIPE' ? resolve() : reject(error))
    process.stdout.once('error', failed)
    process.stdout.write(text, (error) => {
      // The event of an error comes after this.
      if (!error) process.stdout.removeListener('error', failed)
      resolve()
    })
  })

/** Colour on a terminal only, unless `NO_COLOR` or `--no-color` says otherwise; elsewhere 100 columns. */
export const terminalStyle = (
  options: { readonly color?: boolean; readonly output?: string | undefined },
  // A pipe has neither, whatever the type of `process.stdout` says.
  { isTTY = false, columns = 100 }: { readonly isTTY?: boolean; readonly columns?: number } = process.stdout,
): Style => {
  const terminal = isTTY && options.output === undefined
  const refused = options.color === false || (process.env.NO_COLOR !== undefined && process.env.NO_COLOR !== '')
  return styleOf({ colour: terminal && !refused, columns: terminal ? Math.min(columns, 120) : 100 })
}
