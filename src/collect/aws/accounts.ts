/** Which accounts are read, with whose credentials, and in which regions. */
import { byCodeUnit } from '../../collections.ts'
import pLimit from 'p-limit'
import { ZtnetError } from '../../errors.ts'
import type { Answer } from '../describe-calls.ts'
import { ask, hasFailed, told } from './ask.ts'
import { clientsOf, type Clients, type Credentials } from './clients.ts'
import { recordsIn, type Row } from './row.ts'
import { rows } from './rows.ts'

export interface Where {
  /** Names in the shared AWS configuration; none: the credentials that the SDK finds. */
  readonly profiles: readonly string[]
  /** Roles to assume with each of them. */
  readonly roleArns: readonly string[]
  /** Whether all accounts of the organization are meant, by a role of this name in each. */
  readonly organization: boolean
  readonly roleName: string
  /** Without: those that the account has enabled. */
  readonly regions: readonly string[] | undefined
  readonly endpoint: string | undefined
}

/** An account that can be read. */
export interface Access {
  readonly account: string
  /** `aws`, `aws-us-gov`, `aws-cn`. */
  readonly partition: string
  /** The region to ask in what is the same everywhere. */
  readonly region: string
  /** Makes a provider that looks for credentials anew. */
  readonly credentials: () => Credentials
  /** Whether its organization is asked about. */
  readonly isManagement?: boolean
}

/** An account that was meant and cannot be entered. */
export interface NoAccess {
  readonly account: string
  readonly failed: Answer
}

export interface Found {
  readonly accounts: readonly Access[]
  readonly closed: readonly NoAccess[]
  /** What is left out, in sentences. */
  readonly notes: readonly string[]
}

/** So many accounts of an organization are entered at a time: it may have thousands, and AWS throttles who assumes their roles at once. */
const ENTERED = 16

/** @throws ZtnetError where the credentials named give no account, or the organization cannot be listed. */
export async function accountsIn(where: Where): Promise<Found> {
  const bases = await Promise.all(basesOf(where).map((base) => identified(base, where)))
  const notes: string[] = []
  const accounts = distinct(bases, notes)
  if (!where.organization) return { accounts, closed: [], notes }
  const members = await Promise.all(accounts.map((management) => membersOf(management, where, notes)))
  const entered = await pLimit(ENTERED).map(members.flat(), (member) => enter(member, where))
  const management = accounts.map((each) => ({ ...each, isManagement: true }))
  return {
    accounts: distinct([...management, ...entered.filter((each) => 'credentials' in each)], []),
    closed: entered.filter((each) => 'failed' in each),
    notes,
  }
}

/** The regions to read of an account.
 *  @throws ZtnetError for a region that AWS does not have. */
export async function regionsOf(
  access: Access,
  clients: Clients,
  where: Where,
): Promise<{ readonly regions: readonly string[]; readonly failed?: Answer }> {
  const row: Row = {
    service: 'ec2',
    call: 'DescribeRegions',
    key: 'Regions',
    input: { AllRegions: true },
    single: true,
  }
  const answer = await ask(clients, row, undefined, { account: access.account, region: access.region })
  if (hasFailed(answer))
    return where.regions === undefined ? { regions: [], failed: answer } : { regions: where.regions }
  const all = recordsIn(answer, 'Regions')
  const names = all.flatMap(({ RegionName: name }) => (typeof name === 'string' ? name : []))
  const strange = where.regions?.find((region) => !names.includes(region))
  if (strange !== undefined) {
    const hint = `Account ${access.account} knows ${names.sort(byCodeUnit).join(', ')}.`
    throw new ZtnetError('REGION_UNKNOWN', `${JSON.stringify(strange)} is no region of AWS`, { hint })
  }
  const enabled = all
    .filter(({ OptInStatus: status }) => status !== 'not-opted-in')
    .map(({ RegionName: name }) => String(name))
  return { regions: enabled.filter((region) => where.regions?.includes(region) ?? true).sort(byCodeUnit) }
}

interface Base {
  readonly called: string
  readonly profile: string | undefined
  readonly credentials: (region: string) => () => Credentials
}

function basesOf(where: Where): readonly Base[] {
  const own = (where.profiles.length === 0 ? [undefined] : where.profiles).map((profile): Base => ({
    called: profile === undefined ? 'the credentials of this environment' : `profile ${profile}`,
    profile,
    credentials: (region) => () => cached(() => chain(profile, region)),
  }))
  if (where.roleArns.length === 0) return own
  return own.flatMap((base) =>
    where.roleArns.map((role): Base => ({
      called: `role ${role}`,
      profile: base.profile,
      credentials: (region) => () => assumed(role, base.credentials(region), region, where),
    })),
  )
}

async function chain(profile: string | undefined, region: string): Promise<Awaited<ReturnType<Credentials>>> {
  const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers')
  return fromNodeProviderChain({ ...(profile !== undefined && { profile }), clientConfig: { region } })()
}

