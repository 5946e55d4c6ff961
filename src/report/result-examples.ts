/** One full example of every result, for its schema. Written from the bundled snapshots; a test holds them up to date. */
export const reachResultExamples: readonly unknown[] = [
  {
    schemaVersion: 1,
    snapshot: { collectedAt: '2026-10-01T08:00:00Z', gaps: 0 },
    query: { from: 'teller', to: 'accounts', protocol: 6, ports: [443, 443] },
    from: {
      selector: 'teller',
      kind: 'instance',
      resolved: [
        { id: 'i-03f8eb8a394d53882', name: 'teller', kind: 'instance' },
        { id: 'eni-07c83185ebd461a3a', name: 'teller', kind: 'network-interface' },
      ],
      addresses: ['10.5.0.20/32'],
    },
    to: {
      selector: 'accounts',
      kind: 'instance',
      resolved: [
        { id: 'i-09ea743c4a8ae7bd0', name: 'accounts', kind: 'instance' },
        { id: 'eni-0eb929c4cba6768bb', name: 'accounts', kind: 'network-interface' },
      ],
      addresses: ['10.5.2.20/32'],
    },
    verdict: 'conditional',
    flows: [
      {
        from: ['eni-07c83185ebd461a3a'],
        to: ['eni-0eb929c4cba6768bb'],
        verdict: 'conditional',
        packets: [
          {
            protocol: 'tcp',
            destinationPorts: [[443, 443]],
            sourcePorts: [[32768, 60999]],
            sources: ['10.5.0.20/32'],
            destinations: ['10.5.2.20/32'],
          },
        ],
      },
      {
        from: ['eni-07c83185ebd461a3a'],
        to: ['eni-0eb929c4cba6768bb'],
        verdict: 'one-way',
        packets: [
          {
            protocol: 'tcp',
            destinationPorts: [[443, 443]],
            sourcePorts: [
              [1024, 32767],
              [61000, 65535],
            ],
            sources: ['10.5.0.20/32'],
            destinations: ['10.5.2.20/32'],
          },
        ],
      },
    ],
    witness: {
      packet: {
        protocol: 'tcp',
        destinationPorts: [[443, 443]],
        sourcePorts: [[49152, 49152]],
        sources: ['10.5.0.20/32'],
        destinations: ['10.5.2.20/32'],
      },
      text: 'tcp 10.5.0.20:49152 -> 10.5.2.20:443',
      forward: [
        {
          stage: 'leaving',
          resource: 'sg-0243bd44e97a8fef1',
          name: 'clients',
          rule: 'outbound tcp 443 to 10.5.0.0/16',
          code: 'SG_ADMITS',
          effect: 'allow',
          message: 'sg-0243bd44e97a8fef1 (clients) admits it: outbound tcp 443 to 10.5.0.0/16',
        },
        {
          stage: 'leaving',
          resource: 'subnet-05aef44453cf5c54e',
          name: 'ledger-clients',
          code: 'LEAVES_SUBNET',
          effect: 'route',
          message: 'leaves subnet-05aef44453cf5c54e (ledger-clients)',
        },
        {
          stage: 'egress',
          resource: 'acl-0304a78955b95e803',
          name: 'default-ledger',
          rule: 'outbound rule 100: allow all traffic to 0.0.0.0/0',
          code: 'SUBNET_ACL_ALLOWS',
          effect: 'allow',
          message:
            'acl-0304a78955b95e803 (default-ledger) allows it: outbound rule 100: allow all traffic to 0.0.0.0/0',
        },
        {
          stage: 'route',
          resource: 'rtb-03891104dc8528d56',
          name: 'main-ledger',
          rule: '10.5.0.0/16 -> local',
          code: 'ROUTE',
          effect: 'route',
          message: 'rtb-03891104dc8528d56 (main-ledger) routes it: 10.5.0.0/16 -> local',
        },
        {
          stage: 'local',
          resource: 'vpc-08bd6983c3d15bdb0',
          name: 'ledger',
          code: 'LOCAL_DELIVERY',
          effect: 'route',
          message: 'delivered within vpc-08bd6983c3d15bdb0 (ledger)',
        },
        {
          stage: 'ingress',
          resource: 'acl-048cb9afca6384640',
          name: 'ledger-accounts',
          rule: 'inbound rule 100: allow tcp 443 from 10.5.0.0/16',
          code: 'SUBNET_ACL_ALLOWS',
          effect: 'allow',
          message:
            'acl-048cb9afca6384640 (ledger-accounts) allows it: inbound rule 100: allow tcp 443 from 10.5.0.0/16',
        },
        {
          stage: 'deliver',
          resource: 'subnet-0ad8eafdbd7d3a6c1',
          name: 'ledger-accounts',
          code: 'ADDRESS_OF_INTERFACE',
          effect: 'route',
          message: 'the address is in use in subnet-0ad8eafdbd7d3a6c1 (ledger-accounts)',
        },
        {
          stage: 'arriving',
          resource: 'sg-079c004ece81aa50e',
          name: 'servers',
          rule: 'inbound tcp 443 from sg-0243bd44e97a8fef1',
          code: 'SG_ADMITS',
          effect: 'allow',
          message: 'sg-079c004ece81aa50e (servers) admits it: inbound tcp 443 from sg-0243bd44e97a8fef1',
        },
        {
          stage: 'here',
          resource: 'eni-0eb929c4cba6768bb',
          code: 'DELIVERED',
          effect: 'deliver',
          message: 'delivered',
        },
      ],
      return: [
        {
          stage: 'leaving',
          resource: 'eni-0eb929c4cba6768bb',
          code: 'ESTABLISHED',
          effect: 'allow',
          message: 'eni-0eb929c4cba6768bb knows the conversation and lets the answer pass',
        },
        {
          stage: 'leaving',
          resource: 'subnet-0ad8eafdbd7d3a6c1',
          name: 'ledger-accounts',
          code: 'LEAVES_SUBNET',
          effect: 'route',
          message: 'leaves subnet-0ad8eafdbd7d3a6c1 (ledger-accounts)',
        },
        {
          stage: 'egress',
          resource: 'acl-048cb9afca6384640',
          name: 'ledger-accounts',
          rule: 'outbound rule 100: allow tcp 32768-60999 to 10.5.0.0/16',
          code: 'SUBNET_ACL_ALLOWS',
          effect: 'allow',
          message:
            'acl-048cb9afca6384640 (ledger-accounts) allows it: outbound rule 100: allow tcp 32768-60999 to 10.5.0.0/16',
        },
        {
          stage: 'route',
          resource: 'rtb-03891104dc8528d56',
          name: 'main-ledger',
          rule: '10.5.0.0/16 -> local',
          code: 'ROUTE',
          effect: 'route',
          message: 'rtb-03891104dc8528d56 (main-ledger) routes it: 10.5.0.0/16 -> local',
        },
        {
          stage: 'local',
          resource: 'vpc-08bd6983c3d15bdb0',
          name: 'ledger',
          code: 'LOCAL_DELIVERY',
          effect: 'route',
          message: 'delivered within vpc-08bd6983c3d15bdb0 (ledger)',
        },
        {
          stage: 'ingress',
          resource: 'acl-0304a78955b95e803',
          name: 'default-ledger',
          rule: 'inbound rule 100: allow all traffic from 0.0.0.0/0',
          code: 'SUBNET_ACL_ALLOWS',
          effect: 'allow',
          message:
            'acl-0304a78955b95e803 (default-ledger) allows it: inbound rule 100: allow all traffic from 0.0.0.0/0',
        },
        {
          stage: 'deliver',
          resource: 'subnet-05aef44453cf5c54e',
          name: 'ledger-clients',
          code: 'ADDRESS_OF_INTERFACE',
          effect: 'route',
          message: 'the address is in use in subnet-05aef44453cf5c54e (ledger-clients)',
        },
        {
          stage: 'arriving',
          resource: 'eni-07c83185ebd461a3a',
          code: 'ESTABLISHED',
          effect: 'deliver',
          message: 'eni-07c83185ebd461a3a knows the conversation and lets the answer pass',
        },
      ],
    },
    conditions: [
      {
        code: 'CLIENT_PORT',
        resource: 'client',
        message: 'it depends on the port that the client picks whether the answer comes back',
        remedy: 'allow the whole client port range 1024-65535 back',
        packets: [
          {
            protocol: 'tcp',
            destinationPorts: [[443, 443]],
            sourcePorts: [[32768, 60999]],
            sources: ['10.5.0.20/32'],
            destinations: ['10.5.2.20/32'],
          },
        ],
      },
    ],
    blocked: [
      {
        code: 'SUBNET_ACL_RESTRICTION',
        resource: 'acl-048cb9afca6384640',
        name: 'ledger-accounts',
        rule: 'rule * (everything else denied)',
        direction: 'outbound',
        leg: 'return',
        packets: [
          {
            protocol: 'tcp',
            destinationPorts: [[443, 443]],
            sourcePorts: [
              [1024, 32767],
              [61000, 65535],
            ],
            sources: ['10.5.0.20/32'],
            destinations: ['10.5.2.20/32'],
          },
        ],
        message:
          'acl-048cb9afca6384640 (ledger-accounts) denies it out of subnet-0ad8eafdbd7d3a6c1 (ledger-accounts): rule * (everything else denied)',
        fix: 'allow it in an earlier outbound rule of acl-048cb9afca6384640 (ledger-accounts); answers need their own rule',
      },
    ],
    assumptions: [],
    unknowns: [],
  },
]

