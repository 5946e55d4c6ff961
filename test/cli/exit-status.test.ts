/** How ztnet ends: 0 answered, 1 an expectation that is not met, 2 wrong input, 3 incomplete where completeness was asked for, 70 a defect
 *  of its own. Each case is a process. */
import { spawnSync } from 'node:child_process'
import { chmodSync, closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { byCodeUnit } from '../../src/collections.ts'
import { folder, words, ztnet } from './process.ts'

const asked = (line: string) => ztnet([...words(line)])

describe('a question that is answered ends with 0, whatever the verdict', () => {
  it.concurrent.each([
    ['UNREACHABLE', 'reach db-subnet internet --snapshot example:three-tier'],
    ['REACHABLE', 'reach till stock --protocol tcp --port 443 --snapshot example:dangling'],
    ['ONE-WAY', 'reach teller audit --protocol tcp --port 443 --snapshot example:nacl-return'],
    ['CONDITIONAL', 'reach teller accounts --protocol tcp --port 443 --snapshot example:nacl-return'],
    ['UNKNOWN', 'reach till internet --snapshot example:dangling'],
  ])('%s', async (verdict, line) => {
    const { status, stdout, stderr } = await asked(line)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout.startsWith(`${verdict}  `)).toBe(true)
  })

  it.concurrent('and so do help, version and tiers', async () => {
    for (const line of [
      '--help',
      'help',
      'help help',
      'help reach',
      'reach --help',
      '--version',
      'tiers --snapshot example:three-tier',
    ]) {
      const { status, stdout, stderr } = await asked(line)
      expect({ status, stderr }, line).toEqual({ status: 0, stderr: '' })
      expect(stdout, line).not.toBe('')
    }
  })
})

describe('--expect', () => {
  it.concurrent.each([
    [0, 'unreachable', 'db-subnet internet --snapshot example:three-tier'],
    [1, 'reachable', 'db-subnet internet --snapshot example:three-tier'],
    [0, 'reachable', 'shop-app-1 shop-orders --protocol tcp --port 5432 --snapshot example:three-tier'],
    [1, 'unreachable', 'shop-app-1 shop-orders --protocol tcp --port 5432 --snapshot example:three-tier'],
    // A way out is a way out, though nothing comes back.
    [1, 'unreachable', 'teller audit --protocol tcp --port 443 --snapshot example:nacl-return'],
    [0, 'one-way', 'teller audit --protocol tcp --port 443 --snapshot example:nacl-return'],
    [1, 'reachable', 'teller accounts --protocol tcp --port 443 --snapshot example:nacl-return'],
    // What is not known is neither proved nor refuted.
    [3, 'unreachable', 'till internet --snapshot example:dangling'],
    [1, 'reachable', 'till internet --snapshot example:dangling'],
    [0, 'unknown', 'till internet --snapshot example:dangling'],
  ])('ends with %i for %s: %s', async (status, verdict, question) => {
    const ran = await ztnet(['reach', ...words(question), '--expect', verdict])
    expect(ran.status).toBe(status)
    expect(ran.stdout).not.toBe('')
    expect(ran.stderr).toMatch(
      status === 0 ? /^$/ : new RegExp(`^ztnet: --expect ${verdict} is not (met: the verdict is|proved)`),
    )
  })
})

describe('--require-complete', () => {
  it.concurrent.each([
    [0, 'till stock --protocol tcp --port 443 --snapshot example:dangling'],
    [3, 'till internet --snapshot example:dangling'],
    [3, 'bastion till --protocol tcp --port 22 --snapshot example:dangling'],
  ])('ends with %i: %s', async (status, question) => {
    const ran = await ztnet(['reach', ...words(question), '--require-complete'])
    expect(ran.status).toBe(status)
    expect(ran.stdout).not.toBe('')
    expect(ran.stderr).toMatch(status === 0 ? /^$/ : /^ztnet: part of the answer is unknown/)
  })

  it.concurrent('comes after an expectation that is not met', async () => {
    const ran = await asked('reach till internet --snapshot example:dangling --expect reachable --require-complete')
    expect(ran.status).toBe(1)
  })
})

