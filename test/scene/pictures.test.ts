/** The picture for documents, in each format: well-formed, and with all boxes and lines, whatever Names hold. */
import { describe, expect, it } from 'vitest'
import { pictureDot } from '../../src/report/picture-dot.ts'
import { pictureDrawio } from '../../src/report/picture-drawio.ts'
import { pictureMermaid } from '../../src/report/picture-mermaid.ts'
import { pictureSvg } from '../../src/report/picture-svg.ts'
import { layout, openAtFirst } from '../../src/scene/layout.ts'
import { FLOWS, lineLook } from '../../src/scene/line-look.ts'
import { PALETTES } from '../../src/scene/palette.ts'
import type { PathStep, Picture } from '../../src/scene/picture.ts'
import { flowLinksOf } from '../../src/scene/flows.ts'
import type { FlowLink, Scene } from '../../src/scene/scene.ts'

const HOSTILE = `"]--><script>&'\`|;#\u202e\n{x}\\`

const scene: Scene = {
  outside: [{ id: 'internet', kind: 'internet' }],
  accounts: [
    {
      id: '111122223333',
      regions: [
        {
          name: 'eu-central-1',
          vpcs: [
            {
              id: 'vpc-1',
              name: HOSTILE,
              cidrs: ['10.0.0.0/16'],
              edge: [{ id: 'igw-1', kind: 'internet-gateway', name: HOSTILE }],
              tiers: [{ id: 'vpc:vpc-1/public', tier: 'public', subnets: 1, interfaces: 1 }],
              zones: ['euc1-az1'],
              subnets: [
                {
                  id: 'subnet-1',
                  name: HOSTILE,
                  cidrs: [],
                  zone: 'euc1-az1',
                  tier: 'public',
                  interfaces: 1,
                  lots: [{ id: 'eni-1', kind: 'instance', name: HOSTILE, count: 1 }],
                },
              ],
            },
          ],
        },
      ],
    },
  ],
  between: [],
  attachments: [{ from: 'igw-1', to: 'internet' }],
  flows: [{ from: 'internet', to: 'vpc:vpc-1/public', verdict: 'reachable', packets: [HOSTILE], pairs: '1/1' }],
}

const picture: Picture = layout(scene, openAtFirst(scene, Infinity))

