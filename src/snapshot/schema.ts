/** The facts of a snapshot on one page: every kind of resource, its id, and the fields that ztnet relies on, under AWS's own names.
 *  Only those are checked; all other fields of a record are kept as they are. What the fields mean is known by `src/aws`.
 *
 *  Enumerations are plain text, because AWS adds values. `null`, an empty list, an empty text and a missing field say the same. */
import { flag, list, number, record, table, text, type RecordShape, type ValueOf } from './shape.ts'

interface ResourceSchema {
  /** The fields that name the resource, the first that is there counts. `[]`: AWS names it by its parent, whose id it bears. */
  readonly id: readonly string[]
  /** `everywhere`: the id means one resource in all of AWS, however many accounts see it. `place`: per account and region. */
  readonly unique: 'everywhere' | 'place'
  readonly raw: RecordShape
}

const tags = list(record({}, { Key: text, Value: text }))
const state = record({}, { State: text })
const codeAndMessage = record({}, { Code: text, Message: text })
const attributes = list(record({ Key: text }, { Value: text }))
const groups = list(record({}, { GroupId: text, GroupName: text }))
const zone = { AvailabilityZone: text, AvailabilityZoneId: text }

const ipv4Blocks = list(record({}, { AssociationId: text, CidrBlock: text, CidrBlockState: state }))
const ipv6Blocks = list(
  record(
    {},
    {
      AssociationId: text,
      Ipv6CidrBlock: text,
      Ipv6CidrBlockState: state,
      /** `amazon`, `byoip`, `none`; with the next field tells private global addresses from public ones (R-ADDR-12). */
      IpSource: text,
      Ipv6AddressAttribute: text,
      Ipv6Pool: text,
      NetworkBorderGroup: text,
    },
  ),
)
const blockPublicAccessStates = record({}, { InternetGatewayBlockMode: text })

const permission = record(
  { IpProtocol: text },
  {
    FromPort: number,
    ToPort: number,
    IpRanges: list(record({}, { CidrIp: text, Description: text })),
    Ipv6Ranges: list(record({}, { CidrIpv6: text, Description: text })),
    PrefixListIds: list(record({}, { PrefixListId: text, Description: text })),
    UserIdGroupPairs: list(
      record(
        {},
        {
          GroupId: text,
          GroupName: text,
          UserId: text,
          VpcId: text,
          VpcPeeringConnectionId: text,
          PeeringStatus: text,
          Description: text,
        },
      ),
    ),
  },
)

const publicMapping = record(
  {},
  { PublicIp: text, AllocationId: text, AssociationId: text, CarrierIp: text, CustomerOwnedIp: text, IpOwnerId: text },
)

const peeredVpc = record(
  {},
  {
    VpcId: text,
    OwnerId: text,
    Region: text,
    CidrBlock: text,
    CidrBlockSet: list(record({}, { CidrBlock: text })),
    Ipv6CidrBlockSet: list(record({}, { Ipv6CidrBlock: text })),
    PeeringOptions: record({}, { AllowDnsResolutionFromRemoteVpc: flag }),
  },
)

const attachmentOfTransitGateway = record(
  {},
  { TransitGatewayAttachmentId: text, ResourceId: text, ResourceType: text },
)
const peeredTransitGateway = record({}, { TransitGatewayId: text, OwnerId: text, Region: text, CoreNetworkId: text })

const forwardAction = record(
  {},
  {
    Type: text,
    Order: number,
    TargetGroupArn: text,
    ForwardConfig: record({}, { TargetGroups: list(record({}, { TargetGroupArn: text, Weight: number })) }),
  },
)

const securityGroupMemberships = list(record({}, { VpcSecurityGroupId: text, Status: text }))
const subnetGroup = record(
  {},
  {
    DBSubnetGroupName: text,
    VpcId: text,
    Subnets: list(record({}, { SubnetIdentifier: text })),
  },
)
const endpoint = record({}, { Address: text, Port: number })
const vpcOptions = record(
  {},
  { VPCId: text, SubnetIds: list(text), AvailabilityZones: list(text), SecurityGroupIds: list(text) },
)

const ruleVariable = record({}, { Definition: list(text) })
const firewallAddresses = list(record({}, { AddressDefinition: text }))
const firewallPorts = list(record({}, { FromPort: number, ToPort: number }))
const statelessRule = record(
  { Priority: number },
  {
    RuleDefinition: record(
      {},
      {
        Actions: list(text),
        MatchAttributes: record(
          {},
          {
            Sources: firewallAddresses,
            Destinations: firewallAddresses,
            SourcePorts: firewallPorts,
            DestinationPorts: firewallPorts,
            Protocols: list(number),
            TCPFlags: list(record({}, { Flags: list(text), Masks: list(text) })),
          },
        ),
      },
    ),
  },
)