export const reachAllResultExamples: readonly unknown[] = [
  {
    schemaVersion: 1,
    snapshot: { collectedAt: '2026-10-01T08:00:00Z', gaps: 0 },
    query: { by: 'subnet', from: 'teller', to: '*', protocol: 6, ports: [443, 443] },
    groups: {
      from: [{ key: 'teller', kind: 'instance', members: ['eni-07c83185ebd461a3a'] }],
      to: [
        {
          key: 'subnet-0ad8eafdbd7d3a6c1',
          kind: 'subnet',
          name: 'ledger-accounts',
          members: ['eni-0eb929c4cba6768bb'],
        },
        { key: 'subnet-0049c8faed024d925', kind: 'subnet', name: 'ledger-audit', members: ['eni-08063a153d0ea8a9c'] },
        { key: 'subnet-05aef44453cf5c54e', kind: 'subnet', name: 'ledger-clients', members: ['eni-07c83185ebd461a3a'] },
        { key: 'subnet-011092b8aa11073f0', kind: 'subnet', name: 'ledger-journal', members: ['eni-08a4b430f876c7f04'] },
        { key: 'internet', kind: 'internet', members: [] },
      ],
    },
    totals: {
      cells: 4,
      pairs: 4,
      verdicts: { reachable: 1, conditional: 1, 'one-way': 1, unknown: 0, unreachable: 1 },
      unreachable: 'listed',
    },
    cells: [
      {
        from: 'teller',
        to: 'subnet-0ad8eafdbd7d3a6c1',
        verdict: 'conditional',
        pairs: 1,
        flows: [
          {
            verdict: 'conditional',
            family: 4,
            text: ['tcp 443 with source port 32768-60999'],
            packets: [
              {
                protocol: 'tcp',
                destinationPorts: [[443, 443]],
                sourcePorts: [[32768, 60999]],
                destinations: ['0.0.0.0/0'],
              },
            ],
            pairs: 1,
            example: {
              from: { id: 'eni-07c83185ebd461a3a', name: 'teller' },
              to: { id: 'eni-0eb929c4cba6768bb', name: 'accounts' },
            },
          },
          {
            verdict: 'one-way',
            family: 4,
            text: ['tcp 443 with source port 1024-32767, 61000-65535'],
            packets: [
              {
                protocol: 'tcp',
                destinationPorts: [[443, 443]],
                sourcePorts: [
                  [1024, 32767],
                  [61000, 65535],
                ],
                destinations: ['0.0.0.0/0'],
              },
            ],
            pairs: 1,
            example: {
              from: { id: 'eni-07c83185ebd461a3a', name: 'teller' },
              to: { id: 'eni-0eb929c4cba6768bb', name: 'accounts' },
            },
          },
        ],
      },
      {
        from: 'teller',
        to: 'subnet-0049c8faed024d925',
        verdict: 'one-way',
        pairs: 1,
        flows: [
          {
            verdict: 'one-way',
            family: 4,
            text: ['tcp 443'],
            packets: [
              {
                protocol: 'tcp',
                destinationPorts: [[443, 443]],
                sourcePorts: [[1024, 65535]],
                destinations: ['0.0.0.0/0'],
              },
            ],
            pairs: 1,
            example: {
              from: { id: 'eni-07c83185ebd461a3a', name: 'teller' },
              to: { id: 'eni-08063a153d0ea8a9c', name: 'audit' },
            },
          },
        ],
      },
      {
        from: 'teller',
        to: 'subnet-011092b8aa11073f0',
        verdict: 'reachable',
        pairs: 1,
        flows: [
          {
            verdict: 'reachable',
            family: 4,
            text: ['tcp 443'],
            packets: [
              {
                protocol: 'tcp',
                destinationPorts: [[443, 443]],
                sourcePorts: [[1024, 65535]],
                destinations: ['0.0.0.0/0'],
              },
            ],
            pairs: 1,
            example: {
              from: { id: 'eni-07c83185ebd461a3a', name: 'teller' },
              to: { id: 'eni-08a4b430f876c7f04', name: 'journal' },
            },
          },
        ],
      },
      { from: 'teller', to: 'internet', verdict: 'unreachable', pairs: 1, flows: [] },
    ],
    unknowns: [],
    place: {
      selector: 'teller',
      kind: 'instance',
      resolved: [
        { id: 'i-03f8eb8a394d53882', name: 'teller', kind: 'instance' },
        { id: 'eni-07c83185ebd461a3a', name: 'teller', kind: 'network-interface' },
      ],
    },
    verdict: 'reachable',
  },
]

