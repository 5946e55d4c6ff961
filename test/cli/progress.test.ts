/** Progress: a line that is rewritten on a terminal, a plain line now and then elsewhere, nothing for short work. */
import { describe, expect, it } from 'vitest'
import type { Progress } from '../../src/analysis/progress.ts'
import { withProgress } from '../../src/cli/progress.ts'

/** What is written while each of the steps takes so many milliseconds, and the last one fails or not. */
const written = async ({
  isTTY = false,
  quiet = false,
  steps = 100,
  each = 50,
  fails = false,
}): Promise<readonly string[]> => {
  const texts: string[] = []
  let time = 0
  const stream = { isTTY, columns: 40, write: (text: string) => texts.push(text) }
  const work = (progress: Progress): string => {
    for (let done = 1; done <= steps; done++) {
      time += each
      progress(done, steps)
    }
    if (fails) throw new Error('the last step')
    return 'done'
  }
  const worked = withProgress('pairs of groups', { quiet }, work, { stream, now: () => time })
  if (fails) await expect(worked).rejects.toThrow('the last step')
  else expect(await worked).toBe('done')
  return texts
}

describe('progress', () => {
  it('is silent for work of less than a second', async () => {
    expect(await written({ isTTY: true, each: 9 })).toEqual([])
    expect(await written({ each: 9 })).toEqual([])
  })

  it('is silent where it is asked to be', async () => {
    expect(await written({ isTTY: true, quiet: true })).toEqual([])
  })

  it('is one line on a terminal, no wider than it, and gone at the end', async () => {
    const texts = await written({ isTTY: true })
    expect(texts.length).toBeGreaterThan(10)
    for (const text of texts) {
      expect(text).toMatch(/^\r[^\r\n]*\u001b\[K$/)
      expect(text.length).toBeLessThanOrEqual(40 + 4)
    }
    expect(texts.at(-1)).toBe('\r\u001b[K')
  })

  it('is gone, too, when the work throws: what is said of that begins a line', async () => {
    expect((await written({ isTTY: true, fails: true })).at(-1)).toBe('\r\u001b[K')
  })

  it('is a plain line now and then elsewhere', async () => {
    const texts = await written({ steps: 1200, each: 50 })
    expect(texts[0]).toBe('ztnet: pairs of groups: 20 of 1,200 (1 %)\n')
    expect(texts).toHaveLength(6)
    expect(texts.join('')).not.toMatch(/[\r\u001b]/)
  })
})
