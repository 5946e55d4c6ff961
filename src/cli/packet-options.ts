/** The options that say which packets are asked about. What the words mean is known by `analysis/packet-words.ts`. */
import { type Command, Option } from 'commander'

export const addPacketOptions = (command: Command): Command =>
  command
    .addOption(new Option('--protocol <protocol>', 'tcp, udp, icmp, icmpv6, a number (default: all)'))
    .addOption(new Option('--port <port>', 'destination port or range, such as 443 or 8000-8100 (default: all)'))
    .addOption(new Option('--source-port <port>', "the client's port (default: any of 1024-65535)"))
    .addOption(
      new Option(
        '--icmp-type <type>',
        'ICMP type: of icmp over IPv4, of icmpv6 over IPv6 (default: echo request, with icmp over both)',
      ),
    )
    .addOption(new Option('--icmp-code <code>', 'ICMP code (default: all)'))
    .addOption(new Option('--ipv4', 'IPv4 only'))
    .addOption(new Option('--ipv6', 'IPv6 only'))
