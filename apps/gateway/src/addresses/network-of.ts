import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** One client has all addresses of a network of 64 bits (RFC 4291 §2.5.4), as many as it likes. */
const groupsOfNetwork = 4;
/** Interface of a link-local address (RFC 4007 §11); its name may hold what `ipaddr.js` refuses. */
const zone = /%.*/;

/** The network that an address is counted by: itself, or the network that an address of IPv6 is of. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const ip = ipaddr.IPv6.parse(address.replace(zone, ''));
  if (ip.isIPv4MappedAddress()) return ip.toIPv4Address().toString();
  return ip.parts
    .slice(0, groupsOfNetwork)
    .map((group) => group.toString(16))
    .join(':');
}