describe('wrong input ends with 2, says what is wrong and how to mend it, and prints no data', () => {
  it.concurrent.each([
    ['no command', '', /Usage: ztnet/],
    ['an unknown command', 'frobnicate', /unknown command 'frobnicate'/],
    ['a misspelt command', 'reech a b', /Did you mean reach/],
    ['help about an unknown command', 'help reech', /^ztnet: unknown command 'reech'\n.*Did you mean reach/],
    ['an unknown command with --help', 'reech --help', /^ztnet: unknown command 'reech'\n.*Did you mean reach/],
    ['an unknown option', 'reach a b --prot tcp', /^ztnet: unknown option '--prot'[\s\S]*ztnet reach --help tells/],
    ['one place', 'reach internet', /two places are needed/],
    ['three places', 'reach a b c', /too many arguments/],
    ['no verdict', 'reach a b --expect blocked', /argument 'blocked' is invalid.*one-way/s],
    ['no format', 'reach a b --format yaml', /argument 'yaml' is invalid.*jsonl/s],
    [
      'no protocol',
      'reach internet db --protocol tpc --snapshot example:three-tier',
      /"tpc" is no protocol\n.*name one of icmp, tcp/s,
    ],
    ['no port', 'reach internet db --port 70000 --snapshot example:three-tier', /"70000" is no port\n.*0 to 65535/s],
    ['a range backwards', 'reach internet db --port 80-22 --snapshot example:three-tier', /"80-22" is no port/],
    ['ports of what has none', 'reach internet db --protocol gre --port 1', /protocol gre has no ports/],
    ['a source port of what has none', 'reach internet db --protocol esp --source-port 1', /protocol esp has no ports/],
    ['a port in other digits', 'reach internet db --source-port 1e3', /"1e3" is no source port/],
    ['an ICMP type of nothing', 'reach internet db --icmp-type 8', /without --protocol icmp\n.*add --protocol icmp/s],
    ['ICMPv6 over IPv4', 'reach internet db --protocol icmpv6 --ipv4', /ICMPv6 is of IPv6 alone.*\n.*ask for icmp,/s],
    [
      'a type of IPv4 over IPv6',
      'reach internet db --protocol icmp --icmp-type 8 --ipv6',
      /types of icmp are those of IPv4.*\n.*ask for icmpv6; its echo request is type 128/s,
    ],
    ['a code without a type', 'reach internet db --protocol icmp --icmp-code 0', /without a type\n.*add --icmp-type/s],
    [
      'a place that is not there',
      'reach intrenet db --snapshot example:three-tier',
      /nothing in the snapshot is called "intrenet"\n.*Nearest: .*"internet"/s,
    ],
    [
      'a place with a typing error',
      'reach shop-wroker-1 internet --snapshot example:three-tier',
      /Nearest: "shop-worker-1"/,
    ],
    ['half an address', 'reach 10.0.0 internet --snapshot example:three-tier', /no IP address and no CIDR block/],
    ['an empty place', 'reach tier: internet --snapshot example:three-tier', /nothing follows tier:/],
    [
      'what packets only pass',
      'reach acl-09b1740e07267e387 internet --snapshot example:three-tier',
      /is a network ACL: packets pass it/,
    ],
    [
      'a name of several kinds of things',
      'reach shop-* internet --snapshot example:three-tier',
      /"shop-\*" fits several things of different kinds:\n.*instance .*write instance:shop-\*/s,
    ],
    ['no example', 'reach a b --snapshot example:tree-tier', /there is no example "tree-tier"\n.*three-tier/s],
    ['no file', 'reach a b --snapshot nowhere.json', /nowhere\.json/],
    [
      'no batch file',
      'reach --batch nowhere.jsonl --snapshot example:three-tier',
      /nowhere\.jsonl: there is no such file/,
    ],
    [
      'a batch in a file of too long a name',
      `reach --batch ${'x'.repeat(5000)} --snapshot example:three-tier`,
      /: ENAMETOOLONG: name too long\n {2}name a file of JSON lines/,
    ],
    [
      'a batch in a folder',
      `reach --batch ${tmpdir()} --snapshot example:three-tier`,
      /: it is a folder\n {2}name a file of JSON lines/,
    ],
    [
      'a snapshot in a file of too long a name',
      `tiers --snapshot ${'x'.repeat(5000)}`,
      /x does not exist\n {2}Name an existing snapshot/,
    ],
    [
      'a policy in a file of too long a name',
      `check --policy ${'x'.repeat(5000)} --snapshot example:three-tier`,
      /: cannot read: ENAMETOOLONG: name too long\n {2}Name a policy/,
    ],
    ['output to a file of too long a name', `explain ROUTE_LOOP -o ${'x'.repeat(5000)}`, /cannot write: ENAMETOOLONG/],
    [
      'a watch in a file',
      `watch --once --snapshot example:peering --folder ${process.execPath}`,
      /cannot write: (EEXIST|ENOTDIR)/,
    ],
    [
      'a batch and a place',
      'reach internet --batch - --snapshot example:three-tier',
      /--batch takes its questions from/,
    ],
    [
      'a batch and an expectation',
      'reach --batch - --expect unreachable --snapshot example:three-tier',
      /and --expect was given/,
    ],
    ['a batch explained', 'reach --batch - --explain --snapshot example:three-tier', /and --explain was given/],
    ['a role of no organization', 'collect --role-name reader', /--role-name is for --organization/],
    [
      'a watch of a file and of AWS',
      'watch --once --snapshot a.json --profile b',
      /cannot be used with option '--profile/,
    ],
    ['checks as SARIF', 'check --list --format sarif', /checks are told as text or json/],
    ['what SARIF alone marks', 'check --sarif-suppressed --snapshot example:peering', /is for --format sarif/],
    ['nothing to import', 'import', /missing required argument 'path'/],
    ['an import of nothing', 'import nowhere', /nowhere/],
  ])('%s', async (_, line, said) => {
    const { status, stdout, stderr } = await asked(line)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(said)
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  it.concurrent('output into a folder that is not there', async () => {
    const cwd = folder()
    const line = 'reach db internet --snapshot example:three-tier --output missing/answer.txt'
    const { status, stdout, stderr } = await ztnet(words(line), { cwd })
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(/^ztnet: missing\/answer\.txt: cannot write: .*\n {2}name a file in a folder that exists/)
  })
})

// Nothing is unreadable for root.
describe.skipIf(process.getuid?.() === 0)('what may not be read is told', () => {
  it.concurrent.each([
    [
      'snapshots',
      ['tiers'],
      /^ztnet: snapshots: cannot read: EACCES.*\n {2}Make the folder readable, or name a snapshot/,
    ],
    [
      'questions',
      ['reach', '--batch', 'questions', '--snapshot', 'example:peering'],
      /^ztnet: questions: EACCES: permission denied\n {2}name a file of JSON lines that may be read/,
    ],
  ])('of %s', async (name, line, said) => {
    const cwd = folder({ 'snapshots/a.json': '{}', questions: '{}' })
    chmodSync(join(cwd, name), 0)
    const { status, stderr } = await ztnet(line, { cwd })
    chmodSync(join(cwd, name), 0o700)
    expect(status).toBe(2)
    expect(stderr).toMatch(said)
  })
})

describe('a path that is empty, as of a variable that is not set, is told', () => {
  it.concurrent.each([
    ['a snapshot', ['tiers', '--snapshot', ''], 'the path of the snapshot is empty'],
    ['output', ['tiers', '--snapshot', 'example:peering', '-o', ''], 'the name of the file to write is empty'],
    ['a snapshot to write', ['import', '.', '-o', ''], 'a file without a name cannot be written'],
  ])('of %s', async (_, line, said) => {
    const cwd = folder({ 'vpcs.json': '{"Vpcs":[]}' })
    const { status, stderr } = await ztnet(line, { cwd })
    expect(status).toBe(2)
    expect(stderr).toContain(`ztnet: ${said}\n`)
  })
})

describe('ztnet import', () => {
  const vpc = { VpcId: 'vpc-1', CidrBlock: '10.0.0.0/16', OwnerId: '111111111111' }
  const files = {
    '111111111111/us-east-1/vpcs.json': JSON.stringify({ Vpcs: [vpc] }),
    '111111111111/us-east-1/subnets.json': JSON.stringify([]),
    '111111111111/us-east-1/tables.json': JSON.stringify({
      RouteTables: Array.from({ length: 9 }, () => ({ id: 'rtb-1' })),
    }),
  }

  it.concurrent('says how to get what it could not read, and of much alike a few', async () => {
    const { stderr } = await ztnet(['import', '.', '-o', 'net.json'], { cwd: folder(files) })
    expect(stderr).toMatch(/subnets\.json is a list, not the answer of a call\n {2}Replace it by .* without --query/)
    expect(stderr.match(/expected string, got nothing/g)).toHaveLength(5)
    expect(stderr).toMatch(/and 4 more of the kind\n {2}Run the call again/)
  })

  it.concurrent('of the files of something else is an error, and leaves an older snapshot as it was', async () => {
    const cwd = folder({ 'repository/cluster.json': { cluster: 'blue', version: 3 }, 'net.json': 'old' })
    const { status, stderr } = await ztnet(['import', 'repository', '-o', 'net.json'], { cwd })
    expect(status).toBe(2)
    expect(stderr).toMatch(
      /^ztnet: repository holds no describe JSON: .*\n {2}Put the output of `aws ec2 describe-vpcs`/,
    )
    expect(readFileSync(join(cwd, 'net.json'), 'utf8')).toBe('old')
  })

  it.concurrent('says so where the answers of two accounts are not told apart', async () => {
    const other = { ...vpc, VpcId: 'vpc-2', OwnerId: '222222222222' }
    const cwd = folder({ 'a.json': JSON.stringify({ Vpcs: [vpc] }), 'b.json': JSON.stringify({ Vpcs: [other] }) })
    const { stderr } = await ztnet(['import', '.', '-o', 'net.json'], { cwd })
    expect(stderr).toMatch(
      /resources of \S+ are here, and no answer is known to come from there\n {2}Keep the answers of each account/,
    )
  })

  it.concurrent('names calls that are missing, and is not complete without them', async () => {
    const cwd = folder({ '111111111111/us-east-1/vpcs.json': files['111111111111/us-east-1/vpcs.json'] })
    const line = ['import', '.', '-o', 'net.json']
    const [ran, complete] = await Promise.all([ztnet(line, { cwd }), ztnet([...line, '--require-complete'], { cwd })])
    expect([ran.status, complete.status]).toEqual([0, 3])
    expect(ran.stderr).toContain(
      'describe-network-interfaces is missing for 111111111111/us-east-1: answers that need it are unknown\n' +
        '  Add the output of `aws ec2 describe-network-interfaces`.\n',
    )
    expect(ran.stderr).toMatch(/, 5 calls missing, in net\.json\n$/)
    expect(ran.stderr).not.toContain('nothing left out')
  })
})

it('a subnet whose CIDR block is none is told with its tier, and how to mend it', async () => {
  const cwd = folder({
    'net/subnets.json': { Subnets: [{ SubnetId: 'subnet-1', VpcId: 'vpc-1', CidrBlock: '10.0.0.300/24' }] },
  })
  const { status, stderr } = await ztnet(['tiers', '--snapshot', 'net'], { cwd })
  expect(status).toBe(0)
  expect(stderr).toContain(
    'CidrBlock of subnet-1 is "10.0.0.300/24", which is no CIDR block\n  read the resource again',
  )
})

describe('a defect of ztnet', () => {
  // The process is sabotaged from outside: a library that ztnet relies on breaks, which no input can bring about.
  const node = ['--import', fileURLToPath(new URL('sabotage.mjs', import.meta.url))]
  const line = words('reach db-subnet internet --snapshot example:three-tier')

  it.concurrent('ends with 70 and one line that says so, without a stack', async () => {
    const { status, stdout, stderr } = await ztnet(line, { node })
    expect({ status, stdout }).toEqual({ status: 70, stdout: '' })
    expect(stderr).toBe('ztnet: a defect in ztnet itself: the colours are broken (set ZTNET_DEBUG=1 for details)\n')
  })

  it.concurrent('shows the stack where ZTNET_DEBUG=1 asks for it', async () => {
    const { status, stderr } = await ztnet(line, { node, env: { ZTNET_DEBUG: '1' } })
    expect(status).toBe(70)
    expect(stderr).toMatch(
      /^ztnet: a defect in ztnet itself: the colours are broken .*\nError: the colours are broken\n.*\n {4}at /,
    )
  })
})

describe('a line of a batch that cannot be asked says why, and the rest goes on', () => {
  it.concurrent.each([
    ['no JSON', '{"from":', /^line 1 is not JSON: /],
    ['no object', '[1]', /^line 1 is no JSON object$/],
    ['one place', '{"from":"teller"}', /^line 1 lacks "from" or "to"$/],
    [
      'everything',
      '{"from":"teller","to":"*"}',
      /^line 1 asks about everything.*; ask by itself, as in ztnet reach db-subnet '\*'$/,
    ],
    ['a list of ports', '{"from":"teller","to":"audit","port":[1]}', /^port must be a word or a number$/],
    [
      'a key that means nothing',
      '{"from":"teller","to":"audit","prot":"tcp"}',
      /^"prot" is no key of a question; did you mean protocol\? known are id, from, to, protocol, port, /,
    ],
    ['nobody', '{"from":"tellers","to":"audit"}', /^nothing in the snapshot is called "tellers"; Nearest: "teller"/],
  ])('%s', async (_, line, why) => {
    const input = `${line}\n{"from":"teller","to":"audit","protocol":"tcp","port":443}\n`
    const { status, stdout } = await ztnet(words('reach --batch - --snapshot example:nacl-return'), { input })
    const [bad, good] = stdout
      .trimEnd()
      .split('\n')
      .map((each) => JSON.parse(each) as Record<string, string>)
    expect(status).toBe(0)
    expect(bad!['error']).toMatch(why)
    expect(good).toMatchObject({ verdict: 'one-way' })
  })
})

it('a batch may be what Windows PowerShell redirected: UTF-16 with a byte order mark', async () => {
  const cwd = folder()
  const lines = '\ufeff{"id":1,"from":"teller","to":"audit"}\r\n{"id":2,"from":"teller","to":"audit"}\r\n'
  writeFileSync(join(cwd, 'asked.jsonl'), Buffer.from(lines, 'utf16le'))
  const { stdout } = await ztnet(words('reach --batch asked.jsonl --snapshot example:nacl-return'), { cwd })
  expect(stdout).toMatch(/^\{"id":1,"verdict":.*\n\{"id":2,"verdict":.*\n$/)
})

it('a key of a batch that is like none of a question is told once, and the line is answered', async () => {
  const line = '{"from":"teller","to":"audit","expect":"reachable","evidence":"of the writer","hops":[]}'
  const { status, stdout, stderr } = await ztnet(words('reach --batch - --snapshot example:nacl-return'), {
    input: `${line}\n${line}\n`,
  })
  expect(status).toBe(0)
  const answers = stdout
    .trim()
    .split('\n')
    .map((each) => JSON.parse(each) as { readonly verdict?: string })
  expect(answers.map(({ verdict }) => verdict)).toEqual(['one-way', 'one-way'])
  for (const key of ['expect', 'evidence', 'hops'])
    expect(stderr.match(new RegExp(`line 1: "${key}" is no key of a question, and is passed over`, 'g'))).toHaveLength(
      1,
    )
})

it('a batch that is to come from a folder is an error, whether it is named or redirected', async () => {
  const questions = openSync(folder(), 'r')
  const args = ['bin/ztnet.js', 'reach', '--batch', '-', '--snapshot', 'example:nacl-return']
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: [questions, 'pipe', 'pipe'], encoding: 'utf8' })
  closeSync(questions)
  expect([status, stderr]).toEqual([2, expect.stringMatching(/^ztnet: standard input: it is a folder\n/) as string])
})

it('an interval of a watch needs its unit', async () => {
  const { status, stderr } = await ztnet(words('watch --once --snapshot nowhere --interval 5'))
  expect([status, stderr]).toEqual([2, expect.stringContaining('Write it with its unit, as 90s, 15m or 6h.') as string])
})

it('an endpoint that refuses connections is no matter of credentials', async () => {
  const { status, stderr } = await ztnet(words('collect --endpoint-url http://127.0.0.1:9 -o net.json'), {
    env: { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_REGION: 'eu-west-1' },
  })
  expect(status).toBe(2)
  expect(stderr).toMatch(
    /^ztnet: http:\/\/127\.0\.0\.1:9 cannot be reached: .*ECONNREFUSED.*\n {2}See that --endpoint-url/m,
  )
})

describe('the help of a command', () => {
  const commands = [
    'collect',
    'import',
    'reach',
    'matrix',
    'check',
    'baseline',
    'explain',
    'init',
    'diff',
    'watch',
    'tiers',
    'blast',
    'map',
  ]

  it.concurrent.each(commands)('%s fits into 80 columns, and has --quiet and --no-color', async (command) => {
    const { stdout } = await ztnet([command, '--help'], { env: { COLUMNS: '80' } })
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect(stdout).toMatch(/^ {2}--quiet .*\n {2}--no-color /m)
  })

  it('lists every command that is looked at here', async () => {
    const { stdout } = await ztnet(['--help'])
    const [, list = ''] = stdout.split('Commands:\n')
    const listed = [...list.matchAll(/^ {2}([a-z]+) \[options\]/gm)].map(([, name]) => name!)
    expect(listed.sort(byCodeUnit)).toEqual([...commands].sort(byCodeUnit))
  })
})
