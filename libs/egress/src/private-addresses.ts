import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';

/** Special purposes of RFC 6890 and of IANA's registries since, multicast, and what is reserved. */
const privateAddresses = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  privateAddresses.addSubnet(network, prefix, 'ipv4');
// Global unicast is 2000::/3 (RFC 4291 §2.4). What is listed outside of it covers all but the addresses that are
// mapped from IPv4, `::ffff:0:0/96`, which Node judges by the IPv4 address in them.
for (const [network, prefix] of [
  ['::', 96],
  ['::ffff:0:0:0', 96],
  ['64:ff9b::', 32],
  ['100::', 8],
  ['200::', 7],
  ['400::', 6],
  ['800::', 5],
  ['1000::', 4],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['4000::', 2],
  ['8000::', 1],
] as const)
  privateAddresses.addSubnet(network, prefix, 'ipv6');

/**
 * Whether an address is anything but one of the public internet. IPv6 addresses that are mapped from IPv4 are judged by
 * that; those that carry an IPv4 address in another way (compatible, translated, NAT64, 6to4) are private.
 */
export function isPrivateAddress(address: string): boolean {
  const version = isIP(address);
  return version === 0 || address.includes('%') || privateAddresses.check(address, version === 6 ? 'ipv6' : 'ipv4');
}

/** Nothing is sent to a private address: no account can make us call our own network. */
export class PrivateAddressRefused extends Error {
  constructor() {
    super('The address is a private one.');
  }
}

type LookupCallback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/** Resolves a name for a connection, as `lookup` of `node:dns` does. */
export type Lookup = (hostname: string, options: LookupOptions, callback: LookupCallback) => void;

/**
 * Refuses a name where any of its addresses is private: checked at the moment of connecting, with the addresses that
 * are connected to.
 *
 * @param resolve a replacement of Node's resolver in tests
 */
export const publicLookup =
  (resolve: Lookup = lookup): Lookup =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, resolved) => {
      if (error) {
        callback(error, []);
        return;
      }
      const addresses = resolved as LookupAddress[];
      const [first] = addresses;
      if (!first || addresses.some(({ address }) => isPrivateAddress(address)))
        callback(new PrivateAddressRefused(), []);
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