export const resourceSchemas = {
  // ---- networks and addresses
  availabilityZone: resource(
    'ZoneName',
    { ZoneName: text },
    { ZoneId: text, RegionName: text, ZoneType: text, ParentZoneName: text, ParentZoneId: text, State: text },
    'place',
  ),
  vpc: resource(
    'VpcId',
    { VpcId: text },
    {
      OwnerId: text,
      State: text,
      IsDefault: flag,
      CidrBlock: text,
      CidrBlockAssociationSet: ipv4Blocks,
      Ipv6CidrBlockAssociationSet: ipv6Blocks,
      BlockPublicAccessStates: blockPublicAccessStates,
      DhcpOptionsId: text,
      Tags: tags,
    },
  ),
  /** One per VPC: `describe-vpc-attribute` is asked once per attribute, the answers are joined. */
  vpcAttribute: resource(
    'VpcId',
    { VpcId: text },
    {
      EnableDnsSupport: record({}, { Value: flag }),
      EnableDnsHostnames: record({}, { Value: flag }),
      EnableNetworkAddressUsageMetrics: record({}, { Value: flag }),
    },
  ),
  vpcEncryptionControl: resource(
    'VpcEncryptionControlId',
    { VpcEncryptionControlId: text },
    { VpcId: text, Mode: text, State: text, Tags: tags },
  ),
  vpcBlockPublicAccessOptions: parented(
    {},
    {
      AwsAccountId: text,
      AwsRegion: text,
      State: text,
      InternetGatewayBlockMode: text,
      ManagedBy: text,
      ExclusionsAllowed: text,
    },
    'place',
  ),
  vpcBlockPublicAccessExclusion: resource(
    'ExclusionId',
    { ExclusionId: text },
    { ResourceArn: text, InternetGatewayExclusionMode: text, State: text, Tags: tags },
  ),
  subnet: resource(
    'SubnetId',
    { SubnetId: text, VpcId: text },
    {
      ...zone,
      OwnerId: text,
      State: text,
      CidrBlock: text,
      Ipv6CidrBlockAssociationSet: ipv6Blocks,
      Ipv6Native: flag,
      MapPublicIpOnLaunch: flag,
      EnableDns64: flag,
      DefaultForAz: flag,
      OutpostArn: text,
      BlockPublicAccessStates: blockPublicAccessStates,
      Tags: tags,
    },
  ),
  networkInterface: resource(
    'NetworkInterfaceId',
    { NetworkInterfaceId: text, SubnetId: text, VpcId: text },
    {
      ...zone,
      OwnerId: text,
      RequesterId: text,
      RequesterManaged: flag,
      InterfaceType: text,
      Description: text,
      Status: text,
      SourceDestCheck: flag,
      DenyAllIgwTraffic: flag,
      Groups: groups,
      Attachment: record(
        {},
        {
          AttachmentId: text,
          InstanceId: text,
          InstanceOwnerId: text,
          DeviceIndex: number,
          Status: text,
        },
      ),
      Association: publicMapping,
      PrivateIpAddress: text,
      PrivateIpAddresses: list(record({}, { PrivateIpAddress: text, Primary: flag, Association: publicMapping })),
      Ipv6Addresses: list(record({}, { Ipv6Address: text })),
      Ipv4Prefixes: list(record({}, { Ipv4Prefix: text })),
      Ipv6Prefixes: list(record({}, { Ipv6Prefix: text })),
      /** Ours, not AWS's: how many interfaces this one stands for, where those that come and go were left out. */
      Represents: number,
      TagSet: tags,
    },
  ),
  /** Elastic addresses; those of EC2-Classic have no allocation id. */
  address: resource(
    ['AllocationId', 'PublicIp'],
    {},
    {
      AllocationId: text,
      PublicIp: text,
      AssociationId: text,
      PrivateIpAddress: text,
      NetworkInterfaceId: text,
      NetworkInterfaceOwnerId: text,
      InstanceId: text,
      Domain: text,
      CarrierIp: text,
      CustomerOwnedIp: text,
      PublicIpv4Pool: text,
      NetworkBorderGroup: text,
      Tags: tags,
    },
  ),
  publicIpv4Pool: resource(
    'PoolId',
    { PoolId: text },
    {
      NetworkBorderGroup: text,
      PoolAddressRanges: list(record({}, { FirstAddress: text, LastAddress: text })),
      Tags: tags,
    },
  ),
  byoipCidr: resource('Cidr', { Cidr: text }, { State: text, NetworkBorderGroup: text }),
  managedPrefixList: resource(
    'PrefixListId',
    { PrefixListId: text },
    { PrefixListName: text, PrefixListArn: text, AddressFamily: text, OwnerId: text, State: text, Tags: tags },
  ),
  /** One per prefix list, under its id. */
  managedPrefixListEntries: parented({}, { Entries: list(record({ Cidr: text }, { Description: text })) }),
  /** The older `describe-prefix-lists`: lists of AWS services with their addresses inside. */
  prefixList: resource('PrefixListId', { PrefixListId: text }, { PrefixListName: text, Cidrs: list(text) }),

  // ---- rules
  routeTable: resource(
    'RouteTableId',
    { RouteTableId: text, VpcId: text },
    {
      OwnerId: text,
      Associations: list(
        record(
          {},
          {
            Main: flag,
            RouteTableAssociationId: text,
            RouteTableId: text,
            SubnetId: text,
            GatewayId: text,
            PublicIpv4Pool: text,
            AssociationState: state,
          },
        ),
      ),
      PropagatingVgws: list(record({}, { GatewayId: text })),
      Routes: list(
        record(
          {},
          {
            DestinationCidrBlock: text,
            DestinationIpv6CidrBlock: text,
            DestinationPrefixListId: text,
            GatewayId: text,
            NatGatewayId: text,
            TransitGatewayId: text,
            VpcPeeringConnectionId: text,
            NetworkInterfaceId: text,
            InstanceId: text,
            InstanceOwnerId: text,
            EgressOnlyInternetGatewayId: text,
            LocalGatewayId: text,
            CarrierGatewayId: text,
            CoreNetworkArn: text,
            OdbNetworkArn: text,
            IpAddress: text,
            Origin: text,
            State: text,
          },
        ),
      ),
      Tags: tags,
    },
  ),
  networkAcl: resource(
    'NetworkAclId',
    { NetworkAclId: text },
    {
      VpcId: text,
      OwnerId: text,
      IsDefault: flag,
      Associations: list(record({}, { NetworkAclAssociationId: text, NetworkAclId: text, SubnetId: text })),
      Entries: list(
        record(
          { RuleNumber: number, Egress: flag, Protocol: text, RuleAction: text },
          {
            CidrBlock: text,
            Ipv6CidrBlock: text,
            PortRange: record({}, { From: number, To: number }),
            IcmpTypeCode: record({}, { Type: number, Code: number }),
          },
        ),
      ),
      Tags: tags,
    },
  ),
  securityGroup: resource(
    'GroupId',
    { GroupId: text },
    {
      GroupName: text,
      Description: text,
      OwnerId: text,
      VpcId: text,
      IpPermissions: list(permission),
      IpPermissionsEgress: list(permission),
      Tags: tags,
    },
  ),
  /** `describe-security-group-rules`: the same rules one by one, with their ids. */
  securityGroupRule: resource(
    'SecurityGroupRuleId',
    { SecurityGroupRuleId: text, GroupId: text },
    {
      GroupOwnerId: text,
      IsEgress: flag,
      IpProtocol: text,
      FromPort: number,
      ToPort: number,
      CidrIpv4: text,
      CidrIpv6: text,
      PrefixListId: text,
      ReferencedGroupInfo: record(
        {},
        { GroupId: text, UserId: text, VpcId: text, VpcPeeringConnectionId: text, PeeringStatus: text },
      ),
      Description: text,
      Tags: tags,
    },
  ),
  /** Many groups per VPC and many VPCs per group: the id is both, `sg-1/vpc-2`. */
  securityGroupVpcAssociation: parented(
    { GroupId: text, VpcId: text },
    { VpcOwnerId: text, GroupOwnerId: text, State: text },
  ),

  // ---- gateways
  internetGateway: resource(
    'InternetGatewayId',
    { InternetGatewayId: text },
    { OwnerId: text, Attachments: list(record({}, { VpcId: text, State: text })), Tags: tags },
  ),
  egressOnlyInternetGateway: resource(
    'EgressOnlyInternetGatewayId',
    { EgressOnlyInternetGatewayId: text },
    { Attachments: list(record({}, { VpcId: text, State: text })), Tags: tags },
  ),
  natGateway: resource(
    'NatGatewayId',
    { NatGatewayId: text },
    {
      VpcId: text,
      /** Absent for a regional gateway, which has a route table of its own instead (R-NAT-13). */
      SubnetId: text,
      RouteTableId: text,
      State: text,
      ConnectivityType: text,
      AvailabilityMode: text,
      AutoProvisionZones: text,
      AutoScalingIps: text,
      NatGatewayAddresses: list(
        record(
          {},
          {
            ...zone,
            AllocationId: text,
            AssociationId: text,
            NetworkInterfaceId: text,
            PrivateIp: text,
            PublicIp: text,
            IsPrimary: flag,
            Status: text,
          },
        ),
      ),
      AttachedAppliances: list(record({}, { Type: text, ApplianceArn: text })),
      Tags: tags,
    },
  ),
  carrierGateway: resource(
    'CarrierGatewayId',
    { CarrierGatewayId: text },
    { VpcId: text, OwnerId: text, State: text, Tags: tags },
  ),
  localGateway: resource(
    'LocalGatewayId',
    { LocalGatewayId: text },
    { OutpostArn: text, OwnerId: text, State: text, Tags: tags },
  ),
  localGatewayRouteTable: resource(
    'LocalGatewayRouteTableId',
    { LocalGatewayRouteTableId: text },
    { LocalGatewayId: text, OutpostArn: text, OwnerId: text, State: text, Mode: text, Tags: tags },
  ),
  localGatewayRouteTableVpcAssociation: resource(
    'LocalGatewayRouteTableVpcAssociationId',
    { LocalGatewayRouteTableVpcAssociationId: text },
    { LocalGatewayId: text, LocalGatewayRouteTableId: text, VpcId: text, OwnerId: text, State: text, Tags: tags },
  ),
  vpcPeeringConnection: resource(
    'VpcPeeringConnectionId',
    { VpcPeeringConnectionId: text },
    { AccepterVpcInfo: peeredVpc, RequesterVpcInfo: peeredVpc, Status: codeAndMessage, Tags: tags },
  ),
  vpnGateway: resource(
    'VpnGatewayId',
    { VpnGatewayId: text },
    {
      State: text,
      Type: text,
      AmazonSideAsn: number,
      AvailabilityZone: text,
      VpcAttachments: list(record({}, { VpcId: text, State: text })),
      Tags: tags,
    },
  ),
  /** Without `CustomerGatewayConfiguration` and pre-shared keys: an import drops them. */
  vpnConnection: resource(
    'VpnConnectionId',
    { VpnConnectionId: text },
    {
      VpnGatewayId: text,
      TransitGatewayId: text,
      CoreNetworkArn: text,
      CustomerGatewayId: text,
      State: text,
      Type: text,
      Options: record(
        {},
        {
          StaticRoutesOnly: flag,
          LocalIpv4NetworkCidr: text,
          RemoteIpv4NetworkCidr: text,
          TunnelInsideIpVersion: text,
        },
      ),
      Routes: list(record({}, { DestinationCidrBlock: text, Source: text, State: text })),
      VgwTelemetry: list(record({}, { OutsideIpAddress: text, Status: text, AcceptedRouteCount: number })),
      Tags: tags,
    },
  ),
  customerGateway: resource(
    'CustomerGatewayId',
    { CustomerGatewayId: text },
    { IpAddress: text, BgpAsn: text, DeviceName: text, State: text, Type: text, Tags: tags },
  ),

  // ---- endpoints
  vpcEndpoint: resource(
    'VpcEndpointId',
    { VpcEndpointId: text },
    {
      VpcId: text,
      OwnerId: text,
      State: text,
      VpcEndpointType: text,
      ServiceName: text,
      ServiceRegion: text,
      RouteTableIds: list(text),
      SubnetIds: list(text),
      NetworkInterfaceIds: list(text),
      Groups: groups,
      PolicyDocument: text,
      PrivateDnsEnabled: flag,
      DnsEntries: list(record({}, { DnsName: text })),
      IpAddressType: text,
      ServiceNetworkArn: text,
      ResourceConfigurationArn: text,
      Tags: tags,
    },
  ),
  /** A service one may connect to. AWS reuses a name (S3 is a gateway and an interface service), so the service id comes first. */
  vpcEndpointService: resource(
    ['ServiceId', 'ServiceName'],
    { ServiceName: text },
    {
      ServiceId: text,
      ServiceType: list(record({}, { ServiceType: text })),
      ServiceRegion: text,
      Owner: text,
      AvailabilityZones: list(text),
      AvailabilityZoneIds: list(text),
      PrivateDnsName: text,
      BaseEndpointDnsNames: list(text),
      Tags: tags,
    },
    'place',
  ),
  /** A service that this account offers. */
  vpcEndpointServiceConfiguration: resource(
    'ServiceId',
    { ServiceId: text },
    {
      ServiceName: text,
      ServiceType: list(record({}, { ServiceType: text })),
      ServiceState: text,
      AvailabilityZones: list(text),
      AvailabilityZoneIds: list(text),
      NetworkLoadBalancerArns: list(text),
      GatewayLoadBalancerArns: list(text),
      Tags: tags,
    },
  ),
  instanceConnectEndpoint: resource(
    'InstanceConnectEndpointId',
    { InstanceConnectEndpointId: text },
    {
      OwnerId: text,
      State: text,
      VpcId: text,
      SubnetId: text,
      AvailabilityZone: text,
      NetworkInterfaceIds: list(text),
      SecurityGroupIds: list(text),
      PreserveClientIp: flag,
      Tags: tags,
    },
  ),

  // ---- transit gateways
  transitGateway: resource(
    'TransitGatewayId',
    { TransitGatewayId: text },
    {
      OwnerId: text,
      State: text,
      Options: record(
        {},
        {
          DefaultRouteTableAssociation: text,
          AssociationDefaultRouteTableId: text,
          DefaultRouteTablePropagation: text,
          PropagationDefaultRouteTableId: text,
          SecurityGroupReferencingSupport: text,
          DnsSupport: text,
          VpnEcmpSupport: text,
          TransitGatewayCidrBlocks: list(text),
        },
      ),
      Tags: tags,
    },
  ),
  /** Attachments of every type, with the route table each is associated with. A peering is one id with two records, one for each of
   *  the transit gateways: each has an account, a region, a route table of its own. */
  transitGatewayAttachment: resource(
    'TransitGatewayAttachmentId',
    { TransitGatewayAttachmentId: text, TransitGatewayId: text },
    {
      TransitGatewayOwnerId: text,
      ResourceOwnerId: text,
      ResourceType: text,
      ResourceId: text,
      State: text,
      Association: record({}, { TransitGatewayRouteTableId: text, State: text }),
      NatGatewaySupport: text,
      Tags: tags,
    },
  ),
  transitGatewayVpcAttachment: resource(
    'TransitGatewayAttachmentId',
    { TransitGatewayAttachmentId: text, TransitGatewayId: text },
    {
      VpcId: text,
      VpcOwnerId: text,
      State: text,
      SubnetIds: list(text),
      Options: record(
        {},
        { DnsSupport: text, SecurityGroupReferencingSupport: text, Ipv6Support: text, ApplianceModeSupport: text },
      ),
      Tags: tags,
    },
  ),
  transitGatewayPeeringAttachment: resource(
    'TransitGatewayAttachmentId',
    { TransitGatewayAttachmentId: text },
    { RequesterTgwInfo: peeredTransitGateway, AccepterTgwInfo: peeredTransitGateway, State: text, Tags: tags },
  ),
  transitGatewayConnect: resource(
    'TransitGatewayAttachmentId',
    { TransitGatewayAttachmentId: text },
    { TransportTransitGatewayAttachmentId: text, TransitGatewayId: text, State: text, Tags: tags },
  ),
  transitGatewayPolicyTable: resource(
    'TransitGatewayPolicyTableId',
    { TransitGatewayPolicyTableId: text },
    { TransitGatewayId: text, State: text, Tags: tags },
  ),
  transitGatewayRouteTable: resource(
    'TransitGatewayRouteTableId',
    { TransitGatewayRouteTableId: text },
    {
      TransitGatewayId: text,
      State: text,
      DefaultAssociationRouteTable: flag,
      DefaultPropagationRouteTable: flag,
      Tags: tags,
    },
  ),
  /** The routes of one transit gateway route table, under the id of the table. */
  transitGatewayRoutes: parented(
    {},
    {
      /** Ours, not AWS's. `searched`: what search-transit-gateway-routes answered; `static`: static routes alone were asked for. */
      RoutesScope: text,
      AdditionalRoutesAvailable: flag,
      Routes: list(
        record(
          {},
          {
            DestinationCidrBlock: text,
            PrefixListId: text,
            TransitGatewayRouteTableAnnouncementId: text,
            TransitGatewayAttachments: list(attachmentOfTransitGateway),
            Type: text,
            State: text,
          },
        ),
      ),
    },
  ),
  /** The associations of one transit gateway route table, under the id of the table. */
  transitGatewayRouteTableAssociations: parented(
    {},
    {
      Associations: list(
        record({}, { TransitGatewayAttachmentId: text, ResourceId: text, ResourceType: text, State: text }),
      ),
    },
  ),
  /** The propagations into one transit gateway route table, under the id of the table. */
  transitGatewayRouteTablePropagations: parented(
    {},
    {
      TransitGatewayRouteTablePropagations: list(
        record({}, { TransitGatewayAttachmentId: text, ResourceId: text, ResourceType: text, State: text }),
      ),
    },
  ),
  /** The prefix lists that one transit gateway route table refers to, under the id of the table. */
  transitGatewayPrefixListReferences: parented(
    {},
    {
      TransitGatewayPrefixListReferences: list(
        record(
          { PrefixListId: text },
          {
            PrefixListOwnerId: text,
            State: text,
            Blackhole: flag,
            TransitGatewayAttachment: attachmentOfTransitGateway,
          },
        ),
      ),
    },
  ),
  coreNetwork: resource(
    ['CoreNetworkArn', 'CoreNetworkId'],
    { CoreNetworkId: text },
    { CoreNetworkArn: text, GlobalNetworkId: text, State: text, OwnerAccountId: text, Tags: tags },
  ),

  // ---- load balancers
  /** Application, network and gateway load balancers. */
  loadBalancer: resource(
    'LoadBalancerArn',
    { LoadBalancerArn: text },
    {
      LoadBalancerName: text,
      DNSName: text,
      Type: text,
      Scheme: text,
      VpcId: text,
      State: record({}, { Code: text, Reason: text }),
      IpAddressType: text,
      SecurityGroups: list(text),
      EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: text,
      AvailabilityZones: list(
        record(
          {},
          {
            ZoneName: text,
            SubnetId: text,
            LoadBalancerAddresses: list(
              record({}, { IpAddress: text, AllocationId: text, PrivateIPv4Address: text, IPv6Address: text }),
            ),
          },
        ),
      ),
    },
  ),
  /** One per load balancer, under its ARN. */
  loadBalancerAttributes: parented({}, { Attributes: attributes }),
  listener: resource(
    'ListenerArn',
    { ListenerArn: text },
    { LoadBalancerArn: text, Port: number, Protocol: text, DefaultActions: list(forwardAction) },
  ),
  listenerRule: resource(
    'RuleArn',
    { RuleArn: text },
    {
      Priority: text,
      IsDefault: flag,
      Conditions: list(record({}, { Field: text, Values: list(text) })),
      Actions: list(forwardAction),
    },
  ),
  targetGroup: resource(
    'TargetGroupArn',
    { TargetGroupArn: text },
    {
      TargetGroupName: text,
      Protocol: text,
      Port: number,
      VpcId: text,
      TargetType: text,
      IpAddressType: text,
      HealthCheckPort: text,
      HealthCheckProtocol: text,
      LoadBalancerArns: list(text),
    },
  ),
  /** One per target group, under its ARN: the registered targets and how they are. */
  targetHealth: parented(
    {},
    {
      TargetHealthDescriptions: list(
        record(
          { Target: record({ Id: text }, { Port: number, AvailabilityZone: text }) },
          { HealthCheckPort: text, TargetHealth: record({}, { State: text, Reason: text, Description: text }) },
        ),
      ),
    },
  ),
  /** One per target group, under its ARN. */
  targetGroupAttributes: parented({}, { Attributes: attributes }),
  classicLoadBalancer: resource(
    'LoadBalancerName',
    { LoadBalancerName: text },
    {
      DNSName: text,
      Scheme: text,
      VPCId: text,
      Subnets: list(text),
      AvailabilityZones: list(text),
      SecurityGroups: list(text),
      Instances: list(record({}, { InstanceId: text })),
      ListenerDescriptions: list(
        record(
          {},
          {
            Listener: record(
              {},
              { Protocol: text, LoadBalancerPort: number, InstanceProtocol: text, InstancePort: number },
            ),
          },
        ),
      ),
      HealthCheck: record({}, { Target: text }),
    },
    'place',
  ),
  /** One per classic load balancer, under its name. */
  classicLoadBalancerHealth: parented(
    {},
    { InstanceStates: list(record({}, { InstanceId: text, State: text, ReasonCode: text })) },
    'place',
  ),
  /** One per classic load balancer, under its name. */
  classicLoadBalancerAttributes: parented(
    {},
    { LoadBalancerAttributes: record({}, { CrossZoneLoadBalancing: record({}, { Enabled: flag }) }) },
    'place',
  ),

  // ---- firewalls
  networkFirewall: resource(
    ['FirewallArn', 'FirewallName'],
    { FirewallName: text },
    {
      FirewallArn: text,
      FirewallPolicyArn: text,
      VpcId: text,
      TransitGatewayId: text,
      TransitGatewayAttachmentId: text,
      SubnetMappings: list(record({}, { SubnetId: text, IPAddressType: text })),
      /** Of one attached to a transit gateway. */
      AvailabilityZoneMappings: list(record({}, { AvailabilityZone: text })),
      /** Ours: `FirewallStatus` stands beside `Firewall` in AWS's answer; here it is one of its fields. */
      FirewallStatus: record(
        {},
        {
          Status: text,
          ConfigurationSyncStateSummary: text,
          /** By zone. */
          SyncStates: table(record({}, { Attachment: record({}, { EndpointId: text, SubnetId: text, Status: text }) })),
          TransitGatewayAttachmentSyncState: record({}, { AttachmentId: text, TransitGatewayAttachmentStatus: text }),
        },
      ),
      /** A proxy: packets go on from an address of its own. */
      NoSourcePreservation: flag,
      Tags: tags,
    },
  ),
  networkFirewallPolicy: resource(
    ['FirewallPolicyArn', 'FirewallPolicyName'],
    { FirewallPolicyName: text },
    {
      FirewallPolicyArn: text,
      /** Ours: stands beside `FirewallPolicyResponse` in AWS's answer; here it is one of its fields. */
      FirewallPolicy: record(
        {},
        {
          StatelessDefaultActions: list(text),
          StatelessRuleGroupReferences: list(record({ ResourceArn: text }, { Priority: number })),
          StatefulDefaultActions: list(text),
          StatefulRuleGroupReferences: list(
            record({ ResourceArn: text }, { Priority: number, Override: record({}, { Action: text }) }),
          ),
          StatefulEngineOptions: record({}, { RuleOrder: text }),
          PolicyVariables: record({}, { RuleVariables: table(ruleVariable) }),
          TLSInspectionConfigurationArn: text,
        },
      ),
      Tags: tags,
    },
  ),
  networkFirewallRuleGroup: resource(
    ['RuleGroupArn', 'RuleGroupName'],
    { RuleGroupName: text },
    {
      RuleGroupArn: text,
      Type: text,
      /** Ours: stands beside `RuleGroupResponse` in AWS's answer; here it is one of its fields. */
      RuleGroup: record(
        {},
        {
          RuleVariables: record({}, { IPSets: table(ruleVariable), PortSets: table(ruleVariable) }),
          ReferenceSets: record({}, { IPSetReferences: table(record({}, { ReferenceArn: text })) }),
          RulesSource: record(
            {},
            {
              RulesString: text,
              RulesSourceList: record({}, { Targets: list(text), TargetTypes: list(text), GeneratedRulesType: text }),
              StatefulRules: list(
                record(
                  { Action: text },
                  {
                    Header: record(
                      {},
                      {
                        Protocol: text,
                        Source: text,
                        SourcePort: text,
                        Direction: text,
                        Destination: text,
                        DestinationPort: text,
                      },
                    ),
                    RuleOptions: list(record({ Keyword: text }, { Settings: list(text) })),
                  },
                ),
              ),
              StatelessRulesAndCustomActions: record({}, { StatelessRules: list(statelessRule) }),
            },
          ),
        },
      ),
      Tags: tags,
    },
  ),

  // ---- who owns an interface
  instance: resource(
    'InstanceId',
    { InstanceId: text },
    {
      VpcId: text,
      SubnetId: text,
      State: record({}, { Code: number, Name: text }),
      PrivateIpAddress: text,
      PublicIpAddress: text,
      SourceDestCheck: flag,
      SecurityGroups: groups,
      NetworkInterfaces: list(record({}, { NetworkInterfaceId: text })),
      Placement: record({}, { AvailabilityZone: text }),
      Tags: tags,
    },
  ),
  /** Without `Environment`: an import drops it. */
  function: resource(
    'FunctionArn',
    { FunctionArn: text },
    {
      FunctionName: text,
      VpcConfig: record(
        {},
        { VpcId: text, SubnetIds: list(text), SecurityGroupIds: list(text), Ipv6AllowedForDualStack: flag },
      ),
    },
  ),
  dbInstance: resource(
    ['DBInstanceArn', 'DBInstanceIdentifier'],
    { DBInstanceIdentifier: text },
    {
      DBInstanceArn: text,
      DBInstanceStatus: text,
      DBClusterIdentifier: text,
      Engine: text,
      Endpoint: endpoint,
      PubliclyAccessible: flag,
      AvailabilityZone: text,
      DBSubnetGroup: subnetGroup,
      VpcSecurityGroups: securityGroupMemberships,
      TagList: tags,
    },
  ),
  dbCluster: resource(
    ['DBClusterArn', 'DBClusterIdentifier'],
    { DBClusterIdentifier: text },
    {
      DBClusterArn: text,
      Status: text,
      Engine: text,
      Endpoint: text,
      ReaderEndpoint: text,
      Port: number,
      DBSubnetGroup: text,
      DBClusterMembers: list(record({}, { DBInstanceIdentifier: text })),
      VpcSecurityGroups: securityGroupMemberships,
      TagList: tags,
    },
  ),
  elasticsearchDomain: resource(
    ['ARN', 'DomainName'],
    { DomainName: text },
    { ARN: text, DomainId: text, VPCOptions: vpcOptions, Endpoint: text },
  ),
  cacheCluster: resource(
    ['ARN', 'CacheClusterId'],
    { CacheClusterId: text },
    {
      ARN: text,
      Engine: text,
      CacheClusterStatus: text,
      CacheSubnetGroupName: text,
      SecurityGroups: list(record({}, { SecurityGroupId: text, Status: text })),
    },
  ),
  redshiftCluster: resource(
    ['ClusterNamespaceArn', 'ClusterIdentifier'],
    { ClusterIdentifier: text },
    {
      ClusterNamespaceArn: text,
      ClusterStatus: text,
      VpcId: text,
      ClusterSubnetGroupName: text,
      PubliclyAccessible: flag,
      Endpoint: endpoint,
      ClusterNodes: list(record({}, { NodeRole: text, PrivateIPAddress: text, PublicIPAddress: text })),
      VpcSecurityGroups: securityGroupMemberships,
      Tags: tags,
    },
  ),
  ecsTask: resource(
    'taskArn',
    { taskArn: text },
    {
      clusterArn: text,
      group: text,
      lastStatus: text,
      attachments: list(
        record({}, { type: text, status: text, details: list(record({}, { name: text, value: text })) }),
      ),
      tags: list(record({}, { key: text, value: text })),
    },
  ),
  eksCluster: resource(
    ['arn', 'name'],
    { name: text },
    {
      arn: text,
      status: text,
      endpoint: text,
      resourcesVpcConfig: record(
        {},
        {
          vpcId: text,
          subnetIds: list(text),
          securityGroupIds: list(text),
          clusterSecurityGroupId: text,
          endpointPublicAccess: flag,
          endpointPrivateAccess: flag,
          publicAccessCidrs: list(text),
        },
      ),
      tags: table(text),
    },
  ),
  fileSystem: resource('FileSystemId', { FileSystemId: text }, { OwnerId: text, Name: text, Tags: tags }),
  /** Where a file system meets a subnet: one interface each. */
  mountTarget: resource(
    'MountTargetId',
    { MountTargetId: text, FileSystemId: text },
    {
      OwnerId: text,
      VpcId: text,
      SubnetId: text,
      NetworkInterfaceId: text,
      IpAddress: text,
      LifeCycleState: text,
      ...zone,
    },
  ),

  // ---- beyond the VPC
  coreNetworkAttachment: resource(
    'AttachmentId',
    { AttachmentId: text, CoreNetworkId: text },
    {
      CoreNetworkArn: text,
      OwnerAccountId: text,
      AttachmentType: text,
      State: text,
      EdgeLocation: text,
      ResourceArn: text,
      SegmentName: text,
      Tags: tags,
    },
  ),
  directConnectGateway: resource(
    'directConnectGatewayId',
    { directConnectGatewayId: text },
    { directConnectGatewayName: text, ownerAccount: text, directConnectGatewayState: text },
  ),
  directConnectGatewayAssociation: resource(
    'associationId',
    { associationId: text },
    {
      directConnectGatewayId: text,
      directConnectGatewayOwnerAccount: text,
      associationState: text,
      associatedGateway: record({}, { id: text, type: text, ownerAccount: text, region: text }),
      allowedPrefixesToDirectConnectGateway: list(record({}, { cidr: text })),
    },
  ),
  virtualInterface: resource(
    'virtualInterfaceId',
    { virtualInterfaceId: text },
    {
      ownerAccount: text,
      virtualInterfaceType: text,
      virtualInterfaceState: text,
      virtualGatewayId: text,
      directConnectGatewayId: text,
      connectionId: text,
    },
  ),
  serviceNetwork: resource('arn', { arn: text }, { id: text, name: text }),
  serviceNetworkVpcAssociation: resource(
    'arn',
    { arn: text },
    { id: text, serviceNetworkArn: text, vpcId: text, status: text },
  ),
  /** An account of the organization, as its management account lists it. */
  organizationAccount: resource('Id', { Id: text }, { Arn: text, Name: text, Email: text, Status: text, State: text }),
  /** The unit or root that an account of the organization stands in, or a unit itself, under the id of the account or unit. */
  organizationParents: parented({}, { Parents: list(record({ Id: text }, { Type: text })) }),
} as const satisfies { readonly [kind: string]: ResourceSchema }