export const batchAnswerExamples: readonly unknown[] = [
  { id: 'up', verdict: 'reachable' },
  { id: 'closed', verdict: 'one-way', code: 'SUBNET_ACL_RESTRICTION' },
  { id: 'odd', error: 'nothing in the snapshot is called "audits"; Nearest: "audit".' },
]

export const matrixResultExamples: readonly unknown[] = [
  {
    schemaVersion: 1,
    snapshot: { collectedAt: '2026-10-01T08:00:00Z', gaps: 1 },
    query: { by: 'tier', to: 'private', protocol: 6 },
    groups: {
      from: [
        { key: 'private', kind: 'tier', members: ['eni-0448cf699747e8172', 'eni-0e7d8347f86905bcc'] },
        { key: 'intra', kind: 'tier', members: ['eni-092c88247aa42a2d4', 'eni-0abbc32dbd42e529b'] },
        { key: 'internet', kind: 'internet', members: [] },
      ],
      to: [{ key: 'private', kind: 'tier', members: ['eni-0448cf699747e8172', 'eni-0e7d8347f86905bcc'] }],
    },
    totals: {
      cells: 3,
      pairs: 8,
      verdicts: { reachable: 1, conditional: 0, 'one-way': 0, unknown: 1, unreachable: 1 },
      unreachable: 'listed',
    },
    cells: [
      {
        from: 'private',
        to: 'private',
        verdict: 'reachable',
        pairs: 2,
        flows: [
          {
            verdict: 'reachable',
            family: 4,
            text: ['tcp 443'],
            packets: [
              {
                protocol: 'tcp',
                destinationPorts: [[443, 443]],
                sourcePorts: [[1024, 65535]],
                destinations: ['0.0.0.0/0'],
              },
            ],
            pairs: 2,
            example: {
              from: { id: 'eni-0448cf699747e8172', name: 'stock' },
              to: { id: 'eni-0e7d8347f86905bcc', name: 'till' },
            },
          },
          {
            verdict: 'unknown',
            family: 4,
            text: ['tcp 22'],
            packets: [
              {
                protocol: 'tcp',
                destinationPorts: [[22, 22]],
                sourcePorts: [[1024, 65535]],
                destinations: ['0.0.0.0/0'],
              },
            ],
            pairs: 2,
            example: {
              from: { id: 'eni-0448cf699747e8172', name: 'stock' },
              to: { id: 'eni-0e7d8347f86905bcc', name: 'till' },
            },
          },
        ],
      },
      {
        from: 'intra',
        to: 'private',
        verdict: 'unknown',
        pairs: 4,
        flows: [
          {
            verdict: 'unknown',
            family: 4,
            text: ['tcp 22'],
            packets: [
              {
                protocol: 'tcp',
                destinationPorts: [[22, 22]],
                sourcePorts: [[1024, 65535]],
                destinations: ['0.0.0.0/0'],
              },
            ],
            pairs: 4,
            example: {
              from: { id: 'eni-092c88247aa42a2d4', name: 'legacy' },
              to: { id: 'eni-0448cf699747e8172', name: 'stock' },
            },
          },
        ],
      },
      { from: 'internet', to: 'private', verdict: 'unreachable', pairs: 2, flows: [] },
    ],
    unknowns: [
      {
        code: 'SECURITY_GROUP_UNKNOWN',
        resource: 'sg-0efb1f989b5e0e1fb',
        message: 'the rules of sg-0efb1f989b5e0e1fb were not all read',
        remedy: 'add the describe-security-groups output of the owner, and the entries of its prefix lists',
      },
      {
        code: 'SECURITY_GROUP_UNKNOWN',
        resource: 'sg-0f24f00ef91d789d8',
        name: 'branch-sg',
        message: 'sg-0f24f00ef91d789d8 (branch-sg) cannot be judged in full: pl-02f9283862c33724b was not read',
        remedy: 'add the describe-security-groups output of the owner, and the entries of its prefix lists',
        gaps: [
          {
            message: 'ec2:GetManagedPrefixListEntries was denied for the prefix list pl-02f9283862c33724b',
            source: 'ec2:GetManagedPrefixListEntries',
            remedy: 'Allow ec2:GetManagedPrefixListEntries to the role that collects.',
          },
        ],
      },
    ],
  },
]

