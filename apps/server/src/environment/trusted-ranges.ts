import { isIPv6 } from 'node:net';

/*
 * Which proxies may be trusted. One that is not ours can give its clients any address, and every limit
 * by address would be gone.
 */

/** The widest private ranges are 10.0.0.0/8 and fc00::/7, the widest of providers are narrower than these. */
const leastPrefix = { ofIpv4: 8, ofPrivateIpv6: 7, ofIpv6: 16 };
/** Addresses of IPv4 in all ranges together: those of four /8, which all private ranges are less than. */
const mostAddresses = 2 ** 26;

/** Whether a list of addresses and ranges, as `TRUST_PROXY` has it, covers much of the internet. */
export function isWide(proxies: string): boolean {
  const ranges = proxies.split(',').map((part) => rangeOf(part.trim()));
  const addresses = ranges
    .filter(({ isV6 }) => !isV6)
    .reduce((sum, { prefix }) => sum + 2 ** (32 - prefix), 0);
  return ranges.some((range) => range.prefix < range.least) || addresses > mostAddresses;
}

interface Range {
  isV6: boolean;
  prefix: number;
  /** Bits that it has to have. */
  least: number;
}

/** A number of proxies counts as one address. */
function rangeOf(range: string): Range {
  const [address = '', bits] = range.split('/');
  if (!isIPv6(address)) {
    return { isV6: false, prefix: Number(bits ?? 32), least: leastPrefix.ofIpv4 };
  }
  const { hostname } = new URL(`http://[${address}]`);
  const prefix = Number(bits ?? 128);
  if (holdsIpv4(hostname, prefix)) {
    // IPv4 inside IPv6: its bits are the last 32.
    return { isV6: false, prefix: prefix - 96, least: leastPrefix.ofIpv4 };
  }
  const isPrivate = /^\[f[cd]/.test(hostname);
  const least = isPrivate ? leastPrefix.ofPrivateIpv6 : leastPrefix.ofIpv6;
  return { isV6: true, prefix, least };
}

/** Whether a range is one of `::ffff:0:0/96`, where proxies look for IPv4, or is around it. */
function holdsIpv4(hostname: string, prefix: number): boolean {
  const [front = '', back = ''] = hostname.slice(1, -1).split('::');
  const [high, low] = [front, back].map((text) => (text === '' ? [] : text.split(':')));
  const zeros = Array<string>(8 - (high?.length ?? 0) - (low?.length ?? 0)).fill('0');
  const groups = [...(high ?? []), ...zeros, ...(low ?? [])];
  const address = groups.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
  const behind = BigInt(128 - Math.min(prefix, 96));
  return address >> behind === 0xffff_0000_0000n >> behind;
}
