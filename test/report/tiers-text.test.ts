/** What a Name can do to whoever reads the tiers: nothing. */
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/index.ts'
import { tiersJson, tiersMarkdown } from '../../src/report/tiers-text.ts'
import { estate } from '../build.ts'

describe('tiers of a subnet with a hostile Name', () => {
  const report = compile(
    estate()
      .vpc('shop', '10.0.0.0/16')
      .internetGateway('shop')
      .subnet('a', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .with('subnet', 'subnet-a', {
        Tags: [{ Key: 'Name', Value: 'db @team ~~x~~ &lt;b> https://evil.example www.evil.example\u202e' }],
      })
      .snapshot(),
  ).tiers()

  it('call nobody and link nowhere in Markdown', () => {
    const prose = tiersMarkdown(report).replaceAll(/`[^`]*`/g, '')
    expect(prose).toContain('evil')
    expect(prose).not.toMatch(/@team|https:\/\/evil|www\.evil|(?<!\\)~|&lt;/)
  })

  it('are the same value in JSON, which turns no reading direction', () => {
    expect(tiersJson(report)).not.toContain('\u202e')
    expect(JSON.parse(tiersJson(report))).toEqual(report)
  })
})
