import { isIP } from 'node:net';

/*
 * What a value of the environment has to look like.
 */

/** Without a `#`, which would cut the rest off: it belongs to a password that is not encoded. */
export function isUrl(value: string): boolean {
  return URL.canParse(value) && !value.includes('#');
}

/** Of a URL: whether a path can be put behind it, and `fetch` takes it. */
export function isAddressOnly(value: string): boolean {
  return URL.canParse(value) && !/[?\s]/.test(value) && new URL(value).username === '';
}

/** Of an address of PostgreSQL: what libpq knows and Node's driver does not. */
export function hasSeveralHosts(value: string): boolean {
  return /^[^/]*\/\/[^/?#]*,/.test(value) || /[?&]target_session_attrs=/.test(value);
}

/** `a@b.example` or `Name <a@b.example>`: nothing that a mail header reads as a list or a group. */
export function isSender(value: string): boolean {
  const address = String.raw`[^\s<>@,:;"()]+@[^\s<>@,:;"()]+`;
  const name = String.raw`("[^"\\<>\r\n]*" *|[^"\\<>@,:;()\r\n]*)`;
  return new RegExp(`^(${name}<${address}>|${address})$`).test(value);
}

/** `*`, or scheme, host and port as a browser sends them. A wildcard inside a host matches nothing. */
export function isOrigin(value: string): boolean {
  return (
    value === '*' ||
    (URL.canParse(value) && new URL(value).origin === value && !value.includes('*'))
  );
}

/** A number of proxies, or a list of addresses and CIDR ranges. */
export function isProxyList(value: string): boolean {
  return /^\d{1,2}$/.test(value) || value.split(',').every((part) => isRange(part.trim()));
}

function isRange(range: string): boolean {
  const [address = '', bits, ...rest] = range.split('/');
  const version = isIP(address);
  const most = version === 6 ? 128 : 32;
  const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
  return version !== 0 && fits && rest.length === 0;
}

export function hasTwoDecimals(code: string): boolean {
  if (!Intl.supportedValuesOf('currency').includes(code)) {
    return false;
  }
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: code });
  return format.resolvedOptions().maximumFractionDigits === 2;
}

/** A host, at most the number of a database behind it, and a user and a password that can be decoded. */
export function isRedisAddress(value: string): boolean {
  const { hostname, pathname, search, username, password } = new URL(value);
  const isPlain = hostname !== '' && /^\/?\d{0,5}$/.test(pathname) && search === '';
  return isPlain && [username, password].every((text) => !/%(?![\da-f]{2})/i.test(text));
}
