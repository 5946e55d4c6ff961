/** `ztnet map` as its users call it: the file and its picture, compared and opened. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { snapshotsFolder } from '../examples/all.ts'
import { folder, ztnet } from './process.ts'

/** Without the rule that lets functions reach the database, and without the worker. */
const changed = (): string => {
  const snapshot = JSON.parse(readFileSync(`${snapshotsFolder}three-tier.json`, 'utf8')) as {
    resources: { kind: string; id: string; raw: Record<string, unknown> }[]
  }
  const worker = 'eni-0824c24ee848690c6'
  const resources = snapshot.resources.filter(({ id }) => id !== worker)
  const rotate = resources.find(({ kind, raw }) => kind === 'securityGroup' && raw['GroupName'] === 'shop-rotate')!
  rotate.raw['IpPermissionsEgress'] = []
  return join(folder({ 'new.json': { ...snapshot, resources } }), 'new.json')
}

describe('the picture of ztnet map', () => {
  it.each(['svg', 'drawio', 'dot', 'mermaid'])(
    'as %s says with --diff what closed and what is gone',
    async (format) => {
      const compared = ['--diff', 'example:three-tier', '--snapshot', changed(), '--format', format, '--quiet']
      const { status, stdout, stderr } = await ztnet(['map', ...compared])
      expect([status, stderr]).toEqual([0, ''])
      expect(stdout).toMatch(/(?:−|#8722;) tcp 5432/)
      expect(stdout).toMatch(/(?:−|#8722;) shop-worker-1/)
      const { stdout: alone } = await ztnet(['map', '--snapshot', changed(), '--format', format, '--quiet'])
      expect(alone).not.toMatch(/(?:−|#8722;) /)
    },
  )

  it('marks every pair of tiers that findings are about, and none with --no-findings', async () => {
    const ask = ['map', '--snapshot', 'example:transit-hub', '--format', 'mermaid', '--quiet']
    const marked = ({ stdout }: { readonly stdout: string }): number => stdout.split('breaks a rule').length - 1
    expect(marked(await ztnet(ask))).toBe(5)
    expect(marked(await ztnet([...ask, '--no-findings']))).toBe(0)
  })

  it('is not opened in a browser', async () => {
    const { status, stderr } = await ztnet(['map', '--snapshot', 'example:peering', '--format', 'svg', '--open'])
    expect([status, stderr]).toEqual([2, expect.stringContaining('--open is for the page') as string])
  })
})

describe('ztnet map --open', () => {
  /** An opener that notes what it is asked to open. */
  const opener = (name: string, status: number): { readonly command: string; readonly asked: string } => {
    const here = folder()
    const [command, asked] = [join(here, name), join(here, 'asked')]
    writeFileSync(command, `#!/bin/sh\necho "$1" >> ${asked}\nexit ${status}\n`)
    chmodSync(command, 0o755)
    return { command, asked }
  }
  const mapped = async (env: Readonly<Record<string, string>>) => {
    const file = join(folder(), 'map.html')
    const args = ['map', '--snapshot', 'example:peering', '--no-findings', '--quiet', '-o', file, '--open']
    return { file, ...(await ztnet(args, { env })) }
  }

  it.skipIf(process.platform !== 'linux')('gives the file to xdg-open', async () => {
    const { command, asked } = opener('xdg-open', 0)
    const { file, status, stderr } = await mapped({ PATH: [dirname(command), process.env['PATH']].join(delimiter) })
    expect([status, stderr]).toEqual([0, `ztnet: the map is in ${file}\n`])
    expect(readFileSync(asked, 'utf8')).toBe(`${pathToFileURL(file).href}\n`)
  })

  it.skipIf(process.platform === 'win32')('goes by BROWSER first, and on to the next where one fails', async () => {
    const [bad, good] = [opener('bad', 3), opener('good', 0)]
    const { file, stderr } = await mapped({ BROWSER: `${bad.command}:${good.command}` })
    expect(stderr).toBe(`ztnet: the map is in ${file}\n`)
    expect(readFileSync(bad.asked, 'utf8')).toBe(readFileSync(good.asked, 'utf8'))
  })

  it.skipIf(process.platform !== 'linux')(
    'says what to do where nothing can open it; the map is there all the same',
    async () => {
      const { file, status, stderr } = await mapped({ PATH: folder() })
      expect(status).toBe(0)
      expect(stderr).toContain(`no browser could be opened (tried xdg-open); open ${pathToFileURL(file).href} yourself`)
      expect(existsSync(file)).toBe(true)
    },
  )
})
