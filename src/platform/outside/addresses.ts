import ipaddr from 'ipaddr.js'

/** Addresses that lie in public ranges and yet answer only to machines inside a cloud. */
const INSIDE = new Set(['168.63.129.16'])

/**
 * Whether an address is anybody's on the internet. Everything special is not: loopback, private, link-local (where clouds
 * keep their metadata), carrier-grade NAT, multicast, documentation, and IPv6 addresses that hold an IPv4 one (mapped,
 * NAT64, 6to4, Teredo), whatever that is.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || INSIDE.has(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  // Of IPv6, only 2000::/3 has been given out.
  return parsed.kind() === 'ipv4' || ((parsed as ipaddr.IPv6).parts[0]! & 0xe000) === 0x2000
}
