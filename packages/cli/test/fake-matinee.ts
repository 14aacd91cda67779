import type { Matinee } from '@matinee/sdk';

/** A call that the fake server received. */
export interface Call {
  path: string;
  input: unknown;
}

type Answers = Record<string, (input: never) => unknown>;

/** A client that responds from a table and records its calls. */
export function fakeMatinee(answers: Answers): { matinee: Matinee; calls: Call[] } {
  const calls: Call[] = [];
  const call = async (path: string, input: unknown) => {
    calls.push({ path, input });
    const answer = answers[path];
    if (!answer) {
      throw new Error(`The fake server has no response for ${path}`);
    }
    return answer(input as never);
  };
  const all = (path: string) => (input: unknown) => {
    const items = async () => (await call(path, input)) as unknown[];
    return {
      toArray: async ({ limit = Infinity } = {}) => (await items()).slice(0, limit),
      async *[Symbol.asyncIterator]() {
        yield* await items();
      },
    };
  };
  const at = (path: string): unknown =>
    new Proxy((input: unknown) => call(path, input), {
      get: (_target, name) => {
        if (name === 'then') {
          return undefined;
        }
        return name === 'all' ? all(path) : at(path ? `${path}.${String(name)}` : String(name));
      },
    });
  return { matinee: at('') as Matinee, calls };
}
