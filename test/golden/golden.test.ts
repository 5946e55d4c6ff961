/** What a user reads, whole: each `.session` of a folder begins with a question about the example of that name, and goes on with the
 *  answer. To add one, write its first line; to write the answers anew: ZTNET_WRITE_GOLDEN=1 npx vitest run test/golden. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { VERDICTS } from '../../src/reach/verdict.ts'
import { examples, snapshotsFolder } from '../examples/all.ts'
import { rewriting } from '../rewriting.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'ztnet-golden-'))

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true })
})

interface Golden {
  readonly name: string
  readonly snapshot: string
  readonly path: string
  /** As typed. */
  readonly question: string
  readonly answer: string
}

const goldens: readonly Golden[] = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name: snapshot }) =>
    sessionsIn(snapshot).map((file): Golden => {
      const path = join(here, snapshot, file)
      const [first = '', , ...rest] = readFileSync(path, 'utf8').split('\n')
      const name = `${snapshot}/${file}`
      const [, question] = /^\$ ztnet ((?:reach|tiers|matrix|blast|map|check)\b.*)$/.exec(first) ?? []
      if (question === undefined) throw new Error(`${name} does not begin with a question: $ ztnet reach ...`)
      return { name, snapshot, path, question, answer: rest.join('\n') }
    }),
  )

function sessionsIn(snapshot: string): readonly string[] {
  return readdirSync(join(here, snapshot)).filter((file) => file.endsWith('.session'))
}

/** As a shell splits them: what stands in quotes is one word. */
const wordsOf = (question: string): readonly string[] =>
  [...question.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word)

const isReach = ({ question }: Golden): boolean => question.startsWith('reach ')

const answerTo = async ({ name, snapshot, question }: Golden): Promise<string> => {
  const output = join(scratch, name.replaceAll('/', '-'))
  const status = await main(['', '', ...wordsOf(question), '--snapshot', `example:${snapshot}`, '--output', output])
  // What is found is an answer too.
  expect(question.startsWith('check') ? [0, 1] : [0]).toContain(status)
  return readFileSync(output, 'utf8')
}

describe('the answer that a user reads', () => {
  it.each(goldens.map((golden) => [golden.name, golden] as const))('%s', async (_, golden) => {
    const answer = await answerTo(golden)
    if (rewriting) writeFileSync(golden.path, `$ ztnet ${golden.question}\n\n${answer}`)
    expect(answer).toBe(rewriting ? answer : golden.answer)
  })

  it.each(goldens.filter(isReach).map((golden) => [golden.name, golden] as const))(
    '%s begins with the verdict',
    (_, { answer }) => {
      const [first = ''] = answer.split('\n')
      expect(first).toMatch(new RegExp(`^(### )?(${VERDICTS.join('|')})\\b`, 'i'))
    },
  )

  it('fits into 100 columns, colours nothing and leaves no spaces at the end of lines', () => {
    const texts = goldens.filter(({ question }) => !question.includes('--format'))
    const lines = texts.flatMap(({ answer }) => answer.split('\n'))
    // A command is copied whole.
    const isLong = (line: string): boolean => line.length > 100 && !/^ *\$ aws /.test(line)
    expect(lines.filter((line) => isLong(line) || / $|\u001b/.test(line))).toEqual([])
  })

  it('is held for every command of snapshots/README.md, and for the tiers of every example', () => {
    const held = goldens.map(({ question, snapshot }) => `${question} --snapshot example:${snapshot}`)
    const readme = readFileSync(join(snapshotsFolder, 'README.md'), 'utf8')
    const commands = [...readme.matchAll(/^ {4}node bin\/ztnet\.js (.+)$/gm)].map(([, command]) => command)
    expect(commands.length).toBeGreaterThanOrEqual(examples.size)
    expect(held).toEqual(expect.arrayContaining(commands))
    expect(held).toEqual(expect.arrayContaining([...examples.keys()].map((name) => `tiers --snapshot example:${name}`)))
  })

  it('is held once', () => {
    expect(new Set(goldens.map(({ answer }) => answer)).size).toBe(goldens.length)
  })

  it('is shown for every verdict, in text, in Markdown and with every step', () => {
    const verdicts = goldens.filter(isReach).map(({ answer }) => /^\S+/.exec(answer)?.[0].toLowerCase())
    expect(verdicts).toEqual(expect.arrayContaining([...VERDICTS]))
    const questions = goldens.map(({ question }) => question).join('\n')
    expect(questions).toMatch(/--explain$/m)
    expect(questions).toMatch(/--format markdown$/m)
  })
})
