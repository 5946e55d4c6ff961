/** Opens a file in the user's browser, and leaves it there: ztnet waits only until it is clear that it opens. */
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { warn } from './output.ts'

/** By the commands that `BROWSER` names, in turn, as other programs read it; else by what the system has for it. */
export const openFile = async (file: string): Promise<void> => {
  const url = pathToFileURL(resolve(file)).href
  for (const opener of openers()) if (await opens(opener, url)) return
  warn(`no browser could be opened (tried ${openers().join(', ')}); open ${url} yourself, or name one in BROWSER`)
}

const openers = (): readonly string[] => [
  ...(process.env['BROWSER'] ?? '').split(':').filter((command) => command !== ''),
  { darwin: 'open', win32: 'explorer.exe' }[process.platform as string] ?? 'xdg-open',
]

/** Whether it started, and did not soon end saying that it failed. */
const opens = (command: string, url: string): Promise<boolean> =>
  new Promise((settled) => {
    const opener = spawn(command, [url], { detached: true, stdio: 'ignore' })
    const patience = setTimeout(() => {
      opener.unref()
      settled(true)
    }, FAILS_WITHIN)
    const done = (opened: boolean): void => {
      clearTimeout(patience)
      settled(opened)
    }
    opener.on('error', () => done(false))
    // Explorer says 1 whatever became of it.
    opener.on('exit', (status) => done(status === 0 || command === 'explorer.exe'))
  })

/** Milliseconds. */
const FAILS_WITHIN = 2000
