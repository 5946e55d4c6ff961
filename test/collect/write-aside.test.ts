/** What is written aside appears whole; a failure leaves what was there, and nothing beside it. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { writeAside, writeAsideSync } from '../../src/collect/write-aside.ts'
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
