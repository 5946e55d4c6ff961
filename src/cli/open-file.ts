/** Opens a file in the user's browser, and leaves it there: ztnet does not wait for it. */
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { warn } from './output.ts'

export const openFile = (file: string): void => {
  const url = pathToFileURL(resolve(file)).href
  const [command, ...words] = OPENERS[process.platform] ?? ['xdg-open']
  const failed = (): void => warn(`no browser could be opened; open ${url} yourself`)
  const opener = spawn(command, [...words, url], { detached: true, stdio: 'ignore' })
  opener.on('error', failed)
  opener.on('exit', (status) => {
    if (status !== 0) failed()
  })
  opener.unref()
}

const OPENERS: { readonly [platform: string]: readonly [string, ...string[]] } = {
  darwin: ['open'],
  win32: ['explorer.exe'],
  linux: ['xdg-open'],
}
