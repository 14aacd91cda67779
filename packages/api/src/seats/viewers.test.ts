import { expect, test } from 'vitest';
import { RateLimitedError, UnavailableError } from '../errors.ts';
import { Viewers } from './viewers.ts';

test('a client watches a hundred live maps, and one more when one ends', () => {
  const viewers = new Viewers(true);
  const leave = Array.from({ length: 100 }, () => viewers.enter('192.0.2.1'));

  expect(() => viewers.enter('192.0.2.1')).toThrow(RateLimitedError);
  expect(() => viewers.enter('192.0.2.2')).not.toThrow();
  leave[0]?.();
  expect(() => viewers.enter('192.0.2.1')).not.toThrow();
  expect(viewers.count).toBe(101);
});

test('addresses of one IPv6 network are one client', () => {
  const viewers = new Viewers(true);
  for (let host = 0; host < 100; host += 1) {
    viewers.enter(`2001:db8::${host.toString(16)}`);
  }

  expect(() => viewers.enter('2001:db8::ffff')).toThrow(RateLimitedError);
  expect(() => viewers.enter('2001:db8:0:1::1')).not.toThrow();
});

test('a server has ten thousand viewers', () => {
  const viewers = new Viewers(true);
  for (let each = 0; each < 10_000; each += 1) {
    viewers.enter(`10.0.${each >> 8}.${each & 255}`);
  }

  expect(() => viewers.enter('192.0.2.1')).toThrow(UnavailableError);
});

test('without limits everyone is counted and nobody refused', () => {
  const viewers = new Viewers(false);
  const leave = Array.from({ length: 200 }, () => viewers.enter('192.0.2.1'));

  expect(viewers.count).toBe(200);
  leave.forEach((each) => each());
  expect(viewers.count).toBe(0);
});
