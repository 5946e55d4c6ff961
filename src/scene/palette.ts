/** The colours of a picture, for light and for dark surroundings: AWS's own for boxes and families, darkened or lightened where text needs it.
 *  Text has a contrast of 4.5 to 1 at least against what it stands on. */
import type { Tier } from '../analysis/tiers-declared.ts'
import type { Verdict } from '../reach/verdict.ts'
import type { Family } from './kinds.ts'
import type { Role } from './picture.ts'

export interface Palette {
  readonly page: string
  readonly text: string
  readonly quiet: string
  readonly attachment: string
  readonly box: Readonly<Record<Role, BoxColours>>
  readonly tier: Readonly<Record<Tier, BoxColours>>
  readonly family: Readonly<Record<Family, string>>
  readonly verdict: Readonly<Record<Verdict, string>>
}

export interface BoxColours {
  readonly fill: string
  readonly border: string
  readonly text: string
}

export type ThemeName = 'light' | 'dark'

const colours = (fill: string, border: string, text: string): BoxColours => ({ fill, border, text })

export const PALETTES: Readonly<Record<ThemeName, Palette>> = {
  light: {
    page: '#ffffff',
    text: '#16191f',
    quiet: '#545b64',
    attachment: '#879196',
    box: {
      account: colours('#fefafc', '#cd2264', '#9c1a4d'),
      region: colours('#fafdfd', '#00a4a6', '#00696b'),
      vpc: colours('#ffffff', '#8c4fff', '#6432c8'),
      band: colours('#f4f5f7', '#f4f5f7', '#545b64'),
      zone: colours('transparent', '#147eba', '#0f6698'),
      tier: colours('#ffffff', '#545b64', '#16191f'),
      subnet: colours('#ffffff', '#545b64', '#16191f'),
      lot: colours('#ffffff', '#545b64', '#16191f'),
      more: colours('#f4f5f7', '#879196', '#16191f'),
      thing: colours('#ffffff', '#8c4fff', '#16191f'),
    },
    tier: {
      public: colours('#f1f7e6', '#6a9517', '#3f5c0a'),
      private: colours('#e5f6f6', '#008d8f', '#005a5c'),
      database: colours('#faeafb', '#b01fbb', '#7d1185'),
      intra: colours('#eaf1fb', '#2f6fbf', '#1f4f8d'),
      other: colours('#f2f3f3', '#687078', '#414750'),
    },
    family: {
      compute: '#c45500',
      network: '#7a3df0',
      database: '#b01fbb',
      storage: '#5c8712',
      container: '#c45500',
      outside: '#232f3e',
      plain: '#545b64',
    },
    verdict: {
      reachable: '#1d7a3a',
      conditional: '#9a5b00',
      'one-way': '#9a5b00',
      unknown: '#5f6b7a',
      unreachable: '#c1121f',
    },
  },
  dark: {
    page: '#0f1419',
    text: '#eef1f4',
    quiet: '#a9b3bd',
    attachment: '#66727d',
    box: {
      account: colours('#171318', '#e0598f', '#f59cbe'),
      region: colours('#111a1d', '#2cb5b7', '#7fd9da'),
      vpc: colours('#151a22', '#a97bff', '#c9acff'),
      band: colours('#1b222b', '#1b222b', '#a9b3bd'),
      zone: colours('transparent', '#3f9bd1', '#8cc7ec'),
      tier: colours('#1b222b', '#a9b3bd', '#eef1f4'),
      subnet: colours('#1b222b', '#a9b3bd', '#eef1f4'),
      lot: colours('#151a22', '#a9b3bd', '#eef1f4'),
      more: colours('#222b36', '#8794a1', '#eef1f4'),
      thing: colours('#151a22', '#a97bff', '#eef1f4'),
    },
    tier: {
      public: colours('#1c2712', '#8fbf3a', '#c3e386'),
      private: colours('#0f2a2b', '#22b8ba', '#86e0e1'),
      database: colours('#2b142d', '#dd6be6', '#f0aef5'),
      intra: colours('#14233a', '#6aa5ee', '#a8cdfb'),
      other: colours('#22282f', '#98a3ad', '#ced5db'),
    },
    family: {
      compute: '#ff9b4d',
      network: '#b794ff',
      database: '#e68bee',
      storage: '#a5cf58',
      container: '#ff9b4d',
      outside: '#d5dbe1',
      plain: '#a9b3bd',
    },
    verdict: {
      reachable: '#4cc771',
      conditional: '#f0ad4e',
      'one-way': '#f0ad4e',
      unknown: '#a3b1bf',
      unreachable: '#ff6b70',
    },
  },
}

/** How the line of a verdict is drawn, so that colour is not all that tells it. Plain dashes are those of what is reachable by a NAT gateway
 *  or a VPC endpoint. */
export const DASHES: Readonly<Record<Verdict | 'byNatOrEndpoint', readonly number[]>> = {
  reachable: [],
  byNatOrEndpoint: [9, 5],
  conditional: [12, 4, 2, 4, 2, 4],
  'one-way': [9, 4, 2, 4],
  unknown: [2, 4],
  unreachable: [2, 3],
}
