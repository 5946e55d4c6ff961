/** The kinds of things that a picture shows: what each is called, the colour of its family and a glyph of one stroke. Shapes are our own;
 *  colours are those of AWS's own diagrams. A kind is always written out beside its glyph: colour alone says nothing. */

export interface KindLook {
  /** `NAT gateway` */
  readonly words: string
  readonly family: Family
  /** SVG path in a square of 24, stroked, not filled. */
  readonly glyph: string
}

export type Family = 'compute' | 'network' | 'database' | 'storage' | 'container' | 'outside' | 'plain'

const look = (words: string, family: Family, glyph: string): KindLook => ({ words, family, glyph })

export const KINDS = {
  internet: look('internet', 'outside', 'M7 18h10a4 4 0 0 0 .6-7.95A6 6 0 0 0 6.1 9.6 4.2 4.2 0 0 0 7 18z'),
  onprem: look('on-premises', 'outside', 'M4 20V8l6-3v15M10 20V10l10 3v7M4 20h16M7 11v0M7 15v0M14 15v0M17 15v0'),
  'aws-services': look('AWS services', 'outside', 'M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9'),
  'internet-gateway': look('internet gateway', 'network', 'M4 20v-8a8 8 0 0 1 16 0v8M12 20v-9M8.5 14.5L12 11l3.5 3.5'),
  'egress-only-gateway': look(
    'egress-only internet gateway',
    'network',
    'M4 20v-8a8 8 0 0 1 16 0v8M12 19v-9M9 13l3-3 3 3M8 6h8',
  ),
  'nat-gateway': look('NAT gateway', 'network', 'M4 20v-8a8 8 0 0 1 16 0v8M8 15h8M13 12l3 3-3 3'),
  'vpn-gateway': look('VPN gateway', 'network', 'M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3M12 14v3'),
  'gateway-endpoint': look('gateway endpoint', 'network', 'M4 12h9M10 8l4 4-4 4M14 5h6v14h-6'),
  'interface-endpoint': look(
    'interface endpoint',
    'network',
    'M4 12h7M15 12m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0M15 12v0',
  ),
  'transit-gateway': look(
    'transit gateway',
    'network',
    'M12 12m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M12 3v6M12 15v6M3 12h6M15 12h6',
  ),
  'transit-attachment': look(
    'transit gateway attachment',
    'network',
    'M12 4v8M12 16m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0',
  ),
  peering: look('VPC peering', 'network', 'M3 9h6v6H3zM15 9h6v6h-6zM9 12h6'),
  'core-network': look(
    'Cloud WAN core network',
    'network',
    'M12 12m-8 0a8 8 0 1 0 16 0a8 8 0 1 0 -16 0M4 12h16M12 4c-5 5-5 11 0 16M12 4c5 5 5 11 0 16',
  ),
  'load-balancer': look(
    'load balancer',
    'network',
    'M6 12m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M9 11l6-5M9 12h7M9 13l6 5M15 4h5v4h-5zM16 10h5v4h-5zM15 16h5v4h-5z',
  ),
  'gateway-load-balancer': look('Gateway Load Balancer', 'network', 'M5 12l7-8 7 8-7 8zM9 12h6M12 9v6'),
  'inspection-endpoint': look(
    'Gateway Load Balancer endpoint',
    'network',
    'M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6zM9 12l2 2 4-4',
  ),
  instance: look('instance', 'compute', 'M6 6h12v12H6zM9 3v3M15 3v3M9 18v3M15 18v3M3 9h3M3 15h3M18 9h3M18 15h3'),
  function: look('Lambda function', 'compute', 'M5 20l6-11 5 11h3M7 4h3l3 5'),
  container: look('ECS task', 'container', 'M3 8h18v10H3zM8 8v10M13 8v10M18 8v10M6 5h12'),
  kubernetes: look('EKS', 'container', 'M12 3l7.8 3.8 1.9 8.5-5.4 6.7H7.7l-5.4-6.7 1.9-8.5zM12 8v8M8 12h8'),
  database: look('database', 'database', 'M5 6a7 3 0 0 0 14 0a7 3 0 0 0 -14 0v12a7 3 0 0 0 14 0V6M5 12a7 3 0 0 0 14 0'),
  cache: look('cache', 'database', 'M5 6a7 3 0 0 0 14 0a7 3 0 0 0 -14 0v12a7 3 0 0 0 14 0V6M13 10l-3 4h4l-3 4'),
  search: look('OpenSearch domain', 'database', 'M10 10m-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0M15 15l6 6'),
  'file-system': look('file system', 'storage', 'M4 6h6l2 3h8v10H4z'),
  interface: look('network interface', 'plain', 'M4 7h16v10H4zM8 17v3M12 17v3M16 17v3M8 10v3M12 10v3M16 10v3'),
} as const satisfies Readonly<Record<string, KindLook>>

export type ThingKind = keyof typeof KINDS

/** Many of a kind where there is no room for each. */
export const pluralOf = (kind: ThingKind, count: number): string => {
  const { words } = KINDS[kind]
  return `${count.toLocaleString('en')} ${count === 1 ? words : words.replace(/s?$/, 's')}`
}

/** In two short lines, for what stands on the edge of a VPC. */
export const edgeWords = ({ kind, detail }: { readonly kind: ThingKind; readonly detail?: string }): string =>
  kind === 'gateway-endpoint' && detail !== undefined ? `${detail}\nendpoint` : (EDGE_WORDS[kind] ?? KINDS[kind].words)

const EDGE_WORDS: { readonly [K in ThingKind]?: string } = {
  'internet-gateway': 'internet\ngateway',
  'egress-only-gateway': 'egress-only\ngateway',
  'nat-gateway': 'NAT\ngateway',
  'vpn-gateway': 'VPN\ngateway',
  'gateway-endpoint': 'gateway\nendpoint',
  'transit-attachment': 'TGW\nattachment',
}
