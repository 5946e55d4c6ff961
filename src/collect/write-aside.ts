/** Files and folders that appear whole or not at all: they are written aside, under a temporary name, and take their place when they are
 *  done. Knows nothing of what is in them. */
import { renameSync, rmSync } from 'node:fs'

/** `write` makes `aside`, which then takes the place of what is at `path`. A failure leaves that as it was, and nothing beside it. */
export async function writeAside(path: string, aside: string, write: () => Promise<void>): Promise<void> {
  try {
    await write()
    renameSync(aside, path)
  } catch (error) {
    discard(aside)
    throw error
  }
}

/** The same, for what is written at once. */
export function writeAsideSync(path: string, aside: string, write: () => void): void {
  try {
    write()
    renameSync(aside, path)
  } catch (error) {
    discard(aside)
    throw error
  }
}

function discard(aside: string): void {
  try {
    rmSync(aside, { recursive: true, force: true })
  } catch {
    // where it could not be written it cannot be removed either; why is told by the failure
  }
}
