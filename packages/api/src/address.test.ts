import { expect, test } from 'vitest';
import { clientNumber, clientOf, siteOf } from './address.ts';

test.for([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::ffff:c000:207', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['2001:db8:1:3::9', '2001:db8:1:3::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
  ['', ''],
  ['unknown', 'unknown'],
  ['a:b', 'a:b'],
])('%s is the client %s', ([address = '', client]) => {
  expect(clientOf(address)).toBe(client);
});

test.for([
  ['192.0.2.7', undefined],
  ['::ffff:192.0.2.7', undefined],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['2001:db8:1:ffff::9', '2001:db8:1::/48'],
  ['2001:db8:2::9', '2001:db8:2::/48'],
  ['unknown', undefined],
])('%s belongs to the site %s', ([address = '', site]) => {
  expect(siteOf(address)).toBe(site);
});

test('a client has one number, whichever of its addresses it uses', () => {
  expect(clientNumber('2001:db8:1:2::1')).toBe(clientNumber('2001:db8:1:2::2'));
  expect(clientNumber('2001:db8:1:2::1')).not.toBe(clientNumber('2001:db8:1:3::1'));
  expect(clientNumber('192.0.2.7')).toBe(clientNumber('::ffff:192.0.2.7'));
});
