/** How far a collection is, as whoever waits sees it. */
import { describe, expect, it } from 'vitest'
import { collectProgress } from '../../src/cli/collect-progress.ts'

const NOW = {
  accounts: { done: 1, of: 3 },
  regions: { done: 5, of: 51 },
  calls: 1234,
  failed: 0,
  resources: 56_789,
}

const shown = (times: readonly number[], { isTTY = false, quiet = false, failed = 0 } = {}): string => {
  let text = ''
  let at = 0
  const stream = { isTTY, columns: 200, write: (more: string) => (text += more) }
  const { progress, end } = collectProgress({ quiet }, { stream, now: () => at })
  for (const time of times) {
    at = time
    progress({ ...NOW, failed })
  }
  end()
  return text
}

describe('the progress of a collection', () => {
  it('tells accounts, regions, calls, resources and time', () => {
    expect(shown([75_400])).toBe(
      'ztnet: collect: 1/3 accounts, 5/51 regions, 1,234 calls, 56,789 resources, 1 min 15 s\n',
    )
  })

  it('tells how many calls failed', () => {
    expect(shown([2000], { failed: 2 })).toContain('1,234 calls (2 failed)')
  })

  it('is a line now and then in a log, and one line that goes away on a terminal', () => {
    expect(shown([2000, 2100, 2200, 12_000]).split('\n')).toHaveLength(3)
    const terminal = shown([2000, 2200], { isTTY: true })
    expect(terminal).not.toContain('\n')
    expect(terminal.endsWith('\r\u001b[K')).toBe(true)
  })

  it('is nothing where nobody wants it, or where the work is short', () => {
    expect(shown([2000, 20_000], { quiet: true })).toBe('')
    expect(shown([10, 900])).toBe('')
  })
})
