import { isIPv4, isIPv6 } from 'node:net';

const mapped = '::ffff:';
const groups = 8;
/** One client has all addresses of a network of 64 bits (RFC 4291 §2.5.4), as many as it likes. */
const groupsOfNetwork = 4;

/** The network that an address is counted by: itself, or the network that an address of IPv6 is of. */
export function networkOf(address: string): string {
  if (address.startsWith(mapped) && isIPv4(address.slice(mapped.length))) return address.slice(mapped.length);
  if (!isIPv6(address)) return address;
  const [left = '', right = ''] = address.split('::');
  const [before, behind] = [groupsIn(left), groupsIn(right)];
  const zeros = Array.from({ length: groups - before.length - behind.length }, () => '0');
  return [...before, ...zeros, ...behind]
    .slice(0, groupsOfNetwork)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

const groupsIn = (part: string): string[] => (part === '' ? [] : part.split(':'));
