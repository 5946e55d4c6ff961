/** What is measured, and where its snapshot file comes from: our own generator, the one in the shared material where that is checked
 *  out beside this repository, or the user. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Mix, writeGenerated } from './generate.ts'

export interface Case {
  readonly from: 'own' | 'shared' | 'given'
  /** As the table calls it. */
  readonly mix: string
  /** Interfaces asked for; none for a given file. */
  readonly size: number | undefined
  readonly ipv6: boolean
  /** Puts the file there, unless it is. */
  readonly write: (path: string) => void
}

export const ownCase = (mix: Mix, size: number, ipv6: boolean): Case => ({
  from: 'own',
  mix,
  size,
  ipv6,
  write: (path) => writeGenerated(path, { interfaces: size, mix, ipv6 }),
})

export const givenCase = (path: string): Case => ({
  from: 'given',
  mix: basename(path),
  size: undefined,
  ipv6: true,
  write: () => {
    if (!existsSync(path)) throw new Error(`${path} does not exist`)
  },
})

const sharedGenerator = join('..', 'shared', 'tools', 'org-generator.mjs')

export const isSharedHere = (): boolean => existsSync(sharedGenerator)

/** Has no mesh; imported once, so that the same kind of file is measured. */
export const sharedCase = (mix: 'default' | 'adversarial', size: number, ipv6: boolean): Case => ({
  from: 'shared',
  mix: `shared ${mix}`,
  size,
  ipv6,
  write: (path) => {
    const folder = `${path}.folder`
    mkdirSync(folder, { recursive: true })
    try {
      const options = ['--out', folder, '--enis', String(size), '--v6', ipv6 ? '0.3' : '0']
      const groups = mix === 'adversarial' ? ['--unique-sg', '0.3'] : []
      run([sharedGenerator, ...options, ...groups])
      run([join('bin', 'ztnet.js'), 'import', folder, '-o', path])
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
})

const run = (args: readonly string[]): void => {
  execFileSync(process.execPath, [...args], { stdio: ['ignore', 'ignore', 'inherit'] })
}
