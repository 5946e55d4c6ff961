/** What a collector must be allowed, out of the rows: an IAM policy, the role for all accounts of an organization, a table for people. */
import { iamAction, kindsOf, type Row } from './row.ts'
import { rows } from './rows.ts'

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export interface Policy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly Statement[]
}

interface Statement {
  readonly Sid: string
  readonly Effect: 'Allow'
  readonly Action: string | readonly string[]
  readonly Resource: string
}

/** What reading needs; with `organization` also what listing its accounts and entering them by a role needs. */
export function policy({
  organization,
  roleName,
}: {
  readonly organization: boolean
  readonly roleName: string
}): Policy {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'ZtnetReadNetwork',
        Effect: 'Allow',
        Action: actions(rows.filter((row) => row.organization !== true)),
        Resource: '*',
      },
      ...(organization
        ? ([
            {
              Sid: 'ZtnetListOrganization',
              Effect: 'Allow',
              Action: actions(rows.filter((row) => row.organization === true)),
              Resource: '*',
            },
            {
              Sid: 'ZtnetEnterAccounts',
              Effect: 'Allow',
              Action: 'sts:AssumeRole',
              Resource: `arn:*:iam::*:role/${roleName}`,
            },
          ] as const)
        : []),
    ],
  }
}

/** A CloudFormation template for a StackSet with service-managed permissions: the role that `--organization` assumes in each account.
 *  https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html */
export function stackSetTemplate({ roleName }: { readonly roleName: string }): object {
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'A role that may read network configuration, for ztnet collect --organization.',
    Parameters: {
      Collector: {
        Type: 'String',
        Description: 'ARN of the role or user that runs ztnet collect, or the id of its account.',
      },
      RoleName: { Type: 'String', Default: roleName, AllowedPattern: '[\\w+=,.@-]{1,64}' },
    },
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: { Ref: 'RoleName' },
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Principal: { AWS: { Ref: 'Collector' } }, Action: 'sts:AssumeRole' }],
          },
          Policies: [{ PolicyName: 'read-network', PolicyDocument: policy({ organization: false, roleName }) }],
        },
      },
    },
    Outputs: { RoleArn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
  }
}

/** Markdown: each call, the action that allows it, what it tells. */
export function callTable(): string {
  const lines = rows.map((row) => [iamAction(row), asked(row), kindsOf(row).join(', ') || '(whom to ask about)'])
  const table = [
    ['IAM action', 'asked', 'tells of'],
    ['---', '---', '---'],
    ...new Map(lines.map((line) => [line.join('|'), line])).values(),
  ]
  return `${table.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`
}

function asked({ per, home, organization }: Row): string {
  const where =
    organization === true ? 'once for an organization' : home === undefined ? 'in each region' : 'once for an account'
  return per === undefined ? where : `${where}, about what ${per.after} finds`
}

/** DescribeRegions tells where to ask. */
function actions(its: readonly Row[]): readonly string[] {
  const organization = its.every((row) => row.organization === true)
  return [...new Set([...(organization ? [] : ['ec2:DescribeRegions']), ...its.map(iamAction)])].sort()
}
