/** Two accounts of one organization, two regions, made in moto by the SDK: what a test then collects. */
import * as ec2 from '@aws-sdk/client-ec2'
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2'
import * as iam from '@aws-sdk/client-sts'
import * as lambda from '@aws-sdk/client-lambda'
import * as organizations from '@aws-sdk/client-organizations'
import * as rds from '@aws-sdk/client-rds'

const ROLE = 'ztnet-collect'

export interface Estate {
  readonly main: string
  readonly other: string
  /** That moto gave the NAT gateway: any, where AWS takes one of its subnet. */
  readonly natAddress: string
  readonly transit: { readonly table: string; readonly routes: readonly object[] }
  /** Ids by what they are called. */
  readonly ids: Readonly<Record<string, string>>
}

/** As the environment of a process has it. */
export const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' }

interface Site {
  readonly ec2: ec2.EC2Client
  readonly vpc: string
  readonly table: string
}

export const buildEstate = async (endpoint: string): Promise<Estate> => {
  const at = (region: string, credentials: Identity = CREDENTIALS) => ({ endpoint, region, credentials })
  const ids: Record<string, string> = {}
  const organization = new organizations.OrganizationsClient(at('us-east-1'))
  await organization.send(new organizations.CreateOrganizationCommand({ FeatureSet: 'ALL' }))
  const made = await organization.send(
    new organizations.CreateAccountCommand({ AccountName: 'apps', Email: 'apps@example.com' }),
  )
  const other = made.CreateAccountStatus!.AccountId!
  const sts = new iam.STSClient(at('us-east-1'))
  const main = (await sts.send(new iam.GetCallerIdentityCommand({}))).Account!
  const role = await sts.send(
    new iam.AssumeRoleCommand({ RoleArn: `arn:aws:iam::${other}:role/${ROLE}`, RoleSessionName: 'build' }),
  )
  const others: Identity = {
    accessKeyId: role.Credentials!.AccessKeyId!,
    secretAccessKey: role.Credentials!.SecretAccessKey!,
    sessionToken: role.Credentials!.SessionToken!,
  }

  const hub = await site(new ec2.EC2Client(at('us-east-1')), 'hub', '10.0.0.0/16', ids)
  await site(new ec2.EC2Client(at('eu-west-1')), 'hub-eu', '10.2.0.0/16', ids)
  const apps = await site(new ec2.EC2Client(at('us-east-1', others)), 'apps', '10.1.0.0/16', ids)
  await site(new ec2.EC2Client(at('eu-west-1', others)), 'apps-eu', '10.3.0.0/16', ids)

  const spoke = await site(new ec2.EC2Client(at('us-east-1')), 'spoke', '10.4.0.0/16', ids)

  await units(organization, other, ids)
  await peering(hub, apps, other, ids)
  const transit = await transitGateway(hub, spoke, ids)
  await prefixList(hub, ids)
  const natAddress = await edge(hub, ids)
  await vpn(hub, ids)
  await balancers(new elb.ElasticLoadBalancingV2Client(at('us-east-1')), hub, ids)
  await functions(at('us-east-1'), ids, endpoint)
  await serviceInterface(hub, 'AWS Lambda VPC ENI-sync-4bcd0ce0-2b0e-4cfb-a0a2-6a8ba14ac0b1', 'app', ids)
  await database(new rds.RDSClient(at('us-east-1')), ids)
  await serviceInterface(hub, 'RDSNetworkInterface', 'db', ids)
  return { main, other, natAddress, transit, ids }
}

type Identity = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }

const named = (type: ec2.ResourceType, name: string) => [
  {
    ResourceType: type,
    Tags: [
      { Key: 'Name', Value: name },
      { Key: 'owner', Value: 'somebody@example.com' },
    ],
  },
]

