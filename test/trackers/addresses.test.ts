import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isAllowed, type Network, type Reach, reachOf } from '#trackers/addresses.ts'

describe('what an address reaches', () => {
  test.each<[address: string, what: string, reach: Reach]>([
    ['8.8.8.8', 'somebody on the internet', 'public'],
    ['1.1.1.1', 'somebody on the internet', 'public'],
    ['104.192.142.9', 'a tracker on the internet', 'public'],
    ['9.255.255.255', 'the last before a private network', 'public'],
    ['11.0.0.0', 'the first after a private network', 'public'],
    ['172.15.255.255', 'the last before a private network', 'public'],
    ['172.32.0.0', 'the first after a private network', 'public'],
    ['100.63.255.255', "the last before a carrier's network", 'public'],
    ['100.128.0.0', "the first after a carrier's network", 'public'],
    ['169.253.255.255', 'the last before link-local', 'public'],
    ['223.255.255.255', 'the last before multicast', 'public'],
    ['10.0.0.0', 'a private network', 'private'],
    ['10.255.255.255', 'a private network', 'private'],
    ['172.16.0.1', 'a private network', 'private'],
    ['172.31.255.255', 'a private network', 'private'],
    ['192.168.1.10', 'a private network', 'private'],
    ['100.64.0.1', "a carrier's network", 'private'],
    ['100.127.255.255', "a carrier's network", 'private'],
    ['127.0.0.1', 'this machine', 'loopback'],
    ['127.255.255.254', 'this machine', 'loopback'],
    ['0.0.0.0', 'this machine, on some systems', 'never'],
    ['0.1.2.3', 'nobody', 'never'],
    ['169.254.169.254', 'the metadata of most clouds', 'never'],
    ['169.254.170.2', 'the credentials of a container', 'never'],
    ['169.254.0.1', 'a neighbour on the link', 'never'],
    ['100.100.100.200', 'the metadata of Alibaba Cloud', 'never'],
    ['168.63.129.16', 'the metadata of Azure', 'never'],
    ['192.0.0.192', 'the metadata of Oracle Cloud', 'never'],
    ['192.0.2.1', 'documentation', 'never'],
    ['198.51.100.7', 'documentation', 'never'],
    ['203.0.113.9', 'documentation', 'never'],
    ['192.88.99.1', 'a relay that is no more', 'never'],
    ['198.18.0.1', 'a bench for measuring', 'never'],
    ['198.19.255.255', 'a bench for measuring', 'never'],
    ['224.0.0.1', 'a group', 'never'],
    ['239.255.255.255', 'a group', 'never'],
    ['240.0.0.1', 'the reserved end', 'never'],
    ['255.255.255.255', 'everybody on the link', 'never'],
    ['2606:4700:4700::1111', 'somebody on the internet', 'public'],
    ['2a00:1450:4001:81b::200e', 'somebody on the internet', 'public'],
    ['2000::', 'the first on the internet', 'public'],
    ['::1', 'this machine', 'loopback'],
    ['0:0:0:0:0:0:0:1', 'this machine, written out', 'loopback'],
    ['fc00::1', 'a private network', 'private'],
    ['fdff:ffff::1', 'a private network', 'private'],
    ['::', 'nobody', 'never'],
    ['fe80::1', 'a neighbour on the link', 'never'],
    ['fe80::1%eth0', 'a neighbour on a named link', 'never'],
    ['febf::1', 'a neighbour on the link', 'never'],
    ['fec0::1', 'a site, as it was once called', 'never'],
    ['ff02::1', 'a group', 'never'],
    ['fd00:ec2::254', 'the metadata of AWS', 'never'],
    ['fd20:ce::254', 'the metadata of Google Cloud', 'never'],
    ['fd00:42::42', 'the metadata of Scaleway', 'never'],
    ['2001:db8::1', 'documentation', 'never'],
    ['3fff::1', 'documentation', 'never'],
    ['2001:0:4136:e378::1', 'a tunnel that hides an IPv4 address', 'never'],
    ['100::1', 'a black hole', 'never'],
    ['4000::1', 'what nobody has been given', 'never'],
    ['::ffff:8.8.8.8', 'somebody on the internet, mapped', 'public'],
    ['::ffff:808:808', 'somebody on the internet, mapped', 'public'],
    ['::ffff:10.0.0.1', 'a private network, mapped', 'private'],
    ['::ffff:127.0.0.1', 'this machine, mapped', 'loopback'],
    ['::FFFF:7F00:1', 'this machine, mapped', 'loopback'],
    ['::ffff:169.254.169.254', 'metadata, mapped', 'never'],
    ['::ffff:a9fe:a9fe', 'metadata, mapped', 'never'],
    ['::127.0.0.1', 'this machine, as it was once mapped', 'never'],
    ['::ffff:0:127.0.0.1', 'this machine, translated', 'never'],
    ['64:ff9b::8.8.8.8', 'somebody on the internet, through NAT64', 'public'],
    ['64:ff9b::10.0.0.1', 'a private network, through NAT64', 'never'],
    ['64:ff9b::a9fe:a9fe', 'metadata, through NAT64', 'never'],
    ['64:ff9b:1::8.8.8.8', "a network's own NAT64", 'never'],
    ['2002:808:808::1', 'somebody on the internet, through 6to4', 'public'],
    ['2002:7f00:1::', 'this machine, through 6to4', 'never'],
    ['2002:a9fe:a9fe::1', 'metadata, through 6to4', 'never'],
    ['2002:c0a8:101::1', 'a private network, through 6to4', 'never'],
    ['localhost', 'a name', 'never'],
    ['0x7f.1', 'a way of writing that is no address', 'never'],
    ['', 'nothing', 'never'],
  ])('%s: %s', (address, _what, reach) => {
    expect(reachOf(address)).toBe(reach)
  })

  test('of an IPv4 address is the same when IPv6 carries it', () => {
    fc.assert(fc.property(fc.ipV4(), (address) => expect(reachOf(`::ffff:${address}`)).toBe(reachOf(address))))
  })

  test('is told of every address without a fault', () => {
    const reaches: readonly Reach[] = ['public', 'private', 'loopback', 'never']
    fc.assert(fc.property(fc.oneof(fc.ipV6(), fc.string()), (address) => expect(reaches).toContain(reachOf(address))))
  })
})

describe('where a tracker may be looked for', () => {
  test.each<[network: Network, allowed: readonly Reach[]]>([
    ['public', ['public']],
    ['private', ['public', 'private']],
    ['loopback', ['public', 'private', 'loopback']],
  ])('%s: at %j', (network, allowed) => {
    const reaches: readonly Reach[] = ['public', 'private', 'loopback', 'never']
    expect(reaches.filter((reach) => isAllowed(reach, network))).toEqual(allowed)
  })
})
