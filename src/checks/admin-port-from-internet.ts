import { l4Algebra, NOTHING, ports } from '../packet/l4.ts'
import { TCP, UDP } from '../packet/protocol.ts'
import type { Check } from './check.ts'

/** Ports by which machines are administered, or databases asked: SSH, Telnet, RDP, WinRM, VNC, SMB, Docker, kubelet, etcd and the
 *  databases of Security Hub control EC2.19. */
const TCP_PORTS = [
  22, 23, 135, 139, 445, 1433, 1434, 1521, 2375, 2376, 2379, 3306, 3389, 5432, 5500, 5601, 5900, 5985, 5986, 6379, 9200,
  9300, 10250, 11211, 27017,
]

const ADMIN = [
  ...TCP_PORTS.map((port) => ports(TCP, port, port)),
  ports(UDP, 3389, 3389),
  ports(UDP, 11211, 11211),
].reduce(l4Algebra.union)

export const adminPortFromInternet: Check = {
  id: 'admin-port-from-internet',
  severity: 'high',
  title: 'administration ports are open to the internet',
  why: 'whoever finds a password or a flaw there owns the machine; scanners try these ports within minutes',
  docs: 'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19',
  mend: 'take the inbound rule away, and use Session Manager, EC2 Instance Connect Endpoint or a VPN',
  suspects: () => (from) => (from.place.is === 'internet' ? ADMIN : NOTHING),
}