/** A VPC of both families: a public, an application and a database subnet in two zones, each with its groups and a host. */
const site = async (client: ec2.EC2Client, name: string, block: string, ids: Record<string, string>): Promise<Site> => {
  const { Vpc } = await client.send(
    new ec2.CreateVpcCommand({
      CidrBlock: block,
      AmazonProvidedIpv6CidrBlock: true,
      TagSpecifications: named('vpc', name),
    }),
  )
  const vpc = (ids[name] = Vpc!.VpcId!)
  const region = await client.config.region()
  const ipv6 = Vpc!.Ipv6CidrBlockAssociationSet![0]!.Ipv6CidrBlock!
  const [a = '', b = ''] = block.split('.')
  const gateway = await client.send(new ec2.CreateInternetGatewayCommand({}))
  const igw = gateway.InternetGateway!.InternetGatewayId!
  await client.send(new ec2.AttachInternetGatewayCommand({ InternetGatewayId: igw, VpcId: vpc }))
  const publicTable = await tableOf(client, vpc)
  await client.send(
    new ec2.CreateRouteCommand({ RouteTableId: publicTable, DestinationCidrBlock: '0.0.0.0/0', GatewayId: igw }),
  )
  const table = await tableOf(client, vpc)
  for (const [i, tier] of ['public', 'app', 'db'].entries()) {
    const { GroupId } = await client.send(
      new ec2.CreateSecurityGroupCommand({ VpcId: vpc, GroupName: `${name}-${tier}`, Description: tier }),
    )
    ids[`${name}-${tier}-sg`] = GroupId!
    for (const [j, zone] of ['a', 'b'].entries()) {
      const { Subnet } = await client.send(
        new ec2.CreateSubnetCommand({
          VpcId: vpc,
          CidrBlock: `${a}.${b}.${10 * i + j}.0/24`,
          Ipv6CidrBlock: ipv6.replace(/00::\/56$/, `${i}${j}::/64`),
          AvailabilityZone: `${region}${zone}`,
          TagSpecifications: named('subnet', `${name}-${tier}-${zone}`),
        }),
      )
      const subnet = (ids[`${name}-${tier}-${zone}`] = Subnet!.SubnetId!)
      await client.send(
        new ec2.AssociateRouteTableCommand({ RouteTableId: tier === 'public' ? publicTable : table, SubnetId: subnet }),
      )
    }
    const launched = await client.send(
      new ec2.RunInstancesCommand({
        ImageId: 'ami-12345678',
        MinCount: 1,
        MaxCount: 1,
        SubnetId: ids[`${name}-${tier}-a`],
        SecurityGroupIds: [GroupId!],
        UserData: Buffer.from('password=in-user-data').toString('base64'),
        TagSpecifications: named('instance', `${name}-${tier}`),
      }),
    )
    ids[`${name}-${tier}-host`] = launched.Instances![0]!.InstanceId!
  }
  await client.send(
    new ec2.AuthorizeSecurityGroupIngressCommand({
      GroupId: ids[`${name}-db-sg`]!,
      IpPermissions: [
        { IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, UserIdGroupPairs: [{ GroupId: ids[`${name}-app-sg`]! }] },
      ],
    }),
  )
  return { ec2: client, vpc, table }
}

/** moto makes no interfaces for services. AWS tells by the description whose they are. */
const serviceInterface = async (
  { ec2: client }: Site,
  Description: string,
  tier: string,
  ids: Readonly<Record<string, string>>,
): Promise<void> => {
  const subnet = ids[`hub-${tier}-a`]!
  await client.send(
    new ec2.CreateNetworkInterfaceCommand({
      Description,
      SubnetId: subnet,
      PrivateIpAddress: await freeAddress(client, subnet),
      Groups: [ids[`hub-${tier}-sg`]!],
    }),
  )
}

/** One that nobody has: moto gives any address of the subnet by chance, be it taken, and what becomes of packets to a shared one is
 *  unknown. */
const freeAddress = async (client: ec2.EC2Client, subnet: string): Promise<string> => {
  const { Subnets } = await client.send(new ec2.DescribeSubnetsCommand({ SubnetIds: [subnet] }))
  const { NetworkInterfaces } = await client.send(
    new ec2.DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'subnet-id', Values: [subnet] }] }),
  )
  const taken = new Set(NetworkInterfaces!.map(({ PrivateIpAddress }) => PrivateIpAddress))
  const block = Subnets![0]!.CidrBlock!
  const candidates = Array.from({ length: 100 }, (_, host) => block.replace(/0\/24$/, String(100 + host)))
  return candidates.find((address) => !taken.has(address))!
}

