import { hash } from 'node:crypto';

/**
 * What limits count as one client: an IPv4 address, or the /64 network of an IPv6 one, which is the
 * smallest that a provider gives to a customer (RFC 6177).
 */
export function clientOf(remoteAddress: string): string {
  const groups = groupsOf(remoteAddress);
  if (groups === undefined) {
    return remoteAddress;
  }
  const isMapped = groups.slice(0, 5).every((group) => group === '0') && groups[5] === 'ffff';
  if (!isMapped) {
    return `${groups.slice(0, 4).join(':')}::/64`;
  }
  const [high = 0, low = 0] = groups.slice(6).map((group) => Number.parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/**
 * The /48 network of an IPv6 address, which a provider may give to one site (RFC 6177); undefined for
 * IPv4. Limits of a site are ten times those of a client.
 */
export function siteOf(remoteAddress: string): string | undefined {
  const [network, length] = clientOf(remoteAddress).split('::/');
  return length === '64' ? `${network?.split(':').slice(0, 3).join(':')}::/48` : undefined;
}

/** A client as a number that reveals no address: the first eight bytes of its SHA-256. */
export function clientNumber(remoteAddress: string): bigint {
  return hash('sha256', clientOf(remoteAddress), 'buffer').readBigInt64BE();
}

/** The eight groups of an IPv6 address; undefined for anything else. */
function groupsOf(address: string): string[] | undefined {
  // A zone names an interface of this machine.
  const [bare = ''] = address.split('%', 1);
  const url = `http://[${bare}]`;
  if (!bare.includes(':') || !URL.canParse(url)) {
    return undefined;
  }
  const [head = '', tail] = new URL(url).hostname.slice(1, -1).split('::');
  const [before, after] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':')));
  const [first, last] = [before ?? [], after ?? []];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0');
  return [...first, ...zeros, ...last];
}
