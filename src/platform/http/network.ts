import { isIPv6 } from 'node:net'

/** One subscriber holds a whole IPv6 /64 and could change the address with every request. */
export function networkOf(address: string): string {
  const groups = groupsOf(address)
  return typeof groups === 'string' ? groups : groups.slice(0, 4).join(':')
}

/** The neighbourhood of an address, a /24 or /48: a household, an office, a campus, a part of a town. */
export function neighbourhoodOf(address: string): string {
  const groups = groupsOf(address)
  return typeof groups === 'string' ? groups.split('.').slice(0, 3).join('.') : groups.slice(0, 3).join(':')
}

/** An IPv4 address as it is, also within an IPv6 one; of an IPv6 address its first groups, written in one way. */
function groupsOf(address: string): string | string[] {
  if (!isIPv6(address)) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped) return mapped
  const [head = '', tail] = address.split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail?.split(':').filter(Boolean) ?? []
  const groups =
    tail === undefined
      ? left
      : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
  return groups.map((g) => g.toLowerCase().replace(/^0+(?=.)/, ''))
}