/** The other account stands in a unit within a unit. */
const units = async (
  client: organizations.OrganizationsClient,
  account: string,
  ids: Record<string, string>,
): Promise<void> => {
  const { Roots } = await client.send(new organizations.ListRootsCommand({}))
  const root = Roots![0]!.Id!
  let above = root
  for (const Name of ['workloads', 'production']) {
    const made = await client.send(new organizations.CreateOrganizationalUnitCommand({ ParentId: above, Name }))
    above = ids[Name] = made.OrganizationalUnit!.Id!
  }
  await client.send(
    new organizations.MoveAccountCommand({ AccountId: account, SourceParentId: root, DestinationParentId: above }),
  )
}

const admit = async ({ ec2: client }: Site, GroupId: string, rule: ec2.IpPermission): Promise<void> => {
  await client.send(new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [rule] }))
}

const tableOf = async (client: ec2.EC2Client, vpc: string): Promise<string> =>
  (await client.send(new ec2.CreateRouteTableCommand({ VpcId: vpc }))).RouteTable!.RouteTableId!

const peering = async (hub: Site, apps: Site, other: string, ids: Record<string, string>): Promise<void> => {
  const { VpcPeeringConnection: asked } = await hub.ec2.send(
    new ec2.CreateVpcPeeringConnectionCommand({
      VpcId: hub.vpc,
      PeerVpcId: apps.vpc,
      PeerOwnerId: other,
      PeerRegion: 'us-east-1',
    }),
  )
  const peering = (ids['peering'] = asked!.VpcPeeringConnectionId!)
  await apps.ec2.send(new ec2.AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId: peering }))
  for (const [site, block] of [
    [hub, '10.1.0.0/16'],
    [apps, '10.0.0.0/16'],
  ] as const)
    await site.ec2.send(
      new ec2.CreateRouteCommand({
        RouteTableId: site.table,
        DestinationCidrBlock: block,
        VpcPeeringConnectionId: peering,
      }),
    )
  await admit(apps, ids['apps-app-sg']!, tcp(8443, { IpRanges: [{ CidrIp: '10.0.0.0/16' }] }))
}

/** Between two VPCs, by its default route table; a second one belongs to nobody. Gives the routes of the first as AWS would: moto forgets
 *  where they lead. */
const transitGateway = async (hub: Site, spoke: Site, ids: Record<string, string>): Promise<Estate['transit']> => {
  const { TransitGateway } = await hub.ec2.send(new ec2.CreateTransitGatewayCommand({ Description: 'hub' }))
  const TransitGatewayId = (ids['tgw'] = TransitGateway!.TransitGatewayId!)
  const table = TransitGateway!.Options!.AssociationDefaultRouteTableId!
  const { TransitGatewayRouteTable } = await hub.ec2.send(
    new ec2.CreateTransitGatewayRouteTableCommand({ TransitGatewayId }),
  )
  ids['tgw-table'] = TransitGatewayRouteTable!.TransitGatewayRouteTableId!
  const routes: object[] = []
  for (const [name, site, DestinationCidrBlock, there] of [
    ['hub', hub, '10.0.0.0/16', '10.4.0.0/16'],
    ['spoke', spoke, '10.4.0.0/16', '10.0.0.0/16'],
  ] as const) {
    const { TransitGatewayVpcAttachment } = await hub.ec2.send(
      new ec2.CreateTransitGatewayVpcAttachmentCommand({
        TransitGatewayId,
        VpcId: site.vpc,
        SubnetIds: [ids[`${name}-app-a`]!, ids[`${name}-app-b`]!],
      }),
    )
    const TransitGatewayAttachmentId = (ids[`tgw-${name}`] = TransitGatewayVpcAttachment!.TransitGatewayAttachmentId!)
    const TransitGatewayAttachments = [{ ResourceId: site.vpc, ResourceType: 'vpc', TransitGatewayAttachmentId }]
    routes.push({ DestinationCidrBlock, TransitGatewayAttachments, Type: 'static', State: 'active' })
    await hub.ec2.send(
      new ec2.CreateRouteCommand({ RouteTableId: site.table, DestinationCidrBlock: there, TransitGatewayId }),
    )
  }
  await admit(spoke, ids['spoke-app-sg']!, tcp(8443, { IpRanges: [{ CidrIp: '10.0.0.0/16' }] }))
  return { table, routes }
}