/** Credentials of a role, for an hour at a time. The session has one name, which shows in messages and in CloudTrail. */
function assumed(role: string, master: () => Credentials, region: string, { endpoint }: Where): Credentials {
  return cached(async () => {
    const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers')
    return fromTemporaryCredentials({
      params: { RoleArn: role, RoleSessionName: 'ztnet-collect' },
      masterCredentials: master(),
      clientConfig: { region, ...(endpoint !== undefined && { endpoint }) },
    })()
  })
}

const EARLY = 5 * 60_000

/** Asks once for all clients, and again shortly before the answer ends. A failure is not kept. */
function cached(find: Credentials): Credentials {
  let known: ReturnType<Credentials> | undefined
  let ends = Infinity
  return async () => {
    if (known === undefined || Date.now() > ends - EARLY) {
      known = find()
      ends = Infinity
    }
    try {
      const identity = await known
      ends = identity.expiration?.getTime() ?? Infinity
      return identity
    } catch (error) {
      known = undefined
      throw error
    }
  }
}

async function identified(base: Base, where: Where): Promise<Access> {
  const region = await homeRegion(base.profile)
  const credentials = base.credentials(region)
  const clients = clientsOf({ region, endpoint: where.endpoint, credentials })
  try {
    const { Account: account, Arn: arn } = await clients.send('sts', 'GetCallerIdentity', {})
    return { account: String(account), partition: String(arn).split(':')[1] ?? 'aws', region, credentials }
  } catch (error) {
    const { Code, Message } = told(error)
    if (UNREACHABLE.test(Code))
      throw new ZtnetError('AWS_UNREACHABLE', `${where.endpoint ?? 'AWS'} cannot be reached: ${Message} (${Code})`, {
        hint:
          where.endpoint === undefined
            ? 'See to the way there: network, proxy, DNS; a private endpoint is named with --endpoint-url.'
            : 'See that --endpoint-url names the right address, and that something like AWS answers there.',
        cause: error,
      })
    throw new ZtnetError('AWS_CREDENTIALS', `${base.called} cannot be used: ${Message} (${Code})`, {
      hint: 'Sign in (aws sso login), name another --profile or --role-arn, or set AWS_PROFILE.',
      cause: error,
    })
  } finally {
    clients.close()
  }
}

/** Codes of what failed on the way, before anybody looked at credentials. */
const UNREACHABLE =
  /^(ECONN|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|EPROTO|EPIPE|ERR_(TLS|SSL)|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|TimeoutError$|GarbledAnswer$)/

/** As the SDK finds it, for a profile; without any, where global services answer. */
async function homeRegion(profile: string | undefined): Promise<string> {
  const { STSClient } = await import('@aws-sdk/client-sts')
  const client = new STSClient({ ...(profile !== undefined && { profile }) })
  try {
    return await client.config.region()
  } catch {
    return 'us-east-1'
  } finally {
    client.destroy()
  }
}

function distinct(all: readonly Access[], notes: string[]): readonly Access[] {
  const byAccount = new Map<string, Access>()
  for (const each of all) {
    if (byAccount.has(each.account)) notes.push(`account ${each.account} is meant twice; it is read once`)
    else byAccount.set(each.account, each)
  }
  return [...byAccount.values()]
}

interface Member {
  readonly account: string
  readonly management: Access
}

async function membersOf(management: Access, where: Where, notes: string[]): Promise<readonly Member[]> {
  const { region, credentials, account } = management
  const clients = clientsOf({ region, endpoint: where.endpoint, credentials })
  const row = rows.find(({ call }) => call === 'ListAccounts') as Row
  const answer = await ask(clients, row, undefined, { account, region })
  clients.close()
  if (hasFailed(answer)) {
    const { Code, Message } = answer['Error'] as ReturnType<typeof told>
    throw new ZtnetError('AWS_ORGANIZATION', `account ${account} cannot list its organization: ${Message} (${Code})`, {
      hint: 'Use the management account or a delegated administrator, allow organizations:ListAccounts, or name accounts by --role-arn.',
    })
  }
  const members = recordsIn(answer, 'Accounts').filter(({ Id }) => typeof Id === 'string' && Id !== account)
  const isActive = ({ Status, State }: Answer) => (State ?? Status) === 'ACTIVE'
  for (const { Id, Status, State } of members.filter((each) => !isActive(each)))
    notes.push(
      `account ${String(Id)} is ${String(State ?? Status)
        .toLowerCase()
        .replaceAll('_', ' ')} and left out`,
    )
  return members.filter(isActive).map(({ Id }) => ({ account: String(Id), management }))
}

async function enter({ account, management }: Member, where: Where): Promise<Access | NoAccess> {
  const { partition, region } = management
  const role = `arn:${partition}:iam::${account}:role/${where.roleName}`
  const credentials = () => assumed(role, management.credentials, region, where)
  try {
    await credentials()()
    return { account, partition, region, credentials }
  } catch (error) {
    const Call = { Service: 'sts', Operation: 'AssumeRole', Account: account, About: role }
    return { account, failed: { Call, Error: told(error) } }
  }
}
