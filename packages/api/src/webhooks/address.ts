import ipaddr from 'ipaddr.js';

/** What the operator allows. */
export interface AddressRules {
  /** This machine, its network, any port, and `http`: for development and tests. */
  allowPrivate: boolean;
  /** Without it `http` is allowed. */
  isProduction: boolean;
}

/** Ports of other services, mail among them, are below this one. */
const firstFreePort = 1_024;

/** Names that only the own network knows. */
const privateNames = /(^|\.)(localhost|local|internal|lan|home\.arpa)$/;

/**
 * Why events are not sent to a URL, as a predicate; undefined when they are. It judges what is written:
 * the addresses of a name are judged when the name is looked up.
 */
export function urlRefusal(
  url: string,
  { allowPrivate, isProduction }: AddressRules,
): string | undefined {
  const parsed = URL.parse(url);
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) {
    return 'must be a URL that begins with https://';
  }
  if (parsed.protocol === 'http:' && isProduction) {
    return 'must begin with https://';
  }
  if (parsed.username !== '' || parsed.password !== '') {
    return 'must not contain a user name or password';
  }
  if (allowPrivate) {
    return undefined;
  }
  if (parsed.port !== '' && Number(parsed.port) < firstFreePort) {
    return `must have the port of its protocol, or one from ${firstFreePort}`;
  }
  return hostRefusal(parsed.hostname);
}

/** `URL` has brought every spelling of an IPv4 address into four decimal numbers. */
function hostRefusal(hostname: string): string | undefined {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (ipaddr.isValid(host)) {
    return isPublicAddress(host) ? undefined : 'must not lead to a private or reserved address';
  }
  const isPublicName = host.includes('.') && !privateNames.test(host);
  return isPublicName ? undefined : 'must have a public host name';
}

/** Azure answers here with what a virtual machine may know, although the address looks public. */
const alsoPrivate = new Set(['168.63.129.16']);

/** IPv6 addresses that are routed on the internet; all others are mapped, translated, local or unassigned. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/** Whether an IP address is one of the public internet, and no spelling of another. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) {
    return false;
  }
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast' || alsoPrivate.has(parsed.toString())) {
    return false;
  }
  return parsed instanceof ipaddr.IPv4 || parsed.match(globalUnicast);
}
