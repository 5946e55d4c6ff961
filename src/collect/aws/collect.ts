/** Live AWS as a snapshot: accounts by regions by rows. What fails becomes a gap, and the rest goes on. */
import pLimit, { type LimitFunction } from 'p-limit'
import { append, byCodeUnit, once } from '../../collections.ts'
import { assembled, sourceOfAnswer, type Source } from '../assemble.ts'
import type { Answer } from '../describe-calls.ts'
import type { Journal } from '../journal.ts'
import { recorded, type Redaction } from '../recorded.ts'
import { withoutEphemeral } from '../roles.ts'
import type { Snapshot } from '../../snapshot/snapshot.ts'
import { accountsIn, regionsOf, type Access, type Where } from './accounts.ts'
import { ask, hasFailed, isAbsent, type AskedCall } from './ask.ts'
import { clientsOf, type Clients } from './clients.ts'
import { documentName, iamAction, kindsOf, type Asked, type Per, type Row } from './row.ts'
import { rows } from './rows.ts'

/** How far a run is. */
export interface Progress {
  readonly accounts: { readonly done: number; readonly of: number }
  readonly regions: { readonly done: number; readonly of: number }
  readonly calls: number
  readonly failed: number
  readonly resources: number
}

export interface Collected {
  readonly snapshot: Snapshot
  readonly notes: readonly string[]
  readonly progress: Progress
  /** Whether asking again may tell more: calls that failed for another reason than a denial. */
  readonly canGoOn: boolean
  /** Whether every call about the network failed. */
  readonly isBlind: boolean
}

/** So many accounts are under way at a time, so many regions are read, and in each so many calls are under way. */
const ACCOUNTS = 16
const PLACES = 16
const CALLS = 6

export interface Manner {
  readonly journal: Journal
  readonly redaction: Redaction
  readonly excludeEphemeral: boolean
  readonly progress: (now: Progress) => void
}

/** @throws ZtnetError where no account can be entered at all. */
export async function collect(
  where: Where,
  { journal, redaction, excludeEphemeral, progress: report }: Manner,
): Promise<Collected> {
  const found = await accountsIn(where)
  const run = new Run(journal, redaction, report)
  for (const { account, failed } of found.closed)
    run.keep(`${account}/${documentName({ service: 'sts', call: 'AssumeRole' })}`, failed, [])
  const [accounts, places] = [pLimit(ACCOUNTS), pLimit(PLACES)]
  run.accounts.of = found.accounts.length
  try {
    await accounts.map(found.accounts, (access) => readAccount(access, where, run, places))
  } finally {
    // after a failure nothing more is begun, which the process would wait for
    for (const limit of [accounts, places]) limit.clearQueue()
  }
  const sources = run.sources.sort((a, b) => byCodeUnit(a.name, b.name))
  const { snapshot: whole } = assembled(sources, { collectedAt: journal.collectedAt })
  const snapshot = excludeEphemeral ? withoutEphemeral(whole) : whole
  return {
    snapshot,
    notes: [...found.notes, ...absentInWords(run.absent)],
    isBlind: !run.hasSeen,
    progress: run.now(),
    canGoOn: snapshot.gaps.some(({ code }) => code === 'CALL_FAILED'),
  }
}

/** What has been read so far. */
class Run {
  readonly sources: Source[] = []
  readonly accounts = { done: 0, of: 0 }
  readonly regions = { done: 0, of: 0 }
  /** Calls that AWS does not have in a region. */
  readonly absent: AskedCall[] = []
  /** Whether any call told of a network, be it that there is none. */
  hasSeen = false
  calls = 0
  failed = 0
  resources = 0
  readonly #journal: Journal
  readonly #redaction: Redaction
  readonly #report: (now: Progress) => void

  constructor(journal: Journal, redaction: Redaction, report: (now: Progress) => void) {
    this.#journal = journal
    this.#redaction = redaction
    this.#report = report
  }

  /** What an earlier run read, unless it failed there. */
  known(name: string): Answer | undefined {
    const answer = this.#journal.read(name)
    return answer === undefined || hasFailed(answer) ? undefined : answer
  }

