/** What an answer says besides its verdict, as far as it is no fact about one AWS noun: questions without packets. */
import { describe, expect, it } from 'vitest'
import { compile, type Estate as Compiled } from '../../src/index.ts'
import { type Estate, estate } from '../build.ts'

const compiled = (of: Estate): Compiled => compile(of.snapshot())

const app = estate()
  .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
  .subnet('old', '10.0.1.0/24')
  .instance('old', '10.0.1.10')
  .subnet('new', ['10.0.2.0/24', '2600:1f18:1:2::/64'])
  .instance('new', ['10.0.2.10', '2600:1f18:1:2::10'])

describe('a question without any packet', () => {
  it.each([
    ['between ends of different address families', 'eni-old', '2600:1f18:1:2::10', 'NO_COMMON_PACKET'],
    ['from an AWS service, which starts nothing', 'aws:s3', 'eni-old', 'CANNOT_INITIATE'],
  ])('%s is unreachable, and says why', (_, from, to, code) => {
    const { verdict, flows, blocked } = compiled(app).reach(from, to)
    expect({ verdict, flows }).toEqual({ verdict: 'unreachable', flows: [] })
    expect(blocked).toMatchObject([{ code, leg: 'forward', packets: [] }])
    expect(compiled(app).judge(from, to)).toEqual({ verdict: 'unreachable', code })
  })
})
