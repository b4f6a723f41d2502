import { BlockList, isIP } from 'node:net'

/**
 * How far trackers may be looked for. `public`: on the internet. `private`: also inside a private network. `loopback`:
 * also on this machine, for trying it out.
 */
export type Network = 'public' | 'private' | 'loopback'

/** What a packet to an address would reach. `never`: nothing a tracker lives at, such as a cloud's metadata. */
export type Reach = Network | 'never'

/** Whether a tracker that may be looked for in `network` may live at an address that reaches so far. */
export const isAllowed = (reach: Reach, network: Network): boolean =>
  reach !== 'never' && breadth.indexOf(reach) <= breadth.indexOf(network)

const breadth: readonly Network[] = ['public', 'private', 'loopback']

/**
 * What an IP address reaches, by the registries of special addresses of IANA (RFC 6890).
 *
 * An IPv6 address that stands for an IPv4 one reaches what that one does. What is no address at all is `never`.
 */
export function reachOf(address: string): Reach {
  const family = isIP(address)
  if (family === 4) return reachOfIPv4(address)
  // A zone (`fe80::1%eth0`) belongs to one link of this machine.
  return family === 6 && !address.includes('%') ? reachOfIPv6(address) : 'never'
}

function reachOfIPv4(address: string): Reach {
  if (neverIPv4.check(address)) return 'never'
  if (loopbackIPv4.check(address)) return 'loopback'
  return privateIPv4.check(address) ? 'private' : 'public'
}

function reachOfIPv6(address: string): Reach {
  const groups = groupsOf(address)
  if (mapped.check(address, 'ipv6')) return reachOfIPv4(ipv4In(groups, 6))
  // A translator or a relay leads to the internet; what it would lead to elsewhere has been smuggled in.
  if (translated.check(address, 'ipv6')) return publicOrNever(reachOfIPv4(ipv4In(groups, 6)))
  if (relayed.check(address, 'ipv6')) return publicOrNever(reachOfIPv4(ipv4In(groups, 1)))
  if (neverIPv6.check(address, 'ipv6')) return 'never'
  if (loopbackIPv6.check(address, 'ipv6')) return 'loopback'
  if (privateIPv6.check(address, 'ipv6')) return 'private'
  return globalIPv6.check(address, 'ipv6') ? 'public' : 'never'
}

const publicOrNever = (reach: Reach): Reach => (reach === 'public' ? 'public' : 'never')

/** The eight numbers of an IPv6 address. */
function groupsOf(address: string): readonly number[] {
  const [head = '', tail] = address.split('::').map(hexadecimal)
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const skipped = tail === undefined ? 0 : 8 - before.length - after.length
  return [...before, ...Array<string>(skipped).fill('0'), ...after].map((group) => Number.parseInt(group, 16))
}

/** `::ffff:10.0.0.1` ends in two groups written as an IPv4 address. */
const hexadecimal = (part: string): string =>
  part.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_whole, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number)
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  })

function ipv4In(groups: readonly number[], first: number): string {
  const [high = 0, low = 0] = groups.slice(first, first + 2)
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

function ranges(family: 'ipv4' | 'ipv6', ...listed: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of listed) {
    const [network = '', prefix = ''] = range.split('/')
    list.addSubnet(network, Number(prefix), family)
  }
  return list
}

const loopbackIPv4 = ranges('ipv4', '127.0.0.0/8')
const privateIPv4 = ranges('ipv4', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10')
const neverIPv4 = ranges(
  'ipv4',
  '0.0.0.0/8',
  '169.254.0.0/16',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Metadata outside the link-local range: Alibaba Cloud, and Azure's own address.
  '100.100.100.200/32',
  '168.63.129.16/32',
)

const mapped = ranges('ipv6', '::ffff:0:0/96')
const translated = ranges('ipv6', '64:ff9b::/96')
const relayed = ranges('ipv6', '2002::/16')
const loopbackIPv6 = ranges('ipv6', '::1/128')
const privateIPv6 = ranges('ipv6', 'fc00::/7')
const globalIPv6 = ranges('ipv6', '2000::/3')
/** What is neither global, private nor loopback is refused as well, such as fe80::/10, ff00::/8 and ::/128. */
const neverIPv6 = ranges(
  'ipv6',
  // Protocols, with Teredo (2001::/32) and its hidden IPv4 addresses, and documentation.
  '2001::/23',
  '2001:db8::/32',
  '3fff::/20',
  // Metadata inside the private range: AWS, Google Cloud, Scaleway.
  'fd00:ec2::/32',
  'fd20:ce::/32',
  'fd00:42::42/128',
)