const tcp = (port: number, from: ec2.IpPermission): ec2.IpPermission => ({
  IpProtocol: 'tcp',
  FromPort: port,
  ToPort: port,
  ...from,
})

const prefixList = async (hub: Site, ids: Record<string, string>): Promise<void> => {
  const { PrefixList } = await hub.ec2.send(
    new ec2.CreateManagedPrefixListCommand({
      PrefixListName: 'partners',
      AddressFamily: 'IPv4',
      MaxEntries: 300,
      Entries: Array.from({ length: 250 }, (_, i) => ({ Cidr: `198.18.${i}.0/24`, Description: `partner ${i}` })),
    }),
  )
  ids['partners'] = PrefixList!.PrefixListId!
}

/** A NAT gateway and an egress-only gateway for the private subnets, and an endpoint for S3. Gives the private address of the first. */
const edge = async ({ ec2: client, vpc, table }: Site, ids: Record<string, string>): Promise<string> => {
  const { AllocationId } = await client.send(new ec2.AllocateAddressCommand({ Domain: 'vpc' }))
  const { NatGateway } = await client.send(
    new ec2.CreateNatGatewayCommand({ SubnetId: ids['hub-public-a']!, AllocationId }),
  )
  ids['nat'] = NatGateway!.NatGatewayId!
  const { NetworkInterfaces } = await client.send(
    new ec2.DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'subnet-id', Values: [ids['hub-public-a']!] }] }),
  )
  const natInterface = NetworkInterfaces!.find(({ Association }) => Association?.AllocationId === AllocationId)
  await client.send(
    new ec2.CreateRouteCommand({ RouteTableId: table, DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: ids['nat'] }),
  )
  const { EgressOnlyInternetGateway } = await client.send(
    new ec2.CreateEgressOnlyInternetGatewayCommand({ VpcId: vpc }),
  )
  await client.send(
    new ec2.CreateRouteCommand({
      RouteTableId: table,
      DestinationIpv6CidrBlock: '::/0',
      EgressOnlyInternetGatewayId: EgressOnlyInternetGateway!.EgressOnlyInternetGatewayId!,
    }),
  )
  const { VpcEndpoint } = await client.send(
    new ec2.CreateVpcEndpointCommand({ VpcId: vpc, ServiceName: 'com.amazonaws.us-east-1.s3', RouteTableIds: [table] }),
  )
  ids['s3'] = VpcEndpoint!.VpcEndpointId!
  return natInterface!.PrivateIpAddress!
}

const vpn = async ({ ec2: client }: Site, ids: Record<string, string>): Promise<void> => {
  const { CustomerGateway } = await client.send(
    new ec2.CreateCustomerGatewayCommand({ Type: 'ipsec.1', PublicIp: '203.0.113.9', BgpAsn: 65000 }),
  )
  const { VpnConnection } = await client.send(
    new ec2.CreateVpnConnectionCommand({
      Type: 'ipsec.1',
      CustomerGatewayId: CustomerGateway!.CustomerGatewayId,
      TransitGatewayId: ids['tgw'],
      Options: {
        TunnelOptions: [{ PreSharedKey: 'key-of-the-first-tunnel' }, { PreSharedKey: 'key-of-the-second-tunnel' }],
      },
    }),
  )
  ids['vpn'] = VpnConnection!.VpnConnectionId!
}

