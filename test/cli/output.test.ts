/** Where answers go and in which shape: data to stdout or to a file that appears whole, everything else to stderr, no colour but on a
 *  terminal. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { jsonDocument, terminalStyle, write } from '../../src/cli/output.ts'
import { harmlessJson } from '../../src/report/style.ts'
import { formatSnapshotLines } from '../../src/snapshot/lines.ts'
import { folder, words, ztnet } from './process.ts'

const question = words('reach db-subnet internet --snapshot example:three-tier')
const program = fileURLToPath(new URL('../../bin/ztnet.js', import.meta.url))
const ansi = /\u001b\[/

/** Of three pieces. */
const largeSnapshot = (): string => {
  const place = { account: '111111111111', region: 'us-east-1' }
  const resources = Array.from({ length: 25_000 }, (_, i) => {
    const id = `vpc-${String(i).padStart(6, '0')}`
    return { kind: 'vpc', ...place, id, raw: { VpcId: id } } as const
  })
  const lines = formatSnapshotLines({ version: 1, coverage: [], gaps: [], resources })
  return `${[...lines].join('\n')}\n`
}

describe('--format', () => {
  it.concurrent.each([
    ['text', /^UNREACHABLE {2}db-subnet -> internet {2}/],
    ['markdown', /^### unreachable: `db-subnet` → `internet`\n/],
    ['json', /^\{\n {2}"schemaVersion": 1,\n/],
    ['jsonl', /^\{"schemaVersion":1,.*\}\n$/],
  ])('%s', async (format, shape) => {
    const { status, stdout, stderr } = await ztnet([...question, '--format', format])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(shape)
    expect(stdout.endsWith('\n')).toBe(true)
  })

  it.concurrent('json and jsonl are one value, and the same bytes each time', async () => {
    const ran = await Promise.all(['json', 'jsonl', 'json'].map((format) => ztnet([...question, '--format', format])))
    const [pretty, line, again] = ran.map(({ stdout }) => stdout)
    expect(JSON.parse(line!)).toEqual(JSON.parse(pretty!))
    expect(again).toBe(pretty)
  })

  it.concurrent('--explain shows every step and its code', async () => {
    const line = words('reach till stock --protocol tcp --port 443 --snapshot example:dangling')
    const [short, long] = await Promise.all([ztnet(line), ztnet([...line, '--explain'])])
    expect(short.stdout).not.toContain('SAME_SUBNET')
    expect(long.stdout).toContain('SAME_SUBNET')
    expect(long.stdout.length).toBeGreaterThan(short.stdout.length)
  })
})

describe('--output', () => {
  it.concurrent('writes the same to a file, nothing to stdout, and leaves nothing else behind', async () => {
    const cwd = folder()
    const [shown, written] = await Promise.all([ztnet(question), ztnet([...question, '-o', 'answer.txt'], { cwd })])
    expect(written).toEqual({ status: 0, stdout: '', stderr: '' })
    expect(readFileSync(join(cwd, 'answer.txt'), 'utf8')).toBe(shown.stdout)
    expect(readdirSync(cwd)).toEqual(['answer.txt'])
  })

  it.concurrent('of - is stdout', async () => {
    const { stdout } = await ztnet([...question, '-o', '-'])
    expect(stdout).toMatch(/^UNREACHABLE/)
  })

  it.concurrent('replaces an older answer', async () => {
    const cwd = folder({ 'answer.txt': 'old' })
    await ztnet([...question, '-o', 'answer.txt'], { cwd })
    expect(readFileSync(join(cwd, 'answer.txt'), 'utf8')).toMatch(/^UNREACHABLE/)
  })

  it.concurrent('leaves an older answer as it was where the question cannot be answered', async () => {
    const cwd = folder({ 'answer.txt': 'old' })
    const { status } = await ztnet(words('reach nowhere internet --snapshot example:three-tier -o answer.txt'), { cwd })
    expect(status).toBe(2)
    expect(readFileSync(join(cwd, 'answer.txt'), 'utf8')).toBe('old')
    expect(readdirSync(cwd)).toEqual(['answer.txt'])
  })

  it.concurrent('into a folder is an error that leaves no half-written file', async () => {
    const cwd = folder()
    mkdirSync(join(cwd, 'answers'))
    const { status, stderr } = await ztnet([...question, '-o', 'answers'], { cwd })
    expect(status).toBe(2)
    expect(stderr).toMatch(/^ztnet: answers: cannot write: it is a folder\n/)
    expect(readdirSync(cwd)).toEqual(['answers'])
  })

  it.concurrent.each([
    ['an answer', question],
    ['a snapshot', ['import', fileURLToPath(new URL('../../snapshots/three-tier.json', import.meta.url))]],
  ])('of %s to a pipe or to stdout by name gives the same as to stdout', async (_, command) => {
    const cwd = folder()
    const shell = (line: string): string =>
      execFileSync('bash', ['-c', line, 'bash', process.execPath, program, ...command], {
        cwd,
        stdio: 'pipe',
      }).toString()
    const { stdout } = await ztnet(command)
    expect(shell('"$@" -o >(cat) | cat')).toBe(stdout)
    expect(shell('mkfifo pipe; cat pipe & "$@" -o pipe; wait')).toBe(stdout)
    expect(shell('"$@" -o /dev/stdout')).toBe(stdout)
    expect(readdirSync(cwd)).toEqual(['pipe'])
  })

  it.concurrent('to a pipe whose reader has enough is no error', async () => {
    const command = ['import', fileURLToPath(new URL('../../snapshots/three-tier.json', import.meta.url)), '-o', 'pipe']
    const line = 'mkfifo pipe; head -c 10 pipe >/dev/null & "$@" 2>/dev/null; echo $?'
    const ran = execFileSync('bash', ['-c', line, 'bash', process.execPath, program, ...command], { cwd: folder() })
    expect(ran.toString()).toBe('0\n')
  })

  it.concurrent('below a file is an error that says so', async () => {
    const { status, stderr } = await ztnet([...question, '-o', 'file/answer.txt'], { cwd: folder({ file: '' }) })
    expect(status).toBe(2)
    expect(stderr).toMatch(/^ztnet: file\/answer\.txt: cannot write: ENOTDIR: not a directory\n/)
  })
})

describe('JSON in pieces', () => {
  /** What results are made of, and what JSON leaves out or writes otherwise. */
  const value = fc.anything({
    key: fc.string({ unit: 'binary' }),
    values: [
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\u001b', '\u202e', '\ud800', '\udc00', 'é') }),
      fc.double(),
      fc.integer(),
      fc.boolean(),
      fc.constantFrom(null, undefined),
    ],
    withDate: true,
    withNullPrototype: true,
    withSparseArray: true,
  })

  it('is the very text that JSON.stringify gives, whatever is in it and wherever it is cut', () => {
    fc.assert(
      fc.property(value, fc.integer({ min: 1, max: 40 }), (any, size) => {
        const whole = harmlessJson(JSON.stringify({ any }, null, 2))
        expect([...jsonDocument({ any }, size)].join('')).toBe(`${whole}\n`)
      }),
    )
  })

  it('has no piece much longer than it may be, so that no answer is too long', () => {
    const pieces = [...jsonDocument({ findings: Array.from({ length: 1000 }, (_, at) => ({ at })) }, 100)]
    expect(pieces.length).toBeGreaterThan(100)
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(150)
  })
})

describe('what is written in pieces', () => {
  function* failing(error: Error): Generator<string> {
    yield 'x'.repeat(3 << 20)
    throw error
  }

  it('appears whole', async () => {
    const file = join(folder(), 'answer.json')
    await write([`${'ä'.repeat(1 << 20)}\n`, '', 'b'], file)
    expect(readFileSync(file, 'utf8')).toBe(`${'ä'.repeat(1 << 20)}\nb`)
  })

  it('or not at all: a failure half-way leaves an older answer as it was, and is told as what it is', async () => {
    const cwd = folder({ 'answer.json': 'old' })
    await expect(write(failing(new TypeError('a defect')), join(cwd, 'answer.json'))).rejects.toThrow(TypeError)
    expect(readFileSync(join(cwd, 'answer.json'), 'utf8')).toBe('old')
    expect(readdirSync(cwd)).toEqual(['answer.json'])
  })
})

describe('colour', () => {
  it.concurrent('is not for pipes, even where the environment forces it on others', async () => {
    const { stdout } = await ztnet(question, { env: { FORCE_COLOR: '1', CLICOLOR_FORCE: '1', TERM: 'xterm-256color' } })
    expect(stdout).not.toMatch(ansi)
  })

  const noColor = process.env['NO_COLOR']

  afterEach(() => {
    if (noColor === undefined) delete process.env['NO_COLOR']
    else process.env['NO_COLOR'] = noColor
  })

  const terminal = { isTTY: true, columns: 80 }

  it('is for terminals, unless NO_COLOR, --no-color or a file says otherwise', () => {
    const isColoured = (options: Parameters<typeof terminalStyle>[0], stream: object = terminal): boolean =>
      ansi.test(terminalStyle(options, stream).bold('x'))
    process.env['NO_COLOR'] = ''
    expect(isColoured({})).toBe(true)
    expect(isColoured({}, {})).toBe(false)
    expect(isColoured({ color: false })).toBe(false)
    expect(isColoured({ output: 'file' })).toBe(false)
    process.env['NO_COLOR'] = '1'
    expect(isColoured({})).toBe(false)
  })

  it('goes with the width of the terminal, and elsewhere with 100 columns', () => {
    expect(terminalStyle({}, terminal).columns).toBe(80)
    expect(terminalStyle({}, { isTTY: true, columns: 400 }).columns).toBe(120)
    expect(terminalStyle({}, { isTTY: true, columns: 0 }).columns).toBe(80)
    expect(terminalStyle({ output: 'file' }, terminal).columns).toBe(100)
    expect(terminalStyle({}, { columns: 40 }).columns).toBe(100)
  })
})

describe('one process', () => {
  it('runs many commands, and listens to stderr once for all of them', async () => {
    const before = process.stderr.listenerCount('error')
    const output = join(folder({}), 'codes')
    for (let run = 0; run < 3; run++) await main(['', '', 'explain', 'ROUTE_LOOP', '--output', output])
    expect(process.stderr.listenerCount('error')).toBeLessThanOrEqual(before + 1)
  })
})

describe('a snapshot on stdout', () => {
  it('goes there piece by piece, and is the same as in a file', async () => {
    const pieces: Buffer[] = []
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    vi.spyOn(process.stdout, 'write').mockImplementation(((piece: string | Buffer, done: () => void) => {
      pieces.push(Buffer.from(piece))
      done()
      return true
    }) as typeof process.stdout.write)
    const status = await main(['', '', 'import', join(folder({ 'large.json': largeSnapshot() }), 'large.json')])
    vi.restoreAllMocks()
    expect(status).toBe(0)
    expect(pieces.length).toBeGreaterThan(2)
    expect(Buffer.concat(pieces).toString()).toBe(largeSnapshot())
  })

  it.skipIf(!existsSync('/dev/full'))('that takes nothing more is an error that says so', async () => {
    const full = openSync('/dev/full', 'w')
    const child = spawn(process.execPath, [program, ...question], { stdio: ['ignore', full, 'pipe'] })
    let stderr = ''
    child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    const [status] = (await once(child, 'close')) as [number]
    closeSync(full)
    expect(status).toBe(2)
    expect(stderr).toMatch(/^ztnet: cannot write to stdout: ENOSPC.*\n {2}make room/)
  })
})

describe('a reader that has enough', () => {
  /** Reads the first bytes, then closes the pipe, as `| head -1` does. */
  const firstOf = (args: readonly string[], input?: string) =>
    new Promise<{ readonly status: number | null; readonly first: string; readonly stderr: string }>((resolve) => {
      const child = spawn(process.execPath, [program, ...args])
      let first = ''
      let stderr = ''
      child.stdout.once('data', (chunk: Buffer) => {
        first = chunk.toString().split('\n')[0]!
        child.stdout.destroy()
      })
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
      child.on('close', (status) => {
        resolve({ status, first, stderr })
      })
      child.stdin.on('error', () => {})
      child.stdin.end(input ?? '')
    })

  it.concurrent.each(['--help', 'reach --help', '--version'])('before %s is no error', async (command) => {
    const child = spawn(process.execPath, [program, ...words(command)])
    child.stdout.destroy()
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    const [status] = (await once(child, 'close')) as [number]
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  it.concurrent('of what is wrong with a command is told nothing more', async () => {
    const child = spawn(process.execPath, [program, 'reach', '--what'])
    child.stderr.destroy()
    const [status] = (await once(child, 'close')) as [number]
    expect(status).toBe(2)
  })

  it.concurrent('of one answer is no error', async () => {
    const { status, first, stderr } = await firstOf(question)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(first).toMatch(/^UNREACHABLE/)
  })

  it.concurrent('of more than a pipe holds is no error', async () => {
    const line = JSON.stringify({ id: 'x'.repeat(1000), from: 'internet', to: 'database', protocol: 'tcp', port: 22 })
    const input = `${line}\n`.repeat(2000)
    const { status, first, stderr } = await firstOf(words('reach --batch - --snapshot example:three-tier'), input)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(JSON.parse(first)).toMatchObject({ verdict: 'unreachable' })
  })

  it.concurrent('of a snapshot is no error', async () => {
    const { status, first, stderr } = await firstOf([
      'import',
      fileURLToPath(new URL('../../snapshots/three-tier.json', import.meta.url)),
    ])
    expect(status).toBe(0)
    expect(first).toContain('"format":"ztnet-snapshot"')
    expect(stderr).toMatch(/^ztnet: \d+ resources .*\n$/)
  })

  it.concurrent('of a snapshot of several pieces is no error', async () => {
    const cwd = folder({ 'large.json': largeSnapshot() })
    const { status, first, stderr } = await firstOf(['import', join(cwd, 'large.json')])
    expect(status).toBe(0)
    expect(first).toContain('"format":"ztnet-snapshot"')
    expect(stderr).toMatch(/^ztnet: \d+ resources .*\n$/)
  })
})