/** Every kind of resource that a snapshot can hold. */
export type Kind = keyof typeof resourceSchemas

/** The record of a resource of this kind: the fields ztnet relies on; others may be there too. */
export type RawOf<K extends Kind> = ValueOf<(typeof resourceSchemas)[K]['raw']>

/** The id that a record states for itself; `undefined` where it bears that of its parent, or states none. */
export function idOf(kind: Kind, raw: object): string | undefined {
  const fields = resourceSchemas[kind].id
  for (let i = 0; i < fields.length; i++) {
    const id = (raw as Record<string, unknown>)[fields[i] as string]
    if (typeof id === 'string' && id !== '') return id
  }
  return undefined
}

type Fields = Parameters<typeof record>[0]

function resource<N extends Fields, M extends Fields>(
  id: string | readonly string[],
  needed: N,
  optional: M,
  unique: 'everywhere' | 'place' = 'everywhere',
) {
  return { id: typeof id === 'string' ? [id] : id, unique, raw: record(needed, optional) }
}

/** A kind that AWS numbers by its parent, whose id the resource bears. */
function parented<N extends Fields, M extends Fields>(
  needed: N,
  optional: M,
  unique: 'everywhere' | 'place' = 'everywhere',
) {
  return { id: [], unique, raw: record(needed, optional) }
}
