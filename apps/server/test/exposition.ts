/** The page `/metrics`, read: samples by their name with its labels, as they are written. */
export type Samples = ReadonlyMap<string, number>;

const sample = /^([a-zA-Z0-9_:]+(?:\{.*\})?) (\S+)$/;

/** Reads a page. @throws when a line is neither a sample nor a comment */
export function samplesOf(page: string): Samples {
  const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, name, value] = sample.exec(line) ?? [];
      if (name === undefined) {
        throw new Error(`No sample: ${line}`);
      }
      return [name, Number(value)];
    }),
  );
}

/** Asks a server for its page. */
export async function readSamples(url: string): Promise<Samples> {
  const response = await fetch(`${url}/metrics`);
  return samplesOf(await response.text());
}

/** The labels of each metric on a page, by the name of its samples. */
export function labelsOf(samples: Samples): Map<string, Set<string>> {
  const labels = new Map<string, Set<string>>();
  for (const name of samples.keys()) {
    const [metric = ''] = name.split('{', 1);
    const known = labels.get(metric) ?? new Set();
    for (const [, label = ''] of name.matchAll(/[{,](\w+)="/g)) {
      known.add(label);
    }
    labels.set(metric, known);
  }
  return labels;
}
