/** Network ACLs remember nothing: the answer needs a rule of its own, for all ports that clients use. */
import { estate, type Estate } from '../build.ts'

export const naclReturn = (): Estate =>
  estate()
    .in({ account: '111122223333', region: 'eu-west-1' })
    .vpc('ledger', '10.5.0.0/16')
    .subnet('ledger-clients', '10.5.0.0/24')
    .instance('teller', '10.5.0.20', { groups: ['clients'] })
    .securityGroup('clients', ['tcp 443 to 10.5.0.0/16'])
    // Somebody opened 443 both ways and thought of the server's port only.
    .subnet('ledger-audit', '10.5.1.0/24', {
      acl: ['100 allow tcp 443 from 10.5.0.0/16', '100 allow tcp 443 to 10.5.0.0/16'],
    })
    .instance('audit', '10.5.1.20', { groups: ['servers'] })
    // Somebody thought of Linux clients only, which pick a port from 32768 on.
    .subnet('ledger-accounts', '10.5.2.0/24', {
      acl: ['100 allow tcp 443 from 10.5.0.0/16', '100 allow tcp 32768-60999 to 10.5.0.0/16'],
    })
    .instance('accounts', '10.5.2.20', { groups: ['servers'] })
    .subnet('ledger-journal', '10.5.3.0/24', {
      acl: ['100 allow tcp 443 from 10.5.0.0/16', '100 allow tcp 1024-65535 to 10.5.0.0/16'],
    })
    .instance('journal', '10.5.3.20', { groups: ['servers'] })
    .securityGroup('servers', ['tcp 443 from sg-clients'], { closed: true })
