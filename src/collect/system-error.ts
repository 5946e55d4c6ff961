/** Errors of the system about a file or folder, told from our own: those that are the user's to mend bear a code, such as `EACCES`. */
import { ZtnetError } from '../errors.ts'

export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && !(error instanceof ZtnetError)
}

/** `EACCES`; undefined where it is no error of the system. */
export function systemCode(error: unknown): string | undefined {
  return isSystemError(error) ? String(error.code) : undefined
}

/** What to throw where something cannot be written: any other error than the system's as it is. */
export function unwritable(path: string, error: unknown): unknown {
  const code = systemCode(error)
  if (code === undefined) return error
  return new ZtnetError('OUTPUT_FAILED', `cannot be written (${code})`, {
    place: { file: path },
    hint: 'Name a folder that you may write to.',
    cause: error,
  })
}
