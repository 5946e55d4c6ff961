/** `ztnet check`, `init`, `baseline` and `explain` as their users have them. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sarifFaults } from '../report/sarif.ts'
import { folder, words, ztnet } from './process.ts'

interface SarifLocation {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string }
    readonly region: { readonly startLine: number }
  }
  readonly message?: { readonly text: string }
}

interface SarifResult {
  readonly ruleId: string
  readonly locations: readonly SarifLocation[]
  readonly relatedLocations?: readonly SarifLocation[]
  readonly codeFlows?: readonly {
    readonly threadFlows: readonly { readonly locations: readonly { readonly location: SarifLocation }[] }[]
  }[]
}

const run = (line: string, cwd?: string) => ztnet(words(line), cwd === undefined ? {} : { cwd })

describe('ztnet check', () => {
  it.each([
    ['no finding', 'check --snapshot example:three-tier', 0],
    ['a finding', 'check --snapshot example:dual-stack', 1],
    ['none as bad as asked for', 'check --snapshot example:transit-hub --fail-on critical', 0],
    ['a policy that is not there', 'check --snapshot example:three-tier --policy nothing.yaml', 2],
    ['a severity that is none', 'check --fail-on awful', 2],
    ['a day that is none', 'check --snapshot example:three-tier --today tomorrow', 2],
    ['a check that is none', 'check --explain nothing', 2],
    ['a code that is none', 'explain NOTHING', 2],
  ])('ends with its status for %s', async (_, line, status) => {
    const { status: ended, stderr } = await run(line)
    expect([ended, stderr.includes('defect')]).toEqual([status, false])
  })

  it('ends with 3 where a rule that must be judged cannot be', async () => {
    const cwd = folder({
      'ztnet.yaml':
        'version: 1\naccounts: { prod: { ou: ou-1 } }\nrules:\n  - { id: a, on-unknown: fail, deny: { from: prod, to: internet } }\n',
    })
    const { status, stdout } = await run('check --snapshot example:three-tier', cwd)
    expect(stdout).toMatch(/Not known\n.*rule a cannot be judged/)
    expect(status).toBe(3)
  })

  it('takes ./ztnet.yaml, and says where in it a mistake is', async () => {
    const cwd = folder({ 'ztnet.yaml': 'version: 1\nrules:\n  - { id: a, deny: { from: databse, to: internet } }\n' })
    const { status, stderr } = await run('check --snapshot example:three-tier', cwd)
    expect(status).toBe(2)
    expect(stderr).toBe(
      'ztnet: ztnet.yaml: line 3, column 28 (rules[0].deny.from): "databse" is no name of this policy\n' +
        '  Did you mean "database"? Known here: public, private, database, intra, other, internet, onprem, aws-services, vpc, estate, any.\n',
    )
  })

  it('reads the scope of a Network Access Analyzer instead', async () => {
    const scope = {
      MatchPaths: [{ Source: { ResourceStatement: { ResourceTypes: ['AWS::EC2::InternetGateway'] } } }],
      ExcludePaths: [{ Destination: { PacketHeaderStatement: { DestinationPorts: ['443'], Protocols: ['tcp'] } } }],
    }
    const cwd = folder({
      'scope.json': scope,
      'all.json': { MatchPaths: scope.MatchPaths },
      'odd.json': { MatchPath: [] },
    })
    expect((await run('check --snapshot example:three-tier --scope scope.json', cwd)).status).toBe(0)
    const all = await run('check --snapshot example:three-tier --scope all.json --format json', cwd)
    expect(JSON.parse(all.stdout)).toMatchObject({
      findings: [{ rule: 'match-1', title: 'internet reaches shop/public on tcp 443' }],
    })
    const odd = await run('check --snapshot example:three-tier --scope odd.json', cwd)
    expect([odd.status, odd.stderr]).toEqual([2, expect.stringContaining('did you mean "MatchPaths"') as string])
  })

  it('without a policy places findings in the snapshot, at the line of their first cause', async () => {
    const made = await run('check --snapshot example:dual-stack --format sarif')
    const { runs } = JSON.parse(made.stdout) as {
      runs: {
        results: {
          locations: { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } }[]
        }[]
      }[]
    }
    const [{ physicalLocation } = expect.fail('no location')] = runs[0]!.results[0]!.locations
    expect(physicalLocation.artifactLocation.uri).toBe('dual-stack.json')
    const lines = readFileSync(new URL('../../snapshots/dual-stack.json', import.meta.url), 'utf8').split('\n')
    expect(lines[physicalLocation.region.startLine - 1]).toContain('"id":"igw-0a9a8284e001bb762"')
  })

  it('shows in SARIF where both ends and the way stand, where readers have the file', async () => {
    const text = readFileSync(new URL('../../snapshots/dual-stack.json', import.meta.url), 'utf8')
    const cwd = folder({
      'net.json': text,
      'ztnet.yaml': 'version: 1\nrules:\n  - { id: a, deny: { from: internet, to: any } }\n',
    })
    const result = await run('check --snapshot net.json --format sarif', cwd)
    const { runs } = JSON.parse(result.stdout) as { runs: { results: SarifResult[] }[] }
    const shown = runs[0]!.results.find(({ ruleId }) => ruleId === 'a')!
    const lineOf = ({ physicalLocation: { artifactLocation, region } }: SarifLocation): string =>
      artifactLocation.uri === 'net.json' ? text.split('\n')[region.startLine - 1]! : artifactLocation.uri
    expect(shown.locations.map(lineOf)).toEqual(['ztnet.yaml'])
    expect(shown.relatedLocations!.map(lineOf)).toEqual([expect.stringContaining('"kind":"networkInterface"')])
    const way = shown.codeFlows![0]!.threadFlows[0]!.locations.map(({ location }) => lineOf(location))
    expect(way).toContainEqual(expect.stringContaining('"kind":"internetGateway"'))
    expect(way).toContainEqual(expect.stringContaining('"kind":"securityGroup"'))
    const steps = shown.codeFlows![0]!.threadFlows[0]!.locations.map(({ location }) => location.message!.text)
    expect(steps.filter((text, at) => text === steps[at - 1])).toEqual([])
    expect(steps.join()).not.toMatch(/(igw-\w+) \(sensors\): .*\1/)
    expect(sarifFaults(JSON.parse(result.stdout))).toEqual([])

    const elsewhere = await run('check --snapshot example:dual-stack --format sarif', cwd)
    expect(elsewhere.stdout).not.toMatch(/codeFlows|relatedLocations/)
  })

  it.each(['sarif', 'gitlab', 'github', 'junit'])('places findings by relative names in %s', async (format) => {
    const cwd = folder({
      'net.json': readFileSync(new URL('../../snapshots/dual-stack.json', import.meta.url), 'utf8'),
      'sub/ztnet.yaml': 'version: 1\nrules:\n  - { id: a, deny: { from: internet, to: any } }\n',
    })
    const absolute = await run(
      `check --snapshot ../net.json --policy ${join(cwd, 'sub/ztnet.yaml')} --format ${format}`,
      join(cwd, 'sub'),
    )
    expect(absolute.stdout).toContain('ztnet.yaml')
    expect(absolute.stdout).not.toContain(cwd)
    expect(absolute.stdout).not.toContain('../')
  })

  it('places what a policy elsewhere finds in the snapshot, where readers have that', async () => {
    const cwd = folder({
      'sub/net.json': readFileSync(new URL('../../snapshots/dual-stack.json', import.meta.url), 'utf8'),
      'up.yaml': 'version: 1\nrules:\n  - { id: a, deny: { from: internet, to: any } }\n',
    })
    const line = 'check --snapshot net.json --policy ../up.yaml --format gitlab'
    const places = JSON.parse((await run(line, join(cwd, 'sub'))).stdout) as { location: { path: string } }[]
    expect(new Set(places.map(({ location }) => location.path))).toEqual(new Set(['net.json']))
  })

  it('takes the snapshot and the baseline that a policy names, from where the policy lies', async () => {
    const cwd = folder({
      'deep/nets/net.json': readFileSync(new URL('../../snapshots/dual-stack.json', import.meta.url), 'utf8'),
    })
    const made = await run('init --snapshot deep/nets/net.json -o deep/z.yaml', cwd)
    expect(made.stderr).toBe(
      `ztnet: deep/z.yaml is written, and ${join('deep', 'ztnet.baseline.json')} with 1 finding of today; ztnet check --policy deep/z.yaml judges it\n`,
    )
    expect(existsSync(join(cwd, 'deep/ztnet.baseline.json'))).toBe(true)
    const { status, stdout } = await run('check --policy deep/z.yaml', cwd)
    expect([status, stdout]).toEqual([0, expect.stringContaining('no findings; 1 accepted') as string])
  })

  it('lists every check, and explains each', async () => {
    const { stdout } = await run('check --list')
    expect(stdout).toMatch(/trust-by-address +low/)
    expect((await run('check --explain trust-by-address')).stdout).toBe((await run('explain trust-by-address')).stdout)
    expect((await run('explain SUBNET_ACL_RESTRICTION')).stdout).toMatch(
      /R-NACL-2[\s\S]*https:\/\/docs\.aws\.amazon\.com/,
    )
  })
})

describe('ztnet explain', () => {
  it('tells what answers take for granted', async () => {
    const { status, stdout } = await run('explain r-igw-6')
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/^R-IGW-6\n.*has no route back to it[\s\S]*why[\s\S]*to mend[\s\S]*docs +https:/) as string,
    ])
  })

  it('tells of both directions what a code says of each, and keeps a link in one line', async () => {
    const { stdout } = await run('explain SUBNET_ACL_RESTRICTION')
    expect(stdout).toContain('<resource> denies it into <subnet>, or <resource> denies it out of <subnet>')
    expect(stdout).toMatch(
      /to mend +allow it in an earlier inbound or outbound rule of <resource>[^]*\n +<\.\.\.> +an answer has its name there\n/,
    )
    expect((await run('explain ENI_SG_RULES_MISMATCH')).stdout).toContain(
      'no inbound or outbound rule of <groups> admits it',
    )
    expect((await run('explain trust-by-address')).stdout).not.toContain('<...>')
    expect((await run('explain trust-by-address')).stdout).toMatch(/docs +https:\S+#security-group-referencing\n/)
  })

  it.each([
    'SERVICE_ADDRESSES_UNKNOWN',
    'SENDER_UNKNOWN',
    'ONPREM_NOT_MODELLED',
    'SERVICE_LIST_UNREAD',
    'SUBNET_UNKNOWN',
  ])('tells what %s lacks, which no packet can be asked without', async (code) => {
    const { status, stdout } = await run(`explain ${code}`)
    expect([status, stdout]).toEqual([0, expect.stringMatching(/to mend[\s\S]*docs +https:/) as string])
  })

  it.each(['db-isolated', 'aws-by-endpoint'])(
    'tells of the shipped rule %s how to mend it, with a page',
    async (id) => {
      expect((await run(`explain ${id}`)).stdout).toMatch(/why[\s\S]*to mend[\s\S]*docs +https:/)
    },
  )
})

describe('ztnet init', () => {
  it.each([
    'three-tier',
    'transit-hub',
    'nacl-return',
    'dual-stack',
    'dangling',
    'load-balancer',
    'peering',
    'private-link',
    'nat-gateway',
  ])('writes a policy that passes on %s', async (name) => {
    const cwd = folder()
    const { status, stderr } = await run(`init --snapshot example:${name}`, cwd)
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^ztnet: ztnet\.yaml is written/) as string])
    const text = readFileSync(join(cwd, 'ztnet.yaml'), 'utf8')
    expect(text.split('\n')[0]).toMatch(
      /^# yaml-language-server: \$schema=https:\/\/unpkg\.com\/ztnet@[\d.]+\/schemas\/policy\.json$/,
    )
    const checked = await run('check', cwd)
    expect([checked.status, checked.stdout]).toEqual([0, expect.stringContaining('no findings') as string])
  })

  it('comments where it had to guess, and replaces nothing unasked', async () => {
    const cwd = folder()
    await run('init --snapshot example:nacl-return', cwd)
    expect(readFileSync(join(cwd, 'ztnet.yaml'), 'utf8')).toMatch(/# guessed for ledger-audit/)
    const again = await run('init --snapshot example:nacl-return', cwd)
    expect([again.status, again.stderr]).toEqual([2, expect.stringContaining('is there already') as string])
    expect((await run('init --snapshot example:nacl-return --force', cwd)).status).toBe(0)
  })
})

describe('ztnet init beside a baseline that was made without a policy', () => {
  it('writes the policy and leaves the baseline as it is', async () => {
    const cwd = folder()
    await run('baseline --snapshot example:nacl-return', cwd)
    const before = readFileSync(join(cwd, 'ztnet.baseline.json'), 'utf8')
    const { status, stderr } = await run('init --snapshot example:nacl-return', cwd)
    expect([status, stderr]).toEqual([
      0,
      'ztnet: ztnet.yaml is written; ztnet check judges it\nztnet: ztnet.baseline.json was there and stays as it is; it accepts all of today\n',
    ])
    expect(readFileSync(join(cwd, 'ztnet.baseline.json'), 'utf8')).toBe(before)
    expect(readFileSync(join(cwd, 'ztnet.yaml'), 'utf8')).toMatch(/^ {2}baseline: ztnet\.baseline\.json /m)
  })

  it('says how much of today it does not accept', async () => {
    const cwd = folder()
    await run('baseline --snapshot example:nacl-return', cwd)
    const { stderr } = await run('init --snapshot example:dual-stack', cwd)
    expect(stderr).toMatch(/it does not accept 1 finding of today: ztnet baseline --accept-new does\n$/)
  })
})

describe('ztnet baseline', () => {
  it('accepts what is there, and then only shrinks', async () => {
    const cwd = folder()
    await run('baseline --snapshot example:transit-hub', cwd)
    const checked = await run('check --snapshot example:transit-hub --baseline ztnet.baseline.json', cwd)
    expect([checked.status, checked.stdout]).toEqual([0, expect.stringMatching(/no findings; 7 accepted/) as string])
    const elsewhere = await run('check --snapshot example:dual-stack --baseline ztnet.baseline.json --format json', cwd)
    const { findings } = JSON.parse(elsewhere.stdout) as { findings: { rule: string }[] }
    expect(findings.map(({ rule }) => rule)).toEqual([
      'no-direct-ingress',
      ...Array.from({ length: 7 }, () => 'baseline-stale'),
    ])
    const shrunk = await run('baseline --snapshot example:dual-stack', cwd)
    expect(shrunk.stderr).toMatch(/0 accepted, 7 gone and taken out, 1 new and not accepted/)
    expect((await run('baseline --snapshot example:dual-stack --accept-new', cwd)).stderr).toMatch(/1 accepted/)
  })

  it('covers no more than was accepted: a finding that has grown is told', async () => {
    const cwd = folder()
    await run('baseline --snapshot example:dual-stack', cwd)
    const file = join(cwd, 'ztnet.baseline.json')
    const text = readFileSync(file, 'utf8')
    expect(existsSync(file)).toBe(true)
    const narrow = folder({
      'ztnet.baseline.json': text.replace('"destinationPorts":[[443,443]]', '"destinationPorts":[[444,444]]'),
    })
    const { status, stdout } = await run('check --snapshot example:dual-stack --baseline ztnet.baseline.json', narrow)
    expect([status, stdout]).toEqual([1, expect.stringContaining('more than the baseline accepts') as string])
  })

  it('that is none is an error', async () => {
    const cwd = folder({ 'ztnet.baseline.json': '{"format":"something"}' })
    const { status, stderr } = await run('check --snapshot example:dual-stack --baseline ztnet.baseline.json', cwd)
    expect([status, stderr]).toEqual([2, expect.stringContaining('is no baseline') as string])
  })
})

it('tiers that ./ztnet.yaml declares hold for other commands too', async () => {
  const cwd = folder({ 'ztnet.yaml': 'version: 1\ntiers:\n  database: { subnet: { name: "*private*" } }\n' })
  const { stdout } = await run('tiers --snapshot example:three-tier', cwd)
  expect(stdout).toMatch(/ztnet\.yaml says database/)
})

describe('a tier that only ./ztnet.yaml has', () => {
  const cwd = () =>
    folder({
      'ztnet.yaml':
        'version: 1\ntiers:\n  payments: { subnet: { name: "*private*" } }\n  jobs: { name: "shop-worker-*" }\n',
    })

  it('is a place, by its subnets or by what it takes', async () => {
    const folder = cwd()
    for (const [from, verdict] of [
      ['payments', 'REACHABLE'],
      ['tier:payments', 'REACHABLE'],
      ['vpc:shop/payments', 'REACHABLE'],
      ['jobs', 'UNREACHABLE'],
    ] as const) {
      const { status, stdout } = await run(`reach ${from} internet --snapshot example:three-tier`, folder)
      expect([from, status, stdout.split(' ')[0]]).toEqual([from, 0, verdict])
    }
    const unknown = await run('reach tier:paymnts internet --snapshot example:three-tier', folder)
    expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining('"payments", "jobs"') as string])
  })

  it('is named by ztnet tiers beside the tier that holds for all commands', async () => {
    const { stdout } = await run('tiers --snapshot example:three-tier', cwd())
    expect(stdout).toMatch(
      /^ {2}private +private (?:(?!^ {2}\S)[\s\S])*shop-private(?:(?!^ {2}\S)[\s\S])*ztnet\.yaml says payments/m,
    )
  })
})