export const blastResultExamples: readonly unknown[] = [
  {
    schemaVersion: 1,
    snapshot: { collectedAt: '2026-10-01T08:00:00Z', gaps: 1 },
    query: { from: 'till', by: 'vpc-tier', maxSteps: 2, ports: [[443, 443]], families: [4] },
    from: {
      selector: 'till',
      kind: 'instance',
      resolved: [
        { id: 'i-02b19b6886d759906', name: 'till', kind: 'instance' },
        { id: 'eni-0e7d8347f86905bcc', name: 'till', kind: 'network-interface' },
      ],
    },
    totals: { reached: 1, of: 3, bySteps: [1], outside: [] },
    targets: [
      {
        key: 'vpc:vpc-04215310c7230d829/private',
        kind: 'tier',
        name: 'branch/private',
        reached: 1,
        of: 1,
        steps: 1,
        ways: [
          {
            steps: 1,
            verdict: 'reachable',
            members: ['eni-0448cf699747e8172'],
            chain: [
              {
                from: { id: 'eni-0e7d8347f86905bcc', name: 'till' },
                to: { id: 'eni-0448cf699747e8172', name: 'stock' },
                verdict: 'reachable',
                flows: [
                  {
                    verdict: 'reachable',
                    family: 4,
                    text: ['tcp 443'],
                    packets: [
                      {
                        protocol: 'tcp',
                        destinationPorts: [[443, 443]],
                        sourcePorts: [[1024, 65535]],
                        destinations: ['0.0.0.0/0'],
                      },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
    unknownLinks: [
      {
        from: { key: 'vpc:vpc-04215310c7230d829/private', name: 'branch/private' },
        to: { key: 'vpc:vpc-04215310c7230d829/intra', name: 'branch/intra' },
        members: ['eni-092c88247aa42a2d4'],
        text: ['all protocols'],
        example: {
          from: { id: 'eni-0448cf699747e8172', name: 'stock' },
          to: { id: 'eni-092c88247aa42a2d4', name: 'legacy' },
        },
      },
      {
        from: { key: 'vpc:vpc-04215310c7230d829/private', name: 'branch/private' },
        to: { key: 'internet' },
        members: ['internet'],
        text: ['all protocols'],
        example: { from: { id: 'eni-0448cf699747e8172', name: 'stock' }, to: { id: 'internet' } },
      },
    ],
    unknowns: [
      {
        code: 'SECURITY_GROUP_UNKNOWN',
        resource: 'sg-0efb1f989b5e0e1fb',
        message: 'the rules of sg-0efb1f989b5e0e1fb were not all read',
        remedy: 'add the describe-security-groups output of the owner, and the entries of its prefix lists',
      },
      {
        code: 'UNKNOWN_RESOURCE',
        resource: 'tgw-08725c124980eb82f',
        message: 'rtb-0136d32dca1f588da (branch-app) sends it to tgw-08725c124980eb82f, which was not read',
        remedy: 'add the describe output of the account and region it is in',
      },
    ],
  },
]

export const tierReportExamples: readonly unknown[] = [
  {
    schemaVersion: 1,
    snapshot: { collectedAt: '2026-10-01T08:00:00Z', gaps: 0 },
    totals: { subnets: 4, tiers: { public: 1, private: 2, database: 0, intra: 0, other: 1 }, mismatches: 0 },
    subnets: [
      {
        id: 'subnet-05c787e024ac8f9c3',
        name: 'backoffice-public',
        account: '111122223333',
        region: 'eu-west-1',
        vpc: { id: 'vpc-04944d69b856820a3', name: 'backoffice' },
        zone: 'eu-west-1a',
        cidrs: ['10.0.0.0/24'],
        tier: 'public',
        reason: 'Name "backoffice-public" says public',
        declaredTier: 'public',
        declared: {
          tier: 'public',
          by: { name: 'backoffice-public', word: 'public' },
          reason: 'Name "backoffice-public" says public',
        },
        effectiveTier: 'public',
        effective: {
          reason: 'rtb-01d883e27d06fddcb (backoffice-public): 0.0.0.0/0 -> igw-082cb0ddaeb3960ff (backoffice)',
          routeTable: { id: 'rtb-01d883e27d06fddcb', name: 'backoffice-public' },
          ipv4: {
            is: 'public-v4',
            exits: [
              {
                via: 'internet-gateway',
                id: 'igw-082cb0ddaeb3960ff',
                name: 'backoffice',
                routes: ['0.0.0.0/0 -> igw-082cb0ddaeb3960ff'],
                scope: 'all',
              },
            ],
            reason: '0.0.0.0/0 -> igw-082cb0ddaeb3960ff (backoffice)',
          },
        },
        function: 'edge',
        use: { reason: 'interfaces: 1 NAT gateway', interfaces: { 'NAT gateway': 1 } },
      },
      {
        id: 'subnet-0798c777f5361a1cf',
        name: 'backoffice-invoices',
        account: '111122223333',
        region: 'eu-west-1',
        vpc: { id: 'vpc-04944d69b856820a3', name: 'backoffice' },
        zone: 'eu-west-1a',
        cidrs: ['10.0.1.0/24'],
        tier: 'private',
        reason: 'rtb-0365a8319564329e6 (backoffice-invoices): 0.0.0.0/0 -> nat-0740cd1fb57c81645 (backoffice-egress)',
        effectiveTier: 'private-egress',
        effective: {
          reason: 'rtb-0365a8319564329e6 (backoffice-invoices): 0.0.0.0/0 -> nat-0740cd1fb57c81645 (backoffice-egress)',
          routeTable: { id: 'rtb-0365a8319564329e6', name: 'backoffice-invoices' },
          ipv4: {
            is: 'egress-only',
            exits: [
              {
                via: 'nat-gateway',
                id: 'nat-0740cd1fb57c81645',
                name: 'backoffice-egress',
                routes: ['0.0.0.0/0 -> nat-0740cd1fb57c81645'],
                scope: 'all',
              },
            ],
            reason: '0.0.0.0/0 -> nat-0740cd1fb57c81645 (backoffice-egress)',
          },
        },
        function: 'app',
        use: { reason: 'interfaces: 1 workload', interfaces: { workload: 1 } },
      },
      {
        id: 'subnet-0a86607c04fc2e444',
        name: 'backoffice-misplaced',
        account: '111122223333',
        region: 'eu-west-1',
        vpc: { id: 'vpc-04944d69b856820a3', name: 'backoffice' },
        zone: 'eu-west-1a',
        cidrs: ['10.0.2.0/24'],
        tier: 'other',
        reason: 'interfaces: 1 NAT gateway',
        effectiveTier: 'isolated',
        effective: {
          reason: 'rtb-03fe85128010aeb54 (backoffice-misplaced): no IPv4 route to the internet',
          routeTable: { id: 'rtb-03fe85128010aeb54', name: 'backoffice-misplaced' },
          ipv4: { is: 'isolated', exits: [], reason: 'no IPv4 route to the internet' },
        },
        function: 'edge',
        use: { reason: 'interfaces: 1 NAT gateway', interfaces: { 'NAT gateway': 1 } },
      },
      {
        id: 'subnet-0b75e6a877cd4b15f',
        name: 'backoffice-reports',
        account: '111122223333',
        region: 'eu-west-1',
        vpc: { id: 'vpc-04944d69b856820a3', name: 'backoffice' },
        zone: 'eu-west-1a',
        cidrs: ['10.0.3.0/24'],
        tier: 'private',
        reason: 'rtb-043cde1af27805674 (backoffice-reports): 0.0.0.0/0 -> nat-0ea33d5f00d00d326 (backoffice-egress-2)',
        effectiveTier: 'private-egress',
        effective: {
          reason:
            'rtb-043cde1af27805674 (backoffice-reports): 0.0.0.0/0 -> nat-0ea33d5f00d00d326 (backoffice-egress-2)',
          routeTable: { id: 'rtb-043cde1af27805674', name: 'backoffice-reports' },
          ipv4: {
            is: 'egress-only',
            exits: [
              {
                via: 'nat-gateway',
                id: 'nat-0ea33d5f00d00d326',
                name: 'backoffice-egress-2',
                routes: ['0.0.0.0/0 -> nat-0ea33d5f00d00d326'],
                scope: 'all',
              },
            ],
            reason: '0.0.0.0/0 -> nat-0ea33d5f00d00d326 (backoffice-egress-2)',
          },
        },
        function: 'app',
        use: { reason: 'interfaces: 1 workload', interfaces: { workload: 1 } },
      },
    ],
  },
]

export const diffResultExamples: readonly unknown[] = [
  {
    schemaVersion: 1,
    before: { gaps: 0 },
    after: { gaps: 0 },
    query: { by: 'tier', match: 'id' },
    totals: { gained: 3, changed: 0, lost: 0, opened: 3, new: 1, gone: 0, replaced: 0, settings: 2 },
    groups: [
      { key: 'public', kind: 'tier' },
      { key: 'private', kind: 'tier' },
      { key: 'database', kind: 'tier' },
      { key: 'internet', kind: 'internet' },
      { key: 'aws-services', kind: 'aws-services' },
    ],
    changes: [
      {
        kind: 'gained',
        opens: true,
        from: 'private',
        to: 'internet',
        before: 'unreachable',
        after: 'reachable',
        family: 4,
        text: [
          'all protocols to 1.0.0.0-3.4.255.255, 3.5.16.0-9.255.255.255, 11.0.0.0-52.215.255.255, 52.218.0.0-54.10.0.0, 54.10.0.4-100.63.255.255, 100.128.0.0-126.255.255.255, 128.0.0.0-169.253.255.255, 169.255.0.0-172.15.255.255, 172.32.0.0-191.255.255.255, 192.0.1.0/24, 192.0.3.0-192.167.255.255, 192.169.0.0-198.17.255.255, 198.20.0.0-198.51.99.255, 198.51.101.0-203.0.112.255, 203.0.114.0-223.255.255.255',
          'tcp 80, 443; icmp echo request; icmpv6 echo request to 3.5.0.0/20, 52.216.0.0/15',
        ],
        packets: [
          {
            protocol: 'any',
            sourcePorts: [[1024, 65535]],
            destinations: [
              '1.0.0.0-3.4.255.255',
              '3.5.16.0-9.255.255.255',
              '11.0.0.0-52.215.255.255',
              '52.218.0.0-54.10.0.0',
              '54.10.0.4-100.63.255.255',
              '100.128.0.0-126.255.255.255',
              '128.0.0.0-169.253.255.255',
              '169.255.0.0-172.15.255.255',
              '172.32.0.0-191.255.255.255',
              '192.0.1.0/24',
              '192.0.3.0-192.167.255.255',
              '192.169.0.0-198.17.255.255',
              '198.20.0.0-198.51.99.255',
              '198.51.101.0-203.0.112.255',
              '203.0.114.0-223.255.255.255',
            ],
          },
          {
            protocol: 'tcp',
            destinationPorts: [
              [80, 80],
              [443, 443],
            ],
            sourcePorts: [[1024, 65535]],
            destinations: ['3.5.0.0/20', '52.216.0.0/15'],
          },
          { protocol: 'icmp', icmp: [{ type: 8 }], destinations: ['3.5.0.0/20', '52.216.0.0/15'] },
          { protocol: 'icmpv6', icmp: [{ type: 128 }], destinations: ['3.5.0.0/20', '52.216.0.0/15'] },
        ],
        pairs: 1,
        example: { from: { id: 'eni-batch', name: 'batch' }, to: { id: 'internet' } },
        causes: ['s3'],
      },
      {
        kind: 'gained',
        opens: true,
        from: 'private',
        to: 'aws-services',
        before: 'unreachable',
        after: 'reachable',
        family: 4,
        text: ['tcp 80, 443; icmp echo request; icmpv6 echo request'],
        packets: [
          {
            protocol: 'tcp',
            destinationPorts: [
              [80, 80],
              [443, 443],
            ],
            sourcePorts: [[1024, 65535]],
            destinations: ['3.5.0.0/20', '52.216.0.0/15'],
          },
          { protocol: 'icmp', icmp: [{ type: 8 }], destinations: ['3.5.0.0/20', '52.216.0.0/15'] },
          { protocol: 'icmpv6', icmp: [{ type: 128 }], destinations: ['3.5.0.0/20', '52.216.0.0/15'] },
        ],
        pairs: 1,
        example: { from: { id: 'eni-batch', name: 'batch' }, to: { id: 'aws-services' } },
        causes: ['s3'],
      },
      {
        kind: 'gained',
        opens: true,
        from: 'private',
        to: 'public',
        before: 'unreachable',
        after: 'reachable',
        family: 4,
        byPublicAddress: true,
        text: ['tcp 443'],
        packets: [
          {
            protocol: 'tcp',
            destinationPorts: [[443, 443]],
            sourcePorts: [[1024, 65535]],
            destinations: ['0.0.0.0/0'],
          },
        ],
        pairs: 1,
        example: { from: { id: 'eni-batch', name: 'batch' }, to: { id: 'eni-web', name: 'web-frontend' } },
        causes: ['s3'],
      },
    ],
    places: {
      new: [
        {
          group: 'database',
          members: [{ id: 'eni-orders-replica', name: 'orders-replica' }],
          likeOthers: { id: 'eni-orders', name: 'orders' },
          flows: [
            {
              from: 'database',
              to: 'public',
              direction: 'from',
              verdict: 'conditional',
              family: 4,
              text: ['tcp 443 with source port 1024-5431, 5433-65535'],
              packets: [
                {
                  protocol: 'tcp',
                  destinationPorts: [[443, 443]],
                  sourcePorts: [
                    [1024, 5431],
                    [5433, 65535],
                  ],
                  destinations: ['0.0.0.0/0'],
                },
              ],
              pairs: 1,
              example: {
                from: { id: 'eni-orders-replica', name: 'orders-replica' },
                to: { id: 'eni-web', name: 'web-frontend' },
              },
            },
            {
              from: 'database',
              to: 'public',
              direction: 'from',
              verdict: 'one-way',
              family: 4,
              text: ['tcp 443 with source port 5432'],
              packets: [
                {
                  protocol: 'tcp',
                  destinationPorts: [[443, 443]],
                  sourcePorts: [[5432, 5432]],
                  destinations: ['0.0.0.0/0'],
                },
              ],
              pairs: 1,
              example: {
                from: { id: 'eni-orders-replica', name: 'orders-replica' },
                to: { id: 'eni-web', name: 'web-frontend' },
              },
            },
            {
              from: 'database',
              to: 'database',
              direction: 'from',
              verdict: 'reachable',
              family: 4,
              text: ['tcp 5432'],
              packets: [
                {
                  protocol: 'tcp',
                  destinationPorts: [[5432, 5432]],
                  sourcePorts: [[1024, 65535]],
                  destinations: ['0.0.0.0/0'],
                },
              ],
              pairs: 1,
              example: {
                from: { id: 'eni-orders-replica', name: 'orders-replica' },
                to: { id: 'eni-orders', name: 'orders' },
              },
            },
            {
              from: 'private',
              to: 'database',
              direction: 'to',
              verdict: 'reachable',
              family: 4,
              text: ['tcp 5432'],
              packets: [
                {
                  protocol: 'tcp',
                  destinationPorts: [[5432, 5432]],
                  sourcePorts: [[1024, 65535]],
                  destinations: ['0.0.0.0/0'],
                },
              ],
              pairs: 2,
              example: {
                from: { id: 'eni-app-2', name: 'app' },
                to: { id: 'eni-orders-replica', name: 'orders-replica' },
              },
            },
            {
              from: 'database',
              to: 'database',
              direction: 'to',
              verdict: 'reachable',
              family: 4,
              text: ['tcp 5432'],
              packets: [
                {
                  protocol: 'tcp',
                  destinationPorts: [[5432, 5432]],
                  sourcePorts: [[1024, 65535]],
                  destinations: ['0.0.0.0/0'],
                },
              ],
              pairs: 1,
              example: {
                from: { id: 'eni-orders', name: 'orders' },
                to: { id: 'eni-orders-replica', name: 'orders-replica' },
              },
            },
          ],
        },
      ],
      gone: [],
      replaced: [],
      moved: [],
    },
    settings: [
      {
        id: 's3',
        kind: 'routeTable',
        change: 'changed',
        resources: [{ id: 'rtb-batch-out', name: 'batch-out' }],
        text: 'route table of subnet-batch-private instead of rtb-batch',
        effect: 'reachability',
      },
      {
        id: 's4',
        kind: 'securityGroup',
        change: 'added',
        resources: [{ id: 'sg-db', name: 'db' }],
        text: 'inbound tcp 5432 from sg-app added',
        effect: 'none',
      },
    ],
  },
]

export const watchEventExamples: readonly unknown[] = [
  {
    schemaVersion: 1,
    id: '20261125T200000000Z',
    at: '2026-11-25T20:00:00.000Z',
    snapshots: { before: '20261124T200000000Z.json.gz', after: '20261125T200000000Z.json.gz' },
    because: ['reachability', 'places', 'critical'],
    critical: [{ group: 'sg-db', name: 'db', text: 'inbound tcp 5432 from sg-app added' }],
    diff: {
      schemaVersion: 1,
      before: { gaps: 0 },
      after: { gaps: 0 },
      query: { by: 'tier', match: 'id' },
      totals: { gained: 3, changed: 0, lost: 0, opened: 3, new: 1, gone: 0, replaced: 0, settings: 2 },
      groups: [
        { key: 'public', kind: 'tier' },
        { key: 'private', kind: 'tier' },
        { key: 'database', kind: 'tier' },
        { key: 'internet', kind: 'internet' },
        { key: 'aws-services', kind: 'aws-services' },
      ],
      changes: [
        {
          kind: 'gained',
          opens: true,
          from: 'private',
          to: 'internet',
          before: 'unreachable',
          after: 'reachable',
          family: 4,
          text: [
            'all protocols to 1.0.0.0-3.4.255.255, 3.5.16.0-9.255.255.255, 11.0.0.0-52.215.255.255, 52.218.0.0-54.10.0.0, 54.10.0.4-100.63.255.255, 100.128.0.0-126.255.255.255, 128.0.0.0-169.253.255.255, 169.255.0.0-172.15.255.255, 172.32.0.0-191.255.255.255, 192.0.1.0/24, 192.0.3.0-192.167.255.255, 192.169.0.0-198.17.255.255, 198.20.0.0-198.51.99.255, 198.51.101.0-203.0.112.255, 203.0.114.0-223.255.255.255',
            'tcp 80, 443; icmp echo request; icmpv6 echo request to 3.5.0.0/20, 52.216.0.0/15',
          ],
          packets: [
            {
              protocol: 'any',
              sourcePorts: [[1024, 65535]],
              destinations: [
                '1.0.0.0-3.4.255.255',
                '3.5.16.0-9.255.255.255',
                '11.0.0.0-52.215.255.255',
                '52.218.0.0-54.10.0.0',
                '54.10.0.4-100.63.255.255',
                '100.128.0.0-126.255.255.255',
                '128.0.0.0-169.253.255.255',
                '169.255.0.0-172.15.255.255',
                '172.32.0.0-191.255.255.255',
                '192.0.1.0/24',
                '192.0.3.0-192.167.255.255',
                '192.169.0.0-198.17.255.255',
                '198.20.0.0-198.51.99.255',
                '198.51.101.0-203.0.112.255',
                '203.0.114.0-223.255.255.255',
              ],
            },
            {
              protocol: 'tcp',
              destinationPorts: [
                [80, 80],
                [443, 443],
              ],
              sourcePorts: [[1024, 65535]],
              destinations: ['3.5.0.0/20', '52.216.0.0/15'],
            },
            { protocol: 'icmp', icmp: [{ type: 8 }], destinations: ['3.5.0.0/20', '52.216.0.0/15'] },
            { protocol: 'icmpv6', icmp: [{ type: 128 }], destinations: ['3.5.0.0/20', '52.216.0.0/15'] },
          ],
          pairs: 1,
          example: { from: { id: 'eni-batch', name: 'batch' }, to: { id: 'internet' } },
          causes: ['s3'],
        },
        {
          kind: 'gained',
          opens: true,
          from: 'private',
          to: 'aws-services',
          before: 'unreachable',
          after: 'reachable',
          family: 4,
          text: ['tcp 80, 443; icmp echo request; icmpv6 echo request'],
          packets: [
            {
              protocol: 'tcp',
              destinationPorts: [
                [80, 80],
                [443, 443],
              ],
              sourcePorts: [[1024, 65535]],
              destinations: ['3.5.0.0/20', '52.216.0.0/15'],
            },
            { protocol: 'icmp', icmp: [{ type: 8 }], destinations: ['3.5.0.0/20', '52.216.0.0/15'] },
            { protocol: 'icmpv6', icmp: [{ type: 128 }], destinations: ['3.5.0.0/20', '52.216.0.0/15'] },
          ],
          pairs: 1,
          example: { from: { id: 'eni-batch', name: 'batch' }, to: { id: 'aws-services' } },
          causes: ['s3'],
        },
        {
          kind: 'gained',
          opens: true,
          from: 'private',
          to: 'public',
          before: 'unreachable',
          after: 'reachable',
          family: 4,
          byPublicAddress: true,
          text: ['tcp 443'],
          packets: [
            {
              protocol: 'tcp',
              destinationPorts: [[443, 443]],
              sourcePorts: [[1024, 65535]],
              destinations: ['0.0.0.0/0'],
            },
          ],
          pairs: 1,
          example: { from: { id: 'eni-batch', name: 'batch' }, to: { id: 'eni-web', name: 'web-frontend' } },
          causes: ['s3'],
        },
      ],
      places: {
        new: [
          {
            group: 'database',
            members: [{ id: 'eni-orders-replica', name: 'orders-replica' }],
            likeOthers: { id: 'eni-orders', name: 'orders' },
            flows: [
              {
                from: 'database',
                to: 'public',
                direction: 'from',
                verdict: 'conditional',
                family: 4,
                text: ['tcp 443 with source port 1024-5431, 5433-65535'],
                packets: [
                  {
                    protocol: 'tcp',
                    destinationPorts: [[443, 443]],
                    sourcePorts: [
                      [1024, 5431],
                      [5433, 65535],
                    ],
                    destinations: ['0.0.0.0/0'],
                  },
                ],
                pairs: 1,
                example: {
                  from: { id: 'eni-orders-replica', name: 'orders-replica' },
                  to: { id: 'eni-web', name: 'web-frontend' },
                },
              },
              {
                from: 'database',
                to: 'public',
                direction: 'from',
                verdict: 'one-way',
                family: 4,
                text: ['tcp 443 with source port 5432'],
                packets: [
                  {
                    protocol: 'tcp',
                    destinationPorts: [[443, 443]],
                    sourcePorts: [[5432, 5432]],
                    destinations: ['0.0.0.0/0'],
                  },
                ],
                pairs: 1,
                example: {
                  from: { id: 'eni-orders-replica', name: 'orders-replica' },
                  to: { id: 'eni-web', name: 'web-frontend' },
                },
              },
              {
                from: 'database',
                to: 'database',
                direction: 'from',
                verdict: 'reachable',
                family: 4,
                text: ['tcp 5432'],
                packets: [
                  {
                    protocol: 'tcp',
                    destinationPorts: [[5432, 5432]],
                    sourcePorts: [[1024, 65535]],
                    destinations: ['0.0.0.0/0'],
                  },
                ],
                pairs: 1,
                example: {
                  from: { id: 'eni-orders-replica', name: 'orders-replica' },
                  to: { id: 'eni-orders', name: 'orders' },
                },
              },
              {
                from: 'private',
                to: 'database',
                direction: 'to',
                verdict: 'reachable',
                family: 4,
                text: ['tcp 5432'],
                packets: [
                  {
                    protocol: 'tcp',
                    destinationPorts: [[5432, 5432]],
                    sourcePorts: [[1024, 65535]],
                    destinations: ['0.0.0.0/0'],
                  },
                ],
                pairs: 2,
                example: {
                  from: { id: 'eni-app-2', name: 'app' },
                  to: { id: 'eni-orders-replica', name: 'orders-replica' },
                },
              },
              {
                from: 'database',
                to: 'database',
                direction: 'to',
                verdict: 'reachable',
                family: 4,
                text: ['tcp 5432'],
                packets: [
                  {
                    protocol: 'tcp',
                    destinationPorts: [[5432, 5432]],
                    sourcePorts: [[1024, 65535]],
                    destinations: ['0.0.0.0/0'],
                  },
                ],
                pairs: 1,
                example: {
                  from: { id: 'eni-orders', name: 'orders' },
                  to: { id: 'eni-orders-replica', name: 'orders-replica' },
                },
              },
            ],
          },
        ],
        gone: [],
        replaced: [],
        moved: [],
      },
      settings: [
        {
          id: 's3',
          kind: 'routeTable',
          change: 'changed',
          resources: [{ id: 'rtb-batch-out', name: 'batch-out' }],
          text: 'route table of subnet-batch-private instead of rtb-batch',
          effect: 'reachability',
        },
        {
          id: 's4',
          kind: 'securityGroup',
          change: 'added',
          resources: [{ id: 'sg-db', name: 'db' }],
          text: 'inbound tcp 5432 from sg-app added',
          effect: 'none',
        },
      ],
    },
  },
]
