/** Progress: a line that is rewritten on a terminal, a plain line now and then elsewhere, nothing for short work. */
import { describe, expect, it } from 'vitest'
import { progressOf } from '../../src/cli/progress.ts'

/** What is written while each of the steps takes so many milliseconds. */
const written = ({ isTTY = false, quiet = false, steps = 100, each = 50 }): readonly string[] => {
  const texts: string[] = []
  let time = 0
  const stream = { isTTY, columns: 40, write: (text: string) => texts.push(text) }
  const { progress, end } = progressOf('pairs of groups', { quiet }, { stream, now: () => time })
  for (let done = 1; done <= steps; done++) {
    time += each
    progress(done, steps)
  }
  end()
  return texts
}

describe('progress', () => {
  it('is silent for work of less than a second', () => {
    expect(written({ isTTY: true, each: 9 })).toEqual([])
    expect(written({ each: 9 })).toEqual([])
  })

  it('is silent where it is asked to be', () => {
    expect(written({ isTTY: true, quiet: true })).toEqual([])
  })

  it('is one line on a terminal, no wider than it, and gone at the end', () => {
    const texts = written({ isTTY: true })
    expect(texts.length).toBeGreaterThan(10)
    for (const text of texts) {
      expect(text).toMatch(/^\r[^\r\n]*\u001b\[K$/)
      expect(text.length).toBeLessThanOrEqual(40 + 4)
    }
    expect(texts.at(-1)).toBe('\r\u001b[K')
  })

  it('is a plain line now and then elsewhere', () => {
    const texts = written({ steps: 1200, each: 50 })
    expect(texts[0]).toBe('ztnet: pairs of groups: 20 of 1,200 (1 %)\n')
    expect(texts).toHaveLength(6)
    expect(texts.join('')).not.toMatch(/[\r\u001b]/)
  })
})