const balancers = async (
  client: elb.ElasticLoadBalancingV2Client,
  hub: Site,
  ids: Record<string, string>,
): Promise<void> => {
  const groups = [ids['hub-public-sg']!]
  await admit(hub, ids['hub-public-sg']!, tcp(80, { IpRanges: [{ CidrIp: '0.0.0.0/0' }] }))
  await admit(hub, ids['hub-app-sg']!, tcp(8080, { UserIdGroupPairs: [{ GroupId: groups[0]! }] }))
  for (const [name, Type, Protocol] of [
    ['front', 'application', 'HTTP'],
    ['inner', 'network', 'TCP'],
  ] as const) {
    const { LoadBalancers } = await client.send(
      new elb.CreateLoadBalancerCommand({
        Name: name,
        Type,
        Scheme: Type === 'network' ? 'internal' : 'internet-facing',
        Subnets: [ids['hub-public-a']!, ids['hub-public-b']!],
        SecurityGroups: groups,
      }),
    )
    const LoadBalancerArn = (ids[name] = LoadBalancers![0]!.LoadBalancerArn!)
    await serviceInterface(hub, `ELB ${LoadBalancerArn.split(':loadbalancer/')[1]}`, 'public', ids)
    const { TargetGroups } = await client.send(
      new elb.CreateTargetGroupCommand({
        Name: name,
        Protocol,
        Port: 8080,
        VpcId: ids['hub']!,
        TargetType: 'instance',
      }),
    )
    const TargetGroupArn = TargetGroups![0]!.TargetGroupArn!
    await client.send(
      new elb.RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: ids['hub-app-host']!, Port: 8080 }] }),
    )
    const { Listeners } = await client.send(
      new elb.CreateListenerCommand({
        LoadBalancerArn,
        Protocol,
        Port: 80,
        DefaultActions: [{ Type: 'forward', TargetGroupArn }],
      }),
    )
    if (Type === 'application')
      await client.send(
        new elb.CreateRuleCommand({
          ListenerArn: Listeners![0]!.ListenerArn!,
          Priority: 10,
          Conditions: [{ Field: 'path-pattern', Values: ['/api/*'] }],
          Actions: [{ Type: 'forward', TargetGroupArn }],
        }),
      )
  }
}

/** One in the VPC and one outside of any; each has a secret in its environment. */
const functions = async (
  config: { endpoint: string; region: string; credentials: Identity },
  ids: Record<string, string>,
  endpoint: string,
): Promise<void> => {
  const client = new lambda.LambdaClient(config)
  const role = await assumable(config, endpoint)
  for (const name of ['sync', 'outside']) {
    const made = await client.send(
      new lambda.CreateFunctionCommand({
        FunctionName: name,
        Role: role,
        Runtime: 'python3.11',
        Handler: 'main.handler',
        Code: { ZipFile: emptyZip },
        Environment: { Variables: { PASSWORD: 'in-the-environment' } },
        ...(name === 'sync' && {
          VpcConfig: { SubnetIds: [ids['hub-app-a']!, ids['hub-app-b']!], SecurityGroupIds: [ids['hub-app-sg']!] },
        }),
      }),
    )
    ids[name] = made.FunctionArn!
  }
}

/** A zip file with nothing in it. */
const emptyZip = Buffer.concat([Buffer.from('PK\u0005\u0006'), Buffer.alloc(18)])

/** moto wants the role of a function to be there. IAM is asked by hand: nothing else here needs its client. */
const assumable = async ({ region }: { readonly region: string }, endpoint: string): Promise<string> => {
  const trust = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  })
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/iam/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: new URLSearchParams({
      Action: 'CreateRole',
      Version: '2010-05-08',
      RoleName: 'function',
      AssumeRolePolicyDocument: trust,
    }),
  })
  return /<Arn>([^<]+)<\/Arn>/.exec(await response.text())![1]!
}

const database = async (client: rds.RDSClient, ids: Record<string, string>): Promise<void> => {
  await client.send(
    new rds.CreateDBSubnetGroupCommand({
      DBSubnetGroupName: 'orders',
      DBSubnetGroupDescription: 'orders',
      SubnetIds: [ids['hub-db-a']!, ids['hub-db-b']!],
    }),
  )
  await client.send(
    new rds.CreateDBInstanceCommand({
      DBInstanceIdentifier: 'orders',
      DBInstanceClass: 'db.t3.micro',
      Engine: 'postgres',
      MasterUsername: 'owner',
      MasterUserPassword: 'password-of-the-database',
      AllocatedStorage: 20,
      DBSubnetGroupName: 'orders',
      VpcSecurityGroupIds: [ids['hub-db-sg']!],
    }),
  )
}