  /** Takes an answer, freed of what may not be kept; gives what was kept. */
  keep(name: string, answer: Answer, kinds: ReturnType<typeof kindsOf>): Answer {
    const kept = recorded(answer, kinds, this.#redaction)
    this.#journal.write(name, kept)
    return this.take(name, kept)
  }

  take(name: string, kept: Answer): Answer {
    const source = sourceOfAnswer(name, kept)
    this.sources.push(source)
    this.calls++
    if (hasFailed(kept)) this.failed++
    if (isAbsent(kept)) this.absent.push(kept['Call'] as AskedCall)
    this.resources += source.facts.found.length
    this.tell()
    return kept
  }

  tell(): void {
    this.#report(this.now())
  }

  now(): Progress {
    const { accounts, regions, calls, failed, resources } = this
    return { accounts: { ...accounts }, regions: { ...regions }, calls, failed, resources }
  }
}

async function readAccount(access: Access, where: Where, run: Run, places: LimitFunction): Promise<void> {
  const connect = (region: string) => clientsOf({ region, endpoint: where.endpoint, credentials: access.credentials })
  const home = connect(access.region)
  const { regions, failed } = await regionsOf(access, home, where)
  home.close()
  if (failed !== undefined)
    run.keep(`${access.account}/${documentName({ service: 'ec2', call: 'DescribeRegions' })}`, failed, [])
  const asked = regionally(regions, access)
  run.regions.of += regions.length
  run.tell()
  await Promise.all(
    [...asked].map(([region, its]) =>
      places(async () => {
        const clients = connect(region)
        await readRegion(its, { account: access.account, region }, clients, run)
        clients.close()
        if (regions.includes(region)) run.regions.done++
        run.tell()
      }),
    ),
  )
  run.accounts.done++
  run.tell()
}

/** The rows of each region; global ones in the region that answers for all. */
function regionally(
  regions: readonly string[],
  { partition, isManagement = false }: Access,
): ReadonlyMap<string, readonly Row[]> {
  const asked = new Map<string, Row[]>(regions.map((region) => [region, rows.filter(({ home }) => home === undefined)]))
  if (regions.length === 0 || partition !== 'aws') return asked
  for (const row of rows) {
    if (row.home === undefined || (row.organization === true && !isManagement)) continue
    append(asked, row.home, row)
  }
  return asked
}

async function readRegion(
  its: readonly Row[],
  place: { readonly account: string; readonly region: string },
  clients: Clients,
  run: Run,
): Promise<void> {
  const limit = pLimit(CALLS)
  const answers = new Map<string, Promise<readonly Answer[]>>()
  const nameOf = ({ service, call }: Pick<Row, 'service' | 'call'>) => `${service} ${call}`
  const read = (row: Row): Promise<readonly Answer[]> => {
    const { per } = row
    if (per === undefined) return one(row, undefined).then((answer) => [answer])
    const before = answers.get(nameOf({ service: row.service, call: per.after })) as Promise<readonly Answer[]>
    return before.then((earlier) =>
      each(
        row,
        per,
        earlier.flatMap((answer) => per.asked(answer, place)),
      ),
    )
  }
  /** Asks about each, and then about whom the answers tell, never twice about the same. */
  const each = async (
    row: Row,
    per: Per,
    asked: readonly Asked[],
    known: Set<string> = new Set(),
  ): Promise<readonly Answer[]> => {
    const fresh = distinctBy(asked).filter(({ about }) => !known.has(about))
    for (const { about } of fresh) known.add(about)
    const told = await Promise.all(fresh.map((next) => one(row, next)))
    const onward = told.flatMap((answer) => per.onward?.(answer) ?? [])
    return onward.length === 0 ? told : [...told, ...(await each(row, per, onward, known))]
  }
  const one = (row: Row, asked: Asked | undefined): Promise<Answer> =>
    limit(async () => {
      const name = `${place.account}/${place.region}/${documentName(row, asked?.about)}`
      const known = run.known(name)
      const answer =
        known === undefined
          ? run.keep(name, await ask(clients, row, asked, place), kindsOf(row))
          : run.take(name, known)
      if (row.organization !== true && !hasFailed(answer) && !isAbsent(answer)) run.hasSeen = true
      return answer
    })
  const done: Promise<readonly Answer[]>[] = []
  for (const row of its) {
    const answered = read(row)
    done.push(answered)
    // two rows may share a call: attributes of a VPC are asked one by one
    if (!answers.has(nameOf(row))) answers.set(nameOf(row), answered)
  }
  await Promise.all(done)
}

function distinctBy(asked: readonly Asked[]): readonly Asked[] {
  return [...new Map(asked.map((each) => [each.about, each])).values()]
}

/** One sentence for each service, or call of EC2, that some regions lack. */
function absentInWords(calls: readonly AskedCall[]): readonly string[] {
  const regions = new Map<string, Set<string>>()
  for (const { Service: service, Operation: call, Region: region } of calls) {
    const what = service === 'ec2' ? iamAction({ service, call }) : service
    once(regions, what, () => new Set()).add(region)
  }
  return [...regions]
    .map(([what, where]) => `${what} is not offered in ${[...where].sort(byCodeUnit).join(', ')}`)
    .sort(byCodeUnit)
}
