import type { Procedures } from '@matinee/api';
import { describe, expectTypeOf, test } from 'vitest';
import type { Kinds, Page, Procedure, procedures } from './procedures.ts';

interface Made<Type extends string, Output> extends Procedure {
  readonly _def: { readonly type: Type; readonly $types: { input: unknown; output: Output } };
}

/** A router with one procedure of each kind. */
interface Small {
  movies: {
    list: Made<'query', Page<string>>;
    get: Made<'query', string>;
    create: Made<'mutation', Page<string>>;
  };
  watch: Made<'subscription', string>;
}

const right = {
  movies: { list: 'list', get: 'query', create: 'mutation' },
  watch: 'subscription',
} as const;

describe('the table of procedures', () => {
  test('is what the router has', () => {
    expectTypeOf(right).toEqualTypeOf<Kinds<Small>>();
    expectTypeOf<typeof procedures>().toEqualTypeOf<Kinds<Procedures>>();
  });

  test('does not compile when an entry is missing, too much or wrong', () => {
    expectTypeOf(right).toExtend<Kinds<Small>>();
    // @ts-expect-error: `watch` is missing
    void ({ movies: right.movies } satisfies Kinds<Small>);
    // @ts-expect-error: `movies.get` is missing
    void ({ ...right, movies: { list: 'list', create: 'mutation' } } satisfies Kinds<Small>);
    // @ts-expect-error: there is no `sing`
    void ({ ...right, sing: 'query' } satisfies Kinds<Small>);
    // @ts-expect-error: `watch` is no query
    void ({ ...right, watch: 'query' } satisfies Kinds<Small>);
    // @ts-expect-error: `movies.get` has no pages
    void ({ ...right, movies: { ...right.movies, get: 'list' } } satisfies Kinds<Small>);
  });
});
