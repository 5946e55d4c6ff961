/** A large snapshot is worked on in a process of its own with the memory of the machine, and nobody notices but by the time. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { flagsFor, NeedsRoom, needRoomFor } from '../../src/cli/room.ts'
import { writeGenerated } from '../bench/generate.ts'
import { folder, words, ztnet } from './process.ts'

const cwd = folder()
const large = join(cwd, 'large.json')

beforeAll(() => writeGenerated(large, { interfaces: 24_000, mix: 'default', ipv6: false }), 60_000)

describe('a large snapshot', () => {
  it('is one of which all files together are large', () => {
    expect(statSync(large).size).toBeGreaterThan(32 * 2 ** 20)
    const { bytes } = thrown(() => needRoomFor([large, large]))
    expect(bytes).toBe(2 * statSync(large).size)
    expect(thrown(() => needRoomFor([cwd])).bytes).toBe(statSync(large).size)
    expect(needRoomFor([join(cwd, 'not there'), 'HEAD~1:snapshots/prod.json'])).toBeUndefined()
  })

  it('is one that is large when it is unpacked, by itself or in a folder', () => {
    const packed = folder()
    const file = join(packed, 'large.json.gz')
    writeFileSync(file, Buffer.alloc(4 * 2 ** 20))
    for (const path of [file, packed]) expect(thrown(() => needRoomFor([path])).bytes).toBe(40 * 2 ** 20)
  })

  it.each([
    [0, 'tiers'],
    [2, 'reach nobody internet'],
  ])(
    'is answered as any other, with exit status %i: %s',
    async (status, line) => {
      const asked = [...words(line), '--snapshot', 'large.json']
      const ran = await ztnet(asked, { cwd })
      expect(ran).toEqual(await ztnet(asked, { cwd, node: flagsFor([large]) }))
      expect(ran.status).toBe(status)
    },
    60_000,
  )

  it('that takes more memory than there is says so, and what to do', async () => {
    const env = { NODE_OPTIONS: '--max-old-space-size=64' }
    const { status, stderr } = await ztnet(['tiers', '--snapshot', 'large.json'], { cwd, env })
    expect(status).toBe(2)
    expect(stderr).toContain('of snapshots took more memory than there is\n  Run it where there is more')
  }, 60_000)

  it('that a watch is about to compare with is one, too, also after its first look', async () => {
    const kept = join(folder(), 'kept')
    const hasRoom = (): boolean => commandLines().some((line) => line.includes(kept) && /semi-space/.test(line))
    // Each process leaves word of itself: one that fails at once is easily overlooked among those that run.
    const begun = join(folder(), 'begun')
    const preload = join(folder(), 'preload.cjs')
    writeFileSync(begun, '')
    writeFileSync(preload, `require('fs').appendFileSync(${JSON.stringify(begun)}, process.execArgv.join(' '))`)
    const grown = async (): Promise<void> => {
      while (!existsSync(kept) || !readdirSync(kept).some((name) => name.endsWith('.json.gz'))) await setTimeout(50)
      writeFileSync(join(kept, '29991231T000000000Z.json.gz'), Buffer.alloc(4 * 2 ** 20))
      while (!readFileSync(begun, 'utf8').includes('semi-space')) await setTimeout(50)
    }
    const watch = [...words('watch --interval 1s --snapshot example:peering --folder'), kept]
    const env = { NODE_OPTIONS: `--require ${preload}` }
    await ztnet(watch, { env, interrupt: { when: grown(), by: 'SIGTERM' } })
    expect(hasRoom()).toBe(false)
  }, 60_000)

  it('leaves no process behind when its own is ended', async () => {
    const hasChild = (): boolean => commandLines().some((line) => line.includes(large) && /semi-space/.test(line))
    const begun = async (): Promise<void> => {
      while (!hasChild()) await setTimeout(50)
    }
    const ran = ztnet(['matrix', '--snapshot', large], { cwd, interrupt: { when: begun(), by: 'SIGTERM' } })
    expect((await ran).status).toBe(143)
    expect(hasChild()).toBe(false)
  }, 60_000)
})

/** Of every process there is. */
const commandLines = (): readonly string[] => {
  if (!existsSync('/proc/self/cmdline')) return execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n')
  return readdirSync('/proc').flatMap((name) => {
    try {
      return /^\d+$/.test(name) ? [readFileSync(`/proc/${name}/cmdline`, 'utf8')] : []
    } catch {
      // It has ended since.
      return []
    }
  })
}

const thrown = (run: () => unknown): NeedsRoom => {
  try {
    run()
  } catch (error) {
    if (error instanceof NeedsRoom) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