/** Tags open and close, and attributes are quoted: enough of XML to find what a Name could break. */
const assertXml = (text: string): void => {
  const open: string[] = []
  const rest = text.replace(
    /<(\/?)([A-Za-z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g,
    (_, close: string, name: string, _attributes, self: string) => {
      if (close) expect(open.pop()).toBe(name)
      else if (!self) open.push(name)
      return ''
    },
  )
  expect(open).toEqual([])
  expect(rest).not.toMatch(/[<>]/)
  expect(rest).not.toMatch(/&(?!amp;|lt;|gt;|quot;|#10;)/)
}

const [through] = scene.flows!
const drawn = (flow: Partial<FlowLink>): Picture =>
  layout({ ...scene, flows: [{ ...through!, packets: ['tcp 22'], ...flow }] }, openAtFirst(scene, Infinity))
const RED = PALETTES.light.verdict.unreachable
const GREEN = PALETTES.light.verdict.reachable

describe('a flow in a picture for documents', () => {
  const formats: readonly (readonly [string, (picture: Picture) => string])[] = [
    ['SVG', (picture) => pictureSvg(picture, { title: 'shop' })],
    ['draw.io', (picture) => pictureDrawio(picture, 'shop')],
    ['Mermaid', pictureMermaid],
    ['DOT', (picture) => pictureDot(picture, 'shop')],
  ]

  it.each(formats)('as %s says that it breaks a rule, in red and in words', (_, written) => {
    expect(written(drawn({}))).not.toMatch(new RegExp(`${RED}|▲|#9650;`))
    const text = written(drawn({ breaks: ['open to all'] }))
    expect(text).toContain(RED)
    expect(text).toMatch(/(?:▲|#9650;) tcp 22/)
    expect(text).toContain('breaks a rule')
  })

  it.each(formats)('as %s says that it opened or closed, in colour and in words', (_, written) => {
    const [opened, closed] = [written(drawn({ change: 'opened' })), written(drawn({ change: 'closed' }))]
    expect(opened).toContain(GREEN)
    expect(opened).toMatch(/\+ tcp 22/)
    expect(opened).toContain('opened')
    expect(closed).toContain(RED)
    expect(closed).toMatch(/(?:−|#8722;) tcp 22/)
    expect(closed).toContain('closed')
  })

  it.each(formats)('as %s says how many flows are not drawn, and where to see them', (_, written) => {
    const leftOut = { breaking: 2, changed: 0, others: 1234 }
    const text = written({ ...drawn({}), leftOut })
    expect(text).toContain('2 flows that break a rule, 1,234 flows not drawn')
    expect(text).toContain('page of ztnet map')
    expect(text).not.toContain('choose a box')
    expect(written({ ...drawn({}), leftOut: { breaking: 0, changed: 0, others: undefined } })).toContain('not asked')
    expect(written(drawn({}))).not.toMatch(/not (?:drawn|asked)/)
  })

  it.each(formats.slice(1))('as %s tells in words what is not simply reachable', (_, written) => {
    expect(written(drawn({}))).not.toMatch(/unknown|one-way/)
    expect(written(drawn({ verdict: 'unknown' }))).toMatch(/tcp 22 (?:\(|#40;)unknown/)
    expect(written(drawn({ verdict: 'one-way' }))).toMatch(/tcp 22 (?:\(|#40;)one-way/)
  })

  it.each([
    ['SVG', 'stroke-dasharray="9 5"'],
    ['draw.io', 'dashed=1;dashPattern=9 5'],
    ['Mermaid', '-.->'],
    ['DOT', 'style=dashed'],
  ] as const)('as %s is dashed where it goes by a NAT gateway or a VPC endpoint, and whole else', (name, dashed) => {
    const [, written] = formats.find(([format]) => format === name)!
    expect(written(drawn({}))).not.toContain(dashed)
    expect(written(drawn({}))).not.toContain('via NAT or endpoint')
    expect(written(drawn({ byNatOrEndpoint: true }))).toContain(dashed)
    expect(written(drawn({ byNatOrEndpoint: true }))).toContain('via NAT or endpoint')
  })

  it('has dashes of its own for each that a legend tells apart', () => {
    const dashes = FLOWS.map(
      (flow) => lineLook({ role: 'flow', flow: { ...through!, ...flow } }, PALETTES.light).dashes,
    )
    expect(new Set(dashes.map(String)).size).toBe(FLOWS.length)
  })

  it('as DOT is dotted where it is unknown', () => {
    expect(pictureDot(drawn({ verdict: 'unknown' }), 'shop')).toContain('style=dotted')
    expect(pictureDot(drawn({ verdict: 'one-way' }), 'shop')).toContain('style=dashed')
  })

  it('says that it is of IPv6 alone', () => {
    const flow = {
      verdict: 'reachable' as const,
      packets: [],
      pairs: 1,
      example: { from: { id: 'a' }, to: { id: 'b' } },
    }
    const cell = { from: 'a', to: 'b', verdict: 'reachable' as const, pairs: 1 }
    const both = [
      { ...flow, family: 4 as const, text: ['tcp 443'] },
      { ...flow, family: 6 as const, text: ['tcp 443', 'all protocols'] },
    ]
    expect(flowLinksOf({ cells: [{ ...cell, flows: both }] })[0]?.packets).toEqual(['tcp 443', 'all protocols (IPv6)'])
  })

  it('as SVG has a legend of the lines that are there, and a diamond on what breaks a rule', () => {
    expect(pictureSvg(drawn({}), { title: 'shop' })).not.toContain('breaks a rule')
    expect(pictureSvg(drawn({ breaks: ['x'] }), { title: 'shop' })).toContain('M0 -6 L6 0 L0 6 L-6 0 Z')
  })

  it('tells the way of a packet that breaks a rule from that of another, and says what both are', () => {
    const step = { from: 'a', to: 'b', leg: 'forward', number: '1' } as const
    const way = (path: readonly PathStep[]): string => pictureSvg(drawn({}), { title: 'shop', path })
    expect(way([step])).toContain('1 the way of the packet')
    expect(way([{ ...step, number: '▲1', breaks: true }])).toContain('▲1 the way of a packet that breaks a rule')
    expect(way([])).not.toContain('the way of')
  })
})

describe('a picture for documents', () => {
  it('as SVG is XML, and scales', () => {
    const svg = pictureSvg(picture, { title: HOSTILE })
    assertXml(svg)
    expect(svg).toContain('viewBox=')
    expect(svg).not.toContain('\u202e')
  })

  it('as draw.io has a cell for every box, in the box around it, and for every line', () => {
    const drawio = pictureDrawio(picture, HOSTILE)
    assertXml(drawio)
    expect(drawio.match(/vertex="1"/g)).toHaveLength(picture.boxes.length)
    expect(drawio.match(/edge="1"/g)).toHaveLength(picture.lines.length)
    expect(drawio).toContain('parent="vpc-1"')
  })

  it('as Mermaid keeps every sign of a Name within its quotes', () => {
    const lines = pictureMermaid(picture).trimEnd().split('\n')
    expect(lines[0]).toBe('flowchart TB')
    for (const line of lines.slice(1))
      expect(line).toMatch(
        /^ +(?:end|subgraph b\d+\["[^"`|\]]*"\]|b\d+\(?\["[^"`|\]]*"\]\)?|b\d+ <?(?:-->|---|-\.->)(?:\|"[^"`|\]]*"\|)? b\d+|linkStyle \d+ stroke:#[0-9a-f]{6},stroke-width:[\d.]+px)$/,
      )
  })

  it('as DOT quotes all names', () => {
    const dot = pictureDot(picture, HOSTILE)
    const bare = dot.replace(/"(?:[^"\\]|\\.)*"/gs, '""')
    expect(bare).not.toMatch(/script|202e/)
    expect((bare.match(/[{]/g) ?? []).length).toBe((bare.match(/[}]/g) ?? []).length)
  })
})
