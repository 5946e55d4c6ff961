/** What is written aside appears whole; a failure leaves what was there, and nothing beside it. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { isWrittenInPlace, writeAside, writeAsideSync, writeFile } from '../../src/collect/write-aside.ts'
import { folder } from './folder.ts'

const ways: readonly (readonly [string, (path: string, aside: string, write: () => void) => Promise<void>])[] = [
  ['at once', async (path, aside, write) => writeAsideSync(path, aside, write)],
  ['piece by piece', (path, aside, write) => writeAside(path, aside, async () => write())],
]

describe.each(ways)('%s', (_, written) => {
  it('a file takes the place of an older one', async () => {
    const root = folder({ file: 'old' })
    await written(`${root}/file`, `${root}/aside`, () => {
      writeFileSync(`${root}/aside`, 'new')
      expect(readFileSync(`${root}/file`, 'utf8')).toBe('old')
    })
    expect(readFileSync(`${root}/file`, 'utf8')).toBe('new')
    expect(readdirSync(root)).toEqual(['file'])
  })

  it('a file that fails leaves the older one', async () => {
    const root = folder({ file: 'old' })
    const fails = (): void => {
      writeFileSync(`${root}/aside`, 'half')
      throw new Error('no room')
    }
    await expect(written(`${root}/file`, `${root}/aside`, fails)).rejects.toThrow('no room')
    expect(readFileSync(`${root}/file`, 'utf8')).toBe('old')
    expect(readdirSync(root)).toEqual(['file'])
  })

  it('a folder that fails leaves nothing', async () => {
    const root = folder()
    const fails = (): void => {
      mkdirSync(`${root}/aside`)
      writeFileSync(`${root}/aside/file`, 'half')
      throw new Error('no room')
    }
    await expect(written(`${root}/folder`, `${root}/aside`, fails)).rejects.toThrow('no room')
    expect(readdirSync(root)).toEqual([])
  })

  it('fails for the reason that it fails for, where nothing can be removed either', async () => {
    const root = folder({ file: '' })
    const aside = `${root}/file/aside`
    const fails = (): void => writeFileSync(aside, '')
    await expect(written(`${root}/file/x`, aside, fails)).rejects.toMatchObject({ code: 'ENOTDIR', syscall: 'open' })
  })
})

describe('a file', () => {
  const written = (path: string, mode?: number): Promise<void> =>
    writeFile(path, (file) => void writeSync(file, 'new'), mode)
  const modeOf = (path: string): number => statSync(path).mode & 0o777

  it.each([0o600, 0o664])('that is there keeps its mode (%i)', async (mode) => {
    const root = folder({ file: 'old' })
    chmodSync(`${root}/file`, mode)
    await written(`${root}/file`)
    expect(readFileSync(`${root}/file`, 'utf8')).toBe('new')
    expect(modeOf(`${root}/file`)).toBe(mode)
  })

  it('that is to be for its owner alone is that, whatever it was', async () => {
    const root = folder({ file: 'old' })
    chmodSync(`${root}/file`, 0o666)
    await written(`${root}/file`, 0o600)
    expect(modeOf(`${root}/file`)).toBe(0o600)
  })

  it('that links name is the one at their end, there or not, and the links stay', async () => {
    const root = folder({ 'there/file': 'old' })
    symlinkSync('there/file', `${root}/link`)
    symlinkSync('link', `${root}/second`)
    symlinkSync('there/fresh', `${root}/dangling`)
    await written(`${root}/second`)
    await written(`${root}/dangling`)
    for (const name of ['there/file', 'there/fresh']) expect(readFileSync(`${root}/${name}`, 'utf8')).toBe('new')
    for (const name of ['link', 'second', 'dangling'])
      expect(lstatSync(`${root}/${name}`).isSymbolicLink(), name).toBe(true)
    expect(readdirSync(`${root}/there`)).toEqual(['file', 'fresh'])
  })

  it('at the end of links that go in a circle is an error', async () => {
    const root = folder()
    symlinkSync('b', `${root}/a`)
    symlinkSync('a', `${root}/b`)
    await expect(written(`${root}/a`)).rejects.toMatchObject({ code: 'ELOOP' })
  })

  it.skipIf(process.platform === 'win32')(
    'that is a pipe stays one, and whoever reads it gets what is written',
    async () => {
      const root = folder()
      execFileSync('bash', ['-c', 'mkfifo "$0"', `${root}/pipe`])
      symlinkSync('pipe', `${root}/link`)
      expect(isWrittenInPlace(`${root}/link`)).toBe(true)
      const read = readFile(`${root}/pipe`, 'utf8')
      await written(`${root}/link`)
      expect(await read).toBe('new')
      expect(lstatSync(`${root}/pipe`).isFIFO()).toBe(true)
      expect(readdirSync(root)).toEqual(['link', 'pipe'])
    },
  )
})
